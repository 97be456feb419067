"""Keeping somebody out who harms the board, and letting them in again."""

from sqlalchemy import delete, select

from idobata.accounts.models import MailLink, Person
from idobata.accounts.session_actions import end_sessions
from idobata.kernel import clock
from idobata.kernel.actor import Actor, Role
from idobata.kernel.errors import NotAllowed, WrongState
from idobata.kernel.words import N_
from idobata.store.database import db
from idobata.store.deeds import record

SUSPENDED = "person.suspended"
LET_IN = "person.let_in"


def suspend(actor: Actor, person: Person, code: str) -> None:
    """Keep somebody out: sessions end and mailed links die at once, and nothing new can be posted. `code` is the rule it is about.

    Raises NotAllowed for those who are no editors, for oneself, and for staff unless an administrator does it; WrongState when it is so already.
    """
    _may(actor, person)
    if person.suspended_at is not None:
        raise WrongState(N_("この人の投稿は、もう止めてあります。"))
    person.suspended_at = clock.now()
    end_sessions(person.id)
    db.session.execute(delete(MailLink).where(MailLink.email == person.email))
    record(actor, SUSPENDED, "person", person.public_id, code=code)


def let_in(actor: Actor, person: Person) -> None:
    """Let somebody in again; she signs in anew. Raises NotAllowed, WrongState."""
    _may(actor, person)
    if person.suspended_at is None:
        raise WrongState(N_("この人の投稿は、止まっていません。"))
    person.suspended_at = None
    record(actor, LET_IN, "person", person.public_id)


def _may(actor: Actor, person: Person) -> None:
    if not actor.may_edit() or person.id == actor.person_id:
        raise NotAllowed
    # Two may press at once: the second waits here.
    db.session.scalar(select(Person).where(Person.id == person.id).with_for_update().execution_options(populate_existing=True))
    if person.roles and not (actor.is_system or Role.ADMIN in actor.roles):
        raise NotAllowed
