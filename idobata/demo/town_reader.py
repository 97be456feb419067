"""Reads the demo town from `town/*.toml` into plain, frozen values, and counts its dates from the day of seeding.

How a day is written there
    "+3d"  "-10d"  "+0d"   that many days after or before today
    "+2w"  "-10w"          that many weeks after or before today (so on today's weekday)
    "sat+0w"  "sun+3w"     the Saturday of this week, the Sunday three weeks on; a week begins on Monday ("mon-10w" lies in the past)
    "12-31"                the next 31 December, today included

How a schedule is written: the fields of `gatherings/schedule.py`, with `first` for its `first_day` (for `dates`, only the list `dates`).

Every mistake is a `TownError` that names the file and the entry.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from idobata.gatherings.crowds import CROWDS
from idobata.gatherings.first_visit import QUESTIONS
from idobata.gatherings.homes import Telling
from idobata.gatherings.schedule import Rhythm, Schedule
from idobata.gatherings.states import FeeKind, SignupKind, VenueKind
from idobata.gatherings.values import GatheringValues, PlaceWords
from idobata.places.access_facts import SLUGS
from idobata.places.values import CHECKED_BY_HAND

TOWN = Path(__file__).parent / "town"

ROLES = ("resident", "editor", "welfare", "approver", "admin")
PUBLICATIONS = ("published", "in_review", "draft", "returned", "withdrawn")
ACTS = ("cancel", "move", "full", "add", "confirm")

# Characters; a person should be able to say the summary in two breaths.
TITLE_LIMIT = 60
SUMMARY_LIMIT = 120

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FROM_TODAY = re.compile(r"([+-]\d+)([dw])")
_BY_WEEKDAY = re.compile(rf"({'|'.join(_WEEKDAYS)})([+-]\d+)w")
_YEARLY = re.compile(r"(\d\d)-(\d\d)")

Value = TypeVar("Value")


class _HasSlug(Protocol):
    @property
    def slug(self) -> str: ...


Sluggish = TypeVar("Sluggish", bound=_HasSlug)


class TownError(Exception):
    """The demo town is written wrongly; the message says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TownPerson:
    """Somebody with a mail address. `role` is one of `ROLES`; `line` says who they are in one breath."""

    slug: str
    name: str
    kana: str
    email: str
    role: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TownGroup:
    """A group; `lead` and `editors` are person slugs. `checked_days_ago` is None while the city has not looked; `checks` is what it looked at.

    `founded_days_ago` is since when the group has its page. `quiet_days` is how long its lead has not been heard of, None for a lively one.
    """

    slug: str
    name: str
    kana: str
    words: str
    district: str
    links: tuple[str, ...]
    lead: str
    editors: tuple[str, ...]
    categories: tuple[str, ...]
    contact_hint: str
    founded_days_ago: int
    checked_days_ago: int | None
    checks: tuple[str, ...]
    quiet_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TownPlace:
    """A venue. Degrees are WGS 84. `checked` means that the city has looked at the entry, `checked_how` how; others are as hosts typed them."""

    slug: str
    name: str
    kana: str
    address: str
    district: str
    latitude: float
    longitude: float
    phone: str
    url: str
    access: str
    landmark: str
    parking: str
    opening: str
    access_facts: Mapping[str, bool]
    access_note: str
    checked: bool
    checked_how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TownChange:
    """What somebody did to one date.

    `which` is the n-th upcoming date (1 = the next) or a day; None only for `add`. `to` is the new day of `move` and `add`;
    a `move` may say `by_days` instead, counted from the date it moves.
    """

    act: str
    which: int | date | None
    to: date | None
    by_days: int | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TownEdit:
    """New hours that the host gave a published gathering so many hours ago; `accepted` by the desk, or still waiting there."""

    hours_ago: int
    starts: time
    ends: time
    accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TownCame:
    """How a gathering reached the city that its host did not type herself: `source` is paper, phone or desk."""

    source: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TownGathering:
    """One gathering as it stands on the day of seeding.

    `values` is what its poster typed; `values.place` repeats the words of the register's place, whose slug here is `place` ("" when
    people meet online or at somebody's home). `slug` is for these files only, `poster` is a person's slug.
    `posted_days_ago` is when it was sent to the city, `checked_days_ago` when somebody last made sure of it (None: never).
    `return_code` and `return_words` are set for a returned one only.
    """

    slug: str
    values: GatheringValues
    poster: str
    place: str
    publication: str
    return_code: str
    return_words: str
    changes: tuple[TownChange, ...]
    edit: TownEdit | None
    posted_days_ago: int
    checked_days_ago: int | None
    came: TownCame | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """Everybody and everything, in the order of the files."""

    people: tuple[TownPerson, ...]
    groups: tuple[TownGroup, ...]
    places: tuple[TownPlace, ...]
    gatherings: tuple[TownGathering, ...]


def resolve_day(text: str, today: date) -> date:
    """The day that `text` means when the town is seeded on `today`. ValueError when it means none."""
    if found := _FROM_TODAY.fullmatch(text):
        return today + int(found[1]) * (timedelta(weeks=1) if found[2] == "w" else timedelta(days=1))
    if found := _BY_WEEKDAY.fullmatch(text):
        monday = today - timedelta(days=today.weekday())
        return monday + timedelta(weeks=int(found[2]), days=_WEEKDAYS.index(found[1]))
    if found := _YEARLY.fullmatch(text):
        return _next_yearly(int(found[1]), int(found[2]), today)
    raise ValueError(f"{text!r} is no day; write +3d, -2w, sat+1w or 12-31")


def _next_yearly(month: int, day: int, today: date) -> date:
    # 29 February may be up to eight years away (1896 to 1904, 2096 to 2104).
    for year in range(today.year, today.year + 9):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise ValueError(f"no year has a {month:02}-{day:02}")


def read_town(today: date, folder: Path = TOWN) -> Town:
    """The whole town, its dates counted from `today`. TownError names the file and the entry of the first mistake."""
    people = tuple(_person(entry) for entry in _entries(folder / "people.toml", "people"))
    groups = tuple(_group(entry) for entry in _entries(folder / "groups.toml", "groups"))
    places = tuple(_place(entry) for entry in _entries(folder / "places.toml", "places"))
    known = _Known(
        people=_by_slug(people, "people.toml"),
        groups=_by_slug(groups, "groups.toml"),
        places=_by_slug(places, "places.toml"),
    )
    for group in groups:
        for slug in (group.lead, *group.editors):
            if slug not in known.people:
                raise TownError(f"groups.toml: {group.slug}: nobody is called {slug!r}")
    gatherings = tuple(
        _gathering(entry, known, today) for file in sorted(folder.glob("gatherings-*.toml")) for entry in _entries(file, "gatherings")
    )
    _by_slug(gatherings, "gatherings-*.toml")
    return Town(people=people, groups=groups, places=places, gatherings=gatherings)


@dataclass(frozen=True, slots=True)
class _Known:
    people: Mapping[str, TownPerson]
    groups: Mapping[str, TownGroup]
    places: Mapping[str, TownPlace]


class _Entry:
    """One TOML table that knows where it stands, hands out each value once, and complains about what nobody asked for."""

    def __init__(self, where: str, values: Mapping[str, Any]) -> None:
        self.where = where
        self._values = dict(values)

    def error(self, sentence: str) -> TownError:
        return TownError(f"{self.where}: {sentence}")

    def text(self, key: str, *, needed: bool = False, limit: int | None = None) -> str:
        value = self._take(key, str, "")
        text = str(value).strip()
        if needed and not text:
            raise self.error(f"{key} is missing")
        if limit is not None and len(text) > limit:
            raise self.error(f"{key} has {len(text)} characters, {limit} are allowed")
        return text

    def choice(self, key: str, allowed: Sequence[str], default: str = "") -> str:
        value = self.text(key) or default
        if value not in allowed:
            raise self.error(f"{key} is {value!r}, not one of {', '.join(allowed)}")
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        return bool(self._take(key, bool, default))

    def number(self, key: str) -> int | None:
        value = self._take(key, int, None)
        return None if value is None else int(value)

    def degrees(self, key: str) -> float:
        value = self._take(key, float, None)
        if value is None:
            raise self.error(f"{key} is missing")
        return float(value)

    def numbers(self, key: str, low: int, high: int) -> tuple[int, ...]:
        values = tuple(self._take(key, list, []))
        for value in values:
            if type(value) is not int or not low <= value <= high:
                raise self.error(f"{key} has {value!r}, not a whole number from {low} to {high}")
        return values

    def texts(self, key: str) -> tuple[str, ...]:
        values = tuple(self._take(key, list, []))
        if not all(isinstance(value, str) for value in values):
            raise self.error(f"{key} is not a list of texts")
        return values

    def table(self, key: str) -> "_Entry":
        return _Entry(f"{self.where}: {key}", self._take(key, dict, {}))

    def tables(self, key: str) -> list["_Entry"]:
        values = self._take(key, list, [])
        if not all(isinstance(value, dict) for value in values):
            raise self.error(f"{key} is not a list of tables")
        return [_Entry(f"{self.where}: {key}[{number}]", value) for number, value in enumerate(values)]

    def day(self, key: str, today: date) -> date | None:
        text = self.text(key)
        return self._read(key, text, partial(resolve_day, text, today)) if text else None

    def days(self, key: str, today: date) -> tuple[date, ...]:
        return tuple(self._read(key, text, partial(resolve_day, text, today)) for text in self.texts(key))

    def clock(self, key: str) -> time | None:
        text = self.text(key)
        return self._read(key, text, partial(time.fromisoformat, text)) if text else None

    def number_or_day(self, key: str, today: date) -> int | date | None:
        return self.day(key, today) if isinstance(self._values.get(key), str) else self.number(key)

    def yes_and_no(self) -> dict[str, bool]:
        facts = {}
        for key in list(self._values):
            facts[key] = self.choice(key, ("yes", "no")) == "yes"
        return facts

    def done(self) -> None:
        if self._values:
            raise self.error(f"unknown: {', '.join(self._values)}")

    def _take(self, key: str, kind: type, default: Any) -> Any:
        value = self._values.pop(key, default)
        # An int may stand for degrees, a bool never for a number.
        if value is not default and not (type(value) is kind or (kind is float and type(value) is int)):
            raise self.error(f"{key} is {value!r}, not of type {kind.__name__}")
        return value

    def _read(self, key: str, text: str, read: Callable[[], Value]) -> Value:
        try:
            return read()
        except ValueError as problem:
            raise self.error(f"{key} is {text!r}: {problem}") from problem


def _entries(file: Path, key: str) -> list[_Entry]:
    try:
        read = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise TownError(f"{file.name}: {problem}") from problem
    tables = read.pop(key, None)
    if read or not isinstance(tables, list):
        raise TownError(f"{file.name}: write only [[{key}]] tables")
    return [_Entry(f"{file.name}: {table.get('slug') or f'entry {number}'}", table) for number, table in enumerate(tables, start=1)]


def _by_slug(things: Sequence[Sluggish], file: str) -> dict[str, Sluggish]:
    found: dict[str, Sluggish] = {}
    for thing in things:
        if thing.slug in found:
            raise TownError(f"{file}: {thing.slug}: the slug is used twice")
        found[thing.slug] = thing
    return found


def _person(entry: _Entry) -> TownPerson:
    person = TownPerson(
        slug=entry.text("slug", needed=True),
        name=entry.text("name", needed=True),
        kana=entry.text("kana", needed=True),
        email=entry.text("email", needed=True),
        role=entry.choice("role", ROLES),
        line=entry.text("line", needed=True),
    )
    if "@" not in person.email or not person.email.endswith(".example"):
        raise entry.error(f"email is {person.email!r}; only addresses under .example reach nobody")
    entry.done()
    return person


def _group(entry: _Entry) -> TownGroup:
    group = TownGroup(
        slug=entry.text("slug", needed=True),
        name=entry.text("name", needed=True),
        kana=entry.text("kana", needed=True),
        words=entry.text("words", needed=True),
        district=entry.text("district", needed=True),
        links=entry.texts("links"),
        lead=entry.text("lead", needed=True),
        editors=entry.texts("editors"),
        categories=entry.texts("categories"),
        contact_hint=entry.text("contact_hint"),
        founded_days_ago=entry.number("founded_days_ago") or 0,
        checked_days_ago=entry.number("checked_days_ago"),
        checks=entry.texts("checks"),
        quiet_days=entry.number("quiet_days"),
    )
    entry.done()
    return group


def _place(entry: _Entry) -> TownPlace:
    checked = entry.flag("checked", True)
    place = TownPlace(
        slug=entry.text("slug", needed=True),
        name=entry.text("name", needed=True),
        kana=entry.text("kana", needed=checked),
        address=entry.text("address", needed=True),
        district=entry.text("district", needed=True),
        latitude=entry.degrees("latitude"),
        longitude=entry.degrees("longitude"),
        phone=entry.text("phone"),
        url=entry.text("url"),
        access=entry.text("access"),
        landmark=entry.text("landmark"),
        parking=entry.text("parking"),
        opening=entry.text("opening"),
        access_facts=entry.table("access_facts").yes_and_no(),
        access_note=entry.text("access_note"),
        checked=checked,
        checked_how=entry.choice("checked_how", CHECKED_BY_HAND, "visit") if checked else "",
    )
    if unknown := set(place.access_facts) - set(SLUGS):
        raise entry.error(f"access_facts: unknown: {', '.join(sorted(unknown))}")
    entry.done()
    return place


def _gathering(entry: _Entry, known: _Known, today: date) -> TownGathering:
    slug = entry.text("slug", needed=True)
    place = _known(entry, "place", known.places)
    publication = entry.choice("publication", PUBLICATIONS, "published")
    gathering = TownGathering(
        slug=slug,
        values=_values(entry, known, place, today),
        poster=entry.text("poster", needed=True),
        place=place.slug if place else "",
        publication=publication,
        return_code=entry.text("return_code", needed=publication == "returned"),
        return_words=entry.text("return_words"),
        changes=tuple(_change(one, today) for one in entry.tables("changes")),
        edit=_edit(entry.table("edit")),
        posted_days_ago=entry.number("posted_days_ago") or 0,
        checked_days_ago=entry.number("checked_days_ago"),
        came=_came(entry.table("came")),
    )
    if gathering.poster not in known.people:
        raise entry.error(f"poster is {gathering.poster!r}; nobody is called that")
    entry.done()
    return gathering


def _came(entry: _Entry) -> TownCame | None:
    source, phone = entry.choice("source", ("", "paper", "phone", "desk")), entry.text("phone")
    entry.done()
    if bool(source) != bool(phone):
        raise entry.error("came has a source and a phone")
    return TownCame(source=source, phone=phone) if source else None


def _edit(entry: _Entry) -> TownEdit | None:
    hours_ago, starts, ends, accepted = entry.number("hours_ago"), entry.clock("starts"), entry.clock("ends"), entry.flag("accepted")
    entry.done()
    if hours_ago is None and starts is None and ends is None:
        return None
    if hours_ago is None or hours_ago < 1 or starts is None or ends is None:
        raise entry.error("an edit has hours_ago (1 or more), starts and ends")
    return TownEdit(hours_ago=hours_ago, starts=starts, ends=ends, accepted=accepted)


def _values(entry: _Entry, known: _Known, place: TownPlace | None, today: date) -> GatheringValues:
    group = _known(entry, "group", known.groups)
    area_words = entry.text("area_words")
    online_url = entry.text("online_url")
    if (place and area_words) or not (place or area_words or online_url):
        raise entry.error("say where: place, or area_words for a private home, or online_url")
    contact = entry.table("contact")
    values = GatheringValues(
        title=entry.text("title", needed=True, limit=TITLE_LIMIT),
        summary=entry.text("summary", needed=True, limit=SUMMARY_LIMIT),
        body=entry.text("body"),
        host_name=entry.text("host_name") or (group.name if group else ""),
        group_slug=group.slug if group else "",
        schedule=_schedule(entry.table("schedule"), today),
        venue_kind=VenueKind.PLACE if place else VenueKind.PRIVATE if area_words else VenueKind.ONLINE,
        place=_place_words(place) if place else PlaceWords(),
        area_words=area_words,
        place_told=Telling(entry.choice("place_told", tuple(Telling), Telling.ASKED)),
        exact_place=entry.text("exact_place"),
        is_online=bool(online_url),
        online_url=online_url,
        district=entry.text("district") or (place.district if place else ""),
        category=entry.text("category"),
        fee_kind=FeeKind(entry.choice("fee_kind", ("free", "paid"), "free")),
        fee_yen=entry.number("fee_yen"),
        fee_words=entry.text("fee_text"),
        signup_kind=SignupKind(entry.choice("signup_kind", ("none", "optional", "required"), "none")),
        signup_words=entry.text("signup_text"),
        audience=entry.text("audience"),
        bring=entry.text("bring"),
        rain=entry.text("rain"),
        parking=entry.text("parking"),
        language=entry.text("language"),
        contact_name=contact.text("name"),
        contact_phone=contact.text("phone"),
        contact_phone_public=contact.flag("phone_public"),
        contact_email=contact.text("email"),
        contact_email_public=contact.flag("email_public"),
        contact_url=contact.text("url"),
        contact_url_public=contact.flag("url_public"),
        facts=entry.table("facts").yes_and_no(),
        crowd=entry.choice("crowd", ("", *CROWDS)),
        first_visit=_first_visit(entry.table("first_visit")),
        reuse_text=entry.flag("reuse_text", default=True),
    )
    contact.done()
    if not values.host_name:
        raise entry.error("host_name or group is missing")
    return values


def _first_visit(told: _Entry) -> dict[str, str]:
    answers = {one.name: words for one in QUESTIONS if (words := told.text(one.name))}
    told.done()
    return answers


def _place_words(place: TownPlace) -> PlaceWords:
    return PlaceWords(
        name=place.name,
        address=place.address,
        latitude=place.latitude,
        longitude=place.longitude,
        access=place.access,
    )


def _known(entry: _Entry, key: str, things: Mapping[str, Value]) -> Value | None:
    slug = entry.text(key)
    if slug and slug not in things:
        raise entry.error(f"{key} is {slug!r}; there is none")
    return things.get(slug)


def _schedule(entry: _Entry, today: date) -> Schedule:
    rhythm = Rhythm(entry.choice("rhythm", tuple(Rhythm)))
    first = entry.day("first", today)
    dates = entry.days("dates", today)
    if rhythm is Rhythm.DATES:
        if first is not None or not dates or len(set(dates)) != len(dates):
            raise entry.error("dates needs different dates and no first")
        first = dates[0]
    elif first is None or dates:
        raise entry.error(f"{rhythm} needs first and no dates")
    schedule = Schedule(
        rhythm=rhythm,
        first_day=first,
        dates=dates,
        starts=entry.clock("starts"),
        ends=entry.clock("ends"),
        span_days=entry.number("span_days") or 0,
        weekdays=entry.numbers("weekdays", 0, 6),
        nths=entry.numbers("nths", -1, 5),
        month_days=entry.numbers("month_days", 1, 31),
        until=entry.day("until", today),
        count=entry.number("count"),
        skip_holidays=entry.flag("skip_holidays"),
        skip_obon=entry.flag("skip_obon"),
        skip_new_year=entry.flag("skip_new_year"),
        note=entry.text("note"),
    )
    for problem in schedule.problems(today):
        raise entry.error(problem.in_japanese())
    if schedule.weekdays and rhythm not in (
        Rhythm.WEEKLY,
        Rhythm.FORTNIGHTLY,
        Rhythm.MONTHLY_WEEKDAY,
    ):
        raise entry.error(f"weekdays do not fit {rhythm}")
    if schedule.nths and rhythm is not Rhythm.MONTHLY_WEEKDAY:
        raise entry.error(f"nths do not fit {rhythm}")
    if schedule.month_days and rhythm is not Rhythm.MONTHLY_DATE:
        raise entry.error(f"month_days do not fit {rhythm}")
    entry.done()
    return schedule


def _change(entry: _Entry, today: date) -> TownChange:
    change = TownChange(
        act=entry.choice("act", ACTS),
        which=entry.number_or_day("which", today),
        to=entry.day("to", today),
        by_days=entry.number("by_days"),
        note=entry.text("note"),
    )
    if (change.act == "add") != (change.which is None):
        raise entry.error("which says the date that changes; only add has none")
    if isinstance(change.which, int) and change.which < 1:
        raise entry.error("which counts from 1, the next date")
    said = (change.to is not None, change.by_days is not None)
    allowed = {"add": [(True, False)], "move": [(True, False), (False, True)]}.get(change.act, [(False, False)])
    if said not in allowed:
        raise entry.error("add needs to; move needs to or by_days; the others need neither")
    entry.done()
    return change
