"""When a gathering meets: the rhythm its host chose, the days it means, and what is wrong with it."""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, time, timedelta
from enum import StrEnum
from typing import Self, TypeAlias

from idobata.kernel.errors import Problem
from idobata.kernel.holidays import JAPANESE_HOLIDAYS, HolidayCalendar
from idobata.kernel.words import N_

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"

LAST = -1
EARLIEST_YEAR = 1900
YEARS_AHEAD = 5
MAX_DATES = 100
MAX_COUNT = 400
# A single night out is shorter than this; beyond it the two times were most likely swapped.
LONGEST_NIGHT = timedelta(hours=16)


class Rhythm(StrEnum):
    """How a gathering comes back."""

    ONCE = "once"
    DATES = "dates"
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY_DATE = "monthly_date"
    MONTHLY_WEEKDAY = "monthly_weekday"


# The shortest way from one meeting to the next when there is only one a period.
_PERIOD_DAYS = {Rhythm.WEEKLY: 7, Rhythm.FORTNIGHTLY: 14, Rhythm.MONTHLY_DATE: 28, Rhythm.MONTHLY_WEEKDAY: 28}


@dataclass(frozen=True, slots=True)
class Slot:
    """One meeting as the rule gives it. Both moments are aware, in the city's zone.

    `all_day`: from midnight to the midnight after the last day. `end_known` False: nobody said when it ends; `ends_at` is
    then two hours after the beginning (on the last day), good for sorting only.
    """

    day: date
    starts_at: datetime
    ends_at: datetime
    all_day: bool
    end_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The rhythm of a gathering, in local days and times of whole minutes.

    Lists are kept sorted and without doubles, so equal rhythms are equal values; hand-picked days in any order begin with
    the earliest. `until`, `count` and the skip rules steer repeating rhythms only: a day somebody picked by hand is meant.

    `count` is the number of meetings that happen (「全6回」 is six meetings): a skipped day is not counted.
    A meeting of several days is skipped, and falls under `until`, by its first day.
    """

    rhythm: Rhythm
    first_day: date
    """The first possible day; a repeating rhythm meets on the first day from here on that fits. Fortnights count from its week."""
    starts: time | None
    """None: all day."""
    ends: time | None
    """None: not known. Not after `starts` (and `span_days` 0): on the next day."""
    span_days: int = 0
    """The last day is this many days after the first."""
    weekdays: tuple[int, ...] = ()
    """0 = Monday. Weekly, fortnightly, monthly by weekday."""
    nths: tuple[int, ...] = ()
    """1 to 5, -1 = the last. Monthly by weekday: every nth with every weekday."""
    month_days: tuple[int, ...] = ()
    """1 to 31. Monthly by date: a month without that day is left out."""
    dates: tuple[date, ...] = ()
    """Further hand-picked days."""
    until: date | None = None
    """The last possible day, itself included."""
    count: int | None = None
    skip_holidays: bool = False
    skip_obon: bool = False
    """13 to 16 August."""
    skip_new_year: bool = False
    """29 December to 3 January."""
    note: str = ""
    """Prose about times that no rule holds (「第3火曜、全6回」)."""

    def __post_init__(self) -> None:
        put = object.__setattr__  # the value is frozen for everybody else
        put(self, "starts", _whole_minute(self.starts))
        put(self, "ends", _whole_minute(self.ends))
        put(self, "weekdays", tuple(sorted(set(self.weekdays))))
        put(self, "nths", tuple(sorted(set(self.nths), key=lambda nth: (nth < 0, nth))))
        put(self, "month_days", tuple(sorted(set(self.month_days))))
        picked = sorted({self.first_day, *self.dates})
        if self.rhythm is Rhythm.DATES:
            put(self, "first_day", picked[0])
            put(self, "dates", tuple(picked[1:]))
        else:
            put(self, "dates", tuple(sorted(set(self.dates))))

    @property
    def repeats(self) -> bool:
        """True for a rule, False for days picked by hand."""
        return self.rhythm not in (Rhythm.ONCE, Rhythm.DATES)

    def meeting_days(self, holidays: HolidayCalendar, from_day: date = date.min) -> Iterator[date]:
        """The days on which a meeting begins, in order, from `from_day` on. Without an end when the rule has none: stop by yourself."""
        if not self.repeats:
            picked = (self.first_day, *self.dates) if self.rhythm is Rhythm.DATES else (self.first_day,)
            yield from (day for day in picked if day >= from_day)
            return
        # Only a count needs the past; everything else jumps straight to the day asked for.
        start = max(self.first_day, from_day) if self.count is None else self.first_day
        left = self.count
        for day in self._rule_days(start):
            if (self.until is not None and day > self.until) or (left is not None and left < 1):
                return
            if self.is_day_off(day, holidays):
                continue
            if left is not None:
                left -= 1
            if day >= from_day:
                yield day

    def skipped_days(self, holidays: HolidayCalendar, from_day: date, to_day: date) -> list[date]:
        """The days, both ends included, that fit the rule and fall out because of a skip rule (the EXDATEs of a calendar)."""
        if not self.repeats:
            return []
        found: list[date] = []
        last = to_day if self.until is None else min(self.until, to_day)
        for day in self._rule_days(max(self.first_day, from_day)):
            if day > last:
                break
            if self.is_day_off(day, holidays):
                found.append(day)
        return found

    def is_day_off(self, day: date, holidays: HolidayCalendar) -> bool:
        """True when a skip rule takes `day` away. Never for hand-picked days."""
        if not self.repeats:
            return False
        at = (day.month, day.day)
        return (
            (self.skip_obon and (8, 13) <= at <= (8, 16))
            or (self.skip_new_year and (at >= (12, 29) or at <= (1, 3)))
            or (self.skip_holidays and holidays.holiday_name(day) is not None)
        )

    def problems(self, today: date, holidays: HolidayCalendar = JAPANESE_HOLIDAYS) -> list[Problem]:
        """Everything a person has to mend before this can be posted; empty when all is well. Fields are attribute names."""
        found = [*self._time_problems(), *self._rule_problems(), *self._year_problems(today)]
        # Whether the rule meets at all can only be said of a rule that is sound.
        return found or self._meeting_problems(today, holidays)

    def to_json(self) -> dict[str, JSON]:
        """Plain values for storage; what is not set is left out. `from_json` is the way back."""
        kept: dict[str, JSON] = {"rhythm": self.rhythm.value, "first_day": self.first_day.isoformat()}
        optional: dict[str, JSON] = {
            "starts": _iso_time(self.starts),
            "ends": _iso_time(self.ends),
            "span_days": self.span_days or None,
            "weekdays": list(self.weekdays) or None,
            "nths": list(self.nths) or None,
            "month_days": list(self.month_days) or None,
            "dates": [day.isoformat() for day in self.dates] or None,
            "until": None if self.until is None else self.until.isoformat(),
            "count": self.count,
            "skip_holidays": self.skip_holidays or None,
            "skip_obon": self.skip_obon or None,
            "skip_new_year": self.skip_new_year or None,
            "note": self.note or None,
        }
        return kept | {name: value for name, value in optional.items() if value is not None}

    @classmethod
    def from_json(cls, kept: Mapping[str, JSON]) -> Self:
        """A schedule from what `to_json` gave. Unknown names are passed over; ValueError when a value has the wrong form."""
        return cls(
            rhythm=Rhythm(_text(kept, "rhythm")),
            first_day=date.fromisoformat(_text(kept, "first_day")),
            starts=_time(kept, "starts"),
            ends=_time(kept, "ends"),
            span_days=_number(kept, "span_days") or 0,
            weekdays=_numbers(kept, "weekdays"),
            nths=_numbers(kept, "nths"),
            month_days=_numbers(kept, "month_days"),
            dates=tuple(date.fromisoformat(_is_text(day, "dates")) for day in _list(kept, "dates")),
            until=date.fromisoformat(_text(kept, "until")) if kept.get("until") is not None else None,
            count=_number(kept, "count"),
            skip_holidays=_flag(kept, "skip_holidays"),
            skip_obon=_flag(kept, "skip_obon"),
            skip_new_year=_flag(kept, "skip_new_year"),
            note=_text(kept, "note") if kept.get("note") is not None else "",
        )

    def _rule_days(self, from_day: date) -> Iterator[date]:
        match self.rhythm:
            case Rhythm.WEEKLY:
                return _weekly(self.weekdays, 1, self.first_day, from_day)
            case Rhythm.FORTNIGHTLY:
                return _weekly(self.weekdays, 2, self.first_day, from_day)
            case Rhythm.MONTHLY_DATE:
                days = [day for day in self.month_days if 1 <= day <= 31]
                return _monthly(lambda year, month: _fitting(days, year, month), from_day) if days else iter(())
            case Rhythm.MONTHLY_WEEKDAY:
                pairs = [(nth, day) for nth in self.nths for day in self.weekdays if _is_nth(nth) and 0 <= day <= 6]
                return _monthly(lambda year, month: _nth_weekdays(pairs, year, month), from_day) if pairs else iter(())
            case _:
                return iter(())

    def _time_problems(self) -> Iterator[Problem]:
        if self.starts is None and self.ends is not None:
            yield Problem("starts", N_("始まりの時間も入れてください。終わりの時間だけが入っています。"))
        if self.span_days < 0:
            yield Problem("span_days", N_("終わりの日が始まりの日より前になっています。もう一度たしかめてください。"))
        if self.span_days == 0 and self.starts is not None and self.ends is not None and self.ends <= self.starts:
            night = datetime.combine(date(2000, 1, 2), self.ends) - datetime.combine(date(2000, 1, 1), self.starts)
            if night > LONGEST_NIGHT:
                yield Problem("ends", N_("終わりの時間が始まりより前になっています。もう一度たしかめてください。"))
        if self.repeats and self.span_days >= _PERIOD_DAYS[self.rhythm]:
            yield Problem("span_days", N_("1回が長すぎて、次の回と重なっています。終わりの日をたしかめてください。"))

    def _rule_problems(self) -> Iterator[Problem]:
        if self.rhythm in (Rhythm.WEEKLY, Rhythm.FORTNIGHTLY, Rhythm.MONTHLY_WEEKDAY):
            if not self.weekdays:
                yield Problem("weekdays", N_("何曜日に開くかを選んでください。"))
            elif not all(0 <= day <= 6 for day in self.weekdays):
                yield Problem("weekdays", N_("曜日をもう一度選んでください。"))
        if self.rhythm is Rhythm.MONTHLY_WEEKDAY:
            if not self.nths:
                yield Problem("nths", N_("第何週の曜日かを選んでください。"))
            elif not all(_is_nth(nth) for nth in self.nths):
                yield Problem("nths", N_("第1から第5、または最後から選んでください。"))
        if self.rhythm is Rhythm.MONTHLY_DATE:
            if not self.month_days:
                yield Problem("month_days", N_("毎月何日に開くかを入れてください。"))
            elif not all(1 <= day <= 31 for day in self.month_days):
                yield Problem("month_days", N_("日は1から31までの数で入れてください。"))
        if self.rhythm is Rhythm.DATES and len(self.dates) + 1 > MAX_DATES:
            yield Problem("dates", N_("日にちは%(most)s日までにしてください。くり返しを使うと短く書けます。"), {"most": MAX_DATES})
        if not self.repeats:
            return
        if self.count is not None and self.count < 1:
            yield Problem("count", N_("回数は1回以上にしてください。"))
        if self.count is not None and self.count > MAX_COUNT:
            yield Problem("count", N_("回数は%(most)s回までにしてください。続くあいだは空けておいて大丈夫です。"), {"most": MAX_COUNT})
        if self.until is not None and self.until < self.first_day:
            yield Problem("until", N_("くり返しの終わりの日が、最初の日より前になっています。もう一度たしかめてください。"))

    def _year_problems(self, today: date) -> Iterator[Problem]:
        latest = today.year + YEARS_AHEAD
        sentence = N_("年をたしかめてください。%(year)s年になっています。")
        asked: list[tuple[str, Iterable[date | None]]] = [
            ("first_day", (self.first_day,)),
            ("dates", self.dates if self.rhythm is Rhythm.DATES else ()),
            ("until", (self.until,) if self.repeats else ()),
        ]
        if self.span_days > 0:
            ahead = date(latest, 12, 31).toordinal() - self.first_day.toordinal()
            if EARLIEST_YEAR <= self.first_day.year <= latest and self.span_days > ahead:
                yield Problem("span_days", N_("終わりの日の年をたしかめてください。先の日すぎるようです。"))
        for name, days in asked:
            wrong = next((day for day in days if day is not None and not EARLIEST_YEAR <= day.year <= latest), None)
            if wrong is not None:
                yield Problem(name, sentence, {"year": wrong.year})

    def _meeting_problems(self, today: date, holidays: HolidayCalendar) -> list[Problem]:
        still_open = self.first_day
        if today.toordinal() - self.span_days > self.first_day.toordinal():
            still_open = date.fromordinal(today.toordinal() - self.span_days)  # began earlier, still running today
        if next(self.meeting_days(holidays, still_open), None) is not None:
            return []
        if self.rhythm is Rhythm.ONCE:
            return [Problem("first_day", N_("この日はもう過ぎています。これからの日を入れてください。"))]
        if next(self.meeting_days(holidays), None) is not None:
            return [Problem("first_day", N_("開催日がすべて過ぎています。これからの日を入れてください。"))]
        field = "until" if self.until is not None else "rhythm"
        return [Problem(field, N_("この決め方では、開く日が1日もありません。曜日や終わりの日をたしかめてください。"))]


def _weekly(weekdays: tuple[int, ...], weeks_apart: int, anchor: date, from_day: date) -> Iterator[date]:
    weekdays = tuple(day for day in weekdays if 0 <= day <= 6)
    if not weekdays:
        return
    step, begin, end = 7 * weeks_apart, from_day.toordinal(), date.max.toordinal()
    monday = anchor.toordinal() - anchor.weekday()
    monday += (begin - monday) // step * step
    while True:
        for weekday in weekdays:
            if monday + weekday > end:
                return
            if monday + weekday >= begin:
                yield date.fromordinal(monday + weekday)
        monday += step


def _monthly(days_of: Callable[[int, int], Iterable[int]], from_day: date) -> Iterator[date]:
    year, month = from_day.year, from_day.month
    while year <= MAXYEAR:
        for number in days_of(year, month):
            day = date(year, month, number)
            if day >= from_day:
                yield day
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _fitting(month_days: Iterable[int], year: int, month: int) -> list[int]:
    length = monthrange(year, month)[1]
    return [day for day in month_days if day <= length]


def _nth_weekdays(pairs: Iterable[tuple[int, int]], year: int, month: int) -> list[int]:
    first_weekday, length = monthrange(year, month)
    found: set[int] = set()  # the fifth may be the last, too
    for nth, weekday in pairs:
        days = range(1 + (weekday - first_weekday) % 7, length + 1, 7)
        if nth == LAST:
            found.add(days[-1])
        elif nth <= len(days):
            found.add(days[nth - 1])
    return sorted(found)


def _is_nth(nth: int) -> bool:
    return nth == LAST or 1 <= nth <= 5


def _whole_minute(at: time | None) -> time | None:
    return None if at is None else time(at.hour, at.minute)


def _iso_time(at: time | None) -> str | None:
    return None if at is None else at.isoformat("minutes")


def _text(kept: Mapping[str, JSON], name: str) -> str:
    return _is_text(kept.get(name), name)


def _is_text(value: JSON, name: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name}: text expected")
    return value


def _time(kept: Mapping[str, JSON], name: str) -> time | None:
    return time.fromisoformat(_text(kept, name)) if kept.get(name) is not None else None


def _is_number(value: JSON, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{name}: whole number expected")
    return value


def _number(kept: Mapping[str, JSON], name: str) -> int | None:
    value = kept.get(name)
    return None if value is None else _is_number(value, name)


def _list(kept: Mapping[str, JSON], name: str) -> list[JSON]:
    value = kept.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError(f"{name}: list expected")
    return value


def _numbers(kept: Mapping[str, JSON], name: str) -> tuple[int, ...]:
    return tuple(_is_number(value, name) for value in _list(kept, name))


def _flag(kept: Mapping[str, JSON], name: str) -> bool:
    value = kept.get(name, False)
    if not isinstance(value, bool):
        raise ValueError(f"{name}: true or false expected")
    return value
