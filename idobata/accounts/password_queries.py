"""Reading what is kept of a password."""

from datetime import datetime

from sqlalchemy import select

from idobata.accounts.models import Person
from idobata.accounts.proof_models import Password
from idobata.store.database import db


def hash_by_email(email: str) -> str | None:
    """The hash of the password of somebody who may sign in; None without such a person, or without a password."""
    return db.session.scalar(
        select(Password.hash).join(Person, Person.id == Password.person_id).where(Person.email == email, Person.suspended_at.is_(None))
    )


def password_since(person_id: int) -> datetime | None:
    """Since when somebody has her present password; None without one."""
    return db.session.scalar(select(Password.changed_at).where(Password.person_id == person_id))


def hash_of_person(person_id: int) -> str | None:
    """The hash of a person's password."""
    return db.session.scalar(select(Password.hash).where(Password.person_id == person_id))
