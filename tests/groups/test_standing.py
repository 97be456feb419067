"""Three public words that follow from dates alone."""

from datetime import date

import pytest

from idobata.groups.standing import Standing, ends_soon, months_on, standing_of

DAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("until", "standing"),
    [
        (None, Standing.REGISTERED),
        (date(2026, 11, 30), Standing.CHECKED),
        (date(2027, 11, 30), Standing.CHECKED),
        (date(2026, 11, 29), Standing.LAPSED),
    ],
)
def test_the_standing_follows_from_the_last_day_of_the_check(until: date | None, standing: Standing) -> None:
    assert standing_of(until, DAY) is standing


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2026, 11, 30), 12, date(2027, 11, 30)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 11, 30), -9, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)
def test_a_month_on_is_the_same_day_or_the_last_of_a_shorter_month(day: date, months: int, after: date) -> None:
    assert months_on(day, months) == after


def test_soon_is_the_last_month_and_not_what_is_over() -> None:
    assert [ends_soon(until, DAY) for until in (None, date(2026, 11, 29), DAY, date(2026, 12, 30), date(2026, 12, 31))] == [
        False,
        False,
        True,
        True,
        False,
    ]
