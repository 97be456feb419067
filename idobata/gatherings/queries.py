"""Finding one gathering."""

from sqlalchemy import select

from idobata.gatherings.models import Gathering
from idobata.store.database import db


def gathering_by_public_id(public_id: str) -> Gathering | None:
    """The row with this public id, whatever its state."""
    return db.session.scalar(select(Gathering).where(Gathering.public_id == public_id))
