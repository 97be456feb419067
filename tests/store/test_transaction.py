"""One transaction per act: all of it is there, or nothing; and readers' pages turn exactly when something public changed."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from idobata.accounts.models import Person
from idobata.kernel import clock
from idobata.store.database import db, writing
from idobata.store.outbox import OutboxRow, tell
from idobata.store.rate_limits import RateCount
from idobata.store.transaction import after_public_change, transaction
from tests.harness.site import together


class Told:
    """Counts how often the pages were told to turn, and what was committed by then."""

    def __init__(self) -> None:
        self.people_then: list[int] = []

    def __call__(self) -> None:
        self.people_then.append(people())


@pytest.fixture
def told(store: Flask) -> Told:
    told = Told()
    after_public_change(db.engine, told)
    return told


def add(name: str) -> None:
    db.session.add(Person(email=f"{name}@example.com", name=name, created_at=clock.now()))


def people() -> int:
    return db.session.scalar(select(func.count(Person.id))) or 0


def test_everything_is_written_together(store: Flask) -> None:
    with transaction():
        add("hanako")
        add("taro")
    db.session.remove()
    assert people() == 2


def test_when_the_last_step_fails_nothing_is_written_and_no_page_turns(store: Flask, told: Told) -> None:
    with pytest.raises(IntegrityError), transaction():  # noqa: PT012 - the act is what fails
        add("hanako")
        db.session.flush()
        tell("mail", {"to": "hanako@example.com"})
        add("hanako")
    assert people() == 0
    assert db.session.scalar(select(OutboxRow.id)) is None
    assert told.people_then == []


def test_even_an_interrupted_act_leaves_nothing_behind_and_the_next_one_works(store: Flask) -> None:
    with pytest.raises(KeyboardInterrupt), transaction():  # noqa: PT012 - the act is what fails
        add("hanako")
        db.session.flush()
        raise KeyboardInterrupt
    assert not writing.get()
    with transaction():
        add("taro")
    assert people() == 1


def test_an_inner_act_joins_the_outer_one_and_falls_with_it(store: Flask, told: Told) -> None:
    with pytest.raises(RuntimeError), transaction():  # noqa: PT012 - the act is what fails
        with transaction():
            add("hanako")
        raise RuntimeError
    assert people() == 0
    assert told.people_then == []


def test_nested_acts_turn_the_pages_once_after_the_commit(store: Flask, told: Told) -> None:
    with transaction():
        add("hanako")
        with transaction():
            add("taro")
        assert told.people_then == []
    assert told.people_then == [2]


def test_bookkeeping_leaves_the_kept_pages_good(store: Flask, told: Told) -> None:
    with transaction(public=False):
        add("hanako")
    assert people() == 1
    assert told.people_then == []


def test_a_public_change_within_bookkeeping_still_turns_the_pages(store: Flask, told: Told) -> None:
    with transaction(public=False):
        add("hanako")
        with transaction():
            add("taro")
    assert told.people_then == [2]
    with transaction(public=False):
        add("jiro")
    assert told.people_then == [2]


def test_what_was_read_before_is_read_anew_under_the_lock(store: Flask) -> None:
    with transaction():
        add("hanako")
    known = db.session.scalars(select(Person)).one()
    assert known.name == "hanako"

    def rename() -> None:
        with transaction():
            db.session.scalars(select(Person)).one().name = "はなこ"

    together(store, rename)
    with transaction():
        assert known.name == "はなこ"


def count_up(key: str, times: int, *, lock: bool) -> None:
    for _ in range(times):
        with transaction():
            row = db.session.get_one(RateCount, key, with_for_update=lock)
            row.count = row.count + 1


def a_counter(monday: datetime) -> None:
    with transaction():
        db.session.add(RateCount(key="k", began_at=monday, count=0))


def test_writers_that_read_first_lose_nothing_and_never_meet_a_locked_sqlite(sqlite_only: Flask, monday: datetime) -> None:
    """A deferred transaction that turned into a writer would fail here with "database is locked"."""
    a_counter(monday)
    together(sqlite_only, *[lambda: count_up("k", 15, lock=False)] * 4)
    db.session.rollback()
    assert db.session.get_one(RateCount, "k").count == 60


def test_writers_that_lock_a_row_lose_nothing_on_either_database(store: Flask, monday: datetime) -> None:
    a_counter(monday)
    together(store, *[lambda: count_up("k", 10, lock=True)] * 3)
    db.session.rollback()
    assert db.session.get_one(RateCount, "k").count == 30


def test_a_reader_is_not_held_up_by_a_writer_and_sees_nothing_half_done(store: Flask) -> None:
    with transaction():
        add("hanako")
        db.session.flush()
        assert together(store, people) == [0]
    assert together(store, people) == [1]
