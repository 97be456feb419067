"""A rhythm as a value: how it is kept, and what a person is told to mend."""

import json
from collections.abc import Mapping
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idobata.gatherings.schedule import MAX_COUNT, MAX_DATES, Rhythm, Schedule

TODAY = date(2026, 12, 1)
SATURDAY = date(2026, 12, 5)


def schedule(rhythm: Rhythm = Rhythm.ONCE, **more: Any) -> Schedule:
    values: dict[str, Any] = {"rhythm": rhythm, "first_day": SATURDAY, "starts": time(10), "ends": time(12)}
    return Schedule(**(values | more))


def fields(wrong: Schedule) -> list[str]:
    return [problem.field for problem in wrong.problems(TODAY)]


days = st.dates(date(1900, 1, 1), date(2200, 12, 31))
schedules = st.builds(
    Schedule,
    rhythm=st.sampled_from(Rhythm),
    first_day=days,
    starts=st.none() | st.times(),
    ends=st.none() | st.times(),
    span_days=st.integers(-3, 400),
    weekdays=st.lists(st.integers(-2, 9)).map(tuple),
    nths=st.lists(st.integers(-2, 9)).map(tuple),
    month_days=st.lists(st.integers(-2, 40)).map(tuple),
    dates=st.lists(days, max_size=120).map(tuple),
    until=st.none() | days,
    count=st.none() | st.integers(-5, 10**9),
    skip_holidays=st.booleans(),
    skip_obon=st.booleans(),
    skip_new_year=st.booleans(),
    note=st.text(),
)


@settings(deadline=None)
@given(schedules)
def test_what_is_stored_comes_back_the_same(one: Schedule) -> None:
    assert Schedule.from_json(json.loads(json.dumps(one.to_json()))) == one


@settings(deadline=None)
@given(schedules)
def test_whatever_a_person_types_gets_an_answer_about_a_known_field(one: Schedule) -> None:
    for problem in one.problems(TODAY):
        assert hasattr(one, problem.field)
        assert problem.in_japanese().endswith("。")
        assert "%" not in problem.in_japanese()


def test_only_what_was_said_is_stored() -> None:
    assert schedule().to_json() == {"rhythm": "once", "first_day": "2026-12-05", "starts": "10:00", "ends": "12:00"}


def test_an_unknown_word_from_a_newer_version_is_passed_over() -> None:
    assert Schedule.from_json(schedule().to_json() | {"moon": "full"}) == schedule()


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"rhythm": "daily", "first_day": "2026-12-05"},
        {"rhythm": "once"},
        {"rhythm": "once", "first_day": "2026-13-05"},
        {"rhythm": "once", "first_day": 20261205},
        {"rhythm": "once", "first_day": "2026-12-05", "starts": "25:00"},
        {"rhythm": "weekly", "first_day": "2026-12-05", "weekdays": "5"},
        {"rhythm": "weekly", "first_day": "2026-12-05", "weekdays": [True]},
        {"rhythm": "weekly", "first_day": "2026-12-05", "count": "6"},
        {"rhythm": "weekly", "first_day": "2026-12-05", "skip_obon": "no"},
        {"rhythm": "dates", "first_day": "2026-12-05", "dates": [None]},
    ],
)
def test_stored_values_of_a_wrong_form_are_refused(broken: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected|valid|must be in"):
        Schedule.from_json(broken)


def test_the_order_in_which_somebody_ticks_boxes_does_not_matter() -> None:
    one = schedule(Rhythm.MONTHLY_WEEKDAY, weekdays=(5, 1, 5), nths=(-1, 4, 2, 2))
    assert (one.weekdays, one.nths) == ((1, 5), (2, 4, -1))
    assert one == schedule(Rhythm.MONTHLY_WEEKDAY, weekdays=(1, 5), nths=(2, 4, -1))


def test_days_picked_in_any_order_begin_with_the_earliest() -> None:
    one = schedule(Rhythm.DATES, dates=(date(2026, 12, 19), date(2026, 12, 2), SATURDAY))
    assert one.first_day == date(2026, 12, 2)
    assert one.dates == (SATURDAY, date(2026, 12, 19))


@pytest.mark.parametrize(
    "good",
    [
        schedule(),
        schedule(first_day=TODAY),
        schedule(starts=None, ends=None),
        schedule(ends=None),
        schedule(span_days=2),
        schedule(span_days=1, starts=time(15), ends=time(10)),
        schedule(starts=time(22), ends=time(2)),
        schedule(starts=time(18), ends=time(10)),
        schedule(first_day=date(2026, 11, 20), span_days=20),  # an exhibition that is running today
        schedule(first_day=date(2031, 12, 31)),
        schedule(Rhythm.DATES),
        schedule(Rhythm.DATES, first_day=date(2026, 11, 1), dates=(SATURDAY,)),
        schedule(Rhythm.WEEKLY, weekdays=(5,), first_day=date(1998, 4, 4)),
        schedule(Rhythm.WEEKLY, weekdays=(5,), until=SATURDAY),
        schedule(Rhythm.WEEKLY, weekdays=tuple(range(7)), count=MAX_COUNT),
        schedule(Rhythm.MONTHLY_DATE, month_days=(31,)),
        schedule(Rhythm.MONTHLY_WEEKDAY, weekdays=(6,), nths=(5, -1)),
        # what does not belong to the rhythm is not held against it
        schedule(Rhythm.ONCE, count=0, until=date(2000, 1, 1), weekdays=(9,), dates=(date(2203, 1, 5),)),
    ],
)
def test_a_sound_rhythm_has_nothing_to_mend(good: Schedule) -> None:
    assert good.problems(TODAY) == []


@pytest.mark.parametrize(
    "field, wrong",
    [
        ("starts", schedule(starts=None)),
        ("span_days", schedule(span_days=-1)),
        ("span_days", schedule(span_days=100_000)),
        ("span_days", schedule(span_days=10**12)),
        ("span_days", schedule(Rhythm.WEEKLY, weekdays=(5,), span_days=7)),
        ("ends", schedule(starts=time(13), ends=time(11))),
        ("ends", schedule(starts=time(10), ends=time(10))),
        ("first_day", schedule(first_day=date(2203, 1, 5))),
        ("first_day", schedule(first_day=date(2032, 1, 1))),
        ("first_day", schedule(first_day=date.max)),
        ("first_day", schedule(Rhythm.WEEKLY, weekdays=(5,), first_day=date(26, 12, 5))),
        ("first_day", schedule(first_day=date(2026, 11, 30))),
        ("first_day", schedule(first_day=date(2026, 11, 20), span_days=10)),
        ("first_day", schedule(Rhythm.DATES, first_day=date(2026, 10, 1), dates=(date(2026, 11, 1),))),
        ("first_day", schedule(Rhythm.WEEKLY, weekdays=(5,), first_day=date(2026, 4, 4), count=6)),
        ("first_day", schedule(Rhythm.WEEKLY, weekdays=(5,), first_day=date(2026, 4, 4), until=date(2026, 11, 30))),
        ("weekdays", schedule(Rhythm.WEEKLY)),
        ("weekdays", schedule(Rhythm.FORTNIGHTLY, weekdays=(7,))),
        ("weekdays", schedule(Rhythm.MONTHLY_WEEKDAY, nths=(2,))),
        ("nths", schedule(Rhythm.MONTHLY_WEEKDAY, weekdays=(5,))),
        ("nths", schedule(Rhythm.MONTHLY_WEEKDAY, weekdays=(5,), nths=(0,))),
        ("nths", schedule(Rhythm.MONTHLY_WEEKDAY, weekdays=(5,), nths=(6,))),
        ("month_days", schedule(Rhythm.MONTHLY_DATE)),
        ("month_days", schedule(Rhythm.MONTHLY_DATE, month_days=(32,))),
        ("dates", schedule(Rhythm.DATES, dates=tuple(date.fromordinal(SATURDAY.toordinal() + n) for n in range(1, MAX_DATES + 1)))),
        ("dates", schedule(Rhythm.DATES, dates=(date(2203, 1, 5),))),
        ("count", schedule(Rhythm.WEEKLY, weekdays=(5,), count=0)),
        ("count", schedule(Rhythm.WEEKLY, weekdays=(5,), count=-3)),
        ("count", schedule(Rhythm.WEEKLY, weekdays=(5,), count=MAX_COUNT + 1)),
        ("until", schedule(Rhythm.WEEKLY, weekdays=(5,), until=date(2026, 12, 4))),
        ("until", schedule(Rhythm.WEEKLY, weekdays=(5,), until=date(2203, 1, 5))),
        ("until", schedule(Rhythm.WEEKLY, weekdays=(0,), until=SATURDAY)),
        ("until", schedule(Rhythm.MONTHLY_DATE, month_days=(31,), first_day=date(2027, 2, 1), until=date(2027, 2, 28))),
        # the only Monday of the course is a public holiday
        ("until", schedule(Rhythm.WEEKLY, weekdays=(0,), first_day=date(2027, 1, 11), until=date(2027, 1, 12), skip_holidays=True)),
    ],
)
def test_one_mistake_is_told_once_at_the_field_to_mend(field: str, wrong: Schedule) -> None:
    assert fields(wrong) == [field]


def test_every_mistake_is_told_at_once() -> None:
    wrong = schedule(Rhythm.MONTHLY_WEEKDAY, starts=None, span_days=-1, count=0, until=date(2020, 1, 1))
    assert fields(wrong) == ["starts", "span_days", "weekdays", "nths", "count", "until"]


def test_a_wrong_year_is_named() -> None:
    [problem] = schedule(first_day=date(2203, 1, 5)).problems(TODAY)
    assert problem.in_japanese() == "年をたしかめてください。2203年になっています。"


def test_five_years_ahead_is_counted_on_the_29th_of_february_too() -> None:
    leap_day = date(2028, 2, 29)
    assert schedule(first_day=date(2033, 2, 28)).problems(leap_day) == []
    assert [problem.field for problem in schedule(first_day=date(2034, 1, 1)).problems(leap_day)] == ["first_day"]
