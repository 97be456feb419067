"""Signing in by a mailed link or the code beside it, and giving roles."""

from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import IntegrityError

from idobata.accounts.letters import sign_in_letter
from idobata.accounts.mail_codes import code_hash, new_code
from idobata.accounts.models import MailLink, Person, PersonRole, SessionRow
from idobata.accounts.session_actions import end_sessions
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
LONGEST_THEN = 300


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


def make_link(
    purpose: str, email: str, lasts: timedelta, subject_id: str | None = None, *, token: str | None = None, **bound: str | None
) -> str:
    """Make a single-use secret for a mailed link (or take `token` for it); returns the secret, keeps its hash.

    `bound` may bind it to a browser (`browser_hash`), give it a code to type (`code_hash`), and remember where to go (`then`).
    """
    token, now = token or new_token(), clock.now()
    db.session.add(
        MailLink(
            token_hash=token_hash(token), purpose=purpose, email=email, subject_id=subject_id, created_at=now, ends_at=now + lasts, **bound
        )
    )
    return token


def use_link(purpose: str, token: str, *more: ColumnElement[bool]) -> MailLink | None:
    """Use a link up. None when it is unknown, used already, or past its end: the three look the same."""
    return _use(purpose, MailLink.token_hash == token_hash(token), *more)


def use_code(purpose: str, browser: str, code: str, secret_key: str) -> MailLink | None:
    """Use a link up by the code that stands beside it in the mail, typed in the browser (its hash) that asked for it.

    The caller counts the tries: six digits are few.
    """
    return _use(purpose, MailLink.browser_hash == browser, MailLink.code_hash == code_hash(secret_key, browser, code))


def _use(purpose: str, *where: ColumnElement[bool]) -> MailLink | None:
    now = clock.now()
    done = db.session.execute(
        update(MailLink)
        .where(MailLink.purpose == purpose, MailLink.used_at.is_(None), MailLink.ends_at > now, *where)
        .values(used_at=now)
        .returning(MailLink.id)
    ).scalar()
    return db.session.get(MailLink, done, populate_existing=True) if done is not None else None


def wish_to_sign_in(email: str, browser: str, then: str = "") -> None:
    """Note that somebody wants a sign-in link, in the browser with this hash. The worker looks whether we know the address, so that no
    answer's time tells it."""
    tell(WISH, {"email": email, "browser": browser, "then": then[:LONGEST_THEN]})


def ask_to_sign_in(email: str, settings: Settings, browser: str, then: str = "") -> None:
    """Mail a sign-in link and a code to somebody known. For an unknown address nothing is written, and the page says the same."""
    person = db.session.scalar(select(Person).where(Person.email == email, Person.suspended_at.is_(None)))
    if person is None:
        return
    minutes, code = settings.policy.sign_in_link_minutes, new_code()
    hashed = code_hash(settings.machine.secret_key, browser, code)
    token = make_link(SIGN_IN, email, timedelta(minutes=minutes), browser_hash=browser, code_hash=hashed, then=then or None)
    post_letter(email, sign_in_letter(settings.city.site_name, Addresses(settings.machine.base_url).sign_in(token), code, minutes))


def sign_in_by_link(token: str, browser: str) -> tuple[Person, str] | None:
    """The person whose link this is, opened in the browser that asked, and where she wanted to go; the link is used up."""
    return _person_behind(use_link(SIGN_IN, token, MailLink.browser_hash == browser))


def sign_in_by_code(browser: str, code: str, settings: Settings) -> tuple[Person, str] | None:
    """The same by the code from the mail."""
    return _person_behind(use_code(SIGN_IN, browser, code, settings.machine.secret_key))


def _person_behind(link: MailLink | None) -> tuple[Person, str] | None:
    if link is None:
        return None
    person = db.session.scalar(select(Person).where(Person.email == link.email, Person.suspended_at.is_(None)))
    return (person, link.then or "") if person is not None else None


def give_role(actor: Actor, email: str, role: Role) -> Person:
    """Make somebody a member of staff. Open sessions end, so that the role counts from the next sign-in."""
    person = find_or_make_person(email)
    if role.value not in {one.role for one in person.roles}:
        person.roles.append(PersonRole(role=role.value, given_at=clock.now()))
        end_sessions(person.id)
        record(actor, "role.given", "person", person.public_id, role=role.value)
    return person


def forget_old_links() -> None:
    """Drop links and sessions that ended more than a day ago."""
    before = clock.now() - timedelta(days=1)
    with transaction(public=False):
        db.session.execute(delete(MailLink).where(MailLink.ends_at < before))
        db.session.execute(delete(SessionRow).where(SessionRow.ends_at < before))
