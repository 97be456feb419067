"""Twins: the same gathering posted twice. Same day, near place, similar title. A hint for the editor's eyes, never a verdict."""

from dataclasses import dataclass
from datetime import date

from idobata.kernel.distance import metres_between
from idobata.kernel.likeness import are_alike
from idobata.kernel.text import fold_name

NEAR_METRES = 300.0


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


def _point(one: Sighting) -> tuple[float, float] | None:
    return None if one.latitude is None or one.longitude is None else (one.latitude, one.longitude)
