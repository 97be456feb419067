"""Places as the town may see them: which are shown, what is suggested while somebody types, the card of a place's page."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select

from idobata.gatherings.models import Gathering
from idobata.gatherings.states import Publication, VenueKind
from idobata.kernel.errors import NotFound
from idobata.kernel.ids import is_public_id
from idobata.kernel.words import Translate
from idobata.places.access_facts import ACCESS_FACTS
from idobata.places.models import Place
from idobata.places.queries import holding_words, place_by_public_id, stands
from idobata.store.database import db

SUGGESTED = 8


@dataclass(frozen=True, slots=True)
class AccessWord:
    """One access fact in the reader's language, and the name of its drawing."""

    icon: str
    words: str


@dataclass(frozen=True, slots=True)
class AccessGroup:
    """The access facts of a place: those that are there, those that are not, and those nobody has asked yet."""

    yes: tuple[AccessWord, ...]
    no: tuple[AccessWord, ...]
    unknown: tuple[AccessWord, ...]
    note: str


@dataclass(frozen=True, slots=True)
class PlaceDetails:
    """What only a place's own page says. Empty text: not known."""

    kana: str
    phone: str
    url: str
    access: str
    landmark: str
    parking: str
    opening: str


def place_details(place: Place) -> PlaceDetails:
    """The rest of what the register says of a place."""
    return PlaceDetails(
        kana=place.kana,
        phone=place.phone,
        url=place.url,
        access=place.access,
        landmark=place.landmark,
        parking=place.parking,
        opening=place.opening,
    )


def public_place(public_id: str) -> Place:
    """A place the town may read about: the city has checked it, or something published takes place there. NotFound for any other:
    what somebody typed into a draft is nobody's page yet. For an entry that was merged, the one it was merged into.
    """
    row = place_by_public_id(public_id) if is_public_id(public_id) else None
    if row is None or not is_shown(row):
        raise NotFound
    return row


def is_shown(place: Place) -> bool:
    """True for a place the town may read about."""
    return place.checked_at is not None or db.session.scalar(select(Gathering.id).where(_takes_place_at(place.id)).limit(1)) is not None


def are_shown() -> ColumnElement[bool]:
    """The condition that the town may read about a place."""
    return or_(Place.checked_at.is_not(None), select(Gathering.id).where(_takes_place_at(Place.id)).exists())


def suggestions(typed: str, district: str = "", limit: int = SUGGESTED) -> list[Place]:
    """Places the town may read about whose name or kana holds what was typed: checked ones first, then by kana."""
    holds = holding_words(typed)
    if holds is None:
        return []
    rows = select(Place).where(holds, stands(), are_shown())
    if district:
        rows = rows.where(Place.district == district)
    return list(db.session.scalars(rows.order_by(Place.checked_at.is_(None), Place.kana, Place.name, Place.id).limit(limit)))


def access_group(place: Place, translate: Translate) -> AccessGroup:
    """What is known about how easily one gets in."""
    found: dict[bool | None, list[AccessWord]] = {True: [], False: [], None: []}
    for fact in ACCESS_FACTS:
        found[place.access_facts.get(fact.slug)].append(AccessWord(fact.icon, translate(fact.words)))
    return AccessGroup(tuple(found[True]), tuple(found[False]), tuple(found[None]), place.access_note)


def was_sent() -> ColumnElement[bool]:
    """The condition that a gathering has been sent to the city: what somebody still writes is not the city's to read."""
    return or_(
        Gathering.publication.in_((Publication.IN_REVIEW.value, Publication.PUBLISHED.value)),
        Gathering.submitted_at.is_not(None),
        Gathering.published_at.is_not(None),
    )


def _takes_place_at(place_id: object) -> ColumnElement[bool]:
    return and_(
        Gathering.place_id == place_id,
        # Not the plain column: SQLite would look through all that is published instead of what takes place there.
        func.coalesce(Gathering.publication, "") == Publication.PUBLISHED.value,
        Gathering.venue_kind == VenueKind.PLACE.value,
    )
