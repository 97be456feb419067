"""The one place where tables are written for spreadsheets. A cell is shown there and never run."""

import csv
import io
from collections.abc import Iterable, Sequence

# A spreadsheet would run what begins so as a formula, full-width signs too; spaces and quotation marks before it do not help.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = b"\xef\xbb\xbf"
"""What Excel wants in front of UTF-8."""
_BEFORE = " \n\u3000\u00a0\"'"


def safe_cell(cell: str) -> str:
    """`cell` so that a spreadsheet shows it and never runs it."""
    return f"'{cell}" if cell.lstrip(_BEFORE).startswith(_FORMULA) or cell.startswith(_FORMULA) else cell


def typed_cell(cell: str) -> str:
    """The cell that `safe_cell` made `cell` of."""
    return cell[1:] if cell.startswith("'") and safe_cell(cell[1:]) == cell else cell


def csv_line(cells: Iterable[str]) -> bytes:
    """One record on one line, without the mark in front: for tables that are written line by line. No cell can run as a formula."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow([safe_cell(cell) for cell in cells])
    return text.getvalue().encode("utf-8", "replace")


def csv_file(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table as UTF-8 with the mark in front that Excel wants and CRLF, so that a double click opens it rightly; half of a surrogate pair becomes a question mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig", "replace")
