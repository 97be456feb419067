"""Changing one's mail address: a link to the new one proves it, a letter to the old one tells it."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from idobata.accounts.actions import make_link, use_link
from idobata.accounts.letters import address_changed_letter, address_taken_letter, new_address_letter
from idobata.accounts.models import MailLink, Person
from idobata.accounts.session_actions import end_sessions
from idobata.kernel.actor import Actor
from idobata.kernel.addresses import Addresses
from idobata.kernel.errors import NotFound, WrongState
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.store.database import db
from idobata.store.deeds import record
from idobata.store.letters import post_letter
from idobata.store.outbox import tell

NEW_ADDRESS = "new_address"
TAKEN = N_("このアドレスは、ほかの方のログインに使われています。別のアドレスで、もういちど試してください。")
# The kinds of work in the outbox.
NEW_ADDRESS_WISH = "new_address"
# Features to the right keep addresses of their own.
ADDRESS_CHANGED = "person.address_changed"


def wish_for_new_address(actor: Actor, email: str) -> None:
    """Note that somebody wants this address. The worker looks whose it is, so that no answer's time tells it."""
    tell(NEW_ADDRESS_WISH, {"person_id": person_of(actor).id, "email": email})


def ask_for_new_address(person_id: int, email: str, settings: Settings) -> None:
    """Mail a link to the new address. When it belongs to somebody else already, only that mailbox is told."""
    person = db.session.get(Person, person_id)
    if person is None or person.suspended_at is not None:
        return
    site, minutes = settings.city.site_name, settings.policy.sign_in_link_minutes
    if db.session.scalar(select(Person.id).where(Person.email == email)) is not None:
        post_letter(email, address_taken_letter(site))
        return
    token = make_link(NEW_ADDRESS, email, timedelta(minutes=minutes), person.public_id)
    post_letter(email, new_address_letter(site, Addresses(settings.machine.base_url).new_address(token), minutes))


def take_new_address(actor: Actor, token: str, settings: Settings, *, session_id: int) -> Person | None:
    """Change the address; every other session ends. None when the link cannot be used by this person (any more).

    WrongState when somebody else has taken the address meanwhile.
    """
    person = person_of(actor)
    link = use_link(NEW_ADDRESS, token, MailLink.subject_id == person.public_id)
    if link is None:
        return None
    if db.session.scalar(select(Person.id).where(Person.email == link.email, Person.id != person.id)) is not None:
        raise WrongState(TAKEN)
    old, person.email = person.email, link.email
    try:
        db.session.flush()
    except IntegrityError:
        # At the same moment. From None: the database's own words hold the address, and would reach the log.
        raise WrongState(TAKEN) from None
    end_sessions(person.id, keep=session_id)
    if person.roles:
        record(actor, "address.changed", "person", person.public_id)
    tell(ADDRESS_CHANGED, {"person_id": person.id})
    post_letter(old, address_changed_letter(settings.city.site_name, settings.contact.phone, settings.contact.email))
    return person


def person_of(actor: Actor) -> Person:
    """The signed-in person who acts."""
    person = db.session.get(Person, actor.person_id) if actor.person_id is not None else None
    if person is None:
        raise NotFound
    return person
