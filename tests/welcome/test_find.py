"""What can be asked of the finder: the filters of every list and three more, and no free word."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from idobata.app import READER_QUERY
from idobata.kernel.settings import Settings
from idobata.welcome.find import DAYS_AHEAD, NAMES, MarkWish, kilometres, read_wishes, walk_minutes
from tests.harness.site import make_settings

MONDAY = date(2026, 11, 30)
PLACE = "k7m2x9pqrs4t"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(f"sqlite:///{tmp_path / 'town.sqlite3'}", tmp_path)


def test_no_name_of_the_finder_takes_free_words() -> None:
    assert {"mark", "km", "checked"} == NAMES - READER_QUERY
    assert not NAMES & {"q", "group", "lang"}


def test_whoever_says_nothing_of_days_asks_about_seven(settings: Settings) -> None:
    for asked in ([], [("district", "minato")], [("q", "山田さん")]):
        wishes, broken = read_wishes(asked, settings, MONDAY)
        assert (wishes.filters.first, wishes.filters.last) == (MONDAY, MONDAY + timedelta(days=DAYS_AHEAD - 1))
        assert (wishes.filters.q, broken) == ("", ())


def test_emptied_days_are_any_day(settings: Settings) -> None:
    wishes, _broken = read_wishes([("from", ""), ("to", "")], settings, MONDAY)
    assert (wishes.filters.first, wishes.filters.last) == (None, None)


def test_every_way_to_say_a_thing_becomes_one(settings: Settings) -> None:
    asked = [("when", "weekend"), ("free", "1"), ("no_signup", "1"), ("first_step", "1"), ("fact", "come-alone")]
    wishes, broken = read_wishes(asked, settings, MONDAY)
    assert wishes.query() == [
        ("from", "2026-12-05"),
        ("to", "2026-12-06"),
        ("fact", "come-alone"),
        ("fact", "free"),
        ("fact", "no-signup"),
        ("mark", "marked"),
    ]
    assert broken == ()
    assert read_wishes(wishes.query(), settings, MONDAY) == (wishes, ())


def test_around_a_place_there_is_no_border_and_without_a_place_no_distance(settings: Settings) -> None:
    around, _broken = read_wishes([("place", PLACE), ("km", "2"), ("district", "minato")], settings, MONDAY)
    assert (around.filters.place, around.km, around.filters.district) == (PLACE, "2", "")
    nowhere, _broken = read_wishes([("km", "2"), ("district", "minato")], settings, MONDAY)
    assert (nowhere.km, nowhere.filters.district) == ("", "minato")


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        (("mark", "福"), "mark"),
        (("km", "1000000"), "km"),
        (("checked", "-1"), "checked"),
        (("place", "'; drop table"), "place"),
        (("weekday", "9"), "weekday"),
        (("fact", "<script>"), "fact"),
    ],
)
def test_what_cannot_be_read_is_named_and_left_out(settings: Settings, asked: tuple[str, str], named: str) -> None:
    wishes, broken = read_wishes([asked], settings, MONDAY)
    assert broken == (named,)
    assert wishes == read_wishes([], settings, MONDAY)[0]


def test_a_mark_wish_and_a_check_are_read(settings: Settings) -> None:
    wishes, broken = read_wishes([("mark", "listed"), ("checked", "90")], settings, MONDAY)
    assert (wishes.mark, wishes.checked, broken) == (MarkWish.LISTED, 90, ())


@pytest.mark.parametrize(("metres", "minutes"), [(10, 1), (700, 12), (1000, 15), (1400, 25), (2300, 40), (2400, None), (9000, None)])
def test_a_walk_is_longer_than_a_straight_line_and_rough(metres: float, minutes: int | None) -> None:
    assert walk_minutes(metres) == minutes


@pytest.mark.parametrize(("metres", "words"), [(100, "0.5"), (2400, "2.5"), (2900, "3"), (12_100, "12")])
def test_what_nobody_would_walk_is_told_in_kilometres(metres: float, words: str) -> None:
    assert kilometres(metres) == words
