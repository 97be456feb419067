"""What the desk reads: what waits, what changed, what was given back, twins, and who did what. Every list is bounded."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from idobata.desk.actions import PUBLISHED, SEEN
from idobata.desk.twins import NEAR_METRES, Sighting, are_twins
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.states import OccurrenceState, Publication, VenueKind
from idobata.kernel import clock
from idobata.kernel.distance import box_around
from idobata.kernel.errors import NotFound
from idobata.kernel.ids import ALPHABET, ID_LENGTH
from idobata.kernel.settings import Settings
from idobata.places.models import Place
from idobata.store.database import db
from idobata.store.deeds import Deed

COUNT_LIMIT = 1000
PAGE_SIZE = 20
DEEDS_PER_PAGE = 50
# Dates of one post that are looked at for twins: a weekly one meets its twin within a month.
DAYS_COMPARED = 4
_PLACES_NEAR = 50
_CANDIDATES = 200
_LONGEST_SHORT = timedelta(hours=24)
_VISIBLE = (Publication.IN_REVIEW.value, Publication.PUBLISHED.value)

# No letter of an id before or behind: "gatherings" in an address is no id.
_PUBLIC_ID = re.compile(rf"(?<![{ALPHABET}a-z0-9])[{ALPHABET}]{{{ID_LENGTH}}}(?![a-z0-9])")


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of gatherings. `total` stops at `COUNT_LIMIT`."""

    rows: tuple[Gathering, ...]
    total: int
    page: int
    size: int

    @property
    def capped(self) -> bool:
        """True when there are more than were counted."""
        return self.total >= COUNT_LIMIT


@dataclass(frozen=True, slots=True)
class Twin:
    """A gathering that looks like the one that waits, and the day on which both meet."""

    gathering: Gathering
    date: Occurrence


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where a waiting gathering stands in the queue: the public ids beside it, its place from 1, and how many wait."""

    before: str | None
    after: str | None
    place: int
    total: int


@dataclass(frozen=True, slots=True)
class DeedPage:
    """A page of the deed log, newest first. `total` stops at `COUNT_LIMIT`."""

    rows: tuple[Deed, ...]
    total: int
    page: int
    size: int

    @property
    def capped(self) -> bool:
        """True when there are more than were counted."""
        return self.total >= COUNT_LIMIT


def waiting(page: int) -> QueuePage:
    """What waits for a decision, the oldest first."""
    return _page(select(Gathering).where(_waits()), (_since(), Gathering.id), page)


def changed(page: int) -> QueuePage:
    """Published gatherings that their hosts changed, or published by themselves, and nobody here has looked at; the oldest first."""
    wanted = and_(Gathering.host_changed_at.is_not(None), Gathering.publication == Publication.PUBLISHED.value)
    return _page(select(Gathering).where(wanted), (Gathering.host_changed_at, Gathering.id), page)


def returned(page: int) -> QueuePage:
    """What was given back and has not come again, the latest first."""
    wanted = and_(Gathering.publication == Publication.DRAFT.value, Gathering.return_code.is_not(None))
    return _page(select(Gathering).where(wanted), (Gathering.updated_at.desc(), Gathering.id), page)


def waiting_since(gathering: Gathering) -> datetime:
    """Since when it waits. What an import brought was never sent by anybody."""
    return gathering.submitted_at or gathering.created_at


def desk_item(public_id: str) -> Gathering:
    """The gathering with this id, for the desk. NotFound also for a draft that its writer has never sent: it is not ours to read."""
    row = db.session.scalar(
        select(Gathering)
        .where(Gathering.public_id == public_id)
        .options(joinedload(Gathering.place), joinedload(Gathering.group), joinedload(Gathering.poster))
    )
    if row is None:
        raise NotFound
    shown = row.publication in _VISIBLE or row.submitted_at is not None or row.published_at is not None
    if not shown:
        raise NotFound
    return row


def neighbours(gathering: Gathering) -> Neighbours:
    """What stands before and behind a waiting gathering."""
    since = waiting_since(gathering)
    same_moment = _since() == since
    is_before = or_(_since() < since, and_(same_moment, Gathering.id < gathering.id))
    is_after = or_(_since() > since, and_(same_moment, Gathering.id > gathering.id))
    ids = select(Gathering.public_id).where(_waits())
    before = db.session.scalar(ids.where(is_before).order_by(_since().desc(), Gathering.id.desc()).limit(1))
    after = db.session.scalar(ids.where(is_after).order_by(_since(), Gathering.id).limit(1))
    earlier = _count(select(Gathering.id).where(_waits(), is_before))
    return Neighbours(before, after, earlier + 1, _count(select(Gathering.id).where(_waits())))


def next_waiting(gathering: Gathering) -> str | None:
    """What to take up after `gathering`: the next in the queue, else the oldest; None when nothing waits."""
    found = neighbours(gathering).after
    if found is not None:
        return found
    others = select(Gathering.public_id).where(_waits(), Gathering.id != gathering.id)
    return db.session.scalar(others.order_by(_since(), Gathering.id).limit(1))


def coming_dates(gatherings: Sequence[Gathering]) -> dict[int, list[Occurrence]]:
    """The next few dates of each gathering that were not cancelled, by the gathering's inner id."""
    found: dict[int, list[Occurrence]] = {gathering.id: [] for gathering in gatherings}
    if not found:
        return found
    number = func.row_number().over(partition_by=Occurrence.gathering_id, order_by=(Occurrence.list_at, Occurrence.id)).label("number")
    numbered = (
        select(Occurrence.id, number)
        .where(Occurrence.gathering_id.in_(found), Occurrence.ends_at > clock.now(), Occurrence.state != OccurrenceState.CANCELLED.value)
        .subquery()
    )
    rows = select(Occurrence).join(numbered, numbered.c.id == Occurrence.id).where(numbered.c.number <= DAYS_COMPARED)
    for row in db.session.scalars(rows.order_by(Occurrence.list_at, Occurrence.id)):
        found[row.gathering_id].append(row)
    return found


def published_before(gatherings: Iterable[Gathering]) -> dict[int, int]:
    """How many others of the same group, or else of the same poster, the town has seen so far; by the gathering's inner id."""
    rows = list(gatherings)
    of_groups = _published_by(Gathering.group_id, {row.group_id for row in rows if row.group_id is not None})
    of_people = _published_by(Gathering.poster_id, {row.poster_id for row in rows if row.poster_id is not None})
    found: dict[int, int] = {}
    for row in rows:
        count = of_groups.get(row.group_id, 0) if row.group_id is not None else of_people.get(row.poster_id or 0, 0)
        found[row.id] = count - (row.published_at is not None)
    return found


def twins_of(gathering: Gathering, dates: Sequence[Occurrence], settings: Settings) -> tuple[Twin, ...]:
    """Other gatherings, waiting or published, that look the same on one of `dates`; at most five, published ones first."""
    days = frozenset(_day(row, settings) for row in dates)
    if not days:
        return ()
    one = _sighting(gathering, days)
    found: dict[int, Twin] = {}
    for row in _candidates(gathering, dates):
        other = row.gathering
        if other.id not in found and are_twins(one, _sighting(other, frozenset({_day(row, settings)}))):
            found[other.id] = Twin(other, row)
    published_first = sorted(found.values(), key=lambda twin: (twin.gathering.publication != Publication.PUBLISHED, twin.gathering.id))
    return tuple(published_first[:5])


def host_changes(gatherings: Sequence[Gathering]) -> dict[str, dict[str, tuple[str, str]]]:
    """What hosts changed since somebody here looked last, by public id: fields with their words before and now.

    Both are empty for a field that has no public words.
    """
    wanted = [gathering.public_id for gathering in gatherings]
    if not wanted:
        return {}
    deeds = (
        select(Deed)
        .where(Deed.thing == "gathering", Deed.thing_id.in_(wanted), Deed.act.in_(("gathering.changed", PUBLISHED, SEEN)))
        .order_by(Deed.id.desc())
        .limit(len(wanted) * 30)
    )
    found: dict[str, dict[str, tuple[str, str]]] = {public_id: {} for public_id in wanted}
    looked: set[str] = set()
    for deed in db.session.scalars(deeds):
        if deed.act != "gathering.changed":
            looked.add(deed.thing_id)
        elif deed.thing_id not in looked:
            words = deed.detail.get("changes", {})
            for name in deed.detail.get("fields", []):
                before, after = words.get(name, ("", ""))
                # From the latest to the earliest: the first word on "now" counts, and the last on "before".
                known = found[deed.thing_id].get(name)
                found[deed.thing_id][name] = (before, known[1] if known else after)
    return found


def history(public_id: str, limit: int = 30) -> tuple[Deed, ...]:
    """What was done with a gathering, the latest first."""
    return tuple(
        db.session.scalars(
            select(Deed).where(Deed.thing == "gathering", Deed.thing_id == public_id).order_by(Deed.at.desc(), Deed.id.desc()).limit(limit)
        )
    )


def titles_of(public_ids: Iterable[str]) -> dict[str, str]:
    """Titles of gatherings by public id; one that was never sent to us has none here."""
    sent = or_(Gathering.publication.in_(_VISIBLE), Gathering.submitted_at.is_not(None), Gathering.published_at.is_not(None))
    rows = db.session.execute(select(Gathering.public_id, Gathering.title).where(Gathering.public_id.in_(set(public_ids)), sent))
    return {row.public_id: row.title for row in rows}


def id_in(typed: str) -> str:
    """The public id in what somebody pasted: an id or a whole address. Empty when there is none."""
    found = _PUBLIC_ID.search(typed.lower()[:2000])
    return found[0] if found else ""


def _since() -> ColumnElement[datetime]:
    return func.coalesce(Gathering.submitted_at, Gathering.created_at)


def _waits() -> ColumnElement[bool]:
    return Gathering.publication == Publication.IN_REVIEW.value


def _page(query: Select[Gathering], order: tuple[SQLColumnExpression[Any], ...], page: int) -> QueuePage:
    total = _count(query.with_only_columns(Gathering.id))
    page = _within(page, total, PAGE_SIZE)
    rows = db.session.scalars(
        query.options(joinedload(Gathering.place), joinedload(Gathering.group), joinedload(Gathering.poster))
        .order_by(*order)
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    return QueuePage(tuple(rows), total, page, PAGE_SIZE)


def _count(query: Select[int]) -> int:
    return db.session.scalar(select(func.count()).select_from(query.limit(COUNT_LIMIT).subquery())) or 0


def _within(page: int, total: int, size: int) -> int:
    # A page beyond the last is answered with the last: what waited there may have been decided meanwhile.
    return max(1, min(page, -(-total // size)))


def _published_by(owner: InstrumentedAttribute[int | None], ids: set[int]) -> dict[int, int]:
    if not ids:
        return {}
    rows = db.session.execute(select(owner, func.count()).where(owner.in_(ids), Gathering.published_at.is_not(None)).group_by(owner))
    return {one: count for one, count in rows if one is not None}


def _day(row: Occurrence, settings: Settings) -> date:
    return row.starts_at.astimezone(settings.city.zone).date()


def _sighting(gathering: Gathering, days: frozenset[date]) -> Sighting:
    place = gathering.place if gathering.venue_kind == VenueKind.PLACE else None
    return Sighting(
        title=gathering.title,
        days=days,
        place_id=place.id if place else None,
        place_name=place.name if place else gathering.area_words,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        online=gathering.is_online,
    )


def _candidates(gathering: Gathering, dates: Sequence[Occurrence]) -> tuple[Occurrence, ...]:
    """Dates of others around the same hours of those days: at places near by, or without a place as this one is."""
    # The city's day holds the start; a day before and after covers every zone, the rule then looks at the day itself.
    spans = [
        and_(Occurrence.starts_at > row.starts_at - _LONGEST_SHORT, Occurrence.starts_at < row.starts_at + _LONGEST_SHORT) for row in dates
    ]
    first, last = min(row.starts_at for row in dates) - _LONGEST_SHORT, max(row.starts_at for row in dates) + 2 * _LONGEST_SHORT
    query = (
        select(Occurrence)
        .join(Occurrence.gathering)
        .where(Occurrence.gathering_id != gathering.id, Occurrence.state != OccurrenceState.CANCELLED.value)
        .where(Occurrence.list_at > first, Occurrence.list_at < last, or_(*spans))
        .options(joinedload(Occurrence.gathering).joinedload(Gathering.place), joinedload(Occurrence.gathering).joinedload(Gathering.group))
    )
    place = gathering.place if gathering.venue_kind == VenueKind.PLACE else None
    if place is not None:
        query = query.where(Gathering.place_id.in_(_places_near(place)))
    else:
        query = query.where(Gathering.place_id.is_(None), Gathering.publication.in_(_VISIBLE))
    rows = db.session.scalars(query.order_by(Occurrence.list_at, Occurrence.id).limit(_CANDIDATES))
    return tuple(row for row in rows if row.gathering.publication in _VISIBLE)


def _places_near(place: Place) -> list[int]:
    near = Place.folded_name == place.folded_name
    if place.latitude is not None and place.longitude is not None:
        south, north, west, east = box_around(place.latitude, place.longitude, NEAR_METRES)
        near = or_(near, and_(Place.latitude.between(south, north), Place.longitude.between(west, east)))
    return [place.id, *db.session.scalars(select(Place.id).where(near, Place.id != place.id).order_by(Place.id).limit(_PLACES_NEAR))]
