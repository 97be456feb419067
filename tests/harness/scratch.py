"""Where what is thrown away after the run is kept: in memory where there is room, for every commit waits for a disk."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ROOM = 1024 * 1024 * 1024
_LONGEST = 60  # a socket's path has room for about a hundred bytes, and SQLite's and PostgreSQL's names are added


@contextmanager
def folder(in_memory: bool = True) -> Iterator[Path]:
    """A new folder with a short name, gone after the block."""
    usual = tempfile.gettempdir()
    place = str(_MEMORY) if in_memory and _is_roomy() else usual if len(os.fsencode(usual)) < _LONGEST else "/tmp"
    path = Path(tempfile.mkdtemp(prefix=f"ido-{os.getpid()}-", dir=place))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _is_roomy() -> bool:
    try:
        return os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    except OSError:
        return False


def sweep(places: tuple[str, ...] = (str(_MEMORY), tempfile.gettempdir(), "/tmp")) -> None:
    """Remove what runs that were killed have left behind: memory is dear."""
    if not Path("/proc/self").exists():
        return
    for place in dict.fromkeys(places):
        for path in Path(place).glob("ido-*-*"):
            owner = re.fullmatch(r"ido-(\d+)-\w+", path.name)
            if owner and not Path("/proc", owner[1]).exists():
                shutil.rmtree(path, ignore_errors=True)


def pytest_configure() -> None:
    """Begin on a clean floor."""
    sweep()
