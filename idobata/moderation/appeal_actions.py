"""Asking the city to look again at what it gave back or took down."""

from sqlalchemy import select

from idobata.accounts.models import Person
from idobata.gatherings.date_actions import may_change
from idobata.gatherings.models import Gathering
from idobata.gatherings.states import Publication
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.addresses import Addresses
from idobata.kernel.errors import Invalid, NotAllowed, Problem, WrongState
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.moderation.letters import appeal_letter
from idobata.moderation.models import Appeal
from idobata.moderation.reasons import WORDS_LIMIT
from idobata.store.database import db
from idobata.store.deeds import Deed, record
from idobata.store.letters import post_letter

ASKED = "appeal.asked"
GRANTED = "appeal.granted"
UPHELD = "appeal.upheld"
# The deeds that refuse; the latest tells who it was.
REFUSALS = ("desk.returned", "desk.withdrawn", "moderation.hidden")


def may_appeal(gathering: Gathering) -> bool:
    """True when the city has said no to it by a rule, and its host has not gone on since."""
    return gathering.return_code is not None and gathering.publication in (Publication.DRAFT, Publication.WITHDRAWN)


def open_appeal(gathering: Gathering) -> Appeal | None:
    """What its host has asked and nobody has answered yet."""
    return db.session.scalar(select(Appeal).where(Appeal.gathering_id == gathering.id, Appeal.closed_at.is_(None)))


def appeal(actor: Actor, gathering: Gathering, words: str) -> Appeal:
    """Ask the city to look again, and say why. `words` are cleaned. Raises NotAllowed, WrongState, Invalid."""
    may_change(actor, gathering)
    db.session.scalar(select(Gathering).where(Gathering.id == gathering.id).with_for_update().execution_options(populate_existing=True))
    if not may_appeal(gathering):
        raise WrongState(N_("この集まりは、いま市が返したり止めたりしているものではありません。"))
    earlier = open_appeal(gathering)
    if earlier is not None:
        if gathering.submitted_at is None or earlier.at >= gathering.submitted_at:
            raise WrongState(N_("もう受けとっています。お返事をお待ちください。"))
        # She sent it again since, and it was read and refused anew: that question is over.
        earlier.closed_at = clock.now()
        db.session.flush()
    if not words:
        raise Invalid(Problem("words", N_("もういちど見てほしいわけを、ひとこと書いてください。")))
    if len(words) > WORDS_LIMIT:
        raise Invalid(Problem("words", N_("ひとことは%(limit)s文字までです。すこし短くしてください。"), {"limit": WORDS_LIMIT}))
    refusal = db.session.scalar(
        select(Deed)
        .where(Deed.thing == "gathering", Deed.thing_id == gathering.public_id, Deed.act.in_(REFUSALS))
        .order_by(Deed.id.desc())
        .limit(1)
    )
    made = Appeal(
        gathering_id=gathering.id,
        code=gathering.return_code or "",
        words=words,
        at=clock.now(),
        # Who refused may have left the city since.
        refused_by_id=refusal.actor_id if refusal and db.session.get(Person, refusal.actor_id or 0) else None,
    )
    db.session.add(made)
    record(actor, ASKED, "gathering", gathering.public_id, code=made.code)
    return made


def answer_appeal(actor: Actor, asked: Appeal, words: str, settings: Settings, *, granted: bool) -> None:
    """Close an appeal and answer its host. What becomes of the gathering is the caller's part of the same transaction.

    Raises NotAllowed, WrongState when it is answered already, Invalid.
    """
    if not actor.may_edit():
        raise NotAllowed
    db.session.scalar(select(Appeal).where(Appeal.id == asked.id).with_for_update().execution_options(populate_existing=True))
    if asked.closed_at is not None:
        raise WrongState(N_("これには、もうだれかが答えています。"))
    if not granted and not words:
        raise Invalid(Problem("words", N_("掲載できないわけを、ひとこと書いてください。")))
    if len(words) > WORDS_LIMIT:
        raise Invalid(Problem("words", N_("ひとことは%(limit)s文字までです。すこし短くしてください。"), {"limit": WORDS_LIMIT}))
    asked.closed_at, asked.granted, asked.answer = clock.now(), granted, words
    gathering = asked.gathering
    record(actor, GRANTED if granted else UPHELD, "gathering", gathering.public_id, code=asked.code)
    if gathering.poster_email:
        manage = Addresses(settings.machine.base_url).manage(gathering.public_id)
        post_letter(gathering.poster_email, appeal_letter(settings.city.site_name, gathering.title, granted, words, manage))
