"""A rhythm as one says it: 「毎月第2・第4土曜日（祝日は休み）」. Times of day and the note are not part of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from idobata.gatherings.schedule import LAST, Rhythm, Schedule
from idobata.kernel.japanese_dates import WEEKDAY_LETTERS, days_words, month_day, weekday_name

# More days than this are not read any more; the first ones and a number say it better.
DAYS_SAID = 12
DAYS_SAID_OF_MORE = 10
_WHOLE_WEEK = 7
_ONE_YEAR = timedelta(days=365)
_ENGLISH_NTHS = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 5: "5th", LAST: "last"}


def rhythm_words(schedule: Schedule, language: str = "ja") -> str:
    """The rhythm in Japanese, or in English for "en". Empty while a rule has no weekday or day yet; never an error."""
    english = language == "en"
    # A preview may ask about a form that still has problems: weekdays that do not exist are not said.
    schedule = replace(schedule, weekdays=tuple(day for day in schedule.weekdays if 0 <= day < _WHOLE_WEEK))
    if not schedule.repeats:
        return _picked_english(schedule) if english else _picked(schedule)
    words = _rule_english(schedule) if english else _rule(schedule)
    if not words:
        return ""
    if schedule.span_days > 0:
        days = schedule.span_days + 1
        words += f", for {days} days" if english else f"から{days}日間"
    if schedule.count is not None:
        words += f", {schedule.count} {'time' if schedule.count == 1 else 'times'}" if english else f"・全{schedule.count}回"
    asides = _asides_english(schedule) if english else _asides(schedule)
    if not asides:
        return words
    return f"{words} ({', '.join(asides)})" if english else f"{words}（{'、'.join(asides)}）"


def _rule(schedule: Schedule) -> str:
    if schedule.rhythm is Rhythm.MONTHLY_DATE:
        return "毎月" + "・".join(f"{day}日" for day in schedule.month_days) if schedule.month_days else ""
    if not schedule.weekdays:
        return ""
    weekdays = _weekdays(schedule.weekdays)
    if schedule.rhythm is Rhythm.FORTNIGHTLY:
        return f"2週ごとの{weekdays}"
    if schedule.rhythm is Rhythm.WEEKLY:
        return "毎日" if len(schedule.weekdays) == _WHOLE_WEEK else f"毎週{weekdays}"
    numbered = "・".join(f"第{nth}" for nth in schedule.nths if nth != LAST)
    # 「第2・第4の火・木曜日」: without の the last number seems to belong to the first weekday only.
    join = "の" if len(schedule.weekdays) > 1 else ""
    parts = [f"{numbered}{join}{weekdays}"] if numbered else []
    if LAST in schedule.nths:
        parts.append(f"最後の{weekdays}")
    return "毎月" + "と".join(parts) if parts else ""


def _rule_english(schedule: Schedule) -> str:
    if schedule.rhythm is Rhythm.MONTHLY_DATE:
        return f"On the {_listed([_ordinal(day) for day in schedule.month_days])} of every month" if schedule.month_days else ""
    if not schedule.weekdays:
        return ""
    weekdays = _listed([weekday_name(day, "en") for day in schedule.weekdays])
    if schedule.rhythm is Rhythm.FORTNIGHTLY:
        return f"Every other {weekdays}"
    if schedule.rhythm is Rhythm.WEEKLY:
        return "Every day" if len(schedule.weekdays) == _WHOLE_WEEK else f"Every {weekdays}"
    return (
        f"On the {_listed([_ENGLISH_NTHS.get(nth, str(nth)) for nth in schedule.nths])} {weekdays} of every month" if schedule.nths else ""
    )


def _weekdays(weekdays: Sequence[int]) -> str:
    first, last = weekdays[0], weekdays[-1]
    if len(weekdays) >= 4 and last - first == len(weekdays) - 1:
        return f"{WEEKDAY_LETTERS[first]}〜{WEEKDAY_LETTERS[last]}曜日"
    return "・".join(WEEKDAY_LETTERS[day] for day in weekdays) + "曜日"


def _asides(schedule: Schedule) -> list[str]:
    off = [
        word
        for word, is_off in (("祝日", schedule.skip_holidays), ("お盆", schedule.skip_obon), ("年末年始", schedule.skip_new_year))
        if is_off
    ]
    until = [f"{_until(schedule.first_day, schedule.until, 'ja')}まで"] if schedule.until is not None else []
    return until + ([("と" if len(off) == 2 else "・").join(off) + "は休み"] if off else [])


def _asides_english(schedule: Schedule) -> list[str]:
    until = [f"until {_until(schedule.first_day, schedule.until, 'en')}"] if schedule.until is not None else []
    seasons = [word for word, is_off in (("Obon", schedule.skip_obon), ("New Year", schedule.skip_new_year)) if is_off]
    off = ["on public holidays"] if schedule.skip_holidays else []
    if seasons:
        off.append("during " + " or ".join(seasons))
    return until + (["not " + " or ".join(off)] if off else [])


def _until(first_day: date, until: date, language: str) -> str:
    # Within a year of the beginning 「3月28日まで」 can mean one day only.
    return month_day(until, language, year=until - first_day >= _ONE_YEAR)


def _picked_days(schedule: Schedule) -> list[date]:
    return [schedule.first_day, *schedule.dates] if schedule.rhythm is Rhythm.DATES else [schedule.first_day]


def _picked(schedule: Schedule) -> str:
    days = _picked_days(schedule)
    if len(days) == 1:
        return _one_day(schedule)
    said = days if len(days) <= DAYS_SAID else days[:DAYS_SAID_OF_MORE]
    with_year = days[-1] - days[0] >= _ONE_YEAR
    words: list[str] = []
    before: date | None = None
    for day in said:
        if before is not None and (before.year, before.month) == (day.year, day.month):
            words.append(f"{day.day}日")
        else:
            words.append(month_day(day, year=with_year and (before is None or before.year != day.year)))
        before = day
    rest = len(days) - len(said)
    return (
        "、".join(words) + (f"、ほか{rest}日" if rest else "") + (f"から{schedule.span_days + 1}日間ずつ" if schedule.span_days > 0 else "")
    )


def _picked_english(schedule: Schedule) -> str:
    days = _picked_days(schedule)
    if len(days) == 1:
        return _one_day(schedule, "en")
    said = days if len(days) <= DAYS_SAID else days[:DAYS_SAID_OF_MORE]
    with_year = days[-1] - days[0] >= _ONE_YEAR
    rest = len(days) - len(said)
    words = ", ".join(month_day(day, "en", year=with_year) for day in said)
    return words + (f" and {rest} more" if rest else "") + (f", for {schedule.span_days + 1} days each" if schedule.span_days > 0 else "")


def _one_day(schedule: Schedule, language: str = "ja") -> str:
    try:
        last = schedule.first_day + timedelta(days=max(schedule.span_days, 0))
    except OverflowError:
        last = schedule.first_day
    return days_words(schedule.first_day, last, language)


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _ordinal(number: int) -> str:
    if 11 <= number % 100 <= 13:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
