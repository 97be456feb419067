"""Readers that others wrote in JavaScript. They come from the registry by the machine's own npm, held to the hashes in `npm/`."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from idobata.store.file_lock import locked
from tests.harness.missing import cannot_be_had

HERE = Path(__file__).parent / "npm"
TOOLS = Path(__file__).parents[2] / ".tools"
LONGEST = 120
ReadCalendar = Callable[[bytes, date, date], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def read_with_ical_js() -> ReadCalendar:
    """What ical.js shows of a calendar between two days. Without Node.js and npm the test is not run."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        cannot_be_had("Node.js with npm was not found")
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


def _fetched(npm: str) -> Path:
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
            call = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
            done = subprocess.run(call, cwd=folder, capture_output=True, text=True, timeout=LONGEST, check=False)
            if done.returncode != 0:
                cannot_be_had(f"npm could not fetch ical.js: {done.stderr.strip()[-300:]}")
            (folder / "done").touch()
    return folder
