"""One row of an event list into plain values, or a clear reason why not.

A row is refused only when nobody could go by it: no title, no date, a date that cannot be. Everything else is kept, and
what is odd is told beside it. Cells that look like spreadsheet formulas come in as the text they are; they are made
harmless where text leaves for a spreadsheet.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, time

from idobata.gatherings.rules import LIMITS
from idobata.gatherings.states import FeeKind, SignupKind
from idobata.kernel.errors import Invalid, Problem
from idobata.kernel.text import clean_email, clean_line, clean_text, clean_url
from idobata.kernel.words import N_
from idobata.opendata.cells import Clock, plain, read_clock, read_day, read_degrees, read_source
from idobata.opendata.csv_text import CsvRow
from idobata.opendata.profiles import Layout, Meaning
from idobata.opendata.prose import (
    NO_LIMIT,
    Remark,
    close_up,
    is_online,
    is_rhythm,
    read_audience,
    read_capacity,
    read_fee,
    read_hours,
    read_phones,
    read_remark,
    read_signup,
    shorten,
)

EARLIEST_YEAR = 2000
YEARS_AHEAD = 5
LONGEST_DAYS = 31
# A rhythm stands alone in a remark; a longer text that mentions one is a text.
_RHYTHM_LENGTH = 40
_CALLED_OFF = re.compile(r"\s*[【\[(〔<]\s*(?:開催)?中止[^】\])〕>]{0,10}[】\])〕>]\s*")
_LOST_DASH = re.compile(r"[\d月日時分)]\?[\d(午]")

Values = Mapping[Meaning, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The date of a row. `ends` not after `starts` on a single day is on the next day. `starts` None: all day."""

    day: date
    last_day: date
    starts: time | None = None
    ends: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One row, read. Text is cleaned and kept as typed; empty means: not said.

    `line` is the line of the file the row begins on. `source` is the municipal code (empty when it has none) and `number` the
    row's NO. `host` is only what the host column says. `rhythm_note` is recurrence in prose, `note` what is said about this date.
    `category` holds the city's own word and is for matching only, never for a public page.
    """

    line: int
    source: str
    number: str
    title: str
    full_title: str
    kana: str
    when: When
    note: str
    rhythm_note: str
    called_off: bool
    outline: str
    body: str
    remarks: str
    host: str
    prefecture: str
    city: str
    place: str
    online: bool
    address: str
    building: str
    latitude: float | None
    longitude: float | None
    access: str
    parking: str
    category: str
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
    warnings: tuple[Problem, ...]


def read_row(layout: Layout, row: CsvRow, today: date) -> EventRow:
    """The row as values. Raises `Invalid` with one problem when it must be refused."""
    if row.damage is not None:
        raise Invalid(row.damage)
    return _Reader(layout.values(row.cells), row.line, today).read()


def row_name(layout: Layout, row: CsvRow) -> tuple[str, str]:
    """Number and title of a row for a report, as well as they can be made out."""
    values = layout.values(row.cells)
    return _line(values[Meaning.NUMBER])[:40], shorten(_line(values[Meaning.TITLE]), LIMITS["title"])


class _Reader:
    """Reads one row and collects what is odd on the way."""

    def __init__(self, values: Values, line: int, today: date) -> None:
        self.values = values
        self.line = line
        self.today = today
        self.warnings: list[Problem] = []

    def read(self) -> EventRow:
        values = self.values
        typed_title = _line(values[Meaning.TITLE])
        full_title = _CALLED_OFF.sub("", typed_title, count=1) if _CALLED_OFF.match(plain(typed_title)) else typed_title
        if not full_title:
            raise Invalid(Problem(Meaning.TITLE, N_("イベントの名前がありません。")))
        when, odd_times = self._when()
        dates, remarks = read_remark(values[Meaning.DATE_REMARKS]), read_remark(values[Meaning.REMARKS])
        when, odd_times = self._fuller(when, odd_times, dates.text)
        note, rhythm, rest = _sort_remarks(_joined_line(*odd_times, close_up(dates.text)), remarks.text)
        signup = read_remark(values[Meaning.SIGNUP])
        deadline = self._deadline(signup, dates, remarks)
        signed = read_signup(
            values[Meaning.SIGNUP], f"{dates.text}\n{remarks.text}\n{values[Meaning.BODY]}", has_deadline=deadline is not None
        )
        fee = read_fee(values[Meaning.FEE], values[Meaning.FEE_DETAILS])
        if fee.problem:
            self._warn(fee.problem)
        place, meeting_point = self._text_line(Meaning.PLACE, "place_name"), self._text_line(Meaning.MEETING_POINT, "place_name")
        online = is_online(place or meeting_point) or is_online(values[Meaning.AREA])
        latitude, longitude = self._degrees()
        self._notice_lost_letters()
        return EventRow(
            line=self.line,
            source=read_source(values[Meaning.SOURCE]),
            number=_line(values[Meaning.NUMBER])[:40],
            title=self._fitting("title", Meaning.TITLE, full_title),
            full_title=full_title,
            kana=_line(values[Meaning.KANA]),
            when=when,
            note=note,
            rhythm_note=rhythm,
            called_off=full_title != typed_title or "中止" in plain(values[Meaning.STATE]),
            outline=_text(values[Meaning.OUTLINE]) or _text(values[Meaning.SUBTITLE]),
            body=self._body(),
            remarks=rest,
            host=self._text_line(Meaning.HOST, "host_name"),
            prefecture=_line(values[Meaning.PREFECTURE]),
            city=_line(values[Meaning.CITY]),
            place=place or meeting_point,
            online=online,
            address="" if online else shorten(_address(values), LIMITS["place_address"]),
            building="" if online else _line(values[Meaning.BUILDING]),
            latitude=None if online else latitude,
            longitude=None if online else longitude,
            access=_joined_line(
                _line(values[Meaning.ACCESS]), f"集合：{meeting_point}" if place and meeting_point != place and meeting_point else ""
            ),
            parking=shorten(_line(values[Meaning.PARKING]), LIMITS["parking"]),
            category=_line(values[Meaning.CATEGORY]),
            area=_line(values[Meaning.AREA]),
            fee_kind=fee.kind,
            fee_yen=fee.yen,
            fee_text=self._fitting("fee_words", Meaning.FEE_DETAILS, _line(fee.words)),
            signup_kind=signed.kind,
            signup_text=self._fitting("signup_words", Meaning.SIGNUP, signed.words),
            deadline=deadline,
            capacity_text=read_capacity(values[Meaning.CAPACITY], _tail(Meaning.CAPACITY, remarks, signup, dates)),
            audience=shorten(read_audience(values[Meaning.AUDIENCE], remarks.text), LIMITS["audience"]),
            contact_name=self._text_line(Meaning.CONTACT, "contact_name"),
            contact_phone=self._phones(),
            contact_email=self._email(),
            url=self._url(),
            warnings=tuple(self.warnings),
        )

    def _warn(self, problem: Problem) -> None:
        self.warnings.append(Problem(problem.field, problem.sentence, {**problem.values, "line": self.line}))

    def _when(self) -> tuple[When, list[str]]:
        """The date, and times that could not be read, as typed."""
        first = self._day(Meaning.FIRST_DAY, N_("開始日がありません。"), N_("開始日「%(typed)s」を日付として読めません。"))
        last = first
        if self.values[Meaning.LAST_DAY].strip():
            last = self._day(Meaning.LAST_DAY, "", N_("終了日「%(typed)s」を日付として読めません。"))
        if last < first:
            sentence = N_("終了日（%(last)s）が開始日（%(first)s）より前です。")
            raise Invalid(Problem(Meaning.LAST_DAY, sentence, {"first": first.isoformat(), "last": last.isoformat()}))
        starts, odd_start = self._clock(Meaning.STARTS)
        ends, odd_end = self._clock(Meaning.ENDS)
        odd = [words for words in (odd_start, odd_end) if words]
        if ends is not None and starts is None:
            odd.append(f"{ends.at:%H:%M}まで")
            ends = None
        if starts is not None and ends is not None and last == first:
            ends = self._end_of_day(starts, ends)
        if (last - first).days >= LONGEST_DAYS:
            self._warn(
                Problem(
                    Meaning.LAST_DAY,
                    N_("%(days)s日にわたる催しです。期間のある集まりとして読みました。"),
                    {"days": (last - first).days + 1},
                )
            )
            odd.append("長い期間の催しです。開いている日は主催にたしかめてください。")
        return When(day=first, last_day=last, starts=starts.at if starts else None, ends=ends.at if ends else None), odd

    def _fuller(self, when: When, odd_times: list[str], remark: str) -> tuple[When, list[str]]:
        """The date with the times its remark names, and what a reader must be told when there are none."""
        several = when.last_day > when.day
        if when.starts is None and (hours := read_hours(remark)):
            return replace(when, starts=hours[0], ends=hours[1]), odd_times
        if when.starts is None and not several and not odd_times and not remark:
            # Without a time a date is taken for a whole day.
            return when, ["時間は、問い合わせ先にたしかめてください。"]
        if several and when.starts and when.ends:
            # Or else it reads as one night without end: 12/6 15:45 to 12/13 16:30.
            return when, [f"時間は{when.starts:%H:%M}〜{when.ends:%H:%M}", *odd_times]
        return when, odd_times

    def _end_of_day(self, starts: Clock, ends: Clock) -> Clock | None:
        if (ends.next_day, ends.at) < (starts.next_day, starts.at):
            values = {"starts": f"{starts.at:%H:%M}", "ends": f"{ends.at:%H:%M}"}
            raise Invalid(Problem(Meaning.ENDS, N_("終了時刻（%(ends)s）が開始時刻（%(starts)s）より前です。"), values))
        if ends == starts:
            self._warn(Problem(Meaning.ENDS, N_("開始と終了が同じ時刻なので、終わりの時刻は「不明」としました。")))
            return None
        if ends.next_day and ends.at >= starts.at:
            self._warn(Problem(Meaning.ENDS, N_("終わりの時刻が遅すぎるので、「不明」としました。")))
            return None
        return ends

    def _day(self, meaning: Meaning, missing: str, unreadable: str) -> date:
        cell = self.values[meaning].strip()
        if not cell:
            raise Invalid(Problem(meaning, missing))
        day = read_day(cell)
        if day is None:
            raise Invalid(Problem(meaning, unreadable, {"typed": shorten(_line(cell), 30)}))
        if not self._is_plausible(day):
            raise Invalid(Problem(meaning, N_("年が%(year)s年になっています。たしかめてください。"), {"year": day.year}))
        return day

    def _is_plausible(self, day: date) -> bool:
        return EARLIEST_YEAR <= day.year <= self.today.year + YEARS_AHEAD

    def _clock(self, meaning: Meaning) -> tuple[Clock | None, str]:
        cell = self.values[meaning].strip()
        if not cell:
            return None, ""
        clock = read_clock(cell)
        if clock is None:
            typed = _line(cell)
            self._warn(Problem(meaning, N_("時刻「%(typed)s」は、言葉のまま残しました。"), {"typed": shorten(typed, 30)}))
            return None, typed
        return clock, ""

    def _deadline(self, *remarks: Remark) -> date | None:
        cell = self.values[Meaning.DEADLINE_DAY].strip() or _tail(Meaning.DEADLINE_DAY, *remarks)
        if not cell:
            return None
        day = read_day(cell)
        if day is None or not self._is_plausible(day):
            self._warn(
                Problem(
                    Meaning.DEADLINE_DAY, N_("申込の締切「%(typed)s」は日付として読めませんでした。"), {"typed": shorten(_line(cell), 30)}
                )
            )
            return None
        return day

    def _degrees(self) -> tuple[float | None, float | None]:
        latitude, longitude, problem = read_degrees(self.values[Meaning.LATITUDE], self.values[Meaning.LONGITUDE])
        if problem:
            self._warn(problem)
        return latitude, longitude

    def _phones(self) -> tuple[str, ...]:
        cell = self.values[Meaning.PHONE]
        phones = read_phones(cell, self.values[Meaning.EXTENSION])
        if cell.strip() and not phones:
            self._warn(
                Problem(Meaning.PHONE, N_("電話番号「%(typed)s」は番号として読めませんでした。"), {"typed": shorten(_line(cell), 30)})
            )
        return tuple(shorten(_line(phone), LIMITS["contact_phone"]) for phone in phones)

    def _email(self) -> str:
        cell = self.values[Meaning.EMAIL]
        if not cell.strip():
            return ""
        try:
            return clean_email(cell)
        except ValueError:
            self._warn(Problem(Meaning.EMAIL, N_("メールアドレスの形ではないので、使いませんでした。")))
            return ""

    def _url(self) -> str:
        cell = self.values[Meaning.URL]
        # Two addresses in one cell: the first is the page itself.
        first = next(iter(cell.split()), "")
        if not first:
            return ""
        try:
            return clean_url(first)
        except ValueError:
            self._warn(Problem(Meaning.URL, N_("URLの形ではないので、使いませんでした。")))
            return ""

    def _body(self) -> str:
        values = self.values
        named = (("共催", Meaning.CO_HOST), ("協力", Meaning.OTHER_HOSTS), ("外国語対応", Meaning.LANGUAGES), ("駐輪場", Meaning.BICYCLES))
        lines = [f"{name}：{_line(values[meaning])}" for name, meaning in named if values[meaning].strip()]
        return "\n\n".join(part for part in (_text(values[Meaning.BODY]), _text(values[Meaning.PARTS]), "\n".join(lines)) if part)

    def _notice_lost_letters(self) -> None:
        prose = "\n".join(self.values[meaning] for meaning in (Meaning.BODY, Meaning.DATE_REMARKS, Meaning.REMARKS, Meaning.SIGNUP))
        if _LOST_DASH.search(prose) or "\ufffd" in prose:
            self._warn(Problem(Meaning.BODY, N_("「〜」などの文字が「?」に化けているようです。文をたしかめてください。")))

    def _text_line(self, meaning: Meaning, limit: str) -> str:
        return self._fitting(limit, meaning, _line(self.values[meaning]))

    def _fitting(self, limit: str, meaning: Meaning, text: str) -> str:
        if len(text) <= LIMITS[limit]:
            return text
        self._warn(Problem(meaning, N_("長いので、%(limit)s文字に縮めました。"), {"limit": LIMITS[limit]}))
        return shorten(text, LIMITS[limit])


def _sort_remarks(about_dates: str, remarks: str) -> tuple[str, str, str]:
    """What is said of this date, of the rhythm, and the remarks that are left."""
    note, rhythm = ("", about_dates) if is_rhythm(about_dates) else (about_dates, "")
    if remarks and len(remarks) <= _RHYTHM_LENGTH and "\n" not in remarks and is_rhythm(remarks):
        return note, _joined_line(rhythm, remarks), ""
    return note, rhythm, remarks


def _address(values: Values) -> str:
    prefecture, city = _line(values[Meaning.PREFECTURE]), _line(values[Meaning.CITY])
    street = _line(values[Meaning.ADDRESS]) or _line(values[Meaning.TOWN]) + _line(values[Meaning.BLOCK])
    if prefecture and street.startswith(prefecture):
        return street
    return prefecture + (street if city and street.startswith(city) else city + street)


def _tail(meaning: Meaning, *remarks: Remark) -> str:
    return next((remark.tail[meaning] for remark in remarks if meaning in remark.tail), "")


def _joined_line(*parts: str) -> str:
    lines = [_line(part) for part in parts if part.strip()]
    return "、".join([*(line.rstrip("、。") for line in lines[:-1]), *lines[-1:]])


def _line(cell: str) -> str:
    return clean_line(cell, limit=NO_LIMIT)


def _text(cell: str) -> str:
    return clean_text(cell, limit=NO_LIMIT)
