"""The stop switch: nothing goes out until somebody lets it."""

from sqlalchemy import update

from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.errors import Invalid, NotAllowed, Problem
from idobata.kernel.text import TooLong, clean_line
from idobata.kernel.words import N_
from idobata.reposts.models import OutgoingStop
from idobata.reposts.permissions import may_decide, may_write
from idobata.reposts.stop_queries import open_stop
from idobata.store.database import db
from idobata.store.deeds import record

REASON_LIMIT = 300
STOPPED, STARTED = "outgoing.stopped", "outgoing.started"


def stop_everything(actor: Actor, words: str) -> None:
    """Stop all that goes out. Who presses first is the one who stopped it. Raises Invalid without a reason."""
    _may(actor)
    reason = reason_in(words)
    if open_stop() is not None:
        return
    db.session.add(OutgoingStop(at=clock.now(), by_id=actor.person_id, words=reason))
    record(actor, STOPPED, "outgoing", "all")


def let_go(actor: Actor) -> None:
    """Let things go out again."""
    _may(actor)
    if open_stop() is None:
        return
    ended = {"ended_at": clock.now(), "ended_by_id": actor.person_id}
    db.session.execute(update(OutgoingStop).where(OutgoingStop.ended_at.is_(None)).values(**ended))
    record(actor, STARTED, "outgoing", "all")


def reason_in(words: str) -> str:
    """A reason somebody typed, cleaned. Raises Invalid when there is none."""
    try:
        reason = clean_line(words, limit=REASON_LIMIT)
    except TooLong as error:
        said = N_("わけが%(length)s文字あります。%(limit)s文字までにしてください。")
        raise Invalid(Problem("words", said, {"length": error.length, "limit": error.limit})) from None
    if not reason:
        raise Invalid(Problem("words", N_("わけを、ひとこと書いてください。")))
    return reason


def _may(actor: Actor) -> None:
    # To stop is never wrong: whoever has a part in sending may.
    if not (may_write(actor) or may_decide(actor)):
        raise NotAllowed
