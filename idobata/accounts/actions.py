"""Signing in by a mailed link, and giving roles."""

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from idobata.accounts.letters import sign_in_letter
from idobata.accounts.models import MailLink, Person, PersonRole, SessionRow
from idobata.kernel import clock
from idobata.kernel.actor import Actor, Role
from idobata.kernel.addresses import Addresses
from idobata.kernel.ids import new_token, token_hash
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.deeds import record
from idobata.store.letters import post_letter
from idobata.store.outbox import tell
from idobata.store.transaction import transaction

SIGN_IN = "sign_in"
CONFIRM_POST = "confirm_post"
# The kind of work in the outbox.
WISH = "sign_in"


def find_or_make_person(email: str, name: str = "") -> Person:
    """The person with this (cleaned) address; made when new. A known person keeps the name she chose."""
    known = select(Person).where(Person.email == email)
    person = db.session.scalar(known)
    if person is None:
        person = Person(email=email, name=name, created_at=clock.now(), roles=[])
        try:
            with db.session.begin_nested():
                db.session.add(person)
        except IntegrityError:
            # Another act met her for the first time at the same moment.
            return db.session.scalars(known).one()
    return person


def make_link(purpose: str, email: str, lasts: timedelta, subject_id: str | None = None) -> str:
    """Make a single-use secret for a mailed link; returns the secret, keeps its hash."""
    token, now = new_token(), clock.now()
    db.session.add(
        MailLink(token_hash=token_hash(token), purpose=purpose, email=email, subject_id=subject_id, created_at=now, ends_at=now + lasts)
    )
    return token


def use_link(purpose: str, token: str) -> MailLink | None:
    """Use a link up. None when it is unknown, used already, or past its end: the three look the same."""
    now = clock.now()
    done = db.session.execute(
        update(MailLink)
        .where(MailLink.token_hash == token_hash(token), MailLink.purpose == purpose, MailLink.used_at.is_(None), MailLink.ends_at > now)
        .values(used_at=now)
        .returning(MailLink.id)
    ).scalar()
    return db.session.get(MailLink, done, populate_existing=True) if done is not None else None


def wish_to_sign_in(email: str) -> None:
    """Note that somebody wants a sign-in link. The worker looks whether we know the address, so that no answer's time tells it."""
    tell(WISH, {"email": email})


def ask_to_sign_in(email: str, settings: Settings) -> None:
    """Mail a sign-in link to somebody known. For an unknown address nothing is written, and the page says the same."""
    person = db.session.scalar(select(Person).where(Person.email == email, Person.suspended_at.is_(None)))
    if person is None:
        return
    minutes = settings.policy.sign_in_link_minutes
    token = make_link(SIGN_IN, email, timedelta(minutes=minutes))
    post_letter(email, sign_in_letter(settings.city.site_name, Addresses(settings.machine.base_url).sign_in(token), minutes))


def sign_in_by_link(token: str) -> Person | None:
    """The person whose link this is; the link is used up."""
    link = use_link(SIGN_IN, token)
    if link is None:
        return None
    return db.session.scalar(select(Person).where(Person.email == link.email, Person.suspended_at.is_(None)))


def give_role(actor: Actor, email: str, role: Role) -> Person:
    """Make somebody a member of staff. Open sessions end, so that the role counts from the next sign-in."""
    person = find_or_make_person(email)
    if role.value not in {one.role for one in person.roles}:
        person.roles.append(PersonRole(role=role.value, given_at=clock.now()))
        db.session.execute(delete(SessionRow).where(SessionRow.person_id == person.id))
        record(actor, "role.given", "person", person.public_id, role=role.value)
    return person


def forget_old_links() -> None:
    """Drop links and sessions that ended more than a day ago."""
    before = clock.now() - timedelta(days=1)
    with transaction(public=False):
        db.session.execute(delete(MailLink).where(MailLink.ends_at < before))
        db.session.execute(delete(SessionRow).where(SessionRow.ends_at < before))
