"""Reading places. An entry that was merged into another is never handed out: its pointer is followed."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from idobata.kernel.distance import box_around
from idobata.kernel.text import fold_name
from idobata.places.models import FOLDED_LENGTH, MergedPlace, Place
from idobata.places.twins import NEAR_METRES, Sketch, may_be_one_place
from idobata.places.values import FIELDS, PlaceValues
from idobata.store.database import db

_MOST_TWINS = 50
# A chain is cut short whenever a link is added; this only keeps a broken register from turning in circles.
_LONGEST_CHAIN = 10


def place_by_public_id(public_id: str) -> Place | None:
    """The place with this public id, or the one it was merged into."""
    row = db.session.scalar(select(Place).where(Place.public_id == public_id))
    return kept(row) if row is not None else None


def kept(place: Place) -> Place:
    """The entry that stands for this one now: itself, unless it was merged."""
    for _step in range(_LONGEST_CHAIN):
        into = db.session.scalar(select(Place).join(MergedPlace, MergedPlace.into_id == Place.id).where(MergedPlace.place_id == place.id))
        if into is None:
            return place
        place = into
    return place


def is_merged(place: Place) -> bool:
    """True for an old entry that only points to another."""
    return db.session.get(MergedPlace, place.id) is not None


def stands() -> ColumnElement[bool]:
    """The condition that a place stands for itself and was not merged into another."""
    return ~select(MergedPlace.place_id).where(MergedPlace.place_id == Place.id).exists()


def folded_key(name: str) -> str:
    """What twins of a name have in common. A name of signs alone is its own key; some letters unfold to many, so the key is cut."""
    return (fold_name(name) or name)[:FOLDED_LENGTH]


def named_alike(name: str, district: str | None) -> list[Place]:
    """Entries of this name that may be in this district, old ones that point to others too; checked ones first."""
    rows = select(Place).where(Place.folded_name == folded_key(name)).order_by(Place.checked_at.is_(None), Place.id)
    return [one for one in db.session.scalars(rows) if not district or not one.district or one.district == district]


def register_place(name: str, district: str) -> Place | None:
    """The register's own entry for this name: one the city has checked, or has merged under this name. None without a letter in it."""
    if not fold_name(name):
        return None
    for one in named_alike(name, district or None):
        if one.checked_at is not None or is_merged(one):
            return kept(one)
    return None


def holding_words(typed: str) -> ColumnElement[bool] | None:
    """The condition that a place's name or kana holds what was typed, width and kana aside; None when nothing was."""
    folded = fold_name(typed)
    if not folded:
        return None
    like = "%" + folded.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return or_(Place.folded_name.like(like, escape="\\"), Place.folded_kana.like(like, escape="\\"))


def values_of(place: Place) -> PlaceValues:
    """An entry as plain values."""
    return PlaceValues(**{name: getattr(place, name) for name in FIELDS} | {"access_facts": dict(place.access_facts)})


def twins_of(place: Place, among: ColumnElement[bool] | None = None, limit: int = 5) -> Sequence[Place]:
    """Other entries that may be the same place, checked ones first. `among` narrows where to look."""
    near: ColumnElement[bool] = Place.folded_name == place.folded_name
    if place.latitude is not None and place.longitude is not None:
        south, north, west, east = box_around(place.latitude, place.longitude, NEAR_METRES)
        near = or_(near, and_(Place.latitude.between(south, north), Place.longitude.between(west, east)))
    rows = select(Place).where(near, Place.id != place.id, stands())
    if among is not None:
        rows = rows.where(among)
    found = db.session.scalars(rows.order_by(Place.checked_at.is_(None), Place.id).limit(_MOST_TWINS))
    return [one for one in found if may_be_one_place(_sketch(place), _sketch(one))][:limit]


def old_entries_of(place: Place) -> list[Place]:
    """The entries that were merged into this one."""
    old = aliased(MergedPlace)
    return list(db.session.scalars(select(Place).join(old, old.place_id == Place.id).where(old.into_id == place.id).order_by(Place.id)))


def _sketch(place: Place) -> Sketch:
    return Sketch(name=place.name, district=place.district, latitude=place.latitude, longitude=place.longitude)
