"""The list once more, by place. It asks what a list asks, so it costs what a list costs, however big the town is."""

from collections.abc import Sequence
from dataclasses import replace

from idobata.gatherings.card_queries import Cards
from idobata.gatherings.cards import OccurrenceCard
from idobata.gatherings.filters import Filters
from idobata.gatherings.list_queries import COUNT_LIMIT, count_wishes, find_dates
from idobata.gatherings.models import Occurrence
from idobata.gatherings.place_queries import public_place
from idobata.gatherings.states import VenueKind
from idobata.kernel.errors import NotFound
from idobata.maps.cards import PlaceOnMap, TownMap
from idobata.maps.tile_grid import Box, box_around
from idobata.places.models import Place

# Of one place so many dates stand in the list; its own page has them all.
DATES_OF_A_PLACE = 5


def town_map(filters: Filters, cards: Cards) -> TownMap:
    """What a list with these filters would show on all its pages, by place; at most `COUNT_LIMIT` dates, the next ones.

    A place that was asked for is there even when nothing takes place at it.
    """
    settings = cards.settings
    found = find_dates(replace(filters, page=1), settings, size=COUNT_LIMIT)
    box = box_around(settings.city.latitude, settings.city.longitude, settings.map.radius_km)
    rows: dict[int, tuple[Place, list[Occurrence]]] = {}
    elsewhere: list[Occurrence] = []
    for row in found.rows:
        place = row.gathering.place
        # A private home is never on the map, whatever stands in the row.
        if place is None or row.gathering.venue_kind != VenueKind.PLACE or not _is_inside(place, box):
            elsewhere.append(row)
        else:
            rows.setdefault(place.id, (place, []))[1].append(row)
    places = [_on_map(place, dates, cards) for place, dates in rows.values()]
    if filters.place and not places and (asked := _asked(filters.place)) is not None and _is_inside(asked, box):
        places.append(_on_map(asked, [], cards))
    return TownMap(
        places=tuple(places),
        elsewhere=_cards(elsewhere, cards),
        counts=count_wishes(found),
        is_capped=found.total >= COUNT_LIMIT,
        turns_at=found.turns_at,
    )


def _on_map(place: Place, dates: list[Occurrence], cards: Cards) -> PlaceOnMap:
    card = cards.place(place)
    assert card.latitude is not None
    assert card.longitude is not None
    return PlaceOnMap(
        public_id=card.public_id,
        name=card.name,
        district_name=card.district_name,
        latitude=card.latitude,
        longitude=card.longitude,
        dates=_cards(dates[:DATES_OF_A_PLACE], cards),
        more=max(0, len(dates) - DATES_OF_A_PLACE),
    )


def _cards(rows: Sequence[Occurrence], cards: Cards) -> tuple[OccurrenceCard, ...]:
    return cards.occurrences(tuple(rows))


def _is_inside(place: Place, box: Box) -> bool:
    # A point far away is a slip of somebody's pen; the map would have to show half of Japan.
    return place.latitude is not None and place.longitude is not None and box.holds(place.latitude, place.longitude)


def _asked(public_id: str) -> Place | None:
    try:
        return public_place(public_id)
    except NotFound:
        return None
