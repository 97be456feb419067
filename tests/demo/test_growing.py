"""A grown town is big and cheap to make, and no page can tell it from one that people filled."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import delete, func, inspect, select

from idobata.accounts.models import Person
from idobata.demo.growing_actions import SIZES, grow_town
from idobata.demo.grown_schedules import grown_schedule
from idobata.gatherings.date_actions import make_dates
from idobata.gatherings.filters import Filters
from idobata.gatherings.list_queries import find_dates, newest
from idobata.gatherings.models import Gathering, GatheringFact, Occurrence
from idobata.gatherings.posting_actions import index
from idobata.gatherings.rules import LIMITS
from idobata.gatherings.schedule import Rhythm, Schedule
from idobata.gatherings.states import Publication
from idobata.groups.models import Group
from idobata.kernel import clock
from idobata.kernel.settings import Settings
from idobata.places.actions import add_place
from idobata.places.models import Place
from idobata.places.values import PlaceValues
from idobata.store.database import db
from idobata.store.search_index import SearchDoc
from idobata.store.transaction import transaction
from tests.harness.site import MONDAY, Town

COUNT = 300
TODAY = MONDAY.date()


@pytest.fixture
def grown(inside: None, settings: Settings) -> list[str]:
    """A small big town; what was said while it grew."""
    said: list[str] = []
    assert grow_town(settings, COUNT, 1, said.append) == COUNT
    return said


def everything(model: type[Any], *, but: tuple[str, ...] = ()) -> list[tuple[object, ...]]:
    columns = [column for column in inspect(model).local_table.columns if column.name not in but]
    return sorted(map(tuple, db.session.execute(select(*columns))), key=repr)


def test_the_sizes_are_those_that_were_promised() -> None:
    assert SIZES == {"city": 10_000, "metropolis": 100_000, "region": 1_000_000}


def test_its_dates_are_those_the_schedule_makes(grown: list[str], settings: Settings) -> None:
    # What a person would have changed by hand is no matter of the schedule.
    by_hand = ("id", "state", "note", "touched", "sequence")
    before = everything(Occurrence, but=by_hand)
    until = everything(Gathering)
    with transaction():
        db.session.execute(delete(Occurrence))
        for row in db.session.scalars(select(Gathering)).all():
            make_dates(row, settings)
    assert len(before) > COUNT
    assert everything(Occurrence, but=by_hand) == before
    assert everything(Gathering) == until


def test_its_search_words_are_those_that_posting_puts_in(grown: list[str], settings: Settings) -> None:
    before = everything(SearchDoc)
    assert len(before) == COUNT
    with transaction():
        db.session.execute(delete(SearchDoc))
        for row in db.session.scalars(select(Gathering)).all():
            index(row, settings)
    assert everything(SearchDoc) == before


def test_the_same_seed_grows_the_same_town_and_another_seed_another(inside: None, settings: Settings) -> None:
    tables = (Gathering, GatheringFact, Occurrence, SearchDoc, Person, Group, Place)
    # Numbers inside the database are nobody's business, and not all databases begin them anew.
    numbers = ("id", "gathering_id", "doc_id", "group_id", "place_id", "poster_id")

    def grow(seed: int) -> list[list[tuple[object, ...]]]:
        with transaction():
            for table in (Occurrence, *tables):
                db.session.execute(delete(table))
        grow_town(settings, 40, seed, lambda words: None)
        return [everything(table, but=numbers) for table in tables]

    first = grow(7)
    assert grow(7) == first
    assert all(other != one for other, one in zip(grow(8), first, strict=True))


def test_it_is_not_grown_twice_and_another_seed_grows_beside_it(grown: list[str], settings: Settings) -> None:
    said: list[str] = []
    assert grow_town(settings, COUNT, 1, said.append) == 0
    assert "nothing was added" in said[-1]
    assert grow_town(settings, 20, 2, said.append) == 20
    assert db.session.scalar(select(func.count(Gathering.id))) == COUNT + 20


def test_it_is_about_seven_tenths_history_and_alive_today(grown: list[str], settings: Settings) -> None:
    coming = db.session.scalar(select(func.count(func.distinct(Occurrence.gathering_id))).where(Occurrence.ends_at > clock.now())) or 0
    assert 0.2 < coming / COUNT < 0.4
    found = find_dates(Filters(), settings)
    assert found.total > COUNT / 6
    assert {row.gathering.publication for row in found.rows} == {"published"}
    assert len(newest(6)) == 6
    counted = select(Gathering.publication, func.count()).group_by(Gathering.publication)
    states: dict[str, int] = {row[0]: row[1] for row in db.session.execute(counted)}
    assert set(states) >= {one.value for one in Publication} - {"draft"}, "drafts are rare"
    assert states["published"] > COUNT * 0.9


def test_nothing_that_is_not_published_is_listed(grown: list[str]) -> None:
    wrong = (
        select(func.count(Occurrence.id))
        .join(Gathering)
        .where(Occurrence.listed.is_(True) != (Gathering.publication == Publication.PUBLISHED.value))
    )
    assert db.session.scalar(wrong) == 0


def test_every_text_fits_the_form_it_would_have_been_typed_into(grown: list[str]) -> None:
    for row in db.session.scalars(select(Gathering)):
        for name in ("title", "summary", "body", "host_name", "area_words", "fee_words", "signup_words"):
            assert len(getattr(row, name)) <= LIMITS[name]
        assert row.created_at <= clock.now()
        assert row.published_at is None or row.created_at <= row.published_at <= clock.now()


def test_people_can_go_on_posting_in_it(grown: list[str], settings: Settings, town: Town) -> None:
    row = town.published(title="新しい集まり")
    with transaction():
        add_place(PlaceValues(name="新しい公民館"))
    assert row.id > COUNT
    assert find_dates(Filters(q="新しい集まり"), settings).rows[0].gathering_id == row.id


def test_the_pages_of_a_grown_town_open(grown: list[str], app: Any) -> None:
    public_id = db.session.scalar(select(Gathering.public_id).where(Gathering.publication == "published").limit(1))
    slug = db.session.scalar(select(Group.slug).limit(1))
    client = app.test_client()
    for address in ("/", "/gatherings", "/calendar", f"/gatherings/{public_id}", f"/groups/{slug}"):
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("past", [True, False])
def test_rhythms_keep_to_their_side_of_today(past: bool) -> None:
    random = Random(3)
    horizon = TODAY + timedelta(days=180)
    rhythms: set[Rhythm] = set()
    for _ in range(2_000):
        schedule = grown_schedule(random, TODAY, 180, past=past)
        rhythms.add(schedule.rhythm)
        picked = [schedule.first_day, *schedule.dates]
        last = schedule.until or max(picked)
        if past:
            assert last + timedelta(days=schedule.span_days) < TODAY
        elif not schedule.repeats:
            assert max(picked) + timedelta(days=schedule.span_days) >= TODAY
            assert max(picked) <= horizon
            assert schedule.problems(TODAY) == []
        else:
            assert schedule.problems(min(TODAY, schedule.first_day)) == []
    assert rhythms == set(Rhythm)


def test_a_schedule_survives_the_way_into_the_database(grown: list[str]) -> None:
    for kept in db.session.scalars(select(Gathering.schedule)):
        assert Schedule.from_json(kept).to_json() == kept
