"""Signed-in browsers: begun, found and ended here. The browser holds a secret, we hold its hash."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from idobata.accounts.models import Person, SessionRow
from idobata.kernel import clock
from idobata.kernel.ids import new_token, token_hash
from idobata.kernel.settings import Policy
from idobata.store.database import db
from idobata.store.transaction import transaction

# How fine "last seen" is. Each look would otherwise be a write.
SEEN_STEP = timedelta(minutes=1)


def begin_session(person: Person, policy: Policy) -> tuple[str, datetime]:
    """A new session in the running transaction; returns the secret for the cookie and when it ends at the latest."""
    now = clock.now()
    lasts = timedelta(hours=policy.staff_hours) if person.roles else timedelta(days=policy.resident_days)
    token = new_token()
    db.session.add(SessionRow(token_hash=token_hash(token), person_id=person.id, created_at=now, seen_at=now, ends_at=now + lasts, data={}))
    return token, now + lasts


def person_of_session(token: str, policy: Policy) -> Person | None:
    """The person this secret belongs to, while the session lives; a suspended person is nobody."""
    now = clock.now()
    row = db.session.scalar(select(SessionRow).where(SessionRow.token_hash == token_hash(token), SessionRow.ends_at > now))
    if row is None:
        return None
    person = db.session.get(Person, row.person_id)
    if person is None or person.suspended_at is not None:
        return None
    if person.roles and now - row.seen_at > timedelta(minutes=policy.staff_idle_minutes):
        end_session(token)
        return None
    if now - row.seen_at > SEEN_STEP:
        with transaction(public=False):
            # Only a row that still exists is touched: a session that was ended meanwhile must not come back.
            fresh = db.session.get(SessionRow, row.id, populate_existing=True)
            if fresh is not None:
                fresh.seen_at = now
        person = db.session.get(Person, row.person_id)
    return person


def end_session(token: str) -> None:
    """End one session."""
    with transaction(public=False):
        db.session.execute(delete(SessionRow).where(SessionRow.token_hash == token_hash(token)))
