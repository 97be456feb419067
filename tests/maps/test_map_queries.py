"""The list by place: equal to the list, and no private home on any map."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from idobata.gatherings.card_queries import Cards
from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.filters import Filters
from idobata.gatherings.list_queries import find_dates
from idobata.gatherings.states import VenueKind
from idobata.gatherings.values import PlaceWords
from idobata.kernel.words import in_japanese
from idobata.maps.cards import TownMap
from idobata.maps.queries import DATES_OF_A_PLACE, town_map
from idobata.places.models import Place
from idobata.store.database import db
from idobata.store.transaction import transaction
from tests.harness.site import Town, days_from_monday, once, weekly


def by_place(town: Town, filters: Filters | None = None) -> TownMap:
    return town_map(filters or Filters(), Cards(town.settings, "ja", in_japanese))


def point(town: Town, name: str, north: float = 0.0, east: float = 0.0) -> Place:
    """Give a place a point near the middle of the city."""
    with transaction():
        place = db.session.query(Place).filter_by(name=name).one()
        place.latitude, place.longitude = town.settings.city.latitude + north, town.settings.city.longitude + east
    return place


def at(name: str) -> PlaceWords:
    return PlaceWords(name=name)


def test_a_place_has_what_happens_there_next_and_the_soonest_place_comes_first(town: Town) -> None:
    late = town.published(place=at("図書館"), schedule=once(days_from_monday(9)))
    one = town.published(place=at("公民館"), schedule=once(days_from_monday(3)))
    two = town.published(place=at("公民館"), schedule=once(days_from_monday(5)))
    point(town, "図書館", 0.01)
    point(town, "公民館")
    found = by_place(town)
    assert [place.name for place in found.places] == ["公民館", "図書館"]
    assert [card.gathering_id for card in found.places[0].dates] == [one.public_id, two.public_id]
    assert [card.gathering_id for card in found.places[1].dates] == [late.public_id]
    assert (found.count, found.elsewhere, found.is_capped) == (3, (), False)


def test_what_has_no_point_in_the_city_is_told_beside_the_map(town: Town) -> None:
    town.published(title="点なし", place=at("名前だけの所"))
    town.published(title="遠く", place=at("まちがった点"))
    town.published(title="画面", venue_kind=VenueKind.ONLINE, place=None, is_online=True, online_url="https://example.com/room")
    town.published(title="地図", place=at("公民館"))
    point(town, "まちがった点", north=5)
    point(town, "公民館")
    found = by_place(town)
    assert [place.name for place in found.places] == ["公民館"]
    assert {card.title for card in found.elsewhere} == {"点なし", "遠く", "画面"}


def test_a_private_home_is_on_no_map_even_when_its_row_knows_a_place(town: Town) -> None:
    row = town.published(place=at("山田の家"), schedule=once(days_from_monday(2)))
    place = point(town, "山田の家")
    with transaction():
        row.venue_kind, row.area_words = VenueKind.PRIVATE.value, "北町のあたり"
    found = by_place(town)
    assert found.places == ()
    assert [card.place_name for card in found.elsewhere] == ["北町のあたり"]
    assert by_place(town, Filters(place=place.public_id)).places == ()


def test_the_map_holds_exactly_what_the_list_holds(town: Town) -> None:
    cancelled = town.published(place=at("公民館"), schedule=weekly(days_from_monday(1)))
    for number in range(9):
        town.published(place=at(["公民館", "図書館", "名前だけの所"][number % 3]), category=["eat", "learn"][number % 2])
    point(town, "公民館")
    point(town, "図書館")
    with transaction():
        cancel_date(town.staff(), cancelled, days_from_monday(1), "雨のため", town.settings)
    for filters in (Filters(), Filters(category="eat"), Filters(when="weekend"), Filters(q="おにぎり"), Filters(district="minato")):
        listed = [(row.gathering.public_id, row.id) for row in find_dates(filters, town.settings, size=300).rows]
        found = by_place(town, filters)
        assert found.count == len(listed)
        shown = [card.gathering_id for place in found.places for card in place.dates] + [card.gathering_id for card in found.elsewhere]
        assert len(shown) == len(listed) - sum(place.more for place in found.places)
        assert set(shown) <= {public_id for public_id, _ in listed}


def test_a_busy_place_says_how_many_more_there_are(town: Town) -> None:
    for _ in range(DATES_OF_A_PLACE + 2):
        town.published(place=at("公民館"))
    point(town, "公民館")
    [place] = by_place(town).places
    assert (len(place.dates), place.more, place.count) == (DATES_OF_A_PLACE, 2, DATES_OF_A_PLACE + 2)


def test_a_place_that_was_asked_for_is_shown_without_a_date_too_but_none_that_nobody_may_know(town: Town) -> None:
    town.published(place=at("公民館"), schedule=once(days_from_monday(1)))
    town.draft(place=at("下書きの所"))
    known, unknown = point(town, "公民館"), point(town, "下書きの所")
    empty = Filters(place=known.public_id, category="learn")
    assert [(place.name, place.count) for place in by_place(town, empty).places] == [("公民館", 0)]
    assert by_place(town, Filters(place=unknown.public_id)).places == ()
    assert by_place(town, Filters(place="zzzzzzzzzzzz")).places == ()


def test_more_places_cost_no_more_questions(town: Town, app: Flask) -> None:
    def questions() -> int:
        db.session.expunge_all()
        asked: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        by_place(town)
        return len(asked)

    town.published(place=at("公民館"))
    point(town, "公民館")
    few = questions()
    for number in range(6):
        town.published(place=at(f"場所{number}"), schedule=once(days_from_monday(2) + timedelta(days=number)))
        point(town, f"場所{number}")
    assert questions() == few


@pytest.mark.parametrize("page", [1, 7])
def test_a_page_number_changes_nothing(town: Town, page: int) -> None:
    town.published(place=at("公民館"))
    point(town, "公民館")
    assert by_place(town, replace(Filters(), page=page)).count == 1
