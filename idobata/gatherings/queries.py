"""Finding one gathering, or one of its dates."""

from datetime import date

from sqlalchemy import select

from idobata.gatherings.models import Gathering, Occurrence
from idobata.store.database import db


def gathering_by_public_id(public_id: str) -> Gathering | None:
    """The row with this public id, whatever its state."""
    return db.session.scalar(select(Gathering).where(Gathering.public_id == public_id))


def occurrence_of(gathering: Gathering, day: date) -> Occurrence | None:
    """The date that was announced for `day`, as it is now."""
    return db.session.scalar(select(Occurrence).where(Occurrence.gathering_id == gathering.id, Occurrence.day == day))
