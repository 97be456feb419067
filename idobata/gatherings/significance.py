"""Which changes matter to somebody who means to come: those of title, place, host, day, hours, manner of taking part, and fee.

Cancelling, moving or filling a date is no change of this kind: a host says it of one day, and it never waits for anybody.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeAlias

from idobata.gatherings.states import VenueKind

# The public words of a gathering at one moment, as plain values; `version_values.py` says which.
Picture: TypeAlias = dict[str, Any]

_HOURS = ("starts", "ends")
# Prose about times; whoever comes reads it on the page, and no calendar knows it.
_PROSE = ("note",)


class Part(StrEnum):
    """What a significant change is about, the most important first."""

    DATE = "date"
    TIME = "time"
    PLACE = "place"
    MODE = "mode"
    FEE = "fee"
    HOST = "host"
    TITLE = "title"


def significant(before: Picture, after: Picture) -> tuple[Part, ...]:
    """The parts in which two pictures differ; empty when all that changed is small."""
    return tuple(part for part in Part if facet(before, part) != facet(after, part))


def facet(picture: Picture, part: Part) -> dict[str, Any]:
    """What a picture says of one part, as readers are shown it: what they cannot see is no change for them."""
    match part:
        case Part.DATE:
            return {name: value for name, value in picture["schedule"].items() if name not in (*_HOURS, *_PROSE)}
        case Part.TIME:
            return {name: picture["schedule"].get(name) for name in _HOURS}
        case Part.PLACE:
            return _place(picture)
        case Part.MODE:
            # Of an online gathering the address of the room is the place; elsewhere it matters whether there is one.
            only_online = picture["venue_kind"] == VenueKind.ONLINE
            room = picture["online_url"] if only_online else bool(picture["online_url"])
            return {"online": picture["is_online"], "room": room}
        case Part.FEE:
            return {name: picture[name] for name in ("fee_kind", "fee_yen", "fee_words")}
        case Part.HOST:
            return {"name": picture["group"]["name"] if picture["group"] else picture["host_name"]}
        case Part.TITLE:
            return {"title": picture["title"]}


def _place(picture: Mapping[str, Any]) -> dict[str, Any]:
    kind = picture["venue_kind"]
    if kind == VenueKind.PRIVATE:
        return {"kind": kind, "name": picture["area_words"]}
    if kind == VenueKind.PLACE and picture["place"]:
        return {"kind": kind, "id": picture["place"]["public_id"], "name": picture["place"]["name"]}
    return {"kind": kind, "name": ""}
