"""What became of each row of an event list, as a table that opens in a spreadsheet."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from idobata.kernel.csv_file import csv_file
from idobata.kernel.errors import Problem
from idobata.opendata.event_file import ReadResult, RowReport
from idobata.opendata.event_groups import EventGroup


class Outcome(StrEnum):
    """What became of a gathering."""

    MADE = "made"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a gathering, and why when it was refused.

    `kept` names the fields (of `GatheringValues`) where the list says something else than what a person has put here since.
    """

    outcome: Outcome
    kept: tuple[str, ...] = ()
    reason: Problem | None = None


OUTCOME_WORDS: dict[Outcome, str] = {
    Outcome.MADE: "作成",
    Outcome.CHANGED: "更新",
    Outcome.UNCHANGED: "変更なし",
    Outcome.REFUSED: "取りこめません",
}
_HEADER = ("行", "番号", "名前", "結果", "理由・気をつけること")
_FIELD_WORDS: dict[str, str] = {
    "title": "名前",
    "summary": "ひとこと",
    "body": "説明",
    "host_name": "主催",
    "schedule": "日時",
    "venue_kind": "場所",
    "place": "場所",
    "area_words": "場所",
    "is_online": "場所",
    "online_url": "場所",
    "district": "地区",
    "category": "カテゴリ",
    "fee_kind": "参加費",
    "fee_yen": "参加費",
    "fee_words": "参加費",
    "signup_kind": "申し込み",
    "signup_words": "申し込み",
    "audience": "どんな人に",
    "parking": "駐車場",
    "reuse_text": "文章の再利用",
}
_CONTACT = "問い合わせ先"


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One row of the file: where it stands, what it is called, what became of it and why."""

    line: int
    number: str
    title: str
    outcome: Outcome
    reason: str


def report_lines(read: ReadResult, outcomes: Mapping[str, Imported], left_out: Mapping[str, int]) -> list[ReportLine]:
    """A line for each row of the file. `outcomes` and `left_out` (dates beyond the hundredth) are by the key of a gathering."""
    finder = _Finder(read.groups)
    told: set[str] = set()
    lines: list[ReportLine] = []
    for row in read.rows:
        if row.reason is not None:
            lines.append(ReportLine(row.line, row.number, row.title, Outcome.REFUSED, row.reason.in_japanese()))
            continue
        group = finder.of(row)
        done = outcomes[group.key]
        # What is true of the gathering as a whole is said once, beside its first row.
        words = [done.reason.in_japanese()] if done.reason else []
        words += _problems_of(group.warnings, row.line)
        if group.key not in told:
            told.add(group.key)
            words += _once(done, left_out.get(group.key, 0))
        lines.append(ReportLine(row.line, row.number, row.title, done.outcome, " ".join(words)))
    return lines


def to_csv(lines: Iterable[ReportLine]) -> bytes:
    """The report as a file: UTF-8 with a BOM and CRLF, so that a double click opens it rightly; no cell can run as a formula."""
    return csv_file(_HEADER, ((str(one.line), one.number, one.title, OUTCOME_WORDS[one.outcome], one.reason) for one in lines))


def kept_words(names: Iterable[str]) -> str:
    """Names of fields as people know them, each once: 「名前・説明」."""
    return "・".join(dict.fromkeys(_FIELD_WORDS.get(name, _CONTACT) for name in names))


def _once(done: Imported, left_out: int) -> list[str]:
    words: list[str] = []
    if done.kept:
        words.append(f"こちらで直したところ（{kept_words(done.kept)}）は、そのままにしました。")
    if left_out:
        words.append(f"日にちが多いので、あとの{left_out}日は入れていません。近づいてから、もう一度取りこんでください。")
    return words


def _problems_of(warnings: tuple[Problem, ...], line: int) -> list[str]:
    return [problem.in_japanese() for problem in warnings if problem.values.get("line") == line]


class _Finder:
    """Which gathering a row went into: rows of one day are one date there, so not every line is named in it."""

    def __init__(self, groups: tuple[EventGroup, ...]) -> None:
        self.groups = groups
        self.by_line = {one.line: group for group in groups for one in group.dates}
        self.by_number: dict[str, list[EventGroup]] = defaultdict(list)
        for group in groups:
            for number in group.numbers:
                self.by_number[number].append(group)

    def of(self, row: RowReport) -> EventGroup:
        if row.line in self.by_line:
            return self.by_line[row.line]
        candidates = self.by_number.get(row.number) or [group for group in self.groups if group.title == row.title] or list(self.groups)
        named = [group for group in candidates if group.title == row.title or row.title.startswith(group.title)]
        before = [group for group in named or candidates if group.line <= row.line]
        return before[-1] if before else candidates[0]
