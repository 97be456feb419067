"""A whole event list: bytes in, gatherings and a report out. Writes nothing."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from idobata.kernel.errors import Invalid, Problem
from idobata.kernel.words import N_
from idobata.opendata.csv_text import CsvRow, read_csv
from idobata.opendata.event_cells import is_own, read_own
from idobata.opendata.event_groups import EventGroup, group_rows
from idobata.opendata.event_record import EventRecord
from idobata.opendata.event_rows import EventRow, read_row, row_name
from idobata.opendata.own_groups import group_own
from idobata.opendata.profile_files import Profile
from idobata.opendata.profiles import Layout, Meaning, recognise

# Some tools put a title or a date above the header.
_HEADER_WITHIN = 10


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of one row. `line` is the line of the file it begins on; `reason` is set when it was refused."""

    line: int
    number: str
    title: str
    outcome: Literal["accepted", "refused"]
    reason: Problem | None = None


@dataclass(frozen=True, slots=True)
class ReadResult:
    """A file, read. `row_count` counts rows under the header that hold anything; `rows` reports each of them in order."""

    profile: Profile[Meaning]
    encoding: str
    groups: tuple[EventGroup, ...]
    rows: tuple[RowReport, ...]

    @property
    def row_count(self) -> int:
        """How many rows the file has."""
        return len(self.rows)

    @property
    def refused(self) -> tuple[RowReport, ...]:
        """The rows that could not be used, with the reason."""
        return tuple(row for row in self.rows if row.outcome == "refused")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What was kept and yet is odd; each has a `line` among its values."""
        return tuple(problem for group in self.groups for problem in group.warnings)


def read_events(data: bytes, today: date) -> ReadResult:
    """Every gathering of a municipal event list in either form. A bad row is refused alone.

    Raises `Invalid` when the file as a whole cannot be read: no CSV, no known header, broken through and through.
    """
    text = read_csv(data)
    layout, below = _find_header(text.rows)
    accepted: list[EventRow] = []
    own: list[tuple[int, EventRecord]] = []
    reports: list[RowReport] = []
    for row in below:
        try:
            if row.damage is None and is_own(layout, row.cells):
                record = read_own(layout, row.cells)
                own.append((row.line, record))
                number, title = record.number, record.title
            else:
                event = read_row(layout, row, today)
                accepted.append(event)
                number, title = event.number, event.title
        except Invalid as refusal:
            reports.append(RowReport(row.line, *row_name(layout, row), "refused", refusal.problems[0]))
        else:
            reports.append(RowReport(row.line, number, title, "accepted"))
    groups = sorted([*group_rows(accepted), *group_own(layout, own)], key=lambda group: group.line)
    return ReadResult(layout.profile, text.encoding, tuple(groups), tuple(reports))


def _find_header(rows: tuple[CsvRow, ...]) -> tuple[Layout, list[CsvRow]]:
    candidates = rows[:_HEADER_WITHIN]
    for at, row in enumerate(candidates):
        try:
            layout = recognise(row.cells)
        except Invalid:
            continue
        # Files that were glued together carry the header again.
        return layout, [other for other in rows[at + 1 :] if other.cells != row.cells]
    widest = max(candidates, key=lambda row: len(row.cells))
    recognise(widest.cells)
    raise Invalid(Problem("file", N_("イベント一覧の見出しが見つかりません。")))
