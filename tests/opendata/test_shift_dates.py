"""An old file moved into this week."""

from datetime import date, timedelta
from typing import Any

from idobata.opendata.event_file import read_events
from idobata.opendata.shift_dates import shifted, weeks_to_shift

TODAY = date(2026, 11, 25)  # a Wednesday


def old(gif: Any) -> tuple[Any, ...]:
    rows = [
        {"NO": "1", "開始日": "2022-01-30", "終了日": "2022-01-30", "申込期限日": "2022-01-20"},
        {"NO": "2", "開始日": "2022-02-25", "終了日": "2022-02-27"},
        {"NO": "3", "名称": "月見", "開始日": "2022-03-05", "終了日": ""},
    ]
    return tuple(read_events(gif(*rows), TODAY).groups)


def test_the_first_date_falls_in_this_week_and_weekdays_stay(gif: Any) -> None:
    groups = old(gif)
    moved = shifted(groups, weeks_to_shift(groups, TODAY))
    first = moved[0].dates[0].day
    assert date(2026, 11, 23) <= first <= date(2026, 11, 29)
    for before, after in zip(groups, moved, strict=True):
        for was, now in zip(before.dates, after.dates, strict=True):
            assert was.day.weekday() == now.day.weekday()
            assert now.last_day - now.day == was.last_day - was.day
            assert now.day - was.day == first - groups[0].dates[0].day
    assert moved[0].deadline == date(2026, 11, 19)
    assert moved[1].deadline is None


def test_everything_else_stays_so_that_a_second_import_finds_the_first(gif: Any) -> None:
    groups = old(gif)
    moved = shifted(groups, 10)
    assert [group.key for group in moved] == [group.key for group in groups]
    assert [group.summary for group in moved] == [group.summary for group in groups]


def test_a_file_of_this_week_stays_where_it_is_and_one_of_the_future_comes_back(gif: Any) -> None:
    this_week = read_events(gif({"開始日": "2026-11-29", "終了日": ""}), TODAY).groups
    assert weeks_to_shift(this_week, TODAY) == 0
    later = read_events(gif({"開始日": "2026-12-07", "終了日": ""}), TODAY).groups
    assert weeks_to_shift(later, TODAY) == -2


def test_a_single_mistyped_year_does_not_leave_the_town_empty(gif: Any) -> None:
    days = [date(2022, 1, 10) + timedelta(days=number) for number in range(100)]
    usual = [{"NO": str(number), "開始日": day.isoformat(), "終了日": ""} for number, day in enumerate(days)]
    stray = {"NO": "999", "開始日": "2021-01-12", "終了日": ""}
    groups = read_events(gif(*usual, stray), TODAY).groups
    (moved,) = shifted(groups, weeks_to_shift(groups, TODAY))
    assert [one.day for one in moved.dates][:2] == [date(2025, 11, 25), date(2026, 11, 23)]
    few = read_events(gif(*usual[:9], stray), TODAY).groups
    assert shifted(few, weeks_to_shift(few, TODAY))[0].dates[0].day == date(2026, 11, 24)


def test_nothing_to_shift_is_no_shift() -> None:
    assert weeks_to_shift((), TODAY) == 0
    assert shifted((), 5) == ()
