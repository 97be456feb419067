"""Every address of the API once: what it takes, what it gives. The router, the document and the page for people are compared with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from idobata.api.objects import (
    CategoryList,
    DistrictList,
    FactList,
    Gathering,
    GatheringPage,
    Group,
    GroupPage,
    Occurrence,
    OccurrencePage,
    Place,
    PlacePage,
)
from idobata.api.schema import Json
from idobata.gatherings.filters import FILTER_NAMES, PARTS, WHENS
from idobata.kernel.ids import ALPHABET, ID_LENGTH
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_

ROOT = "/api/v1"
USUAL, MOST = 50, 200
"""As many items as a part of a list holds, unless asked, and at most."""
# Of a list, beyond its filters.
PAGING = ("limit", "cursor", "lang")
_ID: Json = {"type": "string", "pattern": f"^[{ALPHABET}]{{{ID_LENGTH}}}$"}
_SLUG: Json = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 60}
_DAY: Json = {"type": "string", "format": "date"}
_FLAG: Json = {"type": "string", "enum": ["0", "1"]}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address. `path` stands as the router has it, `words` are for the page (marked Japanese), `answer` is what it gives.

    `gone`: it may have been there and answers 410 then. `example` is an address of it that works on any site, or empty.
    """

    name: str
    path: str
    words: str
    summary: str
    answer: type
    query: tuple[str, ...]
    gone: bool = False


ENDPOINTS = (
    Endpoint("gatherings", "/gatherings", N_("集まり"), "Gatherings, each with its next dates", GatheringPage, (*FILTER_NAMES, *PAGING)),
    Endpoint("gathering", "/gatherings/<public_id>", N_("集まり1つ"), "One gathering", Gathering, ("lang",), gone=True),
    Endpoint("occurrences", "/occurrences", N_("開催日"), "Dates from today on, or from `from`", OccurrencePage, (*FILTER_NAMES, *PAGING)),
    Endpoint("occurrence", "/occurrences/<public_id>/<day>", N_("開催日1つ"), "One date of a gathering", Occurrence, ("lang",), gone=True),
    Endpoint("groups", "/groups", N_("団体・グループ"), "Groups", GroupPage, ("district", "category", *PAGING)),
    Endpoint("group", "/groups/<slug>", N_("団体・グループ1つ"), "One group", Group, ("lang",)),
    Endpoint("places", "/places", N_("場所"), "Places", PlacePage, ("district", *PAGING)),
    Endpoint("place", "/places/<public_id>", N_("場所1つ"), "One place; one that was merged leads to the other", Place, ("lang",)),
    Endpoint("categories", "/categories", N_("カテゴリ"), "The city's categories", CategoryList, ("lang",)),
    Endpoint("districts", "/districts", N_("地区"), "The city's districts", DistrictList, ("lang",)),
    Endpoint("facts", "/facts", N_("気軽ポイント"), "The city's welcome facts", FactList, ("lang",)),
)
PATH_WORDS: dict[str, tuple[str, Json, str]] = {
    "public_id": ("id of a gathering or place", _ID, "k7m2x9pqrs4t"),
    "slug": ("slug of a group", _SLUG, "minato-shogi"),
    "day": ("the day it was announced for", _DAY, "2026-12-05"),
}


def parameters(settings: Settings) -> dict[str, tuple[str, Json]]:
    """What each part of a query means and may be, in this city: name -> (words, schema)."""
    return {
        "q": ("words; all must be found", {"type": "string", "maxLength": 100}),
        "when": ("a span of days, counted from today", _one_of(WHENS)),
        "from": ("first day", _DAY),
        "to": ("last day", _DAY),
        "district": ("slug of a district", _one_of([one.slug for one in settings.districts])),
        "category": ("slug of a category", _one_of([one.slug for one in settings.categories])),
        "weekday": ("0 is Monday, 6 is Sunday", _one_of([str(number) for number in range(7)])),
        "time": ("time of day", _one_of(PARTS)),
        "fact": (
            "slug of a welcome fact; may be given several times, then all must be true",
            {"type": "array", "maxItems": 8, "items": _one_of([one.slug for one in settings.facts])},
        ),
        "free": ("1: free of charge", _FLAG),
        "online": ("1: one can take part from home", _FLAG),
        "no_signup": ("1: no sign-up needed", _FLAG),
        "first_step": ("1: carries the city's welcome mark", _FLAG),
        "group": ("slug of a group", _SLUG),
        "place": ("id of a place", _ID),
        "limit": ("as many items as a part holds at most", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}),
        "cursor": ("taken from `next` or `later`, never made up", {"type": "string", "maxLength": 200}),
        "lang": ("language of names and sentences of the site", _one_of(settings.city.languages)),
    }


def _one_of(values: Sequence[Any]) -> Json:
    return {"type": "string", "enum": list(values)}
