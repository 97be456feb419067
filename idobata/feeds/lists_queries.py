"""The lists that have machine twins: each says once where it is, what it stands for by itself, and whether it exists."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from idobata.gatherings.place_queries import public_place
from idobata.groups.queries import group_by_slug
from idobata.kernel.errors import NotFound
from idobata.kernel.settings import Settings

_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class OneList:
    """The list behind one address. `page` is the path of what people read.

    `name` says what it is a list of, where its filters do not. `moved_to` is the path it moved to for good, or empty.
    """

    page: str
    name: str = ""
    moved_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListKind:
    """A kind of list: `rule` is its address as the router knows it, `find` the list behind a value in it (or NotFound).

    `stands_for` is the filter that the address itself is, with the value in it ("1" without any); empty for the whole list. `means` says
    it where one value means several filters.
    """

    name: str
    rule: str
    find: Callable[[Settings, str], OneList]
    stands_for: str = ""
    means: Callable[[str], tuple[tuple[str, str], ...]] | None = None

    def own(self, key: str) -> tuple[tuple[str, str], ...]:
        """The filters it stands for, as in a query."""
        if self.means is not None:
            return self.means(key)
        return ((self.stands_for, key or "1"),) if self.stands_for else ()


def _coming(_settings: Settings, _key: str) -> OneList:
    return OneList("/gatherings")


def _first_step(_settings: Settings, _key: str) -> OneList:
    return OneList("/first-step")


def _group(_settings: Settings, slug: str) -> OneList:
    group = group_by_slug(slug)
    if group is None:
        raise NotFound
    return OneList(f"/groups/{slug}", group.name)


def _place(_settings: Settings, public_id: str) -> OneList:
    place = public_place(public_id)
    # An old entry leads to the one it was merged into.
    moved_to = f"/places/{place.public_id}" if place.public_id != public_id else ""
    return OneList(f"/places/{public_id}", place.name, moved_to)


def _district(settings: Settings, slug: str) -> OneList:
    if settings.district(slug) is None:
        raise NotFound
    return OneList(f"/districts/{slug}")


def _month(_settings: Settings, key: str) -> OneList:
    if _first_of(key) is None:
        raise NotFound
    return OneList(f"/calendar/{key}")


def _days_of_month(key: str) -> tuple[tuple[str, str], ...]:
    first = _first_of(key)
    if first is None:
        return ()
    last = first.replace(day=monthrange(first.year, first.month)[1])
    return ("from", first.isoformat()), ("to", last.isoformat())


def _first_of(key: str) -> date | None:
    try:
        return date.fromisoformat(f"{key}-01") if _MONTH.fullmatch(key) else None
    except ValueError:
        return None


LISTS = (
    ListKind(name="gatherings", rule="/gatherings", find=_coming),
    # Where people guess a calendar to be. Served and not redirected: some calendar programs follow no redirect.
    ListKind(name="calendar", rule="/calendar", find=_coming),
    ListKind(name="month", rule="/calendar/<month>", find=_month, means=_days_of_month),
    ListKind(name="map", rule="/map", find=_coming),
    ListKind(name="first_step", rule="/first-step", find=_first_step, stands_for="first_step"),
    ListKind(name="group", rule="/groups/<slug>", find=_group, stands_for="group"),
    ListKind(name="place", rule="/places/<public_id>", find=_place, stands_for="place"),
    ListKind(name="district", rule="/districts/<slug>", find=_district, stands_for="district"),
)
