"""The register as the desk reads it: what is not checked yet first, how much depends on each entry, and which look like twins.

A place that only stands in somebody's unsent draft is not the city's to read; it is not here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select

from idobata.gatherings.models import Gathering
from idobata.gatherings.place_queries import was_sent
from idobata.gatherings.states import Publication
from idobata.kernel.errors import NotFound
from idobata.kernel.ids import is_public_id
from idobata.places.models import Place
from idobata.places.queries import holding_words, old_entries_of, place_by_public_id, stands, twins_of
from idobata.store.database import db
from idobata.store.deeds import Deed

PAGE_SIZE = 30
COUNT_LIMIT = 1000
_GATHERINGS_SHOWN = 20
UNCHECKED, CHECKED = "unchecked", "checked"


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One entry of the list: how many gatherings waiting or published use it, and entries that may be the same place."""

    place: Place
    uses: int
    twins: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class PlacePage:
    """A page of entries. `total` stops at `COUNT_LIMIT`; `unchecked` counts all that wait to be checked, up to it."""

    rows: tuple[PlaceRow, ...]
    total: int
    unchecked: int
    page: int
    size: int

    @property
    def capped(self) -> bool:
        """True when there are more than were counted."""
        return self.total >= COUNT_LIMIT


def desk_places(typed: str, district: str, state: str, page: int) -> PlacePage:
    """Entries for the desk: unchecked ones first, those that most gatherings use before the others."""
    wanted = [stands(), is_the_desks()]
    if (holds := holding_words(typed)) is not None:
        wanted.append(holds)
    if district:
        wanted.append(Place.district == district)
    if state == UNCHECKED:
        wanted.append(Place.checked_at.is_(None))
    elif state == CHECKED:
        wanted.append(Place.checked_at.is_not(None))
    total = _count(wanted)
    page = max(1, min(page, -(-total // PAGE_SIZE)))
    uses = (
        select(func.count(Gathering.id))
        .where(Gathering.place_id == Place.id, Gathering.publication.in_((Publication.IN_REVIEW.value, Publication.PUBLISHED.value)))
        .correlate(Place)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Place, uses.label("uses"))
        .where(*wanted)
        .order_by(Place.checked_at.is_not(None), uses.desc(), Place.kana, Place.name, Place.id)
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    found = tuple(PlaceRow(place, count, tuple(desk_twins(place))) for place, count in rows)
    return PlacePage(found, total, _count([stands(), is_the_desks(), Place.checked_at.is_(None)]), page, PAGE_SIZE)


def desk_place(public_id: str) -> Place:
    """The entry with this id, or the one it was merged into; NotFound for what is not the city's to read."""
    place = place_by_public_id(public_id) if is_public_id(public_id) else None
    if place is None or db.session.scalar(select(Place.id).where(Place.id == place.id, is_the_desks())) is None:
        raise NotFound
    return place


def desk_twins(place: Place) -> Sequence[Place]:
    """Entries that may be the same place as this one."""
    return twins_of(place, is_the_desks())


def found_for_merging(place: Place, typed: str) -> list[Place]:
    """Entries whose name holds what was typed, to be merged with this one."""
    holds = holding_words(typed)
    if holds is None:
        return []
    rows = select(Place).where(holds, stands(), is_the_desks(), Place.id != place.id)
    return list(db.session.scalars(rows.order_by(Place.checked_at.is_(None), Place.kana, Place.name).limit(10)))


def gatherings_at(place: Place) -> list[Gathering]:
    """The gatherings that name this entry, the last changed first, as far as a page shows them."""
    rows = select(Gathering).where(Gathering.place_id == place.id, was_sent())
    return list(db.session.scalars(rows.order_by(Gathering.updated_at.desc(), Gathering.id).limit(_GATHERINGS_SHOWN)))


def place_history(place: Place, limit: int = 20) -> tuple[Deed, ...]:
    """What was done with an entry and with those merged into it, the latest first."""
    ids = [place.public_id, *(one.public_id for one in old_entries_of(place))]
    rows = select(Deed).where(Deed.thing == "place", Deed.thing_id.in_(ids)).order_by(Deed.at.desc(), Deed.id.desc()).limit(limit)
    # A merge is written down with both entries; here it is told once.
    return tuple(deed for deed in db.session.scalars(rows) if deed.detail.get("role") != "gone")


def is_the_desks() -> ColumnElement[bool]:
    """The condition that the city has checked a place, or that somebody has sent something that takes place there."""
    return or_(Place.checked_at.is_not(None), select(Gathering.id).where(and_(Gathering.place_id == Place.id, was_sent())).exists())


def _count(wanted: Sequence[ColumnElement[bool]]) -> int:
    return db.session.scalar(select(func.count()).select_from(select(Place.id).where(*wanted).limit(COUNT_LIMIT).subquery())) or 0
