"""The first administrator: a code on the console of the machine opens the door once. There is no account before."""

from datetime import timedelta

from sqlalchemy import delete, select

from idobata.accounts.actions import give_role, make_link, use_link
from idobata.accounts.models import MailLink, Person, PersonRole
from idobata.accounts.recovery_codes import read_secret, readable_secret
from idobata.kernel.actor import SYSTEM, Role
from idobata.store.database import db

FIRST = "first_admin"
CODE_LASTS = timedelta(hours=24)


def new_first_code() -> str | None:
    """A new code while there is no administrator, in place of any older one; None as soon as there is one."""
    if _is_there_one():
        return None
    db.session.execute(delete(MailLink).where(MailLink.purpose == FIRST))
    code = readable_secret()
    make_link(FIRST, "", CODE_LASTS, token=read_secret(code))
    return code


def become_first(email: str, code: str) -> Person | None:
    """Make whoever typed the console's code the first administrator; the code is used up. None for a wrong code, or when there is one."""
    secret = read_secret(code)
    if secret is None or _is_there_one() or use_link(FIRST, secret) is None:
        return None
    person = give_role(SYSTEM, email, Role.ADMIN)
    return person if person.suspended_at is None else None


def _is_there_one() -> bool:
    return db.session.scalar(select(PersonRole.person_id).where(PersonRole.role == Role.ADMIN.value).limit(1)) is not None
