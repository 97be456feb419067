"""Whether anything may go out. Whatever sends asks here, right before it does."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from idobata.reposts.models import OutgoingStop
from idobata.store.database import db


def open_stop() -> OutgoingStop | None:
    """The stop that holds now; None when everything may go out."""
    query = (
        select(OutgoingStop).options(joinedload(OutgoingStop.by)).where(OutgoingStop.ended_at.is_(None)).order_by(OutgoingStop.id).limit(1)
    )
    return db.session.scalar(query)


def may_go_out() -> bool:
    """False while somebody has stopped all that goes out."""
    return open_stop() is None
