"""Who was erased, kept beside the database and not in it: what is restored from an older backup is erased again.

Of each person only the hash of her random public id is kept, with the day and whether she left her gatherings to the town; and the
same of what carried her address and no account. Nobody can be found by that; a row that comes back can.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

FILE_NAME = "erased.jsonl"


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One erasure."""

    person: str
    day: str
    keeps_gatherings: bool = False


def mark_of(public_id: str) -> str:
    """What is kept of a person's public id."""
    return hashlib.sha256(f"idobata person {public_id}".encode()).hexdigest()


def tombstone(public_id: str, day: date, *, keeps_gatherings: bool) -> Tombstone:
    """The stone of somebody who is being erased."""
    return Tombstone(mark_of(public_id), day.isoformat(), keeps_gatherings)


def read_tombstones(folder: Path) -> dict[str, Tombstone]:
    """All stones by mark. A broken line (the machine stopped in the middle of it) is passed over."""
    try:
        lines = (folder / FILE_NAME).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    found = (stone_from(line) for line in lines)
    return {stone.person: stone for stone in found if stone is not None}


def merge_tombstones(folder: Path, stones: Iterable[Tombstone]) -> int:
    """Add the stones that are not there yet, on the disk before this returns; returns how many."""
    known = read_tombstones(folder)
    new = list({stone.person: stone for stone in stones if stone.person not in known}.values())
    _append(folder, new)
    return len(new)


def as_json(stone: Tombstone) -> dict[str, object]:
    """A stone as a backup holds it."""
    return asdict(stone)


def stone_from(value: object) -> Tombstone | None:
    """A stone from a line of the file or from a backup's JSON; None when it is none."""
    try:
        read = json.loads(value) if isinstance(value, str) else value
        stone = Tombstone(str(read["person"]), str(read["day"]), bool(read["keeps_gatherings"]))  # type: ignore[index]
    except (ValueError, KeyError, TypeError):
        return None
    return stone if len(stone.person) == 64 else None


def _append(folder: Path, stones: list[Tombstone]) -> None:
    if not stones:
        return
    folder.mkdir(parents=True, exist_ok=True)
    # A line of its own each time, also after one that was cut short.
    text = "".join(f"\n{json.dumps(asdict(stone))}" for stone in stones) + "\n"
    descriptor = os.open(folder / FILE_NAME, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, text.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
