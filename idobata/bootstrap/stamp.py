"""What `.venv` is known to hold: the checksum of each lock file that was installed to its end."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

RUN_LOCK = "requirements.lock"
TEST_LOCK = "requirements-dev.lock"  # holds everything of RUN_LOCK with the same pins
_NAME = "idobata-stamp.json"


@dataclass(frozen=True, slots=True)
class Stamp:
    """The Python of the environment ("3.11") and the installed locks by name. Empty: nothing is known to be complete."""

    python: str = ""
    locks: dict[str, str] = field(default_factory=dict)

    def satisfies(self, checkout: Path, lock: str) -> bool:
        """True when `lock`, as it stands in the clone now, is completely installed."""
        return self.locks.get(lock) == checksum(checkout / lock)


def checksum(lock: Path) -> str:
    """The SHA-256 of a lock file in hex. Line ends do not count: git may change them."""
    return hashlib.sha256(lock.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def after_installing(checkout: Path, lock: str, python: str) -> Stamp:
    """The stamp to write once `lock` is installed."""
    names = (RUN_LOCK, TEST_LOCK) if lock == TEST_LOCK else (lock,)
    return Stamp(python, {name: checksum(checkout / name) for name in names})


def read(venv: Path) -> Stamp:
    """The stamp of an environment; an unreadable or foreign one is empty."""
    try:
        kept = json.loads((venv / _NAME).read_text(encoding="utf-8"))
        return Stamp(str(kept["python"]), {str(name): str(value) for name, value in kept["locks"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Stamp()


def write(venv: Path, stamp: Stamp) -> None:
    """Write the stamp as the very last step. It appears whole or not at all."""
    draft = venv / f"{_NAME}.{os.getpid()}"
    with draft.open("w", encoding="utf-8") as file:
        json.dump({"python": stamp.python, "locks": stamp.locks}, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, venv / _NAME)


def remove(venv: Path) -> None:
    """Forget the stamp before anything is changed: an interrupted change must not look complete."""
    (venv / _NAME).unlink(missing_ok=True)
