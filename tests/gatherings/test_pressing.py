"""What a reader can press: chips that ask for one thing more, or let go of it."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from idobata.gatherings.filters import Filters, read_filters
from idobata.gatherings.pressing import Reader, as_values, choices, chosen_chips, district_chips, quick_chips
from idobata.kernel.words import in_japanese
from tests.harness.site import make_settings

SETTINGS = make_settings("sqlite:////nowhere/idobata.sqlite3", Path("nowhere"))


def url(endpoint: str, **values: Any) -> str:
    return f"/{endpoint}?{urlencode(values, doseq=True)}"


READER = Reader("ja", in_japanese, url)


def asked(address: str) -> Filters:
    filters, broken = read_filters(parse_qsl(address.partition("?")[2]), SETTINGS)
    assert broken == ()
    return filters


@pytest.mark.parametrize(
    "start", [Filters(), Filters(district="minato", when="today", facts=("drop-in",), free=True, page=4), Filters(q="将棋", no_signup=True)]
)
def test_a_chip_pressed_twice_is_where_one_began(start: Filters) -> None:
    for number, (words, address, is_on) in enumerate(quick_chips(start, SETTINGS, READER)):
        once = asked(address)
        pressed = quick_chips(once, SETTINGS, READER)[number]
        assert (pressed[0], pressed[2]) == (words, not is_on)
        assert quick_chips(asked(pressed[1]), SETTINGS, READER)[number][2] is is_on
        assert once.page == 1
        assert (once.q, once.district) == (start.q, start.district)


def test_a_chosen_chip_takes_itself_away_and_nothing_else() -> None:
    start = Filters(district="minato", weekday=6, facts=("drop-in", "leave-early"))
    chips = chosen_chips(start, SETTINGS, READER, "gatherings.search")
    assert len(chips) == 4
    assert all(len(asked(address).query()) == len(start.query()) - 1 for _words, address, _on in chips)


def test_filters_as_values_of_an_address_lose_nothing() -> None:
    start = Filters(q="a&b", facts=("drop-in", "leave-early"), weekday=0, page=2)
    assert asked(url("x", **as_values(start))) == start


def test_the_form_offers_all_the_city_has() -> None:
    offered = choices(SETTINGS, READER)
    assert [slug for slug, _ in offered.district] == [one.slug for one in SETTINGS.districts]
    assert [slug for slug, _ in offered.category] == [one.slug for one in SETTINGS.categories]
    assert [number for number, _ in offered.weekday] == list("0123456")
    assert [chip[2] for chip in district_chips(SETTINGS, "minato", READER)].count(True) == 1
