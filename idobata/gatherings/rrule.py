"""A rhythm as iCalendar says it (RFC 5545 RRULE), for the feeds."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from idobata.gatherings.schedule import Rhythm, Schedule

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_JAPAN = ZoneInfo("Asia/Tokyo")

RulePart = str | int | list[str] | list[int] | date | datetime


def to_rrule(schedule: Schedule, zone: ZoneInfo = _JAPAN, last_day: date | None = None) -> dict[str, RulePart] | None:
    """The parts of the RRULE (FREQ, INTERVAL, WKST, BYDAY, BYMONTHDAY and one of UNTIL and COUNT); None for picked days.

    * DTSTART must be the first day on which the gathering meets (`recurrence.slots`), not `first_day`: the RFC counts
      DTSTART as a meeting even where the rule does not.
    * UNTIL is an aware UTC moment, that of the last meeting's beginning; for an all-day gathering a date, as DTSTART is one.
    * An RRULE cannot skip: days off go out as EXDATE (`recurrence.skipped_days`), and its COUNT counts them. So 「全6回」 with
      a skip rule is told as UNTIL: hand in `last_day` (`recurrence.last_day`). The same where `until` and `count` are both
      set, which the RFC forbids. ValueError when `last_day` is needed and missing.
    """
    if not schedule.repeats:
        return None
    parts: dict[str, RulePart] = {}
    weekdays = [_DAYS[day] for day in schedule.weekdays]
    match schedule.rhythm:
        case Rhythm.WEEKLY:
            parts |= {"FREQ": "WEEKLY", "BYDAY": weekdays}
        case Rhythm.FORTNIGHTLY:
            # Which week counts depends on where a week begins; say it, programs differ.
            parts |= {"FREQ": "WEEKLY", "INTERVAL": 2, "WKST": "MO", "BYDAY": weekdays}
        case Rhythm.MONTHLY_DATE:
            parts |= {"FREQ": "MONTHLY", "BYMONTHDAY": list(schedule.month_days)}
        case _:
            parts |= {"FREQ": "MONTHLY", "BYDAY": [f"{nth}{day}" for nth in schedule.nths for day in weekdays]}
    until = schedule.until
    if schedule.count is not None:
        skips = schedule.skip_holidays or schedule.skip_obon or schedule.skip_new_year
        if not skips and until is None:
            return parts | {"COUNT": schedule.count}
        if last_day is None:
            raise ValueError("a count with skip rules or an end date needs the resolved last day")
        until = last_day
    if until is not None:
        parts["UNTIL"] = _moment(until, schedule.starts, zone)
    return parts


def _moment(day: date, starts: time | None, zone: ZoneInfo) -> date | datetime:
    return day if starts is None else datetime.combine(day, starts, zone).astimezone(UTC)
