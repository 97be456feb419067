"""How a person says a day and a time: 「12月5日（土）午前10時〜正午」, and the English twins.

Every function takes `language`: "en" gives English, anything else Japanese (the source language).
"""

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Protocol

WEEKDAY_LETTERS = ("月", "火", "水", "木", "金", "土", "日")
_ENGLISH_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1873, 1, 1), "明治"),  # the era is older; the Gregorian calendar began here
)
_NOON = time(12, 0)
_ONE_DAY = timedelta(days=1)


class Span(Protocol):
    """Anything that begins and ends: a slot, an occurrence, a card. Both moments are aware."""

    @property
    def starts_at(self) -> datetime:
        """The beginning."""
        ...

    @property
    def ends_at(self) -> datetime:
        """The end; midnight after the last day when `all_day`."""
        ...

    @property
    def all_day(self) -> bool:
        """True when no time of day is meant."""
        ...

    @property
    def end_known(self) -> bool:
        """False when `ends_at` is only a guess for sorting and must not be shown."""
        ...


def weekday_letter(day: date, language: str = "ja") -> str:
    """「土」, or "Sat"."""
    return _ENGLISH_WEEKDAYS[day.weekday()][:3] if language == "en" else WEEKDAY_LETTERS[day.weekday()]


def weekday_name(weekday: int, language: str = "ja") -> str:
    """「土曜日」, or "Saturday"; 0 is Monday."""
    return _ENGLISH_WEEKDAYS[weekday] if language == "en" else f"{WEEKDAY_LETTERS[weekday]}曜日"


def month_day(day: date, language: str = "ja", *, year: bool = False) -> str:
    """「12月5日」, or "5 Dec"; with the year when asked."""
    if language == "en":
        return f"{day.day} {_ENGLISH_MONTHS[day.month - 1]}" + (f" {day.year}" if year else "")
    return (f"{day.year}年" if year else "") + f"{day.month}月{day.day}日"


def day_words(day: date, language: str = "ja", *, year: bool = False) -> str:
    """「12月5日（土）」, 「2026年12月5日（土）」; "Sat, 5 Dec", "Sat, 5 Dec 2026"."""
    words = month_day(day, language, year=year)
    letter = weekday_letter(day, language)
    return f"{letter}, {words}" if language == "en" else f"{words}（{letter}）"


def days_words(first: date, last: date, language: str = "ja", *, year: bool = False) -> str:
    """「12月5日（土）〜7日（月）」, 「12月30日（水）〜1月2日（土）」; one day when `last` is not later."""
    words = day_words(first, language, year=year)
    return words if last <= first else words + _dash(language) + _later_day(first, last, language, year)


def short_day(day: date, language: str = "ja") -> str:
    """「12/5(土)」 for lists and titles; "Sat 5 Dec"."""
    if language == "en":
        return f"{weekday_letter(day, language)} {month_day(day, language)}"
    return f"{day.month}/{day.day}({weekday_letter(day)})"


def era_year(day: date) -> str:
    """「令和8年」, 「令和元年」; the plain year before 1873."""
    for first, era in _ERAS:
        if day >= first:
            number = day.year - (1868 if era == "明治" else first.year) + 1
            return f"{era}{'元' if number == 1 else number}年"
    return f"{day.year}年"


def clock_words(at: time) -> str:
    """ "10:00", "9:05": the clock, the same in every language."""
    return f"{at.hour}:{at.minute:02}"


def time_words(at: time, language: str = "ja") -> str:
    """「午前10時」, 「午後1時30分」, 「正午」, 「午前0時」; "10:00" in English."""
    if language == "en":
        return clock_words(at)
    return "正午" if _is_noon(at) else _half(at) + _twelve_hours(at)


def hours_words(span: Span, language: str = "ja", *, zone: tzinfo | None = None) -> str:
    """The times of a span without its days: 「午前10時〜正午」, 「午後1時〜3時」, 「午前10時から」, 「午後10時〜翌日午前2時」.

    Empty for all-day spans and for those of several days: a time there means nothing without its day. Shown in
    `zone`, or as the span carries it.
    """
    starts_at, ends_at = _local(span, zone)
    if span.all_day:
        return ""
    start = time_words(starts_at.time(), language)
    if not span.end_known:
        if _runs_for_days(starts_at, ends_at):
            return ""
        return f"from {start}" if language == "en" else f"{start}から"
    if _runs_for_days(starts_at, ends_at):
        return ""
    end = time_words(ends_at.time(), language)
    if ends_at.date() != starts_at.date():
        return f"{start}–{end} (next day)" if language == "en" else f"{start}〜翌日{end}"
    if language == "en":
        return f"{start}–{end}"
    # 「午後1時〜3時」: nobody says 午後 twice in one breath. 正午 carries no half, so what follows it needs one.
    if not (_is_noon(starts_at) or _is_noon(ends_at)) and _half(starts_at) == _half(ends_at):
        end = _twelve_hours(ends_at)
    return f"{start}〜{end}"


def span_words(span: Span, language: str = "ja", *, year: bool = False, zone: tzinfo | None = None) -> str:
    """Days and times as one says them.

    「12月5日（土）午前10時〜正午」; several days 「12月5日（土）〜7日（月）」 or 「12月5日（土）午前10時〜7日（月）午後4時」;
    across midnight 「12月5日（土）午後10時〜翌日午前2時」; all day is the day alone. Shown in `zone`, or as the span carries it.
    """
    starts_at, ends_at = _local(span, zone)
    first = starts_at.date()
    # An all-day span ends at the midnight after its last day.
    last = ends_at.date() - _ONE_DAY if span.all_day else ends_at.date()
    start_day = day_words(first, language, year=year)
    gap = ", " if language == "en" else ""
    if span.all_day:
        return days_words(first, last, language, year=year)
    if not _runs_for_days(starts_at, ends_at):
        return f"{start_day}{gap}{hours_words(span, language, zone=zone)}"
    start = f"{start_day}{gap}{time_words(starts_at.time(), language)}"
    end = _later_day(first, last, language, year)
    if span.end_known:
        end += gap + time_words(ends_at.time(), language)
    return start + _dash(language) + end


def relative_words(day: date, today: date, language: str = "ja") -> str | None:
    """「きょう」, 「あした」, 「あさって」; None for every other day."""
    words = ("Today", "Tomorrow", "In 2 days") if language == "en" else ("きょう", "あした", "あさって")
    ahead = (day - today).days
    return words[ahead] if 0 <= ahead < len(words) else None


def ago_words(moment: datetime, now: datetime, language: str = "ja") -> str:
    """How long ago, in one unit: 「たった今」, 「5分前」, 「3時間前」, 「3日前」, 「2か月前」, 「1年前」. What lies ahead counts as now."""
    passed = max(now - moment, timedelta())
    minutes, days = passed // timedelta(minutes=1), passed.days
    if minutes < 1:
        return "just now" if language == "en" else "たった今"
    if minutes < 60:
        number, unit, english = minutes, "分", "minute"
    elif days < 1:
        number, unit, english = minutes // 60, "時間", "hour"
    elif days < 31:
        number, unit, english = days, "日", "day"
    elif days < 365:
        number, unit, english = min(days // 30, 11), "か月", "month"
    else:
        number, unit, english = days // 365, "年", "year"
    if language == "en":
        return f"{number} {english}{'' if number == 1 else 's'} ago"
    return f"{number}{unit}前"


def _local(span: Span, zone: tzinfo | None) -> tuple[datetime, datetime]:
    if zone is None:
        return span.starts_at, span.ends_at
    return span.starts_at.astimezone(zone), span.ends_at.astimezone(zone)


def _runs_for_days(starts_at: datetime, ends_at: datetime) -> bool:
    # Ending on the next day before a full day has passed is one long evening, not two days.
    return ends_at.date() != starts_at.date() and ends_at - starts_at >= _ONE_DAY


def _later_day(first: date, last: date, language: str, year: bool) -> str:
    if language == "en":
        return day_words(last, language, year=year)
    if (first.year, first.month) == (last.year, last.month):
        return f"{last.day}日（{weekday_letter(last)}）"
    return day_words(last, year=year and first.year != last.year)


def _dash(language: str) -> str:
    return " – " if language == "en" else "〜"


def _is_noon(at: time | datetime) -> bool:
    return (at.hour, at.minute) == (_NOON.hour, _NOON.minute)


def _half(at: time | datetime) -> str:
    return "午前" if at.hour < 12 else "午後"


def _twelve_hours(at: time | datetime) -> str:
    return f"{at.hour % 12}時" + (f"{at.minute}分" if at.minute else "")
