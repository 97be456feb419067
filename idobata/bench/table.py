"""Tables in plain text."""

import unicodedata
from collections.abc import Callable, Sequence


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]], say: Callable[[str], None]) -> None:
    """Say a table line by line: the first column to the left, all others to the right."""
    widths = [max(_width(row[at]) for row in (header, *rows)) for at in range(len(header))]
    say(_line(header, widths))
    say("  ".join("─" * width for width in widths))
    for row in rows:
        say(_line(row, widths))


def milliseconds(value: float) -> str:
    """A time for a cell: three figures that mean something."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = []
    for at, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        space = " " * (width - _width(cell))
        padded.append(cell + space if at == 0 else space + cell)
    return "  ".join(padded).rstrip()


def _width(cell: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in cell)
