"""What stands in the sitemap. Things lie in parts by their number, so that a part is one short walk along the primary key in any town, and a new
gathering changes the last part only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.place_queries import are_shown
from idobata.gatherings.states import Publication
from idobata.groups.models import Group
from idobata.pages.sitemap import PART
from idobata.places.models import Place
from idobata.places.queries import stands
from idobata.store.database import db


@dataclass(frozen=True, slots=True)
class Part:
    """A part that holds something: its number from 1, and when something in it was changed last (UTC)."""

    number: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Shelf:
    """Things of one kind that have pages for everybody: their number, what stands in their address, when they were changed, and which."""

    number: InstrumentedAttribute[int]
    name: InstrumentedAttribute[str]
    changed_at: InstrumentedAttribute[datetime]
    are_public: tuple[ColumnElement[bool], ...]


def gatherings(over_since: datetime) -> Shelf:
    """Published gatherings with a date that is still to come or was over after `over_since`."""
    lately = select(Occurrence.id).where(Occurrence.gathering_id == Gathering.id, Occurrence.list_at > over_since).exists()
    # Not the plain column: SQLite would walk through all that is published for each part, and not along the part's own numbers.
    is_published = func.coalesce(Gathering.publication, "") == Publication.PUBLISHED.value
    return Shelf(Gathering.id, Gathering.public_id, Gathering.updated_at, (is_published, lately))


def groups() -> Shelf:
    """Groups that go on."""
    return Shelf(Group.id, Group.slug, Group.updated_at, (Group.ended_at.is_(None),))


def places() -> Shelf:
    """Places the town may read about."""
    return Shelf(Place.id, Place.public_id, Place.updated_at, (stands(), are_shown()))


def parts(shelf: Shelf) -> list[Part]:
    """All parts of a shelf that hold something."""
    part = (shelf.number - 1) // PART
    rows = db.session.execute(select(part, func.max(shelf.changed_at)).where(*shelf.are_public).group_by(part).order_by(part))
    return [Part(int(number) + 1, changed_at) for number, changed_at in rows]


def part(shelf: Shelf, number: int) -> list[tuple[str, datetime]]:
    """What stands in one part: (the name in its address, when it was changed), in order of their numbers."""
    rows = select(shelf.name, shelf.changed_at).where(shelf.number.between((number - 1) * PART + 1, number * PART), *shelf.are_public)
    return [(name, changed_at) for name, changed_at in db.session.execute(rows.order_by(shelf.number))]
