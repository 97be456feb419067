"""Who works here."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from idobata.accounts.models import Person
from idobata.accounts.queries import staff_people
from idobata.accounts.second_queries import who_has_second
from idobata.kernel.actor import Role
from idobata.store.database import db


@dataclass(frozen=True, slots=True)
class ColleagueCard:
    """A member of staff, as administrators see her. `signed_in_at`: the last time."""

    public_id: str
    name: str
    email: str
    roles: tuple[Role, ...]
    signed_in_at: datetime | None
    has_second: bool
    is_suspended: bool


def colleagues() -> list[ColleagueCard]:
    """Everybody with a role, by address."""
    with_second = who_has_second()
    return [
        ColleagueCard(
            public_id=one.public_id,
            name=one.name,
            email=one.email,
            roles=tuple(role for role in Role if role.value in {given.role for given in one.roles}),
            signed_in_at=one.signed_in_at,
            has_second=one.id in with_second,
            is_suspended=one.suspended_at is not None,
        )
        for one in staff_people()
    ]


def person_by_public_id(public_id: str) -> Person | None:
    """The person with this public id."""
    return db.session.scalar(select(Person).where(Person.public_id == public_id))
