"""Lists: what is on. Random towns against a naive reading of the same rules, and the stories that must never break."""

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, insert

from idobata.accounts.actions import find_or_make_person
from idobata.gatherings.date_actions import NewTime, cancel_date, move_date, part_of_day
from idobata.gatherings.filters import Filters
from idobata.gatherings.list_queries import COUNT_LIMIT, alternatives, count_dates, dates_by_day, find_dates, newest
from idobata.gatherings.models import Gathering, GatheringFact, Occurrence
from idobata.gatherings.posting_actions import withdraw
from idobata.gatherings.schedule import Rhythm, Schedule
from idobata.gatherings.states import FeeKind, SignupKind
from idobata.groups.actions import add_group
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM
from idobata.kernel.ids import new_public_id
from idobata.kernel.settings import Settings
from idobata.places.actions import add_place
from idobata.places.values import PlaceValues
from idobata.store import search_index
from idobata.store.database import db
from idobata.store.transaction import transaction
from tests.harness.site import Town, days_from_monday, once, weekly

SATURDAY = days_from_monday(5)
MINUTE = timedelta(minutes=1)
WORDS = ("将棋", "おにぎり", "お茶", "祭り", "うた")


@dataclass(frozen=True)
class One:
    """A date of the random town with all that a list asks about."""

    id: int
    gathering: int
    starts: datetime
    ends: datetime
    state: str
    weekday: int
    part: str
    is_listed: bool
    district: str
    category: str
    words: tuple[str, ...]
    facts: frozenset[str]
    free: bool
    online: bool
    no_signup: bool
    group: str
    place: str

    @property
    def is_long(self) -> bool:
        return self.ends - self.starts > timedelta(hours=24)

    @property
    def stands_at(self) -> datetime:
        return self.starts if self.is_long else self.ends


class RandomTown:
    """Thirty gatherings in every state, with up to six dates each, and the list as a child would make it."""

    def __init__(self, seed: int, settings: Settings, now: datetime) -> None:
        self.random = random.Random(seed)
        self.settings = settings
        self.zone: ZoneInfo = settings.city.zone
        self.now = now
        self.all: list[One] = []
        with transaction():
            lead = find_or_make_person("lead@example.com")
            groups = [add_group(SYSTEM, slug, slug, "", None, [], lead) for slug in ("g1", "g2")]
            places = [add_place(PlaceValues(name=name)) for name in ("p1", "p2")]
            self.groups, self.places = [group.slug for group in groups], [place.public_id for place in places]
            for _ in range(30):
                self._grow(self.random.choice([None, *groups]), self.random.choice([None, *places]))

    def _grow(self, group: object, place: object) -> None:
        pick, stamp = self.random.choice, self.now.astimezone(UTC)
        words = tuple(word for word in WORDS if self.random.random() < 0.3)
        facts = {slug: pick([True, False]) for slug in ("drop-in", "leave-early") if self.random.random() < 0.6}
        publication = pick(["published"] * 6 + ["draft", "in_review", "withdrawn"])
        gathering = Gathering(
            public_id=new_public_id(), publication=publication, title="集まり", summary="", host_name="", schedule={}, venue_kind="place",
            fee_kind=pick([FeeKind.FREE, FeeKind.PAID, FeeKind.UNKNOWN]).value, signup_kind=pick(list(SignupKind)).value,
            is_online=self.random.random() < 0.3, district=pick(["minato", "kawabe", None]), category=pick(["eat", "learn", None]),
            group_id=getattr(group, "id", None), place_id=getattr(place, "id", None), created_at=stamp, updated_at=stamp,
        )  # fmt: skip
        db.session.add(gathering)
        db.session.flush()
        db.session.add_all(GatheringFact(gathering_id=gathering.id, fact=slug, is_yes=yes) for slug, yes in facts.items())
        search_index.put(gathering.id, " ".join(words[:1]), " ".join(words[1:]))
        offsets = self.random.sample(range(-9, 22), self.random.randint(1, 6))
        for offset in offsets:
            self._meet(gathering, offset, words, frozenset(slug for slug, yes in facts.items() if yes), group, place)

    def _meet(self, gathering: Gathering, offset: int, words: tuple[str, ...], facts: frozenset[str], group: object, place: object) -> None:
        day = self.now.astimezone(self.zone).date() + timedelta(days=offset)
        starts = datetime.combine(day, time(self.random.randrange(24), self.random.randrange(60)), self.zone)
        hours = self.random.choice([0.5, 1, 2, 4, 9, 24] + ([30, 60, 200] if self.random.random() < 0.3 else []))
        one = Occurrence(
            gathering_id=gathering.id, day=day, starts_at=starts, ends_at=starts + timedelta(hours=hours), is_long=hours > 24,
            list_at=starts if hours > 24 else starts + timedelta(hours=hours), weekday=starts.weekday(), part=part_of_day(starts),
            state=self.random.choice(["planned"] * 4 + ["confirmed", "full", "moved", "cancelled", "cancelled"]),
            listed=gathering.publication == "published", district=gathering.district, category=gathering.category, changed_at=self.now,
        )  # fmt: skip
        db.session.add(one)
        db.session.flush()
        self.all.append(
            One(
                one.id, gathering.id, starts, one.ends_at, one.state, one.weekday, one.part, one.listed, gathering.district or "",
                gathering.category or "", words, facts, gathering.fee_kind == "free", gathering.is_online, gathering.signup_kind == "none",
                getattr(group, "slug", ""), getattr(place, "public_id", ""),
            )
        )  # fmt: skip

    def wishes(self) -> Filters:
        """What a reader might ask."""
        pick, chance = self.random.choice, self.random.random
        first = self.now.astimezone(self.zone).date() + timedelta(days=self.random.randint(-3, 12))
        return Filters(
            q=" ".join(self.random.sample(WORDS, 1 if chance() < 0.7 else 2)) if chance() < 0.25 else "",
            when=pick(["today", "tomorrow", "weekend", "week", "month"]) if chance() < 0.25 else None,  # type: ignore[arg-type]
            first=first if chance() < 0.25 else None,
            last=first + timedelta(days=self.random.randint(0, 6)) if chance() < 0.25 else None,
            district=pick(["minato", "kawabe"]) if chance() < 0.2 else "",
            category=pick(["eat", "learn"]) if chance() < 0.2 else "",
            weekday=self.random.randrange(7) if chance() < 0.25 else None,
            part=pick(["morning", "afternoon", "evening"]) if chance() < 0.25 else "",
            facts=tuple(slug for slug in ("drop-in", "leave-early", "free", "no-signup") if chance() < 0.2),
            free=chance() < 0.15, online=chance() < 0.2, no_signup=chance() < 0.1,
            group=pick(self.groups) if chance() < 0.1 else "",
            place=pick(self.places) if chance() < 0.1 else "",
        )  # fmt: skip

    def expected(self, wishes: Filters, at: datetime) -> tuple[list[int], list[int]]:
        """The dates under way for days, and the others, as anybody would write it down."""
        today = at.astimezone(self.zone).date()
        first, last = wishes.days(today)
        after = at if first == today else datetime.combine(first, time(), self.zone)
        fitting = [one for one in self.all if one.is_listed and self._fits(one, wishes)]
        running = [one for one in fitting if one.is_long and one.starts <= after < one.ends and one.state != "cancelled"]
        ahead = [one for one in fitting if one.stands_at > after]
        coming = [
            one
            for one in ahead
            if not any(
                other.gathering == one.gathering and other.stands_at < one.stands_at and other.state != "cancelled" for other in ahead
            )
        ]
        if last is not None:
            midnight = datetime.combine(last + timedelta(days=1), time(), self.zone)
            coming = [one for one in coming if one.starts < midnight]
        running.sort(key=lambda one: (one.ends, one.id))
        coming.sort(key=lambda one: (one.stands_at, one.gathering))
        return [one.id for one in running], [one.id for one in coming]

    def _fits(self, one: One, wishes: Filters) -> bool:
        facts = one.facts | ({"free"} if one.free else set()) | ({"no-signup"} if one.no_signup else set())
        return (
            (not wishes.q or all(word in one.words for word in wishes.q.split()))
            and wishes.district in ("", one.district)
            and wishes.category in ("", one.category)
            and wishes.weekday in (None, one.weekday)
            and wishes.part in ("", one.part)
            and set(wishes.facts) <= facts
            and (one.free or not wishes.free)
            and (one.online or not wishes.online)
            and (one.no_signup or not wishes.no_signup)
            and wishes.group in ("", one.group)
            and wishes.place in ("", one.place)
        )


def shown(wishes: Filters, settings: Settings, size: int) -> list[int]:
    """All pages of a list, one after the other."""
    found = find_dates(wishes, settings, size=size)
    ids = [row.id for row in found.rows]
    for page in range(2, found.pages + 1):
        turned = find_dates(replace(wishes, page=page), settings, size=size)
        assert (turned.page, turned.pages, turned.total) == (page, found.pages, found.total)
        ids += [row.id for row in turned.rows]
    assert len(ids) == found.total
    return ids


@pytest.mark.parametrize("with_few", [True, False])
@pytest.mark.parametrize("seed", range(2))
def test_every_list_of_a_random_town_shows_exactly_what_it_should(
    inside: None, settings: Settings, monday: datetime, seed: int, with_few: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All filters, alone and together; the pages add up to the whole without a gap or a double; the counts agree.

    Whether a list begins with the few that have what is wished, or walks through its dates, may not be seen in it.
    """
    monkeypatch.setattr("idobata.gatherings.rare_queries.begins_with_few", lambda *_given: with_few)
    town = RandomTown(seed, settings, monday + timedelta(days=seed, hours=seed * 3))
    with clock.hold(town.now):
        for wishes in [Filters(), *(town.wishes() for _ in range(25))]:
            running, coming = town.expected(wishes, town.now)
            assert shown(wishes, settings, size=4) == running + coming, wishes
            assert find_dates(wishes, settings).running == len(running)
            assert count_dates(wishes, settings) == min(100, len(running) + len(coming))
            assert count_dates(wishes, settings, most=2) == min(2, len(running) + len(coming))


@pytest.mark.parametrize("seed", range(5, 8))
def test_no_page_of_a_list_changes_before_it_says_so(inside: None, settings: Settings, monday: datetime, seed: int) -> None:
    """The page cache trusts this moment: what it keeps until then must stay true."""
    town = RandomTown(seed, settings, monday + timedelta(hours=seed * 5))
    for wishes in [Filters(), *(town.wishes() for _ in range(8))]:
        for page in (1, 2, 3):
            asked = replace(wishes, page=page)
            with clock.hold(town.now):
                found = find_dates(asked, settings, size=3)
                assert found.turns_at > town.now
            for at in (town.now + (found.turns_at - town.now) / 2, found.turns_at - timedelta(seconds=1)):
                if at <= town.now:
                    continue
                with clock.hold(at):
                    later = find_dates(asked, settings, size=3)
                assert [row.id for row in later.rows] == [row.id for row in found.rows], (asked, at)
                assert (later.total, later.page, later.running) == (found.total, found.page, found.running)
                assert not any(found_at <= at for row in found.rows for found_at in (row.starts_at, row.ends_at) if found_at > town.now)


@pytest.mark.parametrize("seed", [11])
def test_a_calendar_shows_each_listed_date_on_the_day_it_begins_and_those_of_several_days_apart(
    inside: None, settings: Settings, monday: datetime, seed: int
) -> None:
    town = RandomTown(seed, settings, monday)
    listed = [one for one in town.all if one.is_listed]
    for first, last in ((0, 0), (-7, 20), (3, 4)):
        begin, end = days_from_monday(first), days_from_monday(last)
        from_, to = (datetime.combine(day, time(), settings.city.zone) for day in (begin, end + timedelta(days=1)))
        by_day, long_rows = dates_by_day(begin, end, Filters(), settings, 400)
        short = [one for one in listed if not one.is_long and from_ <= one.starts < to]
        assert {number for found in by_day.values() for number in found.ids} == {one.id for one in short}
        assert all(one.id in by_day[one.starts.date()].ids for one in short)
        assert sum(found.count for found in by_day.values()) == len(short)
        assert {row.id for row in long_rows} == {one.id for one in listed if one.is_long and one.starts < to and one.ends > from_}


def titles(settings: Settings, **wishes: object) -> list[tuple[str, str]]:
    """Titles and days of a list."""
    rows = find_dates(Filters(**wishes), settings).rows  # type: ignore[arg-type]
    return [(row.gathering.title, f"{row.starts_at.astimezone(settings.city.zone):%m-%d}") for row in rows]


def test_a_weekly_gathering_stands_once_with_its_next_date(town: Town, settings: Settings, monday: datetime) -> None:
    town.published(title="毎週", schedule=weekly(SATURDAY))
    assert titles(settings) == [("毎週", "12-05")]
    with clock.hold(monday + timedelta(days=6)):
        assert titles(settings) == [("毎週", "12-12")]


def test_a_cancelled_next_date_is_shown_and_the_one_after_it_too(town: Town, settings: Settings) -> None:
    row = town.published(title="毎週", schedule=weekly(SATURDAY))
    with transaction():
        cancel_date(SYSTEM, row, SATURDAY, "台風のため", settings)
    assert titles(settings) == [("毎週", "12-05"), ("毎週", "12-12")]


def test_the_next_sunday_is_not_hidden_by_the_saturday_before_it(town: Town, settings: Settings) -> None:
    town.published(title="土日", schedule=weekly(SATURDAY, 5, 6))
    assert titles(settings, weekday=5) == [("土日", "12-05")]
    assert titles(settings, weekday=6) == [("土日", "12-06")]
    assert titles(settings, first=days_from_monday(7)) == [("土日", "12-12")]


def test_a_night_that_ends_after_midnight_is_still_on_until_it_is_over(town: Town, settings: Settings, monday: datetime) -> None:
    town.published(title="夜なべ", schedule=once(days_from_monday(0), time(22), time(2)))
    after_midnight = monday.replace(hour=0) + timedelta(days=1, hours=1)
    for wishes in ({}, {"when": "today"}, {"first": days_from_monday(1)}):
        with clock.hold(after_midnight):
            assert titles(settings, **wishes) == [("夜なべ", "11-30")]
        with clock.hold(after_midnight + timedelta(hours=1)):
            assert titles(settings, **wishes) == []


def test_what_runs_for_days_comes_first_once_it_has_begun(town: Town, settings: Settings, monday: datetime) -> None:
    town.published(title="展示", schedule=once(days_from_monday(1), time(10), time(16), span_days=9))
    town.published(title="朝市", schedule=once(days_from_monday(0), time(10), time(11)))
    assert [title for title, _ in titles(settings)] == ["朝市", "展示"]
    assert titles(settings, when="today") == [("朝市", "11-30")]
    with clock.hold(monday + timedelta(days=3)):
        town.published(title="昼の会", schedule=once(days_from_monday(3), time(10), time(11)))
        found = find_dates(Filters(), settings)
        assert ([row.gathering.title for row in found.rows], found.running) == (["展示", "昼の会"], 1)
        assert [title for title, _ in titles(settings, when="today")] == ["展示", "昼の会"]
        assert [title for title, _ in titles(settings, first=days_from_monday(8))] == ["展示"]


def test_what_is_not_up_is_in_no_list_no_count_no_calendar_and_not_among_the_new(town: Town, settings: Settings) -> None:
    town.draft(title="下書き")
    town.waiting(title="確認待ち")
    gone = town.published(title="取り下げ")
    with transaction():
        withdraw(SYSTEM, gone)
    assert titles(settings) == []
    assert count_dates(Filters(), settings) == 0
    by_day, long_rows = dates_by_day(days_from_monday(0), days_from_monday(30), Filters(), settings, 100)
    assert long_rows == ()
    assert not any(found.count for found in by_day.values())
    assert newest(6) == ()
    assert alternatives(Filters(q="将棋", district="minato"), settings) == ()
    assert titles(settings, q="取り下げ") == []


def test_a_moved_date_stands_at_its_new_time(town: Town, settings: Settings) -> None:
    row = town.published(title="引っ越し")
    with transaction():
        move_date(SYSTEM, row, SATURDAY, NewTime(day=days_from_monday(7), starts=time(18), ends=time(19)), "", settings)
    assert titles(settings, when="week") == []
    assert titles(settings, weekday=0, part="evening") == [("引っ越し", "12-07")]


def test_the_new_ones_are_those_that_joined_last_with_a_date_to_go_to(town: Town, settings: Settings, monday: datetime) -> None:
    for number in range(4):
        with clock.hold(monday + number * MINUTE):
            row = town.published(
                title=f"{number}番め", schedule=weekly(SATURDAY) if number else once(days_from_monday(0), time(9, 30), time(10))
            )
            if number == 2:
                with transaction():
                    cancel_date(SYSTEM, row, SATURDAY, "", settings)
    with clock.hold(monday + timedelta(hours=2)):
        assert [(row.gathering.title, row.day) for row in newest(6)] == [
            ("3番め", SATURDAY),
            ("2番め", SATURDAY + timedelta(days=7)),
            ("1番め", SATURDAY),
        ]
        assert len(newest(2)) == 2


def test_when_nothing_fits_it_says_what_would(town: Town, settings: Settings) -> None:
    town.published(title="北町の将棋", district="kitamachi", category="learn")
    asked = Filters(district="minato", q="将棋")
    assert titles(settings, district="minato", q="将棋") == []
    offered = alternatives(asked, settings)
    assert [(one.dropped, one.count) for one in offered] == [("district", 1)]
    assert offered[0].filters == Filters(q="将棋")
    assert all(count_dates(one.filters, settings) == one.count for one in offered)


def test_words_without_a_letter_find_nothing_and_break_nothing(town: Town, settings: Settings) -> None:
    town.published()
    found = find_dates(Filters(q="！！"), settings)
    assert (found.rows, found.total, found.page, found.pages) == ((), 0, 1, 1)
    assert count_dates(Filters(q="！！"), settings) == 0
    assert dates_by_day(SATURDAY, SATURDAY, Filters(q="！！"), settings, 10) == ({}, ())


def test_a_very_big_town_is_counted_up_to_a_limit_and_pages_go_on(inside: None, settings: Settings, monday: datetime) -> None:
    many = COUNT_LIMIT + 30
    stamp = monday.astimezone(UTC)
    with transaction():
        db.session.execute(
            insert(Gathering),
            [
                {
                    "id": number, "public_id": new_public_id(), "publication": "published", "title": "集まり", "summary": "", "host_name": "",
                    "venue_kind": "online", "fee_kind": "free", "signup_kind": "none", "created_at": stamp, "updated_at": stamp,
                    "schedule": Schedule(rhythm=Rhythm.ONCE, first_day=SATURDAY, starts=None, ends=None).to_json(),
                }
                for number in range(1, many + 1)
            ],
        )  # fmt: skip
        db.session.execute(
            insert(Occurrence),
            [
                {
                    "gathering_id": number, "day": SATURDAY, "starts_at": stamp + number * MINUTE, "ends_at": stamp + (number + 60) * MINUTE,
                    "list_at": stamp + (number + 60) * MINUTE, "weekday": 5, "part": "morning", "state": "planned", "listed": True, "changed_at": stamp,
                }
                for number in range(1, many + 1)
            ],
        )  # fmt: skip
    found = find_dates(Filters(), settings, size=20)
    assert found.total == COUNT_LIMIT
    assert count_dates(Filters(), settings) == 100
    assert [row.gathering_id for row in found.rows] == list(range(1, 21))
    last = find_dates(Filters(page=found.pages), settings, size=20)
    assert [row.gathering_id for row in last.rows] == list(range(COUNT_LIMIT - 19, COUNT_LIMIT + 1))


def test_a_page_beyond_the_last_is_the_last(town: Town, settings: Settings) -> None:
    for _ in range(3):
        town.published()
    found = find_dates(Filters(page=400), settings, size=2)
    assert (found.page, found.pages, len(found.rows)) == (2, 2, 1)
    assert find_dates(Filters(page=400, district="minato"), settings).page == 1


def test_cards_for_a_page_are_loaded_in_a_fixed_number_of_queries(town: Town, settings: Settings) -> None:
    said: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda _c, _cur, statement, *_more: said.append(statement))
    counts = []
    for _ in range(2):
        for _ in range(4):
            town.published(facts={"drop-in": True})
        db.session.expire_all()
        said.clear()
        rows = find_dates(Filters(), settings).rows
        assert all(row.gathering.place and row.gathering.facts and row.gathering.group is None for row in rows)
        counts.append(len(said))
    assert counts[0] == counts[1] <= 8
