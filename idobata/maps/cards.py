"""What the page with the map shows: places with their dates, and the dates that have no point on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from idobata.gatherings.cards import OccurrenceCard


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOnMap:
    """A place with a point on the map and what happens there next, in order. `more`: so many of its dates are not in `dates`."""

    public_id: str
    name: str
    district_name: str
    latitude: float
    longitude: float
    dates: tuple[OccurrenceCard, ...]
    more: int = 0

    @property
    def count(self) -> int:
        """How many gatherings take place there."""
        return len(self.dates) + self.more


@dataclass(frozen=True, slots=True, kw_only=True)
class TownMap:
    """The list of a town by place, those with the next date first. `elsewhere`: online, at a private home, or at a place without a point.

    `counts` says how many of them one more wish would leave (see `count_wishes`).
    `is_capped`: there are more dates than a map shows; these are the next ones. `turns_at` is when this stops being true.
    """

    places: tuple[PlaceOnMap, ...]
    elsewhere: tuple[OccurrenceCard, ...]
    counts: Mapping[str, int]
    is_capped: bool
    turns_at: datetime

    @property
    def count(self) -> int:
        """How many gatherings there are in all."""
        return sum(place.count for place in self.places) + len(self.elsewhere)
