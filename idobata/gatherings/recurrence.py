"""From a schedule to dated meetings, and to the next date somebody would pick."""

from calendar import monthrange
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from idobata.gatherings.schedule import LAST, Rhythm, Schedule, Slot
from idobata.kernel.holidays import HolidayCalendar

MAX_SLOTS = 400
ASSUMED_LENGTH = timedelta(hours=2)
_ONE_DAY = timedelta(days=1)


def slots(schedule: Schedule, zone: ZoneInfo, from_day: date, to_day: date, holidays: HolidayCalendar) -> list[Slot]:
    """The meetings that begin between two local days, both included, in order; the first 400 when there are more.

    A meeting that began earlier and is still running is not among them.
    """
    found: list[Slot] = []
    for day in schedule.meeting_days(holidays, from_day):
        if day > to_day or len(found) == MAX_SLOTS:
            break
        try:
            found.append(slot_on(schedule, day, zone))
        except OverflowError:  # it would end after the year 9999
            break
    return found


def slot_on(schedule: Schedule, day: date, zone: ZoneInfo) -> Slot:
    """The schedule's times on any day, also on one that a person adds by hand."""
    last_day = day + timedelta(days=max(schedule.span_days, 0))
    if schedule.starts is None:
        return Slot(day, _at(day, time(0), zone), _at(last_day + _ONE_DAY, time(0), zone), all_day=True, end_known=True)
    starts_at = _at(day, schedule.starts, zone)
    if schedule.ends is None:
        guess = _at(last_day, schedule.starts, zone) + ASSUMED_LENGTH
        return Slot(day, starts_at, guess, all_day=False, end_known=False)
    if last_day == day and schedule.ends <= schedule.starts:
        last_day += _ONE_DAY
    return Slot(day, starts_at, _at(last_day, schedule.ends, zone), all_day=False, end_known=True)


def announced_start(schedule: Schedule, day: date, zone: ZoneInfo, holidays: HolidayCalendar) -> date | None:
    """When the schedule has the meeting of `day` begin: a moment, or the day itself where it lasts all day. None when it does not meet then."""
    if next(schedule.meeting_days(holidays, day), None) != day:
        return None
    slot = slot_on(schedule, day, zone)
    return slot.day if slot.all_day else slot.starts_at


def last_day(schedule: Schedule, holidays: HolidayCalendar) -> date | None:
    """The day of the last meeting; None when the rule has no end or never meets."""
    if schedule.repeats and schedule.until is None and schedule.count is None:
        return None
    tail = deque(schedule.meeting_days(holidays), maxlen=1)
    return tail[0] if tail else None


def skipped_days(schedule: Schedule, from_day: date, to_day: date, holidays: HolidayCalendar) -> list[date]:
    """Days between two days, both included, that fit the rule and are off: what a calendar program must be told as EXDATE."""
    if schedule.count is not None:
        end = last_day(schedule, holidays)
        if end is None:
            return []
        to_day = min(to_day, end)  # the course is over with its last meeting; a plain `until` runs on over days off
    return schedule.skipped_days(holidays, from_day, to_day)


def next_day_after(schedule: Schedule, after: date, holidays: HolidayCalendar) -> date | None:
    """A good guess for the next date after `after`, for "copy from an earlier one".

    The schedule's own next day where there is one. Otherwise the rhythm is thought on: a finished course goes on by its
    rule, picked days by the rhythm they show (second Saturdays, every 15th, every other week), a single day by its
    weekday. So a day given here is a proposal, not a promise. None only when the rule never meets.
    """
    if after == date.max:
        return None
    for thought in (schedule, _thought_on(schedule)):
        for day in thought.meeting_days(holidays, after + _ONE_DAY):
            return day
    return None


def shifted(schedule: Schedule, weeks: int) -> Schedule:
    """The same rhythm with its first day, picked days and end moved by whole weeks, so weekdays stay. OverflowError off the calendar."""
    way = timedelta(weeks=weeks)
    return replace(
        schedule,
        first_day=schedule.first_day + way,
        dates=tuple(day + way for day in schedule.dates),
        until=None if schedule.until is None else schedule.until + way,
    )


def _at(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone)


def _thought_on(schedule: Schedule) -> Schedule:
    if schedule.repeats:
        return replace(schedule, until=None, count=None)
    days = (schedule.first_day, *schedule.dates) if schedule.rhythm is Rhythm.DATES else (schedule.first_day,)
    last = days[-1]
    weekly = replace(
        schedule, rhythm=Rhythm.WEEKLY, first_day=last, dates=(), weekdays=(last.weekday(),), until=None, count=None,
        skip_holidays=False, skip_obon=False, skip_new_year=False,
    )  # fmt: skip
    if len(days) == 1:
        return weekly
    if len({day.weekday() for day in days}) == 1:
        nths = set.intersection(*(set(_nths(day)) for day in days))
        if nths and len({(day.year, day.month) for day in days}) == len(days):
            return replace(weekly, rhythm=Rhythm.MONTHLY_WEEKDAY, nths=(min(nths, key=lambda nth: nth == LAST),))
        if all((later - earlier).days % 14 == 0 for earlier, later in pairwise(days)):
            return replace(weekly, rhythm=Rhythm.FORTNIGHTLY)
    elif len({day.day for day in days}) == 1:
        return replace(weekly, rhythm=Rhythm.MONTHLY_DATE, month_days=(last.day,))
    return weekly


def _nths(day: date) -> Iterator[int]:
    yield (day.day - 1) // 7 + 1
    if day.day + 7 > monthrange(day.year, day.month)[1]:
        yield LAST
