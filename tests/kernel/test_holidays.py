"""Public holidays, as printed calendars show them."""

from datetime import date, timedelta

import pytest

from idobata.kernel.holidays import FIRST_YEAR, JAPANESE_HOLIDAYS, LAST_YEAR


@pytest.mark.parametrize(
    "day, name",
    [
        (date(2026, 9, 21), "敬老の日"),
        (date(2026, 9, 22), "国民の休日"),  # only because it lies between two holidays
        (date(2026, 9, 23), "秋分の日"),
        (date(2026, 5, 6), "振替休日"),
        (date(2027, 3, 21), "春分の日"),
        (date(2027, 3, 22), "振替休日"),
        (date(2027, 1, 1), "元日"),
        (date(2027, 11, 3), "文化の日"),
    ],
)
def test_a_holiday_has_the_name_that_calendars_print(day: date, name: str) -> None:
    assert JAPANESE_HOLIDAYS.holiday_name(day) == name


@pytest.mark.parametrize("day", [date(2026, 9, 20), date(2026, 9, 24), date(2026, 12, 5), date(2026, 12, 31), date(2026, 8, 14)])
def test_an_ordinary_day_obon_and_new_years_eve_are_no_public_holidays(day: date) -> None:
    assert JAPANESE_HOLIDAYS.holiday_name(day) is None


def test_2027_has_its_seventeen_days_off() -> None:
    days = [date(2027, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [day for day in days if JAPANESE_HOLIDAYS.holiday_name(day)] == [
        date(2027, 1, 1), date(2027, 1, 11), date(2027, 2, 11), date(2027, 2, 23), date(2027, 3, 21), date(2027, 3, 22),
        date(2027, 4, 29), date(2027, 5, 3), date(2027, 5, 4), date(2027, 5, 5), date(2027, 7, 19), date(2027, 8, 11),
        date(2027, 9, 20), date(2027, 9, 23), date(2027, 10, 11), date(2027, 11, 3), date(2027, 11, 23),
    ]  # fmt: skip


@pytest.mark.parametrize("day", [date.min, date.max, date(FIRST_YEAR - 1, 1, 1), date(LAST_YEAR + 1, 1, 1)])
def test_a_year_nobody_can_mean_is_answered_and_not_an_error(day: date) -> None:
    assert JAPANESE_HOLIDAYS.holiday_name(day) is None
