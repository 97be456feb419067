"""The dates a rhythm means."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idobata.gatherings.recurrence import MAX_SLOTS, last_day, next_day_after, shifted, skipped_days, slot_on, slots
from idobata.gatherings.schedule import Rhythm, Schedule
from idobata.kernel.holidays import JAPANESE_HOLIDAYS

TOKYO = ZoneInfo("Asia/Tokyo")
SATURDAY = date(2026, 12, 5)
DAY = timedelta(days=1)


class NoHolidays:
    def holiday_name(self, day: date) -> str | None:
        return None


def schedule(rhythm: Rhythm, first_day: date = SATURDAY, **more: Any) -> Schedule:
    values: dict[str, Any] = {"rhythm": rhythm, "first_day": first_day, "starts": time(10), "ends": time(12)}
    return Schedule(**(values | more))


def met(one: Schedule, from_day: date = date(2000, 1, 1), to_day: date = date(2028, 12, 31)) -> list[date]:
    return [slot.day for slot in slots(one, TOKYO, from_day, to_day, JAPANESE_HOLIDAYS)]


def days(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


# --- real examples ---------------------------------------------------------------------------------------------------


def test_once_is_once() -> None:
    assert met(schedule(Rhythm.ONCE)) == [SATURDAY]


def test_picked_days_are_all_there_even_in_obon_because_somebody_picked_them() -> None:
    picked = schedule(
        Rhythm.DATES, date(2026, 8, 14), dates=tuple(days("2026-09-22", "2026-12-31")),
        skip_obon=True, skip_holidays=True, skip_new_year=True, until=date(2026, 8, 20), count=1,
    )  # fmt: skip
    assert met(picked) == days("2026-08-14", "2026-09-22", "2026-12-31")


def test_weekly_on_two_weekdays_begins_with_the_first_that_fits() -> None:
    # the first possible day is a Saturday; people meet Tuesdays and Thursdays
    assert met(schedule(Rhythm.WEEKLY, weekdays=(1, 3), count=4)) == days("2026-12-08", "2026-12-10", "2026-12-15", "2026-12-17")


def test_weekly_goes_over_the_turn_of_the_year() -> None:
    assert met(schedule(Rhythm.WEEKLY, weekdays=(5,)), date(2026, 12, 20), date(2027, 1, 10)) == days(
        "2026-12-26", "2027-01-02", "2027-01-09"
    )


def test_fortnightly_keeps_its_weeks_however_late_one_looks() -> None:
    wednesdays = schedule(Rhythm.FORTNIGHTLY, date(2026, 12, 2), weekdays=(2,))
    assert met(wednesdays, to_day=date(2027, 1, 15)) == days("2026-12-02", "2026-12-16", "2026-12-30", "2027-01-13")
    assert met(wednesdays, date(2027, 1, 1), date(2027, 1, 27)) == days("2027-01-13", "2027-01-27")


def test_fortnightly_counts_from_the_week_of_its_first_day() -> None:
    # Friday 4 December: the Tuesday of that week is over, so the next is two weeks after it
    tuesdays_and_fridays = schedule(Rhythm.FORTNIGHTLY, date(2026, 12, 4), weekdays=(1, 4), count=3)
    assert met(tuesdays_and_fridays) == days("2026-12-04", "2026-12-15", "2026-12-18")


def test_second_and_fourth_saturdays() -> None:
    assert met(schedule(Rhythm.MONTHLY_WEEKDAY, weekdays=(5,), nths=(2, 4), count=5)) == days(
        "2026-12-12", "2026-12-26", "2027-01-09", "2027-01-23", "2027-02-13"
    )


def test_the_second_saturday_is_not_the_saturday_of_the_second_week() -> None:
    # August 2026 begins with a Saturday
    assert met(schedule(Rhythm.MONTHLY_WEEKDAY, date(2026, 8, 1), weekdays=(5,), nths=(2,), count=1)) == days("2026-08-08")


def test_every_nth_meets_every_weekday() -> None:
    both = schedule(Rhythm.MONTHLY_WEEKDAY, date(2026, 12, 1), weekdays=(1, 3), nths=(1, 3))
    assert met(both, to_day=date(2026, 12, 31)) == days("2026-12-01", "2026-12-03", "2026-12-15", "2026-12-17")


def test_a_month_without_a_fifth_sunday_is_left_out() -> None:
    assert met(schedule(Rhythm.MONTHLY_WEEKDAY, date(2026, 12, 1), weekdays=(6,), nths=(5,), count=3)) == days(
        "2027-01-31", "2027-05-30", "2027-08-29"
    )


def test_a_fifth_sunday_that_is_the_last_is_met_once() -> None:
    assert met(schedule(Rhythm.MONTHLY_WEEKDAY, date(2027, 1, 1), weekdays=(6,), nths=(5, -1), count=2)) == days("2027-01-31", "2027-02-28")


def test_the_31st_is_left_out_of_short_months() -> None:
    assert met(schedule(Rhythm.MONTHLY_DATE, date(2027, 1, 1), month_days=(31,), count=4)) == days(
        "2027-01-31", "2027-03-31", "2027-05-31", "2027-07-31"
    )


def test_the_29th_comes_in_february_only_in_leap_years() -> None:
    the_29th = schedule(Rhythm.MONTHLY_DATE, date(2027, 1, 30), month_days=(29,))
    assert met(the_29th, to_day=date(2027, 3, 31)) == days("2027-03-29")
    assert met(the_29th, date(2028, 2, 1), date(2028, 3, 31)) == days("2028-02-29", "2028-03-29")


def test_the_end_date_itself_still_counts() -> None:
    assert met(schedule(Rhythm.WEEKLY, weekdays=(5,), until=date(2026, 12, 19))) == days("2026-12-05", "2026-12-12", "2026-12-19")


def test_count_and_end_date_together_stop_at_whichever_comes_first() -> None:
    assert len(met(schedule(Rhythm.WEEKLY, weekdays=(5,), until=date(2026, 12, 19), count=2))) == 2
    assert len(met(schedule(Rhythm.WEEKLY, weekdays=(5,), until=date(2026, 12, 19), count=9))) == 3


def test_public_holidays_are_left_out_with_the_days_between_and_the_substitutes() -> None:
    assert met(schedule(Rhythm.WEEKLY, date(2026, 9, 15), weekdays=(1,), skip_holidays=True, count=2)) == days("2026-09-15", "2026-09-29")
    mondays = schedule(Rhythm.WEEKLY, date(2027, 3, 15), weekdays=(0,), skip_holidays=True, count=2)
    assert met(mondays) == days("2027-03-15", "2027-03-29")


def test_obon_is_the_13th_to_the_16th_of_august() -> None:
    daily = schedule(Rhythm.WEEKLY, date(2026, 8, 12), weekdays=tuple(range(7)), skip_obon=True, count=3)
    assert met(daily) == days("2026-08-12", "2026-08-17", "2026-08-18")


def test_the_turn_of_the_year_is_the_29th_to_the_3rd() -> None:
    daily = schedule(Rhythm.WEEKLY, date(2026, 12, 28), weekdays=tuple(range(7)), skip_new_year=True, count=3)
    assert met(daily) == days("2026-12-28", "2027-01-04", "2027-01-05")


def test_six_meetings_are_six_meetings_though_a_holiday_falls_among_them() -> None:
    course = schedule(Rhythm.WEEKLY, date(2026, 9, 1), weekdays=(1,), skip_holidays=True, count=6)
    assert met(course) == days("2026-09-01", "2026-09-08", "2026-09-15", "2026-09-29", "2026-10-06", "2026-10-13")
    assert last_day(course, JAPANESE_HOLIDAYS) == date(2026, 10, 13)
    assert skipped_days(course, date(2026, 1, 1), date(2027, 12, 31), JAPANESE_HOLIDAYS) == days("2026-09-22")


def test_a_rule_without_an_end_has_no_last_day_and_one_that_never_meets_neither() -> None:
    assert last_day(schedule(Rhythm.WEEKLY, weekdays=(5,)), JAPANESE_HOLIDAYS) is None
    assert last_day(schedule(Rhythm.WEEKLY, weekdays=(0,), until=SATURDAY), JAPANESE_HOLIDAYS) is None
    assert last_day(schedule(Rhythm.DATES, dates=(date(2027, 1, 9),)), JAPANESE_HOLIDAYS) == date(2027, 1, 9)


# --- times -----------------------------------------------------------------------------------------------------------


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    "more, start, end, all_day, end_known",
    [
        ({}, "2026-12-05 10:00", "2026-12-05 12:00", False, True),
        ({"starts": time(22), "ends": time(2)}, "2026-12-05 22:00", "2026-12-06 02:00", False, True),
        ({"starts": time(22), "ends": time(0)}, "2026-12-05 22:00", "2026-12-06 00:00", False, True),
        ({"starts": None, "ends": None}, "2026-12-05 00:00", "2026-12-06 00:00", True, True),
        ({"starts": None, "ends": None, "span_days": 2}, "2026-12-05 00:00", "2026-12-08 00:00", True, True),
        ({"ends": None}, "2026-12-05 10:00", "2026-12-05 12:00", False, False),
        ({"ends": None, "starts": time(23)}, "2026-12-05 23:00", "2026-12-06 01:00", False, False),
        ({"ends": None, "span_days": 2}, "2026-12-05 10:00", "2026-12-07 12:00", False, False),
        ({"span_days": 2, "ends": time(9)}, "2026-12-05 10:00", "2026-12-07 09:00", False, True),
    ],
)
def test_when_a_meeting_begins_and_ends(more: dict[str, Any], start: str, end: str, all_day: bool, end_known: bool) -> None:
    [slot] = slots(schedule(Rhythm.ONCE, **more), TOKYO, SATURDAY, SATURDAY, NoHolidays())
    assert (slot.day, slot.starts_at, slot.ends_at) == (SATURDAY, at(start), at(end))
    assert (slot.all_day, slot.end_known) == (all_day, end_known)
    assert slot.starts_at.utcoffset() == timedelta(hours=9)


def test_a_day_added_by_hand_gets_the_times_of_the_series() -> None:
    extra = slot_on(schedule(Rhythm.WEEKLY, weekdays=(5,)), date(2026, 12, 9), TOKYO)
    assert (extra.starts_at, extra.ends_at) == (at("2026-12-09 10:00"), at("2026-12-09 12:00"))


def test_a_meeting_is_found_by_the_day_on_which_it_begins() -> None:
    night = schedule(Rhythm.ONCE, starts=time(22), ends=time(2))
    assert slots(night, TOKYO, SATURDAY + DAY, SATURDAY + DAY, NoHolidays()) == []


# --- what a person relies on for every rhythm ------------------------------------------------------------------------

first_days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
repeating = st.builds(
    Schedule,
    rhythm=st.sampled_from([Rhythm.WEEKLY, Rhythm.FORTNIGHTLY, Rhythm.MONTHLY_DATE, Rhythm.MONTHLY_WEEKDAY]),
    first_day=first_days,
    starts=st.none() | st.times(),
    ends=st.none() | st.times(),
    span_days=st.integers(0, 6),
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(tuple),
    nths=st.sets(st.sampled_from([1, 2, 3, 4, 5, -1]), min_size=1).map(tuple),
    month_days=st.sets(st.integers(1, 31), min_size=1, max_size=5).map(tuple),
    until=st.none() | first_days,
    count=st.none() | st.integers(1, 60),
    skip_holidays=st.booleans(),
    skip_obon=st.booleans(),
    skip_new_year=st.booleans(),
)
picked = st.builds(
    Schedule,
    rhythm=st.sampled_from([Rhythm.ONCE, Rhythm.DATES]),
    first_day=first_days,
    starts=st.none() | st.times(),
    ends=st.none() | st.times(),
    dates=st.lists(first_days, max_size=20).map(tuple),
)
windows = st.tuples(first_days, st.integers(0, 190), st.integers(0, 190)).map(
    lambda asked: (asked[0], asked[0] + asked[1] * DAY, asked[0] + (asked[1] + asked[2]) * DAY)
)


def fits(one: Schedule, day: date) -> bool:
    """The rule read once more, in the slowest and plainest way."""
    weeks = (day - day.weekday() * DAY - (one.first_day - one.first_day.weekday() * DAY)).days // 7
    is_last = (day + 7 * DAY).month != day.month
    nth = (day.day + 6) // 7
    return {
        Rhythm.WEEKLY: day.weekday() in one.weekdays,
        Rhythm.FORTNIGHTLY: day.weekday() in one.weekdays and weeks % 2 == 0,
        Rhythm.MONTHLY_DATE: day.day in one.month_days,
        Rhythm.MONTHLY_WEEKDAY: day.weekday() in one.weekdays and (nth in one.nths or (is_last and -1 in one.nths)),
    }[one.rhythm]


def is_off(one: Schedule, day: date) -> bool:
    obon = day in [date(day.year, 8, number) for number in (13, 14, 15, 16)]
    new_year = (day.month, day.day) in [(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)]
    holiday = JAPANESE_HOLIDAYS.holiday_name(day) is not None
    return (one.skip_obon and obon) or (one.skip_new_year and new_year) or (one.skip_holidays and holiday)


@settings(deadline=None)  # the first question about a year of holidays takes a moment
@given(repeating, windows)
def test_the_days_are_exactly_those_that_fit_the_rule(one: Schedule, window: tuple[date, date, date]) -> None:
    from_day, _, to_day = window
    every = [one.first_day + n * DAY for n in range((max(to_day, one.first_day) - one.first_day).days + 1)]
    expected = [day for day in every if fits(one, day) and not is_off(one, day) and (one.until is None or day <= one.until)]
    expected = [day for day in expected[: one.count] if from_day <= day <= to_day]
    assert [slot.day for slot in slots(one, TOKYO, from_day, to_day, JAPANESE_HOLIDAYS)] == expected


@settings(deadline=None)  # the first question about a year of holidays takes a moment
@given(repeating | picked, windows)
def test_two_halves_of_a_time_give_the_same_as_the_whole(one: Schedule, window: tuple[date, date, date]) -> None:
    start, middle, end = window
    whole = slots(one, TOKYO, start, end, JAPANESE_HOLIDAYS)
    assert slots(one, TOKYO, start, middle, JAPANESE_HOLIDAYS) + slots(one, TOKYO, middle + DAY, end, JAPANESE_HOLIDAYS) == whole


@settings(deadline=None)  # the first question about a year of holidays takes a moment
@given(repeating | picked, windows)
def test_every_meeting_ends_after_it_begins_and_none_comes_twice(one: Schedule, window: tuple[date, date, date]) -> None:
    found = slots(one, TOKYO, window[0], window[2], JAPANESE_HOLIDAYS)
    assert all(slot.starts_at < slot.ends_at and slot.starts_at.date() == slot.day for slot in found)
    assert all(earlier.day < later.day for earlier, later in pairwise(found))


@settings(deadline=None)  # the first question about a year of holidays takes a moment
@given(repeating, windows)
def test_a_day_that_fits_is_either_met_or_told_as_skipped(one: Schedule, window: tuple[date, date, date]) -> None:
    from_day, _, to_day = window
    skipped = skipped_days(one, from_day, to_day, JAPANESE_HOLIDAYS)
    assert all(fits(one, day) and is_off(one, day) and from_day <= day <= to_day for day in skipped)
    if one.count is None:
        together = sorted([*skipped, *(slot.day for slot in slots(one, TOKYO, from_day, to_day, JAPANESE_HOLIDAYS))])
        asked = [from_day + n * DAY for n in range((to_day - from_day).days + 1)]
        assert together == [day for day in asked if fits(one, day) and one.first_day <= day <= (one.until or to_day)]


@settings(deadline=None)  # the first question about a year of holidays takes a moment
@given(repeating.filter(lambda one: one.rhythm in (Rhythm.WEEKLY, Rhythm.FORTNIGHTLY)) | picked, st.integers(-300, 300))
def test_moving_by_whole_weeks_moves_every_date_and_keeps_every_weekday(one: Schedule, weeks: int) -> None:
    way = timedelta(weeks=weeks)
    moved = shifted(one, weeks)
    plain = Schedule.from_json(one.to_json() | {"skip_holidays": False, "skip_obon": False, "skip_new_year": False})
    before = slots(plain, TOKYO, date(2020, 1, 1), date(2021, 12, 31), NoHolidays())
    after = slots(shifted(plain, weeks), TOKYO, date(2020, 1, 1) + way, date(2021, 12, 31) + way, NoHolidays())
    assert [slot.day + way for slot in before] == [slot.day for slot in after]
    assert moved.first_day.weekday() == one.first_day.weekday()
    assert shifted(moved, -weeks) == one


# --- copying ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "earlier, after, expected",
    [
        (schedule(Rhythm.WEEKLY, weekdays=(5,)), date(2026, 12, 5), date(2026, 12, 12)),
        (schedule(Rhythm.WEEKLY, weekdays=(5,)), date(2026, 1, 1), date(2026, 12, 5)),
        # a finished course goes on by its rule
        (schedule(Rhythm.WEEKLY, weekdays=(5,), count=2), date(2027, 2, 1), date(2027, 2, 6)),
        (schedule(Rhythm.MONTHLY_WEEKDAY, weekdays=(5,), nths=(2,), until=date(2026, 12, 31)), date(2027, 2, 1), date(2027, 2, 13)),
        # and still takes its days off
        (schedule(Rhythm.WEEKLY, weekdays=(5,), count=2, skip_new_year=True), date(2026, 12, 27), date(2027, 1, 9)),
        (schedule(Rhythm.ONCE), date(2026, 12, 1), date(2026, 12, 5)),
        (schedule(Rhythm.ONCE), date(2026, 12, 7), date(2026, 12, 12)),
        # picked days show a rhythm: first Saturdays, last Sundays, every 15th, every other week, every week
        (schedule(Rhythm.DATES, date(2026, 9, 5), dates=tuple(days("2026-10-03", "2026-11-07"))), date(2026, 11, 8), date(2026, 12, 5)),
        (schedule(Rhythm.DATES, date(2026, 9, 27), dates=tuple(days("2026-11-29"))), date(2026, 11, 30), date(2026, 12, 27)),
        (schedule(Rhythm.DATES, date(2026, 9, 15), dates=tuple(days("2026-10-15"))), date(2026, 11, 30), date(2026, 12, 15)),
        (schedule(Rhythm.DATES, date(2026, 11, 7), dates=tuple(days("2026-11-21"))), date(2026, 11, 22), date(2026, 12, 5)),
        (schedule(Rhythm.DATES, date(2026, 11, 7), dates=tuple(days("2026-11-14"))), date(2026, 11, 15), date(2026, 11, 21)),
        # no rhythm to be seen: the weekday of the last
        (schedule(Rhythm.DATES, date(2026, 11, 7), dates=tuple(days("2026-11-11"))), date(2026, 11, 15), date(2026, 11, 18)),
        (schedule(Rhythm.WEEKLY), date(2026, 12, 5), None),
        (schedule(Rhythm.WEEKLY, weekdays=(5,)), date.max, None),
    ],
)
def test_copying_an_earlier_gathering_proposes_the_date_one_would_pick(earlier: Schedule, after: date, expected: date | None) -> None:
    assert next_day_after(earlier, after, JAPANESE_HOLIDAYS) == expected


# --- bad input and the ends of the calendar --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "empty",
    [
        schedule(Rhythm.WEEKLY),
        schedule(Rhythm.WEEKLY, weekdays=(7, -1)),
        schedule(Rhythm.MONTHLY_DATE, month_days=(0, 32)),
        schedule(Rhythm.MONTHLY_WEEKDAY, weekdays=(5,), nths=(0, 6)),
        schedule(Rhythm.WEEKLY, weekdays=(5,), count=0),
        schedule(Rhythm.WEEKLY, weekdays=(5,), until=date(2026, 12, 4)),
    ],
)
def test_a_rule_nobody_can_keep_gives_no_dates_and_does_not_hang(empty: Schedule) -> None:
    assert met(empty, date.min, date.max) == []


@pytest.mark.parametrize(
    "rhythm, more",
    [
        (Rhythm.ONCE, {}),
        (Rhythm.WEEKLY, {"weekdays": tuple(range(7))}),
        (Rhythm.FORTNIGHTLY, {"weekdays": (4,)}),
        (Rhythm.MONTHLY_DATE, {"month_days": (31,)}),
        (Rhythm.MONTHLY_WEEKDAY, {"weekdays": (4,), "nths": (5, -1)}),
    ],
)
def test_the_last_days_of_the_calendar_do_no_harm(rhythm: Rhythm, more: dict[str, Any]) -> None:
    near_the_end = schedule(rhythm, date(9999, 12, 31), starts=None, ends=None, **more)
    assert met(near_the_end, date.min, date.max) == []  # its end could not be written
    assert isinstance(near_the_end.problems(SATURDAY), list)
    assert next_day_after(near_the_end, date(9999, 12, 31) - DAY, JAPANESE_HOLIDAYS) == date.max


def test_no_more_than_four_hundred_are_made_at_once() -> None:
    daily = schedule(Rhythm.WEEKLY, weekdays=tuple(range(7)))
    found = met(daily, SATURDAY, date(2029, 12, 31))
    assert len(found) == MAX_SLOTS
    assert found[-1] == SATURDAY + (MAX_SLOTS - 1) * DAY


def test_an_old_circle_is_not_counted_through_from_its_beginning() -> None:
    asked: list[date] = []

    class Listening:
        def holiday_name(self, day: date) -> str | None:
            asked.append(day)
            return None

    since_1950 = schedule(Rhythm.WEEKLY, date(1950, 1, 7), weekdays=(5,), skip_holidays=True)
    assert len(slots(since_1950, TOKYO, date(2026, 12, 1), date(2027, 5, 31), Listening())) == 26
    assert len(asked) <= 27
