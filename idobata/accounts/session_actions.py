"""Signed-in browsers: begun, found, renewed and ended here. The browser holds a secret, we hold its hash."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from idobata.accounts.models import Person, SessionRow
from idobata.accounts.queries import actor_of
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.ids import new_token, token_hash
from idobata.kernel.settings import Policy
from idobata.store.database import db
from idobata.store.transaction import transaction

# How fine "last seen" is. Each look would otherwise be a write.
SEEN_STEP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class FoundSession:
    """Who a session's secret belongs to. `proved_at`: when she last proved that it is she; `owes_second`: a member of staff who has
    not passed her second factor in this session yet."""

    id: int
    person: Person
    proved_at: datetime
    owes_second: bool

    @property
    def actor(self) -> Actor:
        """The actor: without any role as long as the second factor is owed."""
        actor = actor_of(self.person)
        return replace(actor, roles=frozenset()) if self.owes_second else actor


def begin_session(person: Person, policy: Policy, *, device: str = "", second_passed: bool = False) -> tuple[str, datetime]:
    """A new session in the running transaction; returns the secret for the cookie and when it ends at the latest.

    `second_passed` says that the second factor is behind us; only then roles count. `device` is for "where am I signed in".
    """
    now = clock.now()
    lasts = timedelta(hours=policy.staff_hours) if person.roles else timedelta(days=policy.resident_days)
    token = new_token()
    db.session.add(
        SessionRow(
            token_hash=token_hash(token),
            person_id=person.id,
            created_at=now,
            seen_at=now,
            ends_at=now + lasts,
            second_at=now if second_passed else None,
            proved_at=now,
            device=device[:60] or None,
            data={},
        )
    )
    db.session.execute(update(Person).where(Person.id == person.id).values(signed_in_at=now))
    return token, now + lasts


def find_session(token: str, policy: Policy) -> FoundSession | None:
    """The session this secret belongs to, while it lives; a suspended person has none."""
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
    found = FoundSession(row.id, person, row.proved_at or row.created_at, bool(person.roles) and row.second_at is None)
    if now - row.seen_at > SEEN_STEP:
        with transaction(public=False):
            # Only a row that still exists is touched: a session that was ended meanwhile must not come back.
            fresh = db.session.get(SessionRow, row.id, populate_existing=True)
            if fresh is not None:
                fresh.seen_at = now
        person = db.session.get(Person, found.person.id)
        return replace(found, person=person) if person is not None else None
    return found


def person_of_session(token: str, policy: Policy) -> Person | None:
    """The person this secret belongs to, while the session lives."""
    found = find_session(token, policy)
    return found.person if found is not None else None


def renew_session(session_id: int, *, second_passed: bool = False) -> tuple[str, datetime] | None:
    """Give a session a new secret, because it may do more from now on; returns the secret and the end, which stays.

    None when it was ended meanwhile. `second_passed`: the second factor was passed a moment ago.
    """
    now, token = clock.now(), new_token()
    values: dict[str, object] = {"token_hash": token_hash(token), "proved_at": now, "data": {}}
    if second_passed:
        values["second_at"] = now
    ends_at = db.session.scalar(
        update(SessionRow).where(SessionRow.id == session_id, SessionRow.ends_at > now).values(**values).returning(SessionRow.ends_at)
    )
    return (token, ends_at) if ends_at is not None else None


def prove_session(session_id: int) -> None:
    """Note that whoever sits there has just proved again who she is. The secret stays, so that open forms stay good."""
    db.session.execute(update(SessionRow).where(SessionRow.id == session_id).values(proved_at=clock.now()))


def end_session(token: str) -> None:
    """End one session."""
    with transaction(public=False):
        db.session.execute(delete(SessionRow).where(SessionRow.token_hash == token_hash(token)))


def end_sessions(person_id: int, *, keep: int | None = None) -> int:
    """End every session of a person in the running transaction, but the one with the id `keep`; returns how many ended.

    Called whenever her address, password, second factor, roles or suspension change.
    """
    where = [SessionRow.person_id == person_id]
    if keep is not None:
        where.append(SessionRow.id != keep)
    return int(db.session.execute(delete(SessionRow).where(*where)).rowcount)  # type: ignore[attr-defined]


def end_all_sessions() -> int:
    """End every session of everybody: after a restore those that were ended since the backup would live again. Returns how many."""
    with transaction(public=False):
        return int(db.session.execute(delete(SessionRow)).rowcount)  # type: ignore[attr-defined]


def end_session_of(person_id: int, handle: str) -> bool:
    """End the session of this person that `session_queries.sessions_of` shows under `handle`. False when there is none."""
    if not handle:
        return False
    where = (SessionRow.person_id == person_id, SessionRow.token_hash.startswith(handle, autoescape=True))
    return bool(db.session.execute(delete(SessionRow).where(*where)).rowcount)  # type: ignore[attr-defined]
