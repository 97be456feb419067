"""What is known of a place, before it is a row: plain values from a form, a file or the demo, and the rules they must keep."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from idobata.kernel.distance import in_japan
from idobata.kernel.errors import Problem
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.places.access_facts import SLUGS


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceValues:
    """What is known of a place. Text is cleaned already; degrees are WGS 84, both or neither.

    `access_facts` maps a slug of the vocabulary (`places.access_facts`) to yes or no; what is not in it has not been asked.
    """

    name: str
    kana: str = ""
    address: str = ""
    district: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    phone: str = ""
    url: str = ""
    access: str = ""
    landmark: str = ""
    parking: str = ""
    opening: str = ""
    access_facts: Mapping[str, bool] = field(default_factory=dict)
    access_note: str = ""


FIELDS: tuple[str, ...] = tuple(one.name for one in dataclasses.fields(PlaceValues))

# Characters after cleaning. The columns of the model are at least as wide.
LIMITS: dict[str, int] = {
    "name": 80,
    "kana": 120,
    "address": 200,
    "phone": 60,
    "url": 2000,
    "access": 500,
    "landmark": 200,
    "parking": 300,
    "opening": 300,
    "access_note": 500,
}

PLACE_WORDS: dict[str, str] = {
    "name": N_("場所の名前"),
    "kana": N_("よみがな"),
    "address": N_("住所"),
    "district": N_("地区"),
    "point": N_("地図の位置"),
    "phone": N_("電話"),
    "url": N_("ホームページ"),
    "access": N_("行きかた"),
    "landmark": N_("目印"),
    "parking": N_("駐車場"),
    "opening": N_("使える時間"),
    "access_facts": N_("入りやすさ"),
    "access_note": N_("入りやすさのおぎない"),
}

# How somebody made sure of an entry.
CHECKED_HOW: dict[str, str] = {
    "visit": N_("行って見た"),
    "phone": N_("電話で聞いた"),
    "document": N_("市の資料で見た"),
    "list": N_("公共施設一覧から取りこんだ"),
}
CHECKED_BY_HAND = ("visit", "phone", "document")


def problems(values: PlaceValues, settings: Settings) -> list[Problem]:
    """Everything that must be mended before the register takes it."""
    found: list[Problem] = []
    if not values.name:
        found.append(Problem("name", N_("場所の名前を書いてください。")))
    for name, limit in LIMITS.items():
        if len(getattr(values, name)) > limit:
            found.append(Problem(name, N_("%(limit)s文字までにおさめてください。"), {"limit": limit}))
    if values.district and settings.district(values.district) is None:
        found.append(Problem("district", N_("地区を一覧からえらんでください。")))
    if (values.latitude is None) != (values.longitude is None):
        found.append(Problem("latitude", N_("緯度と経度は、両方書くか、両方空けてください。")))
    elif values.latitude is not None and values.longitude is not None and not in_japan(values.latitude, values.longitude):
        found.append(Problem("latitude", N_("緯度・経度が日本の外になっています。入れかわっていないか、たしかめてください。")))
    if unknown := sorted(set(values.access_facts) - set(SLUGS)):
        found.append(Problem("access_facts", N_("知らない項目があります：%(slugs)s"), {"slugs": ", ".join(unknown)}))
    return found


def filled_from(keep: PlaceValues, other: PlaceValues) -> tuple[PlaceValues, tuple[str, ...]]:
    """`keep` with what it does not know yet taken from `other`, and the names of what was taken ("point" for the degrees)."""
    taken: dict[str, object] = {}
    for name in FIELDS:
        if name in ("latitude", "longitude", "access_facts"):
            continue
        if not getattr(keep, name) and getattr(other, name):
            taken[name] = getattr(other, name)
    names = list(taken)
    if keep.latitude is None and other.latitude is not None and other.longitude is not None:
        taken |= {"latitude": other.latitude, "longitude": other.longitude}
        names.append("point")
    if more := {slug: answer for slug, answer in other.access_facts.items() if slug not in keep.access_facts}:
        taken["access_facts"] = {**more, **keep.access_facts}
        names.append("access_facts")
    return replace(keep, **taken), tuple(names)  # type: ignore[arg-type]
