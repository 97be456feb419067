"""The shredder of what the city told elsewhere: texts about her gatherings, and what she wrote as a colleague."""

from sqlalchemy import delete, select, update

from idobata.privacy.leaving import Leaving
from idobata.reposts.models import OutgoingStop, Repost, RepostItem, Told
from idobata.reposts.states import RepostState
from idobata.store.database import db


def shred_reposts(leaving: Leaving) -> None:
    """Let go of texts about what she posted for herself; that a channel was told, and of which day, stays, so that it can be put right."""
    about_hers = Repost.id.in_(select(RepostItem.repost_id).where(RepostItem.gathering_id.in_(leaving.alone)))
    db.session.execute(delete(Repost).where(about_hers, Repost.state != RepostState.SENT.value))
    db.session.execute(update(Repost).where(about_hers).values(text="", said=""))
    db.session.execute(update(Told).where(Told.gathering_id.in_(leaving.alone)).values(link="", words=""))
    # Her name as a colleague, and her words as one.
    me = leaving.person_id
    db.session.execute(update(Repost).where(Repost.proposed_by_id == me).values(proposed_by_id=None))
    db.session.execute(update(Repost).where(Repost.decided_by_id == me).values(decided_by_id=None, said=""))
    db.session.execute(update(Told).where(Told.by_id == me).values(by_id=None, words=""))
    db.session.execute(update(OutgoingStop).where(OutgoingStop.by_id == me).values(by_id=None, words=""))
    db.session.execute(update(OutgoingStop).where(OutgoingStop.ended_by_id == me).values(ended_by_id=None))
