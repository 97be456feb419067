"""Reading places."""

from sqlalchemy import select

from idobata.kernel.text import fold_name
from idobata.places.models import Place
from idobata.store.database import db


def place_by_public_id(public_id: str) -> Place | None:
    """The place with this public id."""
    return db.session.scalar(select(Place).where(Place.public_id == public_id))


def suggestions(typed: str, limit: int = 8) -> list[Place]:
    """Places whose name holds what was typed, checked ones first."""
    folded = fold_name(typed)
    if not folded:
        return []
    like = "%" + folded.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    rows = select(Place).where(Place.folded_name.like(like, escape="\\")).order_by(Place.checked_at.is_(None), Place.name).limit(limit)
    return list(db.session.scalars(rows))


def checked_places(limit: int = 200) -> list[Place]:
    """The register's checked places by name, for the form's list of suggestions."""
    return list(db.session.scalars(select(Place).where(Place.checked_at.is_not(None)).order_by(Place.kana, Place.name).limit(limit)))
