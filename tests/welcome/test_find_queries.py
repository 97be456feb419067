"""The finder's answers on both databases: what fits, what is near, in a fixed number of questions, and nothing is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from idobata.gatherings.assurance_actions import Heard, goes_on
from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.freshness import Method
from idobata.gatherings.models import Gathering
from idobata.gatherings.states import VenueKind
from idobata.gatherings.values import PlaceWords
from idobata.kernel import clock
from idobata.kernel.actor import Actor, Role
from idobata.kernel.settings import Settings
from idobata.places.actions import add_place
from idobata.places.models import Place
from idobata.places.near_queries import district_middles, ids_around, places_with_a_point
from idobata.places.values import PlaceValues
from idobata.store.database import db
from idobata.store.transaction import transaction
from idobata.welcome.find import Wishes, read_wishes
from idobata.welcome.find_queries import StaffFound, find_for_staff
from idobata.welcome.mark import Consent, How, MarkState
from idobata.welcome.mark_actions import Assessment, note_mark, record_consent
from idobata.welcome.note_actions import write_note
from tests.harness.site import Town, days_from_monday, everything, once, weekly

FOUND = Assessment(criteria=("alone_is_fine",), how=How.VISIT)
SATURDAY = days_from_monday(5)
THREE = {"come-alone": True, "no-talking": True, "leave-early": True}
ASKED = [("fact", slug) for slug in THREE]
# One hundredth of a degree to the north is about 1.1 km.
NORTH = 0.01


@pytest.fixture
def social(town: Town) -> Actor:
    return town.staff(Role.WELFARE)


def spot(name: str, district: str, north: float = 0.0) -> Place:
    with transaction():
        values = PlaceValues(name=name, kana="", district=district, latitude=35.315 + north, longitude=139.31)
        return add_place(values, checked=True)


def at(town: Town, place: Place, **more: Any) -> Gathering:
    plain: dict[str, Any] = {"place": PlaceWords(name=place.name), "district": place.district, "facts": THREE}
    return town.published(**(plain | more))


def wishes(settings: Settings, *asked: tuple[str, str]) -> Wishes:
    found, broken = read_wishes(asked, settings, clock.today(settings.city.zone))
    assert broken == ()
    return found


def find(settings: Settings, *asked: tuple[str, str]) -> StaffFound:
    return find_for_staff(wishes(settings, *asked), settings)


def ids(found: StaffFound) -> list[str]:
    return [row.gathering.public_id for row in found.rows]


@contextmanager
def statements() -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement != "BEGIN":
            said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield said
    event.remove(db.engine, "before_cursor_execute", note)


@contextmanager
def plans() -> Iterator[list[str]]:
    """How the database goes about each question, in order."""
    told: list[str] = []
    on_postgresql = db.engine.dialect.name == "postgresql"
    if on_postgresql:
        # A small town is read from end to end, whatever indexes there are.
        db.session.execute(text("SET LOCAL enable_seqscan = off"))

    def note(connection: Connection, _cursor: object, statement: str, values: Any, *_more: object) -> None:
        if statement.startswith("SELECT"):
            driver = connection.connection.driver_connection
            assert driver is not None
            rows = driver.execute(f"EXPLAIN {'' if on_postgresql else 'QUERY PLAN'} {statement}", values).fetchall()
            told.append("\n".join(str(row[-1]) for row in rows))

    event.listen(db.engine, "before_cursor_execute", note)
    yield told
    event.remove(db.engine, "before_cursor_execute", note)


def test_all_wishes_must_fit_and_the_counts_say_what_one_more_would_leave(town: Town, settings: Settings) -> None:
    fits = town.published(facts=THREE | {"quiet": True}, district="minato")
    town.published(facts=THREE | {"leave-early": False}, district="minato")
    town.published(facts={}, district="minato")
    found = find(settings, ("district", "minato"), *ASKED)
    assert ids(found) == [fits.public_id]
    assert found.counts["quiet"] == 1
    assert found.counts.get("stroller", 0) == 0
    assert ids(find(settings, ("district", "minato"), *ASKED, ("fact", "stroller"))) == []


def test_a_cancelled_date_is_no_answer_and_the_one_after_it_is(town: Town, settings: Settings) -> None:
    row = town.published(schedule=weekly(SATURDAY, count=3))
    with transaction():
        cancel_date(town.staff(), row, SATURDAY, "雨", settings)
    assert ids(find(settings)) == []
    found = find(settings, ("from", "2026-11-30"))
    assert [one.day for one in found.rows] == [SATURDAY + timedelta(days=7)]


def test_around_a_place_only_what_lies_there(town: Town, settings: Settings) -> None:
    here, near, far = spot("ここ館", "minato"), spot("ちかく館", "minato", NORTH), spot("とおく館", "kitamachi", 3 * NORTH)
    rows = [at(town, place) for place in (here, near, far)]
    home = {"place": PlaceWords(name="はなこの家", address="港1-2-3"), "area_words": "港のあたり"}
    at_home = town.published(venue_kind=VenueKind.PRIVATE, district="minato", facts=THREE, **home)
    around = [("place", here.public_id), ("km", "2")]
    found = find(settings, *around)
    assert set(ids(found)) == {rows[0].public_id, rows[1].public_id}
    assert at_home.public_id not in ids(found)
    assert found.origin is not None
    assert found.origin.place is not None
    assert found.origin.place.id == here.id
    assert ids(find(settings, ("place", here.public_id))) == [rows[0].public_id]
    assert set(ids(find(settings, ("place", here.public_id), ("km", "5")))) == {row.public_id for row in rows}


def test_a_place_without_a_point_has_nothing_around_it(town: Town, settings: Settings) -> None:
    row = town.published()
    assert row.place is not None
    found = find(settings, ("place", row.place.public_id), ("km", "1"))
    assert ids(found) == [row.public_id]
    assert found.origin is None


def test_many_gatherings_around_a_place_are_found_by_time(town: Town, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    here = spot("ここ館", "minato")
    rows = {at(town, here).public_id for _number in range(3)}
    town.published()
    monkeypatch.setattr("idobata.welcome.find_queries.FEW", 2)
    assert set(ids(find(settings, ("place", here.public_id), ("km", "1"), *ASKED))) == rows


def test_where_a_gathering_stands_with_staff(town: Town, social: Actor, settings: Settings) -> None:
    marked, noted, new = town.published(), town.published(), town.published()
    with transaction():
        for row in (marked, noted):
            note_mark(social, row, FOUND, settings)
        record_consent(social, marked, Consent.PHONE, settings)
    assert ids(find(settings, ("mark", "marked"))) == [marked.public_id]
    assert ids(find(settings, ("first_step", "1"))) == [marked.public_id]
    assert ids(find(settings, ("mark", "listed"))) == [noted.public_id]
    assert ids(find(settings, ("mark", "new"))) == [new.public_id]
    assert find(settings).marks == {marked.id: MarkState.MARKED, noted.id: MarkState.NOTED}


def test_how_lately_somebody_made_sure(town: Town, settings: Settings) -> None:
    lately, long_ago = town.published(), town.published()
    with transaction():
        goes_on(town.staff(), lately, Heard(Method.PHONE))
        long_ago.checked_at = clock.now() - timedelta(days=100)
    assert ids(find(settings, ("checked", "30"))) == [lately.public_id]
    assert set(ids(find(settings, ("checked", "180")))) == {lately.public_id, long_ago.public_id}


def test_many_that_were_checked_lately_are_found_by_time(town: Town, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [town.published() for _number in range(4)]
    with transaction():
        for row in rows[:3]:
            goes_on(town.staff(), row, Heard(Method.PHONE))
    by_the_few = ids(find(settings, ("checked", "30")))
    monkeypatch.setattr("idobata.welcome.find_queries.FEW", 2)
    assert ids(find(settings, ("checked", "30"))) == by_the_few == [row.public_id for row in rows[:3]]


def test_what_was_checked_lately_is_where_the_search_begins(town: Town, settings: Settings) -> None:
    """Whoever asks for the few must not wait until every coming date of a big town was looked at."""
    row = town.published()
    with transaction():
        goes_on(town.staff(), row, Heard(Method.PHONE))
    with plans() as told:
        assert ids(find(settings, ("from", ""), ("checked", "30"))) == [row.public_id]
    beginning = next(plan for plan in told if "ix_gatherings_checked" in plan)
    dates = [plan for plan in told[told.index(beginning) + 1 :] if "ix_occurrences_gathering" in plan]
    assert dates
    walking = ("ix_occurrences_list", "ix_occurrences_district", "ix_occurrences_category", "ix_occurrences_both")
    assert not [plan for plan in told if any(index in plan for index in walking)]


def test_notes_are_counted_and_never_read(town: Town, social: Actor, settings: Settings) -> None:
    row = town.published()
    with transaction():
        write_note(social, row, "奥の席がしずか。", None, settings)
        write_note(social, row, "火曜はすいている。", None, settings)
    with statements() as said:
        assert find(settings).notes == {row.id: 2}
    assert not any("staff_notes.words" in statement for statement in said)


def test_with_little_found_it_looks_into_the_nearest_districts_first_and_then_at_more_days(town: Town, settings: Settings) -> None:
    middles = [("minato", 0), ("ekimae", 1), ("kitamachi", 2), ("sakaue", 3), ("okudani", 30)]
    places = {slug: spot(f"{slug}館", slug, number * NORTH) for slug, number in middles}
    fits = at(town, places["minato"])
    beside = at(town, places["ekimae"])
    far = at(town, places["okudani"])
    later = at(town, places["minato"], schedule=once(SATURDAY + timedelta(days=14)))
    wrong = at(town, places["ekimae"], facts={"come-alone": True})
    asked = [("district", "minato"), ("when", "week"), *ASKED]
    found = find(settings, *asked)
    assert ids(found) == [fits.public_id]
    assert [(one.row.gathering.public_id, one.other_area, one.other_days) for one in found.nearby] == [
        (beside.public_id, True, False),
        (later.public_id, False, True),
    ]
    assert not {far.public_id, wrong.public_id} & {one.row.gathering.public_id for one in found.nearby}
    at(town, places["minato"])
    at(town, places["minato"])
    assert find(settings, *asked).nearby == ()


def test_nothing_around_a_place_leads_to_the_districts_around_it(town: Town, settings: Settings) -> None:
    here, far = spot("ここ館", "minato"), spot("となり館", "ekimae", 2 * NORTH)
    row = at(town, far)
    found = find(settings, ("place", here.public_id), ("km", "1"), *ASKED)
    assert ids(found) == []
    assert [one.row.gathering.public_id for one in found.nearby] == [row.public_id]


def test_it_asks_as_often_for_many_as_for_few_and_writes_nothing(town: Town, settings: Settings) -> None:
    here = spot("ここ館", "minato")
    asked = [("place", here.public_id), ("km", "1"), *ASKED, ("mark", "new")]
    for _number in range(3):
        at(town, here)
    with statements() as few:
        find(settings, *asked)
    for _number in range(12):
        at(town, here)
    before = everything()
    with statements() as many:
        assert len(find(settings, *asked).rows) == 15
    assert len(many) == len(few) <= 16
    assert everything() == before
    assert not any(statement.lstrip().lower().startswith(("insert", "update", "delete")) for statement in many)


def test_places_by_where_they_lie(town: Town) -> None:
    here, near = spot("ここ館", "minato"), spot("ちかく館", "minato", NORTH)
    spot("とおく館", "kitamachi", 4 * NORTH)
    assert set(ids_around((35.315, 139.31), 1500)) == {here.id, near.id}
    middles = district_middles()
    assert middles["minato"] == pytest.approx((35.32, 139.31))
    assert set(middles) == {"minato", "kitamachi"}
    assert [place.name for place in places_with_a_point("minato")] == ["ここ館", "ちかく館"]
    assert len(places_with_a_point()) == 3
