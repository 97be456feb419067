"""Reading people."""

from sqlalchemy import select

from idobata.accounts.models import MailLink, Person
from idobata.kernel import clock
from idobata.kernel.actor import Actor, Role
from idobata.kernel.ids import token_hash
from idobata.store.database import db
from idobata.store.rate_limits import mailbox_of


def actor_of(person: Person) -> Actor:
    """The actor a signed-in person is."""
    return Actor(
        label=person.name or person.email,
        person_id=person.id,
        email=person.email,
        roles=frozenset(Role(one.role) for one in person.roles),
    )


def person_by_email(email: str) -> Person | None:
    """The person with this cleaned address."""
    return db.session.scalar(select(Person).where(Person.email == email))


def is_kept_out(email: str) -> bool:
    """True for every spelling of a mailbox whose owner was suspended: most servers put A@, a@ and a+anything@ into the same one."""
    suspended = db.session.scalars(select(Person.email).where(Person.suspended_at.is_not(None)))
    return mailbox_of(email) in {mailbox_of(one) for one in suspended}


def link_is_open(purpose: str, token: str) -> bool:
    """True while a mailed link can still be used. Looking changes nothing: mail scanners look too."""
    return open_link_of(purpose, token) is not None


def open_link_of(purpose: str, token: str) -> MailLink | None:
    """A mailed link that can still be used; None for any other."""
    return db.session.scalar(
        select(MailLink).where(
            MailLink.token_hash == token_hash(token),
            MailLink.purpose == purpose,
            MailLink.used_at.is_(None),
            MailLink.ends_at > clock.now(),
        )
    )


def first_residents(count: int) -> list[Person]:
    """The first people without a role: in the demo, those through whose eyes one can post."""
    return list(db.session.scalars(select(Person).where(~Person.roles.any()).order_by(Person.id).limit(count)))


def staff_people() -> list[Person]:
    """Everybody with a role, by address."""
    return list(db.session.scalars(select(Person).where(Person.roles.any()).order_by(Person.email)))
