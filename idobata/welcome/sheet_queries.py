"""Reads what a hand-over sheet shows: only what the town may read, too. Nothing is written, and nothing asks who will get the sheet."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from idobata.gatherings.card_queries import Cards, public_gathering
from idobata.gatherings.cards import GatheringCard, OccurrenceCard
from idobata.kernel.errors import NotFound
from idobata.places.models import Place
from idobata.store.database import db
from idobata.welcome.sheet import Choice
from idobata.welcome.sheet_sketch import REACH, Point

_METRES_IN_A_DEGREE = 111_320.0
# As many as a town has within a short walk; the sketch takes the nearest.
_ENOUGH = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A date with its gathering. `kana` and `landmark` are of its place; empty where it has none or they are not known."""

    choice: Choice
    gathering: GatheringCard
    date: OccurrenceCard
    kana: str
    landmark: str
    way: str


def find_chosen(choices: Sequence[Choice], cards: Cards) -> list[Chosen]:
    """The chosen dates in their order; those the town cannot read are left out."""
    found = []
    for choice in choices:
        try:
            row = public_gathering(choice.public_id)
            card = cards.gathering(row, choice.day)
        except NotFound:
            continue
        place = row.place if card.place else None
        if card.next_one is not None:
            found.append(
                Chosen(
                    choice=choice,
                    gathering=card,
                    date=card.next_one,
                    kana=place.kana if place else "",
                    landmark=place.landmark if place else "",
                    way=place.access if place else "",
                )
            )
    return found


def known_around(latitude: float, longitude: float) -> list[Point]:
    """Places the city has checked that are near a point, but not at it."""
    north = REACH / _METRES_IN_A_DEGREE
    east = north / math.cos(math.radians(latitude))
    query = (
        select(Place.name, Place.latitude, Place.longitude)
        .where(
            Place.checked_at.is_not(None),
            Place.latitude.between(latitude - north, latitude + north),
            Place.longitude.between(longitude - east, longitude + east),
        )
        .order_by(Place.id)
        .limit(_ENOUGH)
    )
    return [Point(name, lat, lon) for name, lat, lon in db.session.execute(query) if lat is not None and lon is not None]
