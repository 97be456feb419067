"""A rhythm for machines that read pages (schema.org Schedule). None of them is told a rule that it would spread further than it is meant."""

from zoneinfo import ZoneInfo

from idobata.gatherings.schedule import LAST, Rhythm, Schedule

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_EVERY = {Rhythm.WEEKLY: "P1W", Rhythm.FORTNIGHTLY: "P2W", Rhythm.MONTHLY_DATE: "P1M", Rhythm.MONTHLY_WEEKDAY: "P1M"}


def schedule_data(schedule: Schedule, zone: ZoneInfo) -> dict[str, object] | None:
    """schema.org Schedule of a repeating rhythm; None for days picked by hand.

    None as well for rules that a Schedule cannot say: days off by rule (holidays, Obon, New Year), and the last weekday of a month.
    """
    skips = schedule.skip_holidays or schedule.skip_obon or schedule.skip_new_year
    if not schedule.repeats or skips or LAST in schedule.nths:
        return None
    data: dict[str, object] = {
        "@type": "Schedule",
        "repeatFrequency": _EVERY[schedule.rhythm],
        "scheduleTimezone": zone.key,
        "startDate": schedule.first_day.isoformat(),
    }
    if schedule.weekdays:
        data["byDay"] = [f"https://schema.org/{_DAYS[day]}" for day in schedule.weekdays]
    if schedule.rhythm is Rhythm.MONTHLY_WEEKDAY:
        data["byMonthWeek"] = list(schedule.nths)
    if schedule.rhythm is Rhythm.MONTHLY_DATE:
        data["byMonthDay"] = list(schedule.month_days)
    if schedule.until is not None:
        data["endDate"] = schedule.until.isoformat()
    if schedule.count is not None:
        data["repeatCount"] = schedule.count
    if schedule.starts is not None:
        data["startTime"] = schedule.starts.isoformat()
    if schedule.ends is not None:
        data["endTime"] = schedule.ends.isoformat()
    return data
