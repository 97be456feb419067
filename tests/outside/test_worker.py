"""The worker: does what is due, once, outlives every failure, and keeps its chores."""

import logging
import threading
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM
from idobata.outside.worker import Chore, Handler, Worker
from idobata.store.database import db
from idobata.store.deeds import Deed, record
from idobata.store.outbox import Claimed, OutboxRow, tell
from idobata.store.transaction import transaction

HOUR = timedelta(hours=1)


def leave(kind: str = "mail", **payload: object) -> None:
    with transaction(public=False):
        tell(kind, payload)


def the_row() -> OutboxRow:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(OutboxRow)).one()


def worker(store: Flask, handlers: dict[str, Handler], *chores: Chore) -> Worker:
    return Worker(store.app_context, handlers, list(chores))


def test_each_row_is_done_once_by_the_handler_of_its_kind(store: Flask) -> None:
    done: list[tuple[str, object]] = []
    handlers: dict[str, Handler] = {
        "mail": lambda row: done.append(("mail", row.payload["to"])),
        "repost": lambda row: done.append(("repost", row.payload["to"])),
    }
    leave("mail", to="hanako")
    leave("repost", to="town")
    assert worker(store, handlers).run_until_empty() == 2
    assert done == [("mail", "hanako"), ("repost", "town")]
    assert worker(store, handlers).run_until_empty() == 0
    assert len(done) == 2


def test_a_row_that_fails_waits_and_the_others_go_on(store: Flask, monday: datetime) -> None:
    done: list[object] = []

    def handle(row: Claimed) -> None:
        if row.payload["to"] == "broken" and row.attempts == 1:
            raise OSError("hanako@example.com refused https://example.com/sign-in/secret")
        done.append(row.payload["to"])

    leave(to="broken")
    leave(to="hanako")
    busy = worker(store, {"mail": handle})
    assert busy.run_until_empty() == 2
    assert done == ["hanako"]
    with clock.hold(monday + timedelta(minutes=1)):
        assert busy.run_until_empty() == 1
    assert done == ["hanako", "broken"]


def test_a_failure_is_kept_by_its_kind_only_for_its_words_may_hold_a_secret(store: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_row: Claimed) -> None:
        raise ConnectionRefusedError("hanako@example.com https://example.com/sign-in/secret")

    leave(to="hanako")
    with caplog.at_level(logging.DEBUG):
        worker(store, {"mail": fail}).run_until_empty()
    assert the_row().last_error == "ConnectionRefusedError"
    assert "secret" not in caplog.text
    assert "hanako@" not in caplog.text


def test_what_a_failing_handler_began_to_write_is_not_written(store: Flask) -> None:
    def half_done(_row: Claimed) -> None:
        with transaction():
            record(SYSTEM, "half", "thing", "1")
            db.session.flush()
            raise RuntimeError

    leave()
    worker(store, {"mail": half_done}).run_until_empty()
    assert db.session.scalar(select(Deed.id)) is None
    assert the_row().attempts == 1


def test_work_of_an_unknown_kind_waits_for_a_version_that_knows_it(store: Flask, monday: datetime) -> None:
    done: list[str] = []
    leave("toot")
    assert worker(store, {}).run_until_empty() == 1
    assert the_row().done_at is None
    assert the_row().last_error == "no handler for toot"
    with clock.hold(monday + HOUR):
        worker(store, {"toot": lambda row: done.append(row.kind)}).run_until_empty()
    assert done == ["toot"]


def test_a_chore_is_done_at_once_and_then_each_time_it_is_due(store: Flask, monday: datetime) -> None:
    times: list[datetime] = []
    busy = worker(store, {}, Chore("look", HOUR, lambda: times.append(clock.now())))
    for minutes in (0, 1, 59, 60, 61, 120):
        with clock.hold(monday + timedelta(minutes=minutes)):
            busy.step()
    assert times == [monday, monday + HOUR, monday + 2 * HOUR]


def test_a_chore_that_fails_keeps_neither_the_others_nor_the_mail(store: Flask) -> None:
    done: list[str] = []

    def fail() -> None:
        with transaction():
            raise RuntimeError

    leave()
    worker(
        store, {"mail": lambda row: done.append(row.kind)}, Chore("bad", HOUR, fail), Chore("good", HOUR, lambda: done.append("good"))
    ).step()
    assert done == ["good", "mail"]


def test_it_outlives_a_database_that_is_away_and_stops_when_asked(store: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idobata.outside.worker.PAUSE_SECONDS", 0.01)
    done = threading.Event()
    trouble = iter([True, True])

    def look() -> None:
        if next(trouble, False):
            # Not an Exception of the handler's own: the step itself breaks.
            raise ConnectionError

    leave()
    busy = worker(store, {"mail": lambda _row: done.set()})
    real = busy.step

    def step(*, slow: bool) -> bool:
        look()
        return real(slow=slow)

    monkeypatch.setattr(Worker, "step", lambda _self, *, slow: step(slow=slow))
    thread = busy.start_thread()
    assert done.wait(60)
    busy.stop()
    thread.join(60)
    assert not thread.is_alive()


def test_a_letter_does_not_wait_for_a_chore_that_takes_long(store: Flask) -> None:
    begun, may_end, sent = threading.Event(), threading.Event(), threading.Event()

    def write_for_minutes() -> None:
        begun.set()
        may_end.wait(30)

    leave()
    busy = worker(store, {"mail": lambda _row: sent.set()}, Chore("large files", HOUR, write_for_minutes, slow=True))
    thread = busy.start_thread()
    try:
        assert begun.wait(30)
        assert sent.wait(30)
    finally:
        may_end.set()
        busy.stop()
        thread.join(30)
    assert not thread.is_alive()


def test_whoever_asks_for_all_that_is_due_gets_slow_chores_too(store: Flask) -> None:
    done: list[str] = []
    worker(store, {}, Chore("large files", HOUR, lambda: done.append("written"), slow=True)).run_until_empty()
    assert done == ["written"]
