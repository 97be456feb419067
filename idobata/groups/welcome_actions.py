"""Somebody new proves her address by a mailed link, to join a group she was invited to or to found one.

The answer and the time it takes are the same whether we know the address or not.
"""

from datetime import timedelta

from sqlalchemy import select

from idobata.accounts.actions import find_or_make_person, make_link, use_link
from idobata.accounts.models import MailLink, Person
from idobata.accounts.queries import is_kept_out
from idobata.groups.letters import welcome_letter
from idobata.kernel import clock
from idobata.kernel.addresses import Addresses
from idobata.kernel.ids import token_hash
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.letters import post_letter

WELCOME = "group_welcome"


def ask_welcome(email: str, invitation_id: str | None, settings: Settings) -> None:
    """Mail a link to a (cleaned) address: to go on with an invitation, or, without one, to found a group."""
    hours = settings.policy.confirm_link_hours
    token = make_link(WELCOME, email, timedelta(hours=hours), invitation_id)
    post_letter(email, welcome_letter(settings.city.site_name, Addresses(settings.machine.base_url).group_welcome(token), hours))


def take_welcome(token: str, name: str) -> tuple[Person, str | None] | None:
    """Take a link: the person whose address it proves, made when new, and the invitation it is about. None when it can't be used."""
    link = use_link(WELCOME, token)
    if link is None:
        return None
    return None if is_kept_out(link.email) else (find_or_make_person(link.email, name), link.subject_id)


def welcome_behind(token: str) -> tuple[bool, str | None]:
    """Whether a link can still be used, and the invitation it is about. Looking changes nothing."""
    row = db.session.scalar(
        select(MailLink).where(
            MailLink.token_hash == token_hash(token),
            MailLink.purpose == WELCOME,
            MailLink.used_at.is_(None),
            MailLink.ends_at > clock.now(),
        )
    )
    return (row is not None, row.subject_id if row else None)
