"""How often one source may do a thing: counted together by all workers, within an hour, and soon forgotten."""

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import func, select

from idobata.kernel import clock
from idobata.store.database import db
from idobata.store.rate_limits import WINDOW, RateCount, allowed, forget_old
from tests.harness.site import together

HOME = "203.0.113.7"


def test_up_to_the_limit_is_allowed_and_not_once_more(store: Flask) -> None:
    assert [allowed("post", HOME, 3) for _ in range(5)] == [True, True, True, False, False]


def test_sources_and_acts_are_counted_apart(store: Flask) -> None:
    assert [allowed("post", HOME, 1), allowed("post", HOME, 1)] == [True, False]
    assert allowed("post", "203.0.113.8", 1)
    assert allowed("mail", HOME, 1)


def test_a_limit_of_none_allows_nothing(store: Flask) -> None:
    assert not allowed("post", HOME, 0)


def test_after_the_hour_it_begins_anew(store: Flask, monday: datetime) -> None:
    assert [allowed("post", HOME, 1), allowed("post", HOME, 1)] == [True, False]
    with clock.hold(monday + WINDOW - timedelta(seconds=1)):
        assert not allowed("post", HOME, 1)
    with clock.hold(monday + WINDOW):
        assert [allowed("post", HOME, 1), allowed("post", HOME, 1)] == [True, False]


def test_the_source_is_kept_only_as_a_hash(store: Flask) -> None:
    allowed("mail", "hanako@example.com", 3)
    kept = db.session.scalars(select(RateCount.key)).one()
    assert len(kept) == 64
    assert "hanako" not in kept


def test_workers_that_see_a_source_for_the_first_time_together_count_together(store: Flask) -> None:
    """Both find no row and both make one: neither may fail, and neither count may be lost."""
    for number in range(6):
        answers = together(store, *[lambda source=str(number): allowed("post", source, 2)] * 4)  # type: ignore[misc]
        assert sorted(answers) == [False, False, True, True]


def test_counts_are_forgotten_after_a_day_and_not_before(store: Flask, monday: datetime) -> None:
    allowed("post", "old", 3)
    with clock.hold(monday + timedelta(hours=12)):
        allowed("post", "young", 3)
    with clock.hold(monday + timedelta(hours=25)):
        assert forget_old() == 1
        assert forget_old() == 0
    assert db.session.scalar(select(func.count(RateCount.key))) == 1
