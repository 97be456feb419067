"""What the API gives out: frozen objects, complete, without any private field. Their fields are the schema (`schema.py`) and the answer.

Nobody's row reaches this far: `composing.py` makes them from public cards. Moments carry the city's offset.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

YesNo = Literal["yes", "no", "unknown"]
DateState = Literal["planned", "confirmed", "cancelled", "moved", "full"]


def told(words: str, example: object = None) -> Any:
    """A field with what it means and, where that helps, an example."""
    return field(metadata={"words": words, "example": example})


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Something of the city's own settings: its slug, and its name in the language asked for."""

    slug: str = told("short name; stands in addresses and filters", "kitamachi")
    name: str = told("name in the language asked for", "北町")


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A category of the city."""

    slug: str = told("short name for the filter `category`", "eat")
    name: str = told("name in the language asked for", "食べる")
    color: str = told("the city's colour for it, as #rrggbb", "#b45309")
    hint: str = told("what belongs there, in the city's words", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A welcome fact: something concrete that makes it easy to come."""

    slug: str = told("short name for the filter `fact`, and the key in `facts`", "leave-early")
    name: str = told("what a yes means, in the language asked for", "途中で帰ってOK")
    group: Named = told("facts that belong together")


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """Where a gathering takes place, as its page says it."""

    id: str = told("id of the place; `/api/v1/places/<id>` tells more", "k7m2x9pqrs4t")
    name: str = told("name", "みどり公民館")
    address: str = told("address, empty where unknown", "港区1-2-3")
    district: Named | None = told("district, null where unknown")
    latitude: float | None = told("degrees (WGS 84), null where unknown", 32.75)
    longitude: float | None = told("degrees (WGS 84), null where unknown", 129.87)
    access: str = told("how to get there, in lines", "")
    url: str = told("its page")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupName:
    """A group, in short."""

    slug: str = told("short name; `/api/v1/groups/<slug>` tells more", "minato-shogi")
    name: str = told("name", "みなと将棋会")
    url: str = told("its page")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A way to ask the host that the host made public."""

    kind: Literal["phone", "email", "url", "other"] = told("what it is", "phone")
    label: str = told("what it is, in words", "電話")
    value: str = told("number, address or name", "000-000-0000")


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstVisit:
    """One step of a first visit, in the host's words."""

    heading: str = told("which step", "入口")
    words: str = told("the host's words", "青いのぼりが目印です。")


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstStep:
    """The city's welcome mark."""

    given: bool = told("the gathering carries it now", True)
    label: str = told("what the city calls it", "はじめの一歩")
    words: str = told("why, if the city says so", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reuse:
    """What others may do with the words. `false` means that nobody has allowed it, not that it is secret."""

    text: bool = told("title, summary and description may be used under the licence", True)
    licence: str | None = told("the licence, null where `text` is false", "CC BY 4.0")
    licence_url: str | None = told("its text, null where `text` is false", "https://creativecommons.org/licenses/by/4.0/deed.ja")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something somebody who means to come should know. Told for two weeks from `day` on; it then leaves without a new `changed`."""

    part: str = told("code of what changed: date, time, place, mode, fee, host, title", "time")
    day: date = told("the day it changed", date(2026, 11, 28))
    words: str = told("in words", "時間が変わりました")
    before: str = told("what it was, empty where `words` say it all", "10:00")
    after: str = told("what it is", "13:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """One date inside a gathering."""

    day: date = told("the day it was announced for: its name in addresses, for good", date(2026, 12, 5))
    state: DateState = told("what happens on it", "planned")
    note: str = told("the host's word on the state", "")
    starts: datetime | date = told("the moment it begins; a day where it lasts all day", "2026-12-05T10:00:00+09:00")
    ends: datetime | date | None = told(
        "when it ends; the last day where it lasts all day; null where unknown", "2026-12-05T12:00:00+09:00"
    )
    all_day: bool = told("no hours are given", False)
    url: str = told("its page")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """A gathering the town can read: what is true each time, and its coming dates."""

    id: str = told("id; never changes", "k7m2x9pqrs4t")
    state: Literal["published"] = told("always `published`; one that can't be read any more is a `Gone`", "published")
    changed: datetime = told("when anything of it changed last", "2026-11-28T09:30:00+09:00")
    url: str = told("its page")
    ics: str = told("its calendar")
    json: str = told("this object by itself")
    title: str = told("title", "朝のおにぎりと将棋")
    summary: str = told("one or two sentences", "おにぎりを食べて、将棋をさします。")
    html: str = told("the description as safe HTML (p, ul, a …), empty where there is none", "<p>手ぶらでどうぞ。</p>")
    rhythm: str = told("how often, in words; empty for a single date", "毎週土曜")
    note: str = told("the host's word on the rhythm", "")
    host: str = told("in whose name", "みなと将棋会")
    group: GroupName | None = told("the group, if a group stands behind it")
    online: bool = told("one can take part from home", False)
    online_url: str = told("where one takes part from home, if that is public", "")
    place: Venue | None = told("the place; null for somebody's home and for online only")
    area: str = told("of somebody's home: the area, which is all that is public", "")
    district: Named | None = told("the city's district")
    category: Named | None = told("the city's category")
    free: bool = told("free of charge", True)
    fee: str = told("what it costs, in words", "無料")
    signup: Literal["none", "optional", "required", "unknown"] = told("whether one says beforehand that one comes", "none")
    signup_words: str = told("how", "申し込みはいりません")
    audience: str = told("for whom, empty where the host did not say", "どなたでも")
    bring: str = told("what to bring", "")
    rain: str = told("what happens when it rains", "")
    parking: str = told("parking", "")
    languages: str = told("languages spoken", "")
    contacts: tuple[Contact, ...] = told("ways to ask the host that the host made public")
    facts: Mapping[str, YesNo] = told("each welcome fact of the city by slug; `unknown`: nobody has asked yet", {"leave-early": "yes"})
    crowd: str = told("how many usually come, in words", "")
    first_visit: tuple[FirstVisit, ...] = told("what a first visit is like")
    first_step: FirstStep = told("the city's welcome mark")
    reuse: Reuse = told("what others may do with the words")
    published: datetime = told("when the town could read it first", "2026-11-20T12:00:00+09:00")
    checked: date | None = told("the day somebody made sure last that it still runs", date(2026, 11, 20))
    unconfirmed: bool = told("nobody has answered for it lately: show it as such, or leave it out", False)
    changes: tuple[Change, ...] = told("what changed in the last two weeks")
    dates: tuple[When, ...] = told("the next dates that are not over when this is answered, 30 at most, cancelled ones too")


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One date of a gathering, with what a list says of it."""

    id: str = told("gathering and announced day; never changes", "k7m2x9pqrs4t/2026-12-05")
    gathering: str = told("id of the gathering", "k7m2x9pqrs4t")
    day: date = told("the day it was announced for", date(2026, 12, 5))
    state: DateState = told("what happens on it; one that is no more is a `Gone`", "planned")
    changed: datetime = told("when anything of it changed last, or of its gathering", "2026-11-28T09:30:00+09:00")
    note: str = told("the host's word on the state", "")
    starts: datetime | date = told("the moment it begins; a day where it lasts all day", "2026-12-05T10:00:00+09:00")
    ends: datetime | date | None = told(
        "when it ends; the last day where it lasts all day; null where unknown", "2026-12-05T12:00:00+09:00"
    )
    all_day: bool = told("no hours are given", False)
    url: str = told("its page")
    title: str = told("title of the gathering", "朝のおにぎりと将棋")
    summary: str = told("one or two sentences", "おにぎりを食べて、将棋をさします。")
    host: str = told("in whose name", "みなと将棋会")
    place_name: str = told("where, in short", "みどり公民館")
    online: bool = told("one can take part from home", False)
    district: Named | None = told("the city's district")
    category: Named | None = told("the city's category")
    free: bool = told("free of charge", True)
    facts: tuple[str, ...] = told("slugs of the welcome facts that are a yes; the gathering says the rest", ("leave-early",))
    first_step: FirstStep = told("the city's welcome mark; why, is said by the gathering")
    reuse: Reuse = told("what others may do with the words")
    unconfirmed: bool = told("nobody has answered for it lately", False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group with a page. One that has ended keeps it."""

    id: str = told("its slug", "minato-shogi")
    state: Literal["published"] = told("always `published`", "published")
    changed: datetime = told("when anything of it changed last", "2026-11-28T09:30:00+09:00")
    url: str = told("its page")
    name: str = told("name", "みなと将棋会")
    kana: str = told("reading", "みなとしょうぎかい")
    words: str = told("about it, in its own words", "将棋の好きな人の集まりです。")
    district: Named | None = told("the city's district")
    categories: tuple[Named, ...] = told("the city's categories it counts itself to")
    links: tuple[str, ...] = told("its own pages elsewhere", ("https://shogi.example.com/",))
    contact_hint: str = told("how to reach it", "")
    standing: Literal["registered", "checked", "lapsed"] | None = told(
        "how well the city knows it on the day of the answer; null for one that has ended", "checked"
    )
    since: date = told("the day it began here", date(2026, 4, 1))
    ended: date | None = told("the day it stopped, null while it goes on", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place the city has checked, or at which something takes place."""

    id: str = told("id; never changes", "k7m2x9pqrs4t")
    state: Literal["published"] = told("always `published`", "published")
    changed: datetime = told("when anything of it changed last", "2026-11-28T09:30:00+09:00")
    url: str = told("its page")
    name: str = told("name", "みどり公民館")
    kana: str = told("reading", "みどりこうみんかん")
    address: str = told("address, empty where unknown", "港区1-2-3")
    district: Named | None = told("the city's district")
    latitude: float | None = told("degrees (WGS 84), null where unknown", 32.75)
    longitude: float | None = told("degrees (WGS 84), null where unknown", 129.87)
    access: str = told("how to get there", "")
    landmark: str = told("what one sees from afar", "")
    parking: str = told("parking", "")
    opening: str = told("when it is open", "")
    phone: str = told("telephone of the place", "")
    website: str = told("its own page elsewhere", "")
    access_facts: Mapping[str, YesNo] = told("how easily one gets in; `unknown`: nobody has asked yet", {"wheelchair": "yes"})
    access_note: str = told("a remark on that", "")
    checked: date | None = told("the day the city made sure of it last", date(2026, 10, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """Something that was there and can't be read any more, or is no longer among what was asked for. Forget all you keep of it."""

    id: str = told("id of what is gone", "k7m2x9pqrs4t")
    state: Literal["deleted"] = told("always `deleted`", "deleted")
    changed: datetime = told("when it went, or changed last", "2026-11-28T09:30:00+09:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A value that could not be used; the answer is what it would be without."""

    parameter: str = told("its name", "district")
    words: str = told("what to do", "この値は使えないため、外してお答えします。")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """A part of a list. Either `next` or `later` is an address, never both."""

    next: str | None = told("where the list goes on; null at its end")
    later: str | None = told("ask here next time for all that changed since; null before the end")
    warnings: tuple[Dropped, ...] = told("values that could not be used")


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheringPage(_Page):
    """A part of a list of gatherings."""

    items: tuple[Gathering | Gone, ...] = told("what there is, or what changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class OccurrencePage(_Page):
    """A part of a list of dates."""

    items: tuple[Occurrence | Gone, ...] = told("what there is, or what changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPage(_Page):
    """A part of a list of groups."""

    items: tuple[Group | Gone, ...] = told("what there is, or what changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePage(_Page):
    """A part of a list of places."""

    items: tuple[Place | Gone, ...] = told("what there is, or what changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryList:
    """All categories, in the city's order."""

    items: tuple[Category, ...] = told("the city's categories")


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictList:
    """All districts, in the city's order."""

    items: tuple[Named, ...] = told("the city's districts")


@dataclass(frozen=True, slots=True, kw_only=True)
class FactList:
    """All welcome facts, in the city's order."""

    items: tuple[Fact, ...] = told("the city's welcome facts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What went wrong, as RFC 9457 writes it."""

    type: str = told("kind of problem; `about:blank` says no more than `status`", "about:blank")
    title: str = told("in short", "ページが見つかりません")
    status: int = told("HTTP status", 404)
    detail: str = told("what to do", "アドレスが変わったか、まちがっているのかもしれません。")
