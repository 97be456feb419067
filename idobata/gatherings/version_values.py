"""A version of a gathering as plain values, and the way back to what a form would have said.

Kept is what readers may see and nothing else: a contact only while its host makes it public. What is hidden never waits and is never kept.
"""

from collections.abc import Mapping
from typing import Any

from idobata.gatherings.schedule import Schedule
from idobata.gatherings.significance import Picture
from idobata.gatherings.states import FeeKind, SignupKind, VenueKind
from idobata.gatherings.values import GatheringValues, PlaceWords

# Values that a picture holds under the name of their column.
SAME_NAME = (
    "title",
    "summary",
    "body",
    "host_name",
    "venue_kind",
    "is_online",
    "online_url",
    "district",
    "category",
    "fee_kind",
    "fee_yen",
    "fee_words",
    "signup_kind",
    "signup_words",
    "audience",
    "bring",
    "rain",
    "parking",
    "language",
    "crowd",
    "reuse_text",
)
CONTACTS = ("phone", "email", "url")
KEYS = frozenset({*SAME_NAME, "area_words", "group", "place", "contact", "facts", "first_visit", "schedule"})


def public_contact(source: object) -> dict[str, str]:
    """The contact that readers see, of a row or of values: a name is only shown with a way to reach it."""
    found = {kind: getattr(source, f"contact_{kind}") for kind in CONTACTS if getattr(source, f"contact_{kind}_public")}
    return {"name": getattr(source, "contact_name"), **found} if found else {}  # noqa: B009


def typed_of(values: GatheringValues) -> dict[str, Any]:
    """What has to be looked up once more when a waiting change is accepted: the place as it was typed, the district as it was chosen."""
    place = values.place
    words = {name: getattr(place, name) for name in ("public_id", "name", "address", "latitude", "longitude", "access")}
    return {"place": words, "district": values.district}


def merge(base: Picture, sent: Picture, live: Picture) -> Picture:
    """What somebody sent on the ground of `base`, put onto what is live now: what she did not touch stays as others left it."""
    # A version of last year may not know a word that the form asks for today.
    return {**live, **{key: words for key, words in sent.items() if key not in base or words != base[key]}}


def values_of(picture: Picture, sent: Picture, base: Picture, typed: Mapping[str, Any], hidden: object) -> GatheringValues:
    """A merged picture as the values of a form. `hidden` is the row, for the contacts that no version keeps."""
    moves = sent["place"] != base["place"] or sent["venue_kind"] != base["venue_kind"]
    chosen = moves or sent["district"] != base["district"]
    contact = picture["contact"]
    kept: dict[str, Any] = {"contact_name": contact.get("name", getattr(hidden, "contact_name"))}  # noqa: B009
    for kind in CONTACTS:
        kept[f"contact_{kind}"] = contact.get(kind, getattr(hidden, f"contact_{kind}"))
        kept[f"contact_{kind}_public"] = kind in contact
    plain = {name: picture[name] for name in SAME_NAME if name not in ("venue_kind", "fee_kind", "signup_kind", "district", "category")}
    return GatheringValues(
        **plain,
        **kept,
        schedule=Schedule.from_json(picture["schedule"]),
        group_slug=picture["group"]["slug"] if picture["group"] else "",
        venue_kind=VenueKind(picture["venue_kind"]),
        place=PlaceWords(**typed["place"]) if moves else _place(picture),
        area_words=picture["area_words"] or getattr(hidden, "area_words"),  # noqa: B009
        district=typed["district"] if chosen else picture["district"] or "",
        category=picture["category"] or "",
        fee_kind=FeeKind(picture["fee_kind"]),
        signup_kind=SignupKind(picture["signup_kind"]),
        facts=dict(picture["facts"]),
        first_visit=dict(picture["first_visit"]),
    )


def _place(picture: Picture) -> PlaceWords:
    place = picture["place"]
    return PlaceWords(public_id=place["public_id"], name=place["name"]) if place else PlaceWords()
