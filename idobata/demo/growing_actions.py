"""Grows big towns for measuring: ten thousand gatherings and more, believable, the same for the same seed and day.

Rows go in by the thousand, past the actions, since nobody would wait for a million of them. They are nonetheless the rows the
actions would have left: dates are those `make_dates` makes, search words those `index` puts in. The tests hold it to that.
"""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from sqlalchemy import Table, func, insert, inspect, select, text

from idobata.accounts.models import Person
from idobata.demo.grown_schedules import PAST_SHARE, grown_schedule
from idobata.demo.phrase_book import PhraseBook
from idobata.gatherings.date_actions import LONG, part_of_day
from idobata.gatherings.models import Gathering, GatheringFact, Occurrence
from idobata.gatherings.recurrence import slots
from idobata.gatherings.schedule import Rhythm, Schedule, Slot
from idobata.gatherings.states import FeeKind, OccurrenceState, Publication, SignupKind, VenueKind
from idobata.groups.models import Group
from idobata.kernel import clock
from idobata.kernel.holidays import JAPANESE_HOLIDAYS
from idobata.kernel.ids import ALPHABET, ID_LENGTH
from idobata.kernel.settings import Settings
from idobata.kernel.text import fold_name
from idobata.kernel.tokens import index_terms
from idobata.places.models import Place
from idobata.store.database import db
from idobata.store.search_index import SearchDoc, vector_of
from idobata.store.transaction import transaction

SIZES: dict[str, int] = {"city": 10_000, "metropolis": 100_000, "region": 1_000_000}
# Gatherings to a transaction.
BATCH = 2_000
_SECONDS_BETWEEN_NEWS = 3.0
# About 3 km around the middle of the city, in degrees.
_AROUND = 0.03
# The form itself asks for these two.
_IMPLIED_FACTS = frozenset({"free", "no-signup"})
_GROUP_ENDINGS = ("会", "クラブ", "仲間", "サークル")

Row = dict[str, Any]


def grow_town(settings: Settings, count: int, random_seed: int, say: Callable[[str], None]) -> int:
    """Add `count` gatherings with their people, groups, places, dates and search words; returns how many were added.

    A town of this seed that is there already is not grown a second time: `say` is told, and 0 comes back.
    """
    random = Random(random_seed)
    began = time.monotonic()
    if db.session.scalar(select(Person.id).where(Person.email == _email(random_seed, 0)).limit(1)) is not None:
        say(f"A town of seed {random_seed} is here already; nothing was added.")
        return 0
    say(f"Growing a town of {count:,} gatherings …")
    with transaction():
        town = _Town(settings, random, random_seed, count)
        _put(Person, town.people)
        _put(Group, town.groups)
        _put(Place, town.places)
    told_at = began
    for begin in range(0, count, BATCH):
        batch = _Batch(town)
        for number in range(begin, min(begin + BATCH, count)):
            batch.add(number)
        with transaction():
            batch.write()
        if (now := time.monotonic()) - told_at >= _SECONDS_BETWEEN_NEWS:
            told_at = now
            done = min(begin + BATCH, count)
            say(f"  {done:,} of {count:,}, {done / (now - began):,.0f} a second")
    _tidy_up()
    say(f"  grown in {time.monotonic() - began:,.0f} s")
    return count


class _Town:
    """What gatherings refer to: people, groups and places, as rows with their ids, and the words of the city."""

    def __init__(self, settings: Settings, random: Random, seed: int, count: int) -> None:
        self.settings = settings
        self.random = random
        self.book = PhraseBook(random)
        self.zone = settings.city.zone
        self.now = clock.now()
        self.today = clock.today(self.zone)
        self.horizon = self.today + timedelta(days=settings.policy.horizon_days)
        self.districts = [one.slug for one in settings.districts]
        self.district_words = {one.slug: one for one in settings.districts}
        self.categories = [one.slug for one in settings.categories]
        self.category_names = {one.slug: one.name for one in settings.categories}
        self.facts = [one.slug for one in settings.facts if one.slug not in _IMPLIED_FACTS]
        self.first_gathering = _next_id(Gathering)
        self.people = self._people(seed, max(20, count // 5))
        self.groups = self._groups(seed, max(10, count // 60))
        self.places = self._places(max(20, count // 50))

    def new_id(self) -> str:
        return "".join(self.random.choices(ALPHABET, k=ID_LENGTH))

    def _people(self, seed: int, number: int) -> list[Row]:
        first = _next_id(Person)
        made = self.now - timedelta(days=400)
        return [
            {"id": first + at, "public_id": self.new_id(), "email": _email(seed, at), "name": self.book.host_name(), "created_at": made}
            for at in range(number)
        ]

    def _groups(self, seed: int, number: int) -> list[Row]:
        first = _next_id(Group)
        made = self.now - timedelta(days=400)
        rows: list[Row] = []
        for at in range(number):
            name = self._group_name()
            rows.append(
                {
                    "id": first + at,
                    "public_id": self.new_id(),
                    "slug": f"circle-{seed}-{at}",
                    "name": name,
                    "folded_name": fold_name(name),
                    "words": self.book.body(),
                    "district": self._district(),
                    "links": [],
                    "created_at": made,
                    "updated_at": made,
                }
            )
        return rows

    def _group_name(self) -> str:
        while True:
            name = self.book.host_name()
            if name.endswith(_GROUP_ENDINGS):
                return name

    def _places(self, number: int) -> list[Row]:
        first = _next_id(Place)
        made = self.now - timedelta(days=400)
        rows: list[Row] = []
        for at in range(number):
            district = self._district()
            words = self.district_words.get(district or "")
            name = self.book.place_name(words.name if words else self.settings.city.name)
            rows.append(
                {
                    "id": first + at,
                    "public_id": self.new_id(),
                    "name": name,
                    "kana": "",
                    "folded_name": fold_name(name),
                    "address": f"{self.settings.city.prefecture}{self.settings.city.name}{words.name if words else ''}"
                    f"{self.random.randint(1, 9)}丁目{self.random.randint(1, 40)}",
                    "district": district,
                    "latitude": self.settings.city.latitude + self.random.uniform(-_AROUND, _AROUND),
                    "longitude": self.settings.city.longitude + self.random.uniform(-_AROUND, _AROUND),
                    "phone": "",
                    "url": "",
                    "access": "",
                    "landmark": "",
                    "parking": "",
                    "checked_at": made if self.random.random() < 0.5 else None,
                    "created_at": made,
                    "updated_at": made,
                }
            )
        return rows

    def _district(self) -> str | None:
        return self.random.choice(self.districts) if self.districts else None


class _Batch:
    """The rows of some gatherings, table by table, until they are written."""

    def __init__(self, town: _Town) -> None:
        self.town = town
        self.gatherings: list[Row] = []
        self.facts: list[Row] = []
        self.dates: list[Row] = []
        self.docs: list[Row] = []
        self.with_vector = db.engine.dialect.name == "postgresql"

    def add(self, number: int) -> None:
        """Draw one gathering with all that belongs to it."""
        town, random, book = self.town, self.town.random, self.town.book
        past = random.random() < PAST_SHARE
        schedule = grown_schedule(random, town.today, town.settings.policy.horizon_days, past=past)
        category = random.choice(town.categories) if town.categories and random.random() < 0.97 else None
        title = book.title(category or "other")
        person = random.choice(town.people)
        group = random.choice(town.groups) if random.random() < 0.35 else None
        place, venue = _venue(town, random)
        publication = _publication(random, past=past)
        posted = _posted(town, schedule)
        row: Row = {
            "id": town.first_gathering + number,
            "public_id": town.new_id(),
            "publication": publication.value,
            "title": title,
            "summary": book.summary(category or "other", title),
            "body": book.body(),
            "host_name": person["name"],
            "group_id": group["id"] if group else None,
            "poster_id": person["id"],
            "poster_email": person["email"],
            **venue,
            "category": category,
            **_fee(random),
            **_signup(random),
            **dict.fromkeys(_UNSAID, ""),
            "contact_phone_public": False,
            "contact_email_public": False,
            "contact_url_public": False,
            # Three of four hosts let others use their words.
            "reuse_text": number % 4 > 0,
            "schedule": schedule.to_json(),
            "materialised_until": _until(schedule, town.horizon),
            "sequence": 0,
            "created_at": posted,
            "updated_at": posted,
            "submitted_at": None if publication is Publication.DRAFT else posted,
            "published_at": min(posted + timedelta(hours=5), town.now)
            if publication in (Publication.PUBLISHED, Publication.WITHDRAWN)
            else None,
            "checked_at": None,
            "host_changed_at": None,
            "return_code": None,
            "source_key": None,
            "source_digest": None,
        }
        self.gatherings.append(row)
        self._add_facts(row)
        self._add_dates(row, schedule)
        self._add_words(row, place, group)

    def write(self) -> None:
        """Put all rows in, in the running transaction."""
        if db.engine.dialect.name == "sqlite":
            # The indexes of a big town do not fit into a reader's modest cache.
            db.session.connection().exec_driver_sql("PRAGMA cache_size = -256000")
        _put(Gathering, self.gatherings)
        _put(GatheringFact, self.facts)
        _put(Occurrence, self.dates)
        _put(SearchDoc, self.docs)

    def _add_facts(self, row: Row) -> None:
        random, known = self.town.random, self.town.facts
        row["facts"] = {}
        for fact in sorted(random.sample(known, min(len(known), random.choice((0, 1, 2, 3, 4, 5))))):
            row["facts"][fact] = random.random() < 0.85
            self.facts.append({"gathering_id": row["id"], "fact": fact, "is_yes": row["facts"][fact]})

    def _add_dates(self, row: Row, schedule: Schedule) -> None:
        town, random = self.town, self.town.random
        listed = row["publication"] == Publication.PUBLISHED.value
        found = slots(schedule, town.zone, schedule.first_day, row["materialised_until"], JAPANESE_HOLIDAYS)
        rows = [_date_row(row, slot, listed=listed, at=town.now) for slot in found]
        coming = [one for one in rows if one["starts_at"] > town.now]
        if coming and random.random() < 0.04:
            changed = random.choice(coming)
            state, note = random.choice(_CHANGES)
            changed |= {"state": state.value, "note": note, "touched": True, "sequence": 1}
        self.dates += rows

    def _add_words(self, row: Row, place: Row | None, group: Row | None) -> None:
        town = self.town
        district = town.district_words.get(row["district"] or "")
        words = [
            row["summary"],
            row["body"],
            group["name"] if group else row["host_name"],
            place["name"] if place else row["area_words"],
            place["kana"] if place else "",
            town.category_names.get(row["category"] or "", ""),
            district.name if district else "",
            district.kana if district else "",
            row["audience"],
            row["bring"],
        ]
        title = index_terms(row["title"])
        body = [term for part in words for line in part.split("\n") for term in _terms(line)]
        vector = vector_of(title, body) if self.with_vector else None
        self.docs.append({"doc_id": row["id"], "title": " ".join(title), "body": " ".join(body), "vector": vector})


# Fields of which an invented host says nothing.
_UNSAID = (
    "online_url",
    "audience",
    "bring",
    "rain",
    "parking",
    "language",
    "contact_name",
    "contact_phone",
    "contact_email",
    "contact_url",
    "return_words",
)
_CHANGES = (
    (OccurrenceState.CANCELLED, "世話人の都合で、この日はお休みします。"),
    (OccurrenceState.CANCELLED, "会場が使えなくなりました。"),
    (OccurrenceState.FULL, ""),
    (OccurrenceState.CONFIRMED, ""),
)


def _email(seed: int, number: int) -> str:
    return f"neighbour-{seed}-{number}@example.com"


def _next_id(model: type[Any]) -> int:
    return (db.session.scalar(select(func.max(model.id))) or 0) + 1


def _venue(town: _Town, random: Random) -> tuple[Row | None, Row]:
    chance = random.random()
    place = random.choice(town.places)
    if chance < 0.93:
        venue = {"venue_kind": VenueKind.PLACE.value, "place_id": place["id"], "area_words": "", "is_online": chance < 0.02}
        return place, venue | {"district": place["district"]}
    if chance < 0.97:
        return None, {"venue_kind": VenueKind.ONLINE.value, "place_id": None, "area_words": "", "is_online": True, "district": None}
    words = town.district_words.get(place["district"] or "")
    area = f"{words.name if words else town.settings.city.name}の商店街のちかく"
    venue = {"venue_kind": VenueKind.PRIVATE.value, "place_id": None, "area_words": area, "is_online": False}
    return None, venue | {"district": place["district"]}


def _publication(random: Random, *, past: bool) -> Publication:
    chance = random.random()
    if chance < 0.96 or (past and chance < 0.99):
        return Publication.PUBLISHED
    if past or chance < 0.97:
        return Publication.WITHDRAWN
    return Publication.IN_REVIEW if chance < 0.99 else Publication.DRAFT


def _posted(town: _Town, schedule: Schedule) -> datetime:
    first = datetime.combine(schedule.first_day, datetime.min.time(), town.zone).astimezone(UTC)
    before = first - timedelta(days=town.random.randint(3, 40), minutes=town.random.randint(0, 1439))
    # What lies ahead was posted some time in the last weeks, not tomorrow.
    recent = town.now - timedelta(minutes=town.random.randint(30, 60 * 24 * 45))
    return before if before < town.now else recent


def _fee(random: Random) -> Row:
    chance = random.random()
    if chance < 0.65:
        return {"fee_kind": FeeKind.FREE.value, "fee_yen": None, "fee_words": ""}
    if chance < 0.95:
        yen = random.choice((100, 200, 300, 500, 500, 1000))
        return {"fee_kind": FeeKind.PAID.value, "fee_yen": yen, "fee_words": random.choice(("", f"材料費{yen}円", f"お茶代{yen}円"))}
    return {"fee_kind": FeeKind.UNKNOWN.value, "fee_yen": None, "fee_words": ""}


def _signup(random: Random) -> Row:
    chance = random.random()
    if chance < 0.15:
        return {"signup_kind": SignupKind.REQUIRED.value, "signup_words": "前の日までに、会場の窓口で名前を書いてください。"}
    kind = SignupKind.NONE if chance < 0.85 else SignupKind.OPTIONAL if chance < 0.95 else SignupKind.UNKNOWN
    return {"signup_kind": kind.value, "signup_words": ""}


def _until(schedule: Schedule, horizon: date) -> date:
    if schedule.rhythm in (Rhythm.ONCE, Rhythm.DATES):
        return max([horizon, schedule.first_day, *schedule.dates])
    return horizon


def _date_row(row: Row, slot: Slot, *, listed: bool, at: datetime) -> Row:
    starts_at, ends_at = slot.starts_at.astimezone(UTC), slot.ends_at.astimezone(UTC)
    is_long = ends_at - starts_at > LONG
    return {
        "gathering_id": row["id"],
        "day": slot.day,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "list_at": starts_at if is_long else ends_at,
        "all_day": slot.all_day,
        "end_known": slot.end_known,
        "is_long": is_long,
        "weekday": slot.starts_at.weekday(),
        "part": part_of_day(slot.starts_at),
        "state": OccurrenceState.PLANNED.value,
        "note": "",
        "added": False,
        "touched": False,
        "sequence": 0,
        "listed": listed,
        "district": row["district"],
        "category": row["category"],
        "changed_at": at,
    }


@lru_cache(maxsize=200_000)
def _terms(line: str) -> tuple[str, ...]:
    # No word runs over a line's end, so lines may be cut one by one, and the town repeats its lines.
    return tuple(index_terms(line))


def _put(model: type[Any], rows: list[Row]) -> None:
    table = inspect(model).local_table
    if isinstance(table, Table) and rows:
        db.session.execute(insert(table), rows)


def _tidy_up() -> None:
    """What a database must be told after rows brought their own ids in such numbers."""
    if db.engine.dialect.name != "postgresql":
        return
    with transaction():
        for name in ("people", "groups", "places", "gatherings"):
            db.session.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"))
        db.session.execute(text("ANALYZE"))
