"""The outbox: what was promised in a transaction is done, once, whatever dies in between."""

import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM
from idobata.store.database import db
from idobata.store.deeds import Deed, record
from idobata.store.outbox import (
    DEAD_KEPT,
    DONE_KEPT,
    LEASE,
    LONGEST_WAIT,
    MOST_ATTEMPTS,
    Claimed,
    OutboxRow,
    claim_one,
    finish,
    put_back,
    tell,
    tidy_up,
)
from idobata.store.transaction import transaction
from tests.harness.site import together

A_LITTLE = timedelta(seconds=1)


def leave(kind: str = "mail", **more: object) -> None:
    with transaction(public=False):
        tell(kind, {"to": "hanako@example.com", "link": "https://example.com/sign-in/secret"}, **more)  # type: ignore[arg-type]


def the_row() -> OutboxRow:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(OutboxRow)).one()


def taken() -> Claimed:
    row = claim_one()
    assert row is not None
    return row


def test_work_from_an_act_that_failed_never_exists(store: Flask) -> None:
    with pytest.raises(RuntimeError), transaction():  # noqa: PT012 - the act is what fails
        tell("mail", {"to": "hanako@example.com"})
        db.session.flush()
        raise RuntimeError
    assert claim_one() is None
    assert db.session.scalar(select(OutboxRow.id)) is None


def test_work_is_taken_in_the_order_it_came_and_only_when_due(store: Flask, monday: datetime) -> None:
    leave("later", run_at=monday + timedelta(minutes=2))
    leave("first")
    leave("second")
    assert [taken().kind, taken().kind] == ["first", "second"]
    assert claim_one() is None
    with clock.hold(monday + timedelta(minutes=2)):
        assert taken().kind == "later"


def test_finished_work_is_never_taken_again_and_its_secrets_are_gone(store: Flask, monday: datetime) -> None:
    leave()
    row = taken()
    assert "secret" in row.payload["link"]
    finish(row.id)
    assert the_row().payload == {}
    assert the_row().outcome == "done"
    with clock.hold(monday + timedelta(days=365)):
        assert claim_one() is None


def test_a_row_stays_with_its_worker_for_the_lease_and_comes_back_after_it(store: Flask, monday: datetime) -> None:
    leave()
    first = taken()
    with clock.hold(monday + LEASE - A_LITTLE):
        assert claim_one() is None
    with clock.hold(monday + LEASE + A_LITTLE):
        again = taken()
    assert again.id == first.id
    assert again.payload == first.payload
    assert (again.attempts, the_row().crashes) == (2, 1)


def test_a_slow_worker_cannot_bring_back_what_another_has_finished(store: Flask, monday: datetime) -> None:
    leave()
    slow = taken()
    with clock.hold(monday + LEASE + A_LITTLE):
        quick = taken()
        finish(quick.id)
        put_back(slow.id, slow.attempts, "Timeout")
    with clock.hold(monday + timedelta(days=1)):
        assert claim_one() is None
    assert the_row().outcome == "done"


def test_failures_wait_longer_and_longer_and_end_where_somebody_can_see_them(store: Flask, monday: datetime) -> None:
    leave()
    now, pauses = monday, []
    for _attempt in range(MOST_ATTEMPTS):
        with clock.hold(now):
            row = taken()
            put_back(row.id, row.attempts, "SMTPServerDisconnected")
            kept = the_row()
            assert kept.last_error == "SMTPServerDisconnected"
            pauses.append(kept.run_at - now)
            assert kept.done_at is not None or claim_one() is None
            now = kept.run_at
    pauses.pop()
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(seconds=30)
    assert pauses[-1] <= LONGEST_WAIT
    assert the_row().outcome == "dead"
    assert the_row().payload["to"] == "hanako@example.com", "the desk may want to know whose letter it was"
    with clock.hold(now + timedelta(days=365)):
        assert claim_one() is None


def test_work_that_kills_its_worker_each_time_ends_as_dead_too(store: Flask, monday: datetime) -> None:
    leave()
    now = monday
    for _attempt in range(MOST_ATTEMPTS + 3):
        with clock.hold(now):
            if claim_one() is None:
                break
        now += LEASE + A_LITTLE
    assert the_row().outcome == "dead"
    assert the_row().attempts <= MOST_ATTEMPTS
    assert the_row().crashes == MOST_ATTEMPTS


def test_a_dedupe_key_is_remembered_even_after_the_work_is_done(store: Flask) -> None:
    leave(dedupe_key="received-abc")
    finish(taken().id)
    leave(dedupe_key="received-abc")
    assert claim_one() is None
    leave(dedupe_key="received-xyz")
    leave()
    assert (claim_one() is not None, claim_one() is not None) == (True, True)


def test_a_key_told_twice_within_one_act_is_one_piece_of_work(store: Flask) -> None:
    with transaction(public=False):
        tell("mail", {}, dedupe_key="once")
        tell("mail", {}, dedupe_key="once")
    assert the_row().kind == "mail"


def test_two_acts_that_tell_the_same_at_the_same_moment_both_succeed(store: Flask) -> None:
    """The second one finds the key taken only when the first has committed; its own deed must not be lost for that."""

    def act() -> None:
        with transaction():
            record(SYSTEM, "test", "thing", "1")
            tell("mail", {}, dedupe_key="once")

    for _ in range(5):
        together(store, *[act] * 3)
    assert db.session.scalar(select(func.count(Deed.id))) == 15
    assert the_row().dedupe_key == "once"


def test_workers_side_by_side_never_take_the_same_row(store: Flask) -> None:
    with transaction(public=False):
        for number in range(30):
            tell("mail", {"number": number})

    def work() -> list[int]:
        done = []
        while (row := claim_one()) is not None:
            done.append(int(row.payload["number"]))
            finish(row.id)
        return done

    shares = together(store, *[work] * 3)
    assert sorted(number for share in shares for number in share) == list(range(30))


WORKER = textwrap.dedent(
    """
    import sys
    from flask import Flask
    from idobata.outside.worker import Worker
    from idobata.store.database import db, prepare_engine

    app = Flask("worker")
    app.config["SQLALCHEMY_DATABASE_URI"] = sys.argv[1]
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)

    def in_the_middle(row):
        print("took", row.kind, flush=True)
        sys.stdin.read()

    Worker(app.app_context, {"mail": in_the_middle}, []).run()
    """
)


@pytest.fixture
def doomed(store: Flask) -> Iterator["subprocess.Popen[str]"]:
    """A real worker process that stands still in the middle of the first row. It has the machine's clock, so we take it too."""
    clock.fix(None)
    leave()
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, store.config["SQLALCHEMY_DATABASE_URI"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.communicate(timeout=60)


def test_a_worker_killed_in_the_middle_loses_nothing(store: Flask, doomed: "subprocess.Popen[str]") -> None:
    assert doomed.stdout is not None
    assert doomed.stdout.readline().strip() == "took mail"
    doomed.send_signal(signal.SIGKILL)
    assert doomed.wait(60) == -signal.SIGKILL
    assert claim_one() is None, "the lease still runs"
    with clock.hold(clock.now() + LEASE + A_LITTLE):
        row = taken()
        assert row.payload["to"] == "hanako@example.com"
        assert (row.attempts, the_row().crashes) == (2, 1)
        finish(row.id)
    assert the_row().outcome == "done"


def test_what_could_not_be_delivered_loses_its_letter_after_a_while_and_what_was_done_goes(store: Flask, monday: datetime) -> None:
    leave("dead")
    put_back(taken().id, MOST_ATTEMPTS, "SMTPException")
    with clock.hold(monday + DEAD_KEPT):
        tidy_up()
        assert the_row().payload
    with clock.hold(monday + DEAD_KEPT + A_LITTLE):
        tidy_up()
        assert the_row().payload == {}
    leave("done")
    finish(taken().id)
    with clock.hold(monday + DONE_KEPT + A_LITTLE):
        tidy_up()
        assert the_row().kind == "dead"
