"""Proving again, in the middle of a session, who sits there."""

from datetime import timedelta

from sqlalchemy import update

from idobata.accounts.actions import make_link, use_code
from idobata.accounts.address_actions import person_of
from idobata.accounts.letters import prove_letter
from idobata.accounts.mail_codes import code_hash, new_code
from idobata.accounts.models import MailLink
from idobata.accounts.session_actions import prove_session
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.ids import token_hash
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.letters import post_letter

PROVE = "prove"


def mail_proof(actor: Actor, session_secret: str, settings: Settings) -> None:
    """Mail a code that counts in this session alone. An older one ends."""
    person, browser, minutes = person_of(actor), token_hash(session_secret), settings.policy.sign_in_link_minutes
    now, code = clock.now(), new_code()
    db.session.execute(update(MailLink).where(MailLink.purpose == PROVE, MailLink.browser_hash == browser).values(used_at=now))
    hashed = code_hash(settings.machine.secret_key, browser, code)
    # The secret of the link itself goes nowhere: there is only the code.
    make_link(PROVE, person.email, timedelta(minutes=minutes), person.public_id, browser_hash=browser, code_hash=hashed)
    post_letter(person.email, prove_letter(settings.city.site_name, code, minutes))


def prove_by_code(session_id: int, session_secret: str, code: str, settings: Settings) -> bool:
    """True when the code is right; then the session is fresh again."""
    if use_code(PROVE, token_hash(session_secret), code, settings.machine.secret_key) is None:
        return False
    prove_session(session_id)
    return True
