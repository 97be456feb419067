"""Passwords: set, changed, taken away, tried."""

from sqlalchemy import delete, select, update

from idobata.accounts.address_actions import person_of
from idobata.accounts.letters import password_letter
from idobata.accounts.models import Person
from idobata.accounts.proof_models import Password
from idobata.accounts.session_actions import end_sessions
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.deeds import record
from idobata.store.letters import post_letter


def set_password(actor: Actor, hashed: str, settings: Settings, *, session_id: int) -> None:
    """Keep a new password (its hash: making it takes too long for a transaction). Every other session ends, and the person is told."""
    person, now = person_of(actor), clock.now()
    kept = db.session.get(Password, person.id)
    if kept is None:
        db.session.add(Password(person_id=person.id, hash=hashed, changed_at=now))
    else:
        kept.hash, kept.changed_at = hashed, now
    _changed(actor, person, settings, session_id)


def remove_password(actor: Actor, settings: Settings, *, session_id: int) -> None:
    """Go on without a password."""
    person = person_of(actor)
    db.session.execute(delete(Password).where(Password.person_id == person.id))
    _changed(actor, person, settings, session_id)


def owner_of_hash(email: str, hashed: str) -> Person | None:
    """The person with this address, while this very hash is still hers: it may have changed while it was tried."""
    return db.session.scalar(
        select(Person)
        .join(Password, Password.person_id == Person.id)
        .where(Person.email == email, Person.suspended_at.is_(None), Password.hash == hashed)
    )


def renew_hash(person_id: int, old: str, new: str) -> None:
    """Keep the same password under a stronger hash. Nobody is told: nothing has changed for anybody."""
    db.session.execute(update(Password).where(Password.person_id == person_id, Password.hash == old).values(hash=new))


def _changed(actor: Actor, person: Person, settings: Settings, session_id: int) -> None:
    end_sessions(person.id, keep=session_id)
    if person.roles:
        record(actor, "password.changed", "person", person.public_id)
    post_letter(person.email, password_letter(settings.city.site_name, settings.contact.phone, settings.contact.email))
