"""The files of the data sets on the disk: written whole, and beside each what is known of it."""

import hashlib
import json
import os
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from idobata.kernel import clock


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of a file. `changed_at` is when its content became another, `looked_at` when it was last made anew, in `seconds`.

    `generation` and `day` are those of the town it shows: while both are the same there is nothing new to tell.
    """

    rows: int
    size: int
    sha256: str
    changed_at: datetime
    looked_at: datetime
    seconds: float
    generation: int
    day: str


def data_file(folder: Path, stem: str) -> Path:
    """Where the file of a data set lies."""
    return folder / "opendata" / f"{stem}.csv"


def facts_of(file: Path) -> FileFacts | None:
    """What is known of a file; None when it is not there, or was not written to its end."""
    try:
        told = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        told |= {name: datetime.fromisoformat(told[name]) for name in ("changed_at", "looked_at")}
        facts = FileFacts(**told)
        return facts if file.stat().st_size == facts.size else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def write_data_file(file: Path, lines: Iterable[bytes], *, generation: int, day: str) -> FileFacts:
    """Write a file line by line and put it in place when it is whole. One that says the same as before keeps its moment."""
    file.parent.mkdir(parents=True, exist_ok=True)
    before, begun = facts_of(file), time.monotonic()
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    digest, size, rows = hashlib.sha256(), 0, -1  # the header is no row
    try:
        with part.open("wb") as stream:
            for line in lines:
                stream.write(line)
                digest.update(line)
                size, rows = size + len(line), rows + 1
        now = clock.now()
        same = before is not None and before.sha256 == digest.hexdigest()
        changed_at = before.changed_at if before is not None and same else now
        facts = FileFacts(rows, size, digest.hexdigest(), changed_at, now, round(time.monotonic() - begun, 3), generation, day)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    told = asdict(facts) | {"changed_at": facts.changed_at.isoformat(), "looked_at": facts.looked_at.isoformat()}
    beside = file.with_name(f".{file.stem}.{os.getpid()}.json.part")
    beside.write_text(json.dumps(told), encoding="utf-8")
    beside.replace(file.with_suffix(".json"))
    return facts
