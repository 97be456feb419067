"""Bytes of a CSV file into rows of text, with what is broken named by its line.

Real files are UTF-8 with or without a BOM, or CP932 as Excel saves it; cells hold line breaks. One broken line must not
cost the other 339, so damage is kept with its row and only a file that is broken through and through is refused.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from idobata.kernel.errors import Invalid, Problem
from idobata.kernel.words import N_

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 50_000
MAX_CELL = 20_000
# No cell of a listing is a hundred lines long; a quotation mark that was never closed is.
MAX_LINES_PER_ROW = 200

_END = "\x00end"
_LOST = re.compile("[\udc80-\udcff\x00]")
# Python's CP932 maps bytes that Windows leaves unassigned to these instead of failing.
_LOST_IN_CP932 = re.compile("[\udc80-\udcff\x00\x80\uf8f0-\uf8f3]")


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One record. `line` is the line of the file it begins on, from 1. `damage` says why it cannot be read; None when it can."""

    line: int
    cells: tuple[str, ...]
    damage: Problem | None = None

    @property
    def is_blank(self) -> bool:
        """True when no cell holds anything."""
        return self.damage is None and not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class CsvText:
    """A file, read. `encoding` is the name a person knows it by. Blank rows are left out."""

    encoding: str
    rows: tuple[CsvRow, ...]


def read_csv(data: bytes) -> CsvText:
    """The rows of a comma-separated file. Raises `Invalid` when the file as a whole cannot be read."""
    _refuse_other_kinds(data)
    encoding, text = _decode(data)
    lost = _LOST_IN_CP932 if encoding == "CP932" else _LOST
    lines = list(io.StringIO(text, newline=""))
    _refuse_wreck(lines, lost)
    rows: list[CsvRow] = []
    for row in _rows(lines, lost):
        if row.is_blank:
            continue
        if len(rows) > MAX_ROWS:
            raise Invalid(
                Problem("file", N_("行が多すぎます（%(limit)s行まで）。いくつかのファイルに分けてください。"), {"limit": MAX_ROWS})
            )
        rows.append(row)
    if not rows:
        raise Invalid(Problem("file", N_("ファイルが空です。")))
    return CsvText(encoding, tuple(rows))


def _refuse_other_kinds(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // (1024 * 1024)
        raise Invalid(Problem("file", N_("ファイルが大きすぎます（%(limit)sMBまで）。いくつかに分けてください。"), {"limit": limit}))
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Invalid(Problem("file", N_("Excelのファイルのようです。「CSV UTF-8（コンマ区切り）」で保存しなおしてください。")))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Invalid(Problem("file", N_("文字コードがUTF-16です。「CSV UTF-8（コンマ区切り）」で保存しなおしてください。")))
    if data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html")):
        raise Invalid(Problem("file", N_("CSVではなく、ウェブページのようです。CSVのファイルを選んでください。")))


def _decode(data: bytes) -> tuple[str, str]:
    """The encoding's name and the text; bytes that mean nothing stay visible as lone surrogates."""
    if data.startswith(b"\xef\xbb\xbf"):
        return "UTF-8 (BOM)", data.decode("utf-8", "surrogateescape").lstrip("\ufeff")
    for name, codec in (("UTF-8", "utf-8"), ("CP932", "cp932")):
        try:
            return name, data.decode(codec)
        except UnicodeDecodeError:
            continue
    # CP932 can read much of UTF-8 as rubbish without an error, but almost nothing in CP932 is good UTF-8.
    foreign = [line for line in data.splitlines() if not line.isascii()]
    good = sum(1 for line in foreign if _is_utf8(line))
    name, codec = ("UTF-8", "utf-8") if good * 2 >= len(foreign) else ("CP932", "cp932")
    return name, data.decode(codec, "surrogateescape")


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _refuse_wreck(lines: list[str], lost: re.Pattern[str]) -> None:
    broken = [number for number, line in enumerate(lines, start=1) if lost.search(line)]
    if len(broken) >= 3 and len(broken) * 5 > len(lines):
        sentence = N_("%(line)s行目をはじめ、%(count)s行の文字が壊れています。UTF-8かShift_JISで保存しなおしてください。")
        raise Invalid(Problem("file", sentence, {"line": broken[0], "count": len(broken)}))


def _rows(lines: list[str], lost: re.Pattern[str]) -> Iterator[CsvRow]:
    at = 0
    width = 0
    while at < len(lines):
        row, used = _next_row(lines, at, width, lost)
        # The first row with several cells is the header, or as wide as it.
        if not width and row.damage is None and len(row.cells) > 1:
            width = len(row.cells)
        yield row
        at += used


def _next_row(lines: list[str], at: int, width: int, lost: re.Pattern[str]) -> tuple[CsvRow, int]:
    """The row that begins on `lines[at]`, and how many lines it took."""
    number = at + 1
    window = lines[at : at + MAX_LINES_PER_ROW]
    parsed = _parse(window, strict=False)
    if parsed is None:
        return CsvRow(number, (), Problem("file", N_("ひとつのセルが長すぎます（%(limit)s文字まで）。"), {"limit": MAX_CELL})), 1
    cells, used = parsed
    # A stray quotation mark swallows the rows after it. Only its own line is given up; reading goes on with the next one.
    if used > len(window) or (used > 1 and _parse(window, strict=True) is None):
        return CsvRow(number, _plain_cells(lines[at]), Problem("file", N_('引用符（"）の組が合っていません。'))), 1
    cells = _without_empty_tail(cells, width)
    return CsvRow(number, cells, _damage(cells, "".join(window[:used]), width, lost)), used


def _parse(window: list[str], *, strict: bool) -> tuple[tuple[str, ...], int] | None:
    """The first record and the lines it took (one more than there are when it never ends); None when csv gives up."""
    used = 0

    def feed() -> Iterator[str]:
        nonlocal used
        for line in (*window, _END):
            used += 1
            yield line

    try:
        return tuple(next(csv.reader(feed(), strict=strict))), used
    except csv.Error:
        return None


def _plain_cells(line: str) -> tuple[str, ...]:
    # Good enough to name the row in the report.
    return tuple(cell.strip('"\r\n') for cell in line.split(","))


def _without_empty_tail(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    end = len(cells)
    while end > width > 0 and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _damage(cells: tuple[str, ...], raw: str, width: int, lost: re.Pattern[str]) -> Problem | None:
    if lost.search(raw):
        return Problem("file", N_("文字が壊れていて読めません。もとのデータでたしかめてください。"))
    if any(len(cell) > MAX_CELL for cell in cells):
        return Problem("file", N_("ひとつのセルが長すぎます（%(limit)s文字まで）。"), {"limit": MAX_CELL})
    if width and len(cells) > width:
        sentence = N_(
            'セルの数が見出しより多くなっています（見出し%(expected)s、この行%(found)s）。コンマをふくむ文は引用符（"）で囲んでください。'
        )
        return Problem("file", sentence, {"expected": width, "found": len(cells)})
    return None
