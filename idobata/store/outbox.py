"""Work to be done after the commit: one row per piece of work, written in the same transaction as its cause."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Index, String, Text, case, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from idobata.kernel import clock
from idobata.store.database import Model, db
from idobata.store.transaction import transaction
from idobata.store.types import UTCDateTime

LEASE = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
MOST_ATTEMPTS = 12
DEAD_KEPT = timedelta(days=3)
DONE_KEPT = timedelta(days=30)
DEAD = "dead"


class OutboxRow(Model):
    """A piece of work. `payload` may hold a secret link, so it is emptied when the work is done."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "done_at", "run_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    dedupe_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    run_at: Mapped[datetime] = mapped_column(UTCDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    crashes: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))
    last_error: Mapped[str | None] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row this worker has taken on."""

    id: int
    kind: str
    payload: dict[str, Any]
    attempts: int
    key: str


def tell(kind: str, payload: dict[str, Any], *, run_at: datetime | None = None, dedupe_key: str | None = None) -> None:
    """Leave work for the worker. With a `dedupe_key` that is known already, nothing is added."""
    at = clock.now()
    row = OutboxRow(kind=kind, payload=payload, dedupe_key=dedupe_key, created_at=at, run_at=run_at or at)
    if dedupe_key is None:
        db.session.add(row)
    elif db.session.scalar(select(OutboxRow.id).where(OutboxRow.dedupe_key == dedupe_key)) is None:
        try:
            with db.session.begin_nested():
                db.session.add(row)
        except IntegrityError:
            # Another act told the same at the same moment; ours goes on without it.
            return


def claim_one(behind: Collection[str] = ()) -> Claimed | None:
    """Take the oldest due row for `LEASE`, or None. A row whose worker died comes back when its lease has run out.

    Kinds that stand `behind` are only taken while nothing else is due.
    """
    now = clock.now()
    with transaction(public=False):
        free = (OutboxRow.lease_until.is_(None)) | (OutboxRow.lease_until < now)
        due = (
            select(OutboxRow)
            .where(OutboxRow.done_at.is_(None), OutboxRow.run_at <= now, free)
            .order_by(*([case((OutboxRow.kind.in_(behind), 1), else_=0)] if behind else []), OutboxRow.run_at, OutboxRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        while (row := db.session.scalar(due)) is not None:
            if row.lease_until is not None:
                row.crashes += 1
            if row.attempts < MOST_ATTEMPTS:
                break
            # It took its worker with it each time.
            row.done_at, row.outcome, row.lease_until, row.last_error = now, DEAD, None, "the worker died"
            db.session.flush()
        if row is None:
            return None
        row.lease_until = now + LEASE
        row.attempts += 1
        db.session.flush()
        return Claimed(id=row.id, kind=row.kind, payload=dict(row.payload), attempts=row.attempts, key=f"outbox-{row.id}")


def finish(row_id: int, outcome: str = "done") -> None:
    """Say that a row is done. Done wins: a second worker that held the row too changes nothing."""
    with transaction(public=False):
        db.session.execute(
            update(OutboxRow)
            .where(OutboxRow.id == row_id, OutboxRow.done_at.is_(None))
            .values(done_at=clock.now(), outcome=outcome, lease_until=None, payload={}, last_error=None)
        )


def put_back(row_id: int, attempts: int, error: str) -> None:
    """Try again later, with longer and longer pauses; after `MOST_ATTEMPTS` the row is kept as 'dead' for the desk to see."""
    now = clock.now()
    with transaction(public=False):
        if attempts >= MOST_ATTEMPTS:
            values: dict[str, Any] = {"done_at": now, "outcome": DEAD, "lease_until": None, "last_error": error[:500]}
        else:
            pause = min(timedelta(seconds=15 * 2**attempts), LONGEST_WAIT)
            values = {"run_at": now + pause, "lease_until": None, "last_error": error[:500]}
        db.session.execute(update(OutboxRow).where(OutboxRow.id == row_id, OutboxRow.done_at.is_(None)).values(**values))


def tidy_up() -> None:
    """Empty what could not be delivered for `DEAD_KEPT`, and drop what was done `DONE_KEPT` ago: neither may pile up."""
    now = clock.now()
    with transaction(public=False):
        db.session.execute(update(OutboxRow).where(OutboxRow.outcome == DEAD, OutboxRow.done_at < now - DEAD_KEPT).values(payload={}))
        db.session.execute(delete(OutboxRow).where(OutboxRow.outcome != DEAD, OutboxRow.done_at < now - DONE_KEPT))
