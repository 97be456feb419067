"""Twins: the same gathering posted twice. Same day, near place, similar title. A hint for the editor's eyes, never a verdict."""

import math
from collections import Counter
from dataclasses import dataclass
from datetime import date

from idobata.kernel.text import fold_name

NEAR_METRES = 300.0
ALIKE = 0.6
# A single letter is part of nearly every title; two already are a word (将棋).
SHORTEST_WORD = 2
_EARTH_METRES = 6_371_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What of a gathering is compared. Degrees are WGS 84, both or neither.

    `place_id` is the inner id of its place in the register, None without one; `place_name` then is the area somebody named
    for a home. A gathering that only meets online has neither and `online` True.
    """

    title: str
    days: frozenset[date]
    place_id: int | None = None
    place_name: str = ""
    latitude: float | None = None
    longitude: float | None = None
    online: bool = False


def are_twins(one: Sighting, other: Sighting) -> bool:
    """True when both may well be the same gathering."""
    return bool(one.days & other.days) and are_near(one, other) and are_alike(one.title, other.title)


def are_near(one: Sighting, other: Sighting) -> bool:
    """True for the same place, the same name written otherwise, less than 300 m apart, or both online only."""
    if one.place_id is not None and one.place_id == other.place_id:
        return True
    name = fold_name(one.place_name)
    if name and name == fold_name(other.place_name):
        return True
    here, there = _point(one), _point(other)
    if here is not None and there is not None:
        return metres_between(here, there) < NEAR_METRES
    return one.online and other.online and not (name or fold_name(other.place_name))


def are_alike(one: str, other: str) -> bool:
    """True when one title is the other, is part of it, or shares enough pairs of letters with it (Dice, 0.6)."""
    first, second = fold_name(one) or one.strip(), fold_name(other) or other.strip()
    if first == second:
        return True
    shorter, longer = sorted((first, second), key=len)
    if len(shorter) < SHORTEST_WORD:
        return False
    return shorter in longer or likeness(first, second) >= ALIKE


def likeness(one: str, other: str) -> float:
    """How many pairs of neighbouring letters two texts share: 0 none, 1 all of them."""
    first, second = _pairs(one), _pairs(other)
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else 0.0


def metres_between(here: tuple[float, float], there: tuple[float, float]) -> float:
    """The distance of two points (latitude, longitude in degrees) on the ground."""
    lat1, lat2 = math.radians(here[0]), math.radians(there[0])
    half_lat, half_lon = (lat2 - lat1) / 2, math.radians(there[1] - here[1]) / 2
    part = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    return 2 * _EARTH_METRES * math.asin(min(1.0, math.sqrt(part)))


def box_around(latitude: float, longitude: float) -> tuple[float, float, float, float]:
    """South, north, west and east of a box in degrees that holds everything near: for a query to begin with."""
    up = math.degrees(NEAR_METRES / _EARTH_METRES)
    aside = up / max(math.cos(math.radians(latitude)), 0.01)
    return latitude - up, latitude + up, longitude - aside, longitude + aside


def _point(one: Sighting) -> tuple[float, float] | None:
    return None if one.latitude is None or one.longitude is None else (one.latitude, one.longitude)


def _pairs(text: str) -> Counter[str]:
    return Counter(text[at : at + 2] for at in range(len(text) - 1))
