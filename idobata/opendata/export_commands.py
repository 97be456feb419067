"""The commands `export-events` and `export-places`: write a list in an official form, so that `import-…` reads back what is written."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from idobata.kernel.settings import Settings
from idobata.opendata.data_sets import DATA_SETS
from idobata.opendata.export_queries import Window
from idobata.opendata.table_queries import lines_of

Say = Callable[[str], None]
_SECONDS_BETWEEN_NEWS = 2.0


def names_of(kind: str) -> tuple[str, ...]:
    """The names a form can be asked for by."""
    return tuple(one.name for one in DATA_SETS if one.kind == kind)


def export_list(kind: str, name: str, settings: Settings, *, window: Window | None, output: Path | None, pipe: BinaryIO, say: Say) -> bool:
    """Write a list inside an application context: into `output`, or into `pipe` where that is None. `say` is given lines in Japanese.

    A file appears when it is whole; one of that name that was there before stays until then. False when it cannot be written.
    """
    found = next((one for one in DATA_SETS if (one.kind, one.name) == (kind, name)), None)
    if found is None:
        say(f"「{name}」という形はありません。えらべるのは：{'、'.join(names_of(kind))}")
        return False
    lines = lines_of(found, settings, window)
    if output is None:
        _write(pipe, lines, lambda _words: None)
        return True
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as stream:
            rows = _write(stream, lines, say)
        part.replace(output)
    except OSError as error:
        part.unlink(missing_ok=True)
        say(f"{output} に書けませんでした（{error.strerror or error}）。")
        return False
    say(f"{output}：{found.label}、{rows:,}行。")
    return True


def _write(stream: BinaryIO, lines: Iterator[bytes], say: Say) -> int:
    told_at, rows = time.monotonic(), -1  # the header is no row
    for line in lines:
        stream.write(line)
        rows += 1
        if time.monotonic() - told_at >= _SECONDS_BETWEEN_NEWS:
            told_at = time.monotonic()
            say(f"  {rows:,}行")
    return rows
