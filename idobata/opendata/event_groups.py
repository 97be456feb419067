"""Rows of a file into gatherings: twelve rows of 「子どもおはなし会」 are one gathering with twelve dates.

Why not simply source + number: in real files the number is given to a row, not to a gathering (杉並区: 210 numbers for 48
titles), stands for all dates of one (茅ヶ崎市: 31 numbers in 62 rows), is used twice for different things (狛江市: 5 of them) and
is given anew with every file. So a gathering is known by what its neighbours know it by: source, title and place. That key
stays the same when a later file brings more dates; the numbers are kept beside it.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from functools import lru_cache

from idobata.gatherings.rules import LIMITS
from idobata.gatherings.states import FeeKind, OccurrenceState, SignupKind
from idobata.kernel.errors import Problem
from idobata.kernel.text import fold_name
from idobata.kernel.words import N_
from idobata.opendata.event_record import EventRecord
from idobata.opendata.event_rows import EventRow
from idobata.opendata.profiles import Layout
from idobata.opendata.prose import sentences, shorten, split_lead, word_skeleton

SUMMARY_LIMIT = 120
_DAY_NOTE_LIMIT = LIMITS["note"]
_TOWN = re.compile(r"(.+)([市区町村])")
# 狛江市役所 and 市役所, 狛江市民体育館 and 市民体育館: there the kind of town belongs to the name.
_WITH_KIND = ("役", "民", "長", "営", "内", "")
# 「講座3」, 「講座（3）」, 「講座 第3回」: the part of a course, not a year or the edition of a festival.
_PART_NUMBER = re.compile(r"[\s　]*(?:(?<!\d)\d{1,2}|[（(]\d{1,2}[）)]|[（(]?第\d{1,2}回[）)]?)$")


@dataclass(frozen=True, slots=True)
class OwnRows:
    """The rows of one gathering as an Idobata site wrote them, and the layout of their file. `about_times` holds of all dates."""

    layout: Layout
    records: tuple[EventRecord, ...]
    about_times: str

    @property
    def first(self) -> EventRecord:
        """A row that speaks for all: apart from dates they say the same."""
        return self.records[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedTime:
    """One date of a gathering, from one row or several of the same day.

    `ends` not after `starts` on a single day is on the next day; `starts` None: all day; `ends` None: not known.
    `line` and `number` are those of the first row.
    """

    day: date
    last_day: date
    starts: time | None
    ends: time | None
    note: str
    called_off: bool
    line: int
    number: str
    state: OccurrenceState | None = None
    """What happens on that day, where the list says it exactly."""
    moved_to: date | None = None
    """The day it takes place on, where that is not the one it was announced for."""

    @property
    def begins(self) -> date:
        """The day it takes place on."""
        return self.moved_to or self.day


@dataclass(frozen=True, slots=True, kw_only=True)
class EventGroup:
    """One gathering as the file tells it. Text is as typed; empty means: not said.

    `key` is stable between files; `other_keys` are those an earlier file may have used when most dates were at another place.
    `summary` and `body` together are the description: the body goes on where the summary ends, and repeats it only when it
    had to be cut short. `numbers` are the NOs of its rows. `dates` are in order, one for each day.
    `category_words` and `area` are the city's own words, for matching only and never for a public page.
    `fee_text` stands behind `fee_yen` and does not repeat it. `host_name` may be empty when the file names nobody.
    """

    key: str
    other_keys: tuple[str, ...]
    source: str
    numbers: tuple[str, ...]
    title: str
    kana: str
    summary: str
    body: str
    host_name: str
    place_name: str
    online: bool
    address: str
    building: str
    latitude: float | None
    longitude: float | None
    access: str
    parking: str
    category_words: tuple[str, ...]
    area: str
    fee_kind: FeeKind
    fee_yen: int | None
    fee_text: str
    signup_kind: SignupKind
    signup_text: str
    deadline: date | None
    capacity_text: str
    audience: str
    contact_name: str
    contact_phone: tuple[str, ...]
    contact_email: str
    url: str
    rhythm_note: str
    dates: tuple[DatedTime, ...]
    warnings: tuple[Problem, ...]
    told: OwnRows | None = None
    """Set where an Idobata site wrote the list: the rows say everything exactly, and nothing is read out of words."""

    @property
    def line(self) -> int:
        """The line of the file its first row begins on."""
        return min(one.line for one in self.dates)


def group_rows(rows: Iterable[EventRow]) -> list[EventGroup]:
    """One gathering for each source, title and place (and host, where several hosts use the same words), in the order of the file.

    Rows that share a number and a title stay together even when single dates are elsewhere; the place is then the one with
    most dates, and the others are told in the notes of their dates.
    """
    titles: dict[tuple[str, str], list[EventRow]] = defaultdict(list)
    for row in _courses_as_one(list(rows)):
        titles[row.source, _folded(row.full_title)].append(row)
    shared = _numbers_of_several_titles(titles)
    groups: list[EventGroup] = []
    for same_title in titles.values():
        for same_place in _by_place(same_title, shared):
            groups.extend(_by_host(same_place))
    return sorted(groups, key=lambda group: group.line)


def fold_place(place: str, city: str) -> str:
    """A place as a key: 狛江市立西河原公民館, 西河原公民館 and 狛江市西河原公民館 are one inside 狛江市."""
    name = _folded(place)
    town = _TOWN.fullmatch(city.strip())
    stem = _folded(town[1]) if town else ""
    if not town or not name.startswith(stem):
        return name
    kind, rest = town[2], name[len(stem) :]
    if rest.startswith(f"{kind}立"):
        rest = rest[2:]
    elif rest.startswith(kind) and rest[1:2] not in _WITH_KIND:
        rest = rest[1:]
    return rest or name


def _courses_as_one(rows: list[EventRow]) -> list[EventRow]:
    """The rows with 「講座1」 to 「講座6」 under the name 「講座」, where place, host and description are the same."""
    courses: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in rows:
        courses[_course(row)].add(row.full_title)
    return [_part(row) if len(courses[_course(row)]) > 1 else row for row in rows]


def _course(row: EventRow) -> tuple[str, ...]:
    stem = _PART_NUMBER.sub("", row.full_title)
    # Two titles without a number are never one course, nor are two that describe themselves differently or not at all.
    mark = row.full_title if stem == row.full_title or not row.body else stem
    return row.source, mark, fold_place(row.place, row.city), _folded(row.host), _folded(row.body)


def _part(row: EventRow) -> EventRow:
    stem = _PART_NUMBER.sub("", row.full_title)
    note = f"{row.title}、{row.note}" if row.note else row.title
    return replace(row, title=shorten(stem, LIMITS["title"]), full_title=stem, note=note)


def _numbers_of_several_titles(titles: dict[tuple[str, str], list[EventRow]]) -> set[tuple[str, str]]:
    carriers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (source, title), rows in titles.items():
        for row in rows:
            carriers[source, row.number].add(title)
    return {number for number, found in carriers.items() if len(found) > 1}


def _by_place(rows: list[EventRow], shared: set[tuple[str, str]]) -> list[list[EventRow]]:
    places: dict[str, list[EventRow]] = {}
    for row in rows:
        places.setdefault(fold_place(row.place, row.city), []).append(row)
    # A number that stands for this title alone is believed: one course, held in two rooms.
    home: dict[str, str] = {}
    for place, there in list(places.items()):
        believed = {row.number for row in there if row.number and (row.source, row.number) not in shared}
        target = next((home[number] for number in believed if number in home), place)
        if target != place:
            places[target].extend(places.pop(place))
        home.update(dict.fromkeys(believed, target))
    return list(places.values())


def _by_host(rows: list[EventRow]) -> list[EventGroup]:
    hosts: dict[str, list[EventRow]] = {}
    for row in rows:
        hosts.setdefault(_folded(row.host), []).append(row)
    unnamed = hosts.pop("", []) if len(hosts) > 1 else []
    ranked = sorted(hosts.items(), key=lambda item: (-len(item[1]), item[1][0].line))
    ranked[0][1].extend(unnamed)
    # Only where two hosts use the same title and place does the host enter the key: offices are renamed every April.
    return [_group(found, "" if place == 0 else host) for place, (host, found) in enumerate(ranked)]


def _group(unsorted: list[EventRow], host: str) -> EventGroup:
    rows = sorted(unsorted, key=lambda row: row.line)
    places = Counter(fold_place(row.place, row.city) for row in rows)
    home = max(places, key=lambda place: places[place])
    keys = [_key(rows[0], place, host) for place in (home, *(place for place in places if place != home))]
    there = [row for row in rows if fold_place(row.place, row.city) == home]
    point = next((row for row in there if row.latitude is not None), there[0])
    told = _most_common(rows, lambda row: f"{row.outline}\n{row.body}")
    common_remarks = rows[0].remarks if len({_folded(row.remarks) for row in rows}) == 1 else ""
    common_note = rows[0].note if len(rows) > 1 and len({row.note for row in rows}) == 1 else ""
    first = rows[0]
    title = there[0].title
    summary, body = _summary_and_body(there[0], told, common_remarks)
    paying = next((row for row in rows if row.fee_kind is not FeeKind.UNKNOWN), first)
    signing = next((row for row in rows if row.signup_kind is not SignupKind.UNKNOWN), first)
    deadlines = [row.deadline for row in rows if row.deadline]
    return EventGroup(
        key=keys[0],
        other_keys=tuple(keys[1:]),
        source=first.source,
        numbers=tuple(dict.fromkeys(row.number for row in rows if row.number)),
        title=title,
        kana=_first(rows, lambda row: row.kana),
        summary=summary,
        body=shorten(body, LIMITS["body"]),
        host_name=_first(rows, lambda row: row.host)
        or shorten(_first(rows, lambda row: row.contact_name) or first.city, LIMITS["host_name"]),
        place_name=there[0].place,
        online=there[0].online,
        address=max((row.address for row in there), key=len),
        building=_first(there, lambda row: row.building),
        latitude=point.latitude,
        longitude=point.longitude,
        access=_first(there, lambda row: row.access),
        parking=_first(there, lambda row: row.parking),
        category_words=tuple(dict.fromkeys(row.category for row in rows if row.category)),
        area=_first(there, lambda row: row.area),
        fee_kind=paying.fee_kind,
        fee_yen=paying.fee_yen,
        fee_text=paying.fee_text or _first(rows, lambda row: row.fee_text),
        signup_kind=signing.signup_kind,
        signup_text=_signup_text(signing, rows, max(deadlines, default=None)),
        deadline=max(deadlines, default=None),
        capacity_text=_first(rows, lambda row: row.capacity_text),
        audience=_first(rows, lambda row: row.audience),
        contact_name=_first(rows, lambda row: row.contact_name),
        contact_phone=next((row.contact_phone for row in rows if row.contact_phone), ()),
        contact_email=_first(rows, lambda row: row.contact_email),
        url=_first(rows, lambda row: row.url),
        rhythm_note="、".join(dict.fromkeys(words for row in rows for words in (row.rhythm_note, common_note) if words))[:_DAY_NOTE_LIMIT],
        dates=_dates(rows, home, told, common_remarks, common_note),
        warnings=_warnings(rows, located=point.latitude is not None),
    )


def _key(row: EventRow, place: str, host: str) -> str:
    known_by = "\n".join((_folded(row.full_title), place, *([host] if host else [])))
    return f"{row.source}:{hashlib.sha256(known_by.encode()).hexdigest()[:16]}"


def _summary_and_body(named: EventRow, told: EventRow, remarks: str) -> tuple[str, str]:
    outline, text = told.outline, told.body
    if outline and outline in text:
        outline = ""
    whole = "\n\n".join(part for part in (outline, text) if part)
    summary, rest = split_lead(whole, SUMMARY_LIMIT)
    if not summary:
        summary, remarks = split_lead(remarks, SUMMARY_LIMIT)
    if not summary:
        summary = N_("くわしくは、主催のページを見てください。") if told.url else N_("くわしくは、問い合わせ先に聞いてください。")
    full_title = named.full_title if named.full_title != named.title else ""
    return summary, "\n\n".join(part for part in (full_title, rest, remarks) if part)


def _signup_text(signing: EventRow, rows: list[EventRow], deadline: date | None) -> str:
    text = signing.signup_text or _first(rows, lambda row: row.signup_text)
    if not text and signing.signup_kind is SignupKind.REQUIRED:
        # Only the remarks say so; somebody who reads the sign-up line alone must know, too.
        return f"申し込みが必要です（締切 {deadline.month}月{deadline.day}日）。" if deadline else "申し込みが必要です。"
    return text


def _dates(rows: list[EventRow], home: str, told: EventRow, common_remarks: str, common_note: str) -> tuple[DatedTime, ...]:
    days: dict[date, list[EventRow]] = defaultdict(list)
    for row in rows:
        days[row.when.day].append(row)
    return tuple(_one_day(days[day], home, told, common_remarks, common_note) for day in sorted(days))


def _one_day(rows: list[EventRow], home: str, told: EventRow, common_remarks: str, common_note: str) -> DatedTime:
    open_rows = [row for row in rows if not row.called_off] or rows
    spans = sorted({(row.when.starts, row.when.ends) for row in open_rows if row.when.starts}, key=_by_time)
    notes: list[str] = []
    if len(spans) > 1:
        notes.append("、".join(_span(*span) for span in spans))
    for row in open_rows:
        notes.append("" if row.note == common_note else row.note)
        if fold_place(row.place, row.city) != home and row.place:
            notes.append(f"会場：{row.place}")
        notes.append(_news(row.body, told.body))
        if not common_remarks and row.remarks:
            notes.append(row.remarks)
    starts, ends = _hull(spans)
    return DatedTime(
        day=rows[0].when.day,
        last_day=max(row.when.last_day for row in open_rows),
        starts=starts,
        ends=ends,
        note=shorten(" ／ ".join(dict.fromkeys(" ".join(note.split("\n")).strip() for note in notes if note)), _DAY_NOTE_LIMIT),
        called_off=all(row.called_off for row in rows),
        line=rows[0].line,
        number=rows[0].number,
    )


def _news(text: str, told: str) -> str:
    """The sentences of `text` that `told` does not say already, small words aside."""
    known = {word_skeleton(sentence) for sentence in sentences(told)}
    return " ".join(sentence for sentence in sentences(text) if word_skeleton(sentence) not in known)


def _by_time(span: tuple[time, time | None]) -> tuple[time, time]:
    return span[0], span[1] or time.max


def _hull(spans: Sequence[tuple[time, time | None]]) -> tuple[time | None, time | None]:
    """From the first beginning to the last end; an end that is not known stays not known."""
    if not spans:
        return None, None
    starts = spans[0][0]
    ends = [end for _, end in spans]
    # An end not after its beginning lies on the next day, behind all others.
    over_midnight = [end for start, end in spans if end and end <= start]
    if over_midnight:
        return starts, max(over_midnight)
    known = [end for end in ends if end]
    return starts, max(known) if len(known) == len(ends) else None


def _span(starts: time, ends: time | None) -> str:
    return f"{starts:%H:%M}〜{ends:%H:%M}" if ends else f"{starts:%H:%M}から"


def _warnings(rows: list[EventRow], *, located: bool) -> tuple[Problem, ...]:
    """Each kind of warning once, with the line of the first row that has it."""
    found: dict[tuple[str, str], Problem] = {}
    for row in rows:
        for problem in row.warnings:
            if not (problem.field == "latitude" and located):
                found.setdefault((problem.field, problem.sentence), problem)
    if len({(row.fee_yen, row.fee_text) for row in rows if row.fee_kind is not FeeKind.UNKNOWN}) > 1:
        found["fee", ""] = Problem("fee", N_("料金が行によってちがうので、最初の行のものにしました。"), {"line": rows[0].line})
    if not rows[0].place:
        found["place", ""] = Problem("place", N_("場所が書かれていません。"), {"line": rows[0].line})
    return tuple(found.values())


def _most_common(rows: Sequence[EventRow], told: Callable[[EventRow], str]) -> EventRow:
    counts = Counter(_folded(told(row)) for row in rows if told(row).strip())
    if not counts:
        return rows[0]
    # Counter keeps the order of the file, so a tie goes to the first.
    chosen = max(counts, key=lambda text: counts[text])
    return next(row for row in rows if _folded(told(row)) == chosen)


def _first(rows: Sequence[EventRow], value: Callable[[EventRow], str]) -> str:
    return next((found for row in rows if (found := value(row))), "")


@lru_cache(maxsize=50_000)
def _folded(text: str) -> str:
    # A name of signs alone folds to nothing; then the signs are the name.
    return fold_name(text) or "".join(text.split())
