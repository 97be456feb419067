"""The rule that calendar programs get means the same days as ours."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from idobata.gatherings.recurrence import last_day, skipped_days, slot_on
from idobata.gatherings.rrule import to_rrule
from idobata.gatherings.schedule import Rhythm, Schedule
from idobata.kernel.holidays import JAPANESE_HOLIDAYS

TOKYO = ZoneInfo("Asia/Tokyo")
SATURDAY = date(2026, 12, 5)


def schedule(rhythm: Rhythm, **more: Any) -> Schedule:
    values: dict[str, Any] = {"rhythm": rhythm, "first_day": SATURDAY, "starts": time(10), "ends": time(12)}
    return Schedule(**(values | more))


def written(parts: Mapping[str, Any]) -> str:
    """The RRULE as a file holds it."""

    def one(value: object) -> str:
        if isinstance(value, list):
            return ",".join(str(each) for each in value)
        return value.strftime("%Y%m%dT%H%M%SZ") if isinstance(value, datetime) else str(value)

    return ";".join(f"{name}={one(value)}" for name, value in parts.items())


@pytest.mark.parametrize(
    "one, expected",
    [
        (schedule(Rhythm.WEEKLY, weekdays=(1, 3)), "FREQ=WEEKLY;BYDAY=TU,TH"),
        (schedule(Rhythm.FORTNIGHTLY, weekdays=(2,)), "FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=WE"),
        (schedule(Rhythm.MONTHLY_DATE, month_days=(1, 15)), "FREQ=MONTHLY;BYMONTHDAY=1,15"),
        (schedule(Rhythm.MONTHLY_WEEKDAY, weekdays=(5,), nths=(2, 4)), "FREQ=MONTHLY;BYDAY=2SA,4SA"),
        (schedule(Rhythm.MONTHLY_WEEKDAY, weekdays=(1, 6), nths=(1, -1)), "FREQ=MONTHLY;BYDAY=1TU,1SU,-1TU,-1SU"),
        (schedule(Rhythm.WEEKLY, weekdays=(5,), count=6), "FREQ=WEEKLY;BYDAY=SA;COUNT=6"),
        (schedule(Rhythm.WEEKLY, weekdays=(5,), until=date(2027, 3, 28)), "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270328T010000Z"),
    ],
)
def test_a_rhythm_is_written_as_calendars_read_it(one: Schedule, expected: str) -> None:
    parts = to_rrule(one)
    assert parts is not None
    assert written(parts) == expected


def test_picked_days_have_no_rule() -> None:
    assert to_rrule(schedule(Rhythm.ONCE)) is None
    assert to_rrule(schedule(Rhythm.DATES, dates=(date(2026, 12, 12),))) is None


def test_the_end_of_an_all_day_rule_is_a_day_and_otherwise_a_moment_in_utc() -> None:
    all_day = to_rrule(schedule(Rhythm.WEEKLY, weekdays=(5,), starts=None, ends=None, until=date(2027, 3, 28)))
    early = to_rrule(schedule(Rhythm.WEEKLY, weekdays=(5,), starts=time(7), until=date(2027, 3, 28)))
    assert all_day is not None
    assert early is not None
    assert all_day["UNTIL"] == date(2027, 3, 28)
    assert not isinstance(all_day["UNTIL"], datetime)
    assert early["UNTIL"] == datetime(2027, 3, 27, 22, tzinfo=UTC)


def test_six_meetings_with_holidays_off_are_told_by_their_last_day() -> None:
    course = schedule(Rhythm.WEEKLY, weekdays=(1,), first_day=date(2026, 9, 1), skip_holidays=True, count=6)
    parts = to_rrule(course, TOKYO, last_day(course, JAPANESE_HOLIDAYS))
    assert parts is not None
    assert "COUNT" not in parts
    assert parts["UNTIL"] == datetime(2026, 10, 13, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="last day"):
        to_rrule(course)


def test_a_day_off_after_the_last_meeting_is_told_too_because_the_rule_still_reaches_it() -> None:
    tuesdays = schedule(Rhythm.WEEKLY, weekdays=(1,), first_day=date(2026, 9, 1), skip_holidays=True, until=date(2026, 9, 22))
    assert last_day(tuesdays, JAPANESE_HOLIDAYS) == date(2026, 9, 15)
    assert skipped_days(tuesdays, date(2026, 9, 1), date(2027, 1, 1), JAPANESE_HOLIDAYS) == [date(2026, 9, 22)]


days = st.dates(date(2024, 1, 1), date(2029, 12, 31))
rules = st.builds(
    Schedule,
    rhythm=st.sampled_from([Rhythm.WEEKLY, Rhythm.FORTNIGHTLY, Rhythm.MONTHLY_DATE, Rhythm.MONTHLY_WEEKDAY]),
    first_day=days,
    starts=st.times(),
    ends=st.none(),
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(tuple),
    nths=st.sets(st.sampled_from([1, 2, 3, 4, 5, -1]), min_size=1).map(tuple),
    month_days=st.sets(st.integers(1, 31), min_size=1, max_size=4).map(tuple),
    until=st.none() | days,
    count=st.none() | st.integers(1, 40),
    skip_holidays=st.booleans(),
    skip_obon=st.booleans(),
    skip_new_year=st.booleans(),
)


@settings(deadline=None)  # the first question about a year of holidays takes a moment
@given(rules)
def test_a_calendar_program_finds_the_same_meetings(one: Schedule) -> None:
    horizon = date(2036, 12, 31)
    ours = list(takewhile(lambda day: day <= horizon, one.meeting_days(JAPANESE_HOLIDAYS)))
    if not ours:
        return
    begin = slot_on(one, ours[0], TOKYO).starts_at
    end = last_day(one, JAPANESE_HOLIDAYS)
    parts = to_rrule(one, TOKYO, end)
    assert parts is not None
    off = set(skipped_days(one, ours[0], horizon, JAPANESE_HOLIDAYS))
    read = rrulestr(written(parts), dtstart=begin)
    meant = read if end is not None else takewhile(lambda at: at.date() <= horizon, read)
    assert [at for at in meant if at.date() not in off] == [slot_on(one, day, TOKYO).starts_at for day in ours]
