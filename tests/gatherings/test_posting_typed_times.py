"""A day or a time is understood the way people write it, and never guessed."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idobata.gatherings.typed_times import read_day, read_days, read_time

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "typed",
    [
        "2026-12-05",
        "2026/12/5",
        "２０２６／１２／０５",
        "2026年12月5日",
        "12/5",
        "12月5日（土）",
        "12/5(土)",
        "令和8年12月5日",
        "R8.12.5",
        "20261205",
    ],
)
def test_the_same_day_is_read_however_it_is_written(typed: str) -> None:
    assert read_day(typed, TODAY) == date(2026, 12, 5)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("11/23", date(2026, 11, 23)), ("11/22", date(2027, 11, 22)), ("2/29", date(2028, 2, 29)), ("1月2日", date(2027, 1, 2))],
)
def test_a_day_without_a_year_is_the_next_one(typed: str, meant: date) -> None:
    assert read_day(typed, TODAY) == meant


@pytest.mark.parametrize(
    "typed", ["", "あした", "13/1", "2026-02-30", "2/30", "٣/٤", "12/5/6/7", "12-", "0000-00-00", "１" * 5000, "令和0年0月0日"]
)
def test_what_is_no_day_is_not_guessed(typed: str) -> None:
    assert read_day(typed, TODAY) is None


def test_several_days_are_read_from_one_box_and_what_is_no_day_is_named() -> None:
    days, unread = read_days("12/5、12/12, 12月19日（土）\n1/9 あさって", TODAY)
    assert days == [date(2026, 12, 5), date(2026, 12, 12), date(2026, 12, 19), date(2027, 1, 9)]
    assert unread == ["あさって"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("10:00", time(10)),
        ("１０：３０", time(10, 30)),
        ("10時", time(10)),
        ("10時半", time(10, 30)),
        ("午後1時半", time(13, 30)),
        ("午後1:05", time(13, 5)),
        ("930", time(9, 30)),
        ("10:00:00", time(10)),
        ("正午", time(12)),
    ],
)
def test_a_time_is_read_however_it_is_written(typed: str, meant: time) -> None:
    assert read_time(typed) == meant


@pytest.mark.parametrize("typed", ["", "x", "25:00", "10:60", "24:00", "午後13時", "٠٩:٠٠", "10:00〜12:00"])
def test_what_is_no_time_is_not_guessed(typed: str) -> None:
    assert read_time(typed) is None


def test_a_gathering_may_end_at_midnight() -> None:
    assert read_time("24:00", end=True) == time(0)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading(typed: str) -> None:
    read_day(typed, TODAY)
    read_days(typed, TODAY)
    read_time(typed)
