"""Rare wishes: a list of what hardly any gathering has must not walk through the whole town."""

from dataclasses import replace

import pytest

from idobata.gatherings.filters import Filters
from idobata.gatherings.list_queries import COUNT_LIMIT, find_dates
from idobata.gatherings.rare_queries import Shares, begins_with_few, those_with
from idobata.kernel.settings import Settings
from idobata.store.database import db
from tests.harness.site import Town

COMMON = Shares(each=(0.5,), together=0.5, within=0.5, area=1.0)
RARE = Shares(each=(0.1, 0.002), together=0.002, within=0.002, area=1.0)


@pytest.mark.parametrize("town", [10_000, 100_000, 1_000_000])
def test_what_many_have_is_found_by_walking_and_what_hardly_any_has_by_beginning_with_those(town: int) -> None:
    assert not begins_with_few(COMMON, town, COUNT_LIMIT)
    assert begins_with_few(RARE, town, COUNT_LIMIT)


def test_what_is_common_in_the_town_may_be_rare_in_a_quiet_district() -> None:
    everywhere = Shares(each=(0.08,), together=0.08, within=0.08, area=1.0)
    assert not begins_with_few(everywhere, 100_000, COUNT_LIMIT)
    # Fewer there than a list counts: the walk would go on to the last date of the district.
    assert begins_with_few(replace(everywhere, within=0.006, area=0.08), 100_000, COUNT_LIMIT)


def test_the_few_are_exactly_those_that_have_it_all(town: Town, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idobata.gatherings.rare_queries.begins_with_few", lambda *_given: True)
    both = town.published(facts={"drop-in": True, "leave-early": True})
    town.published(facts={"drop-in": True})
    town.published(facts={"drop-in": True, "leave-early": False})
    for facts in (("drop-in", "leave-early"), ("leave-early", "drop-in")):
        query = those_with(facts, online=False, district="", category="", most=COUNT_LIMIT)
        assert query is not None
        assert [row.gathering for row in find_dates(Filters(facts=facts), settings).rows] == [both]
        assert list(db.session.scalars(query)) == [both.id]
    nobody = those_with(("drop-in",), online=True, district="", category="", most=COUNT_LIMIT)
    assert nobody is not None
    assert list(db.session.scalars(nobody)) == []


def test_without_such_a_wish_and_in_an_empty_town_there_are_no_few(inside: None) -> None:
    assert those_with((), online=False, district="minato", category="eat", most=COUNT_LIMIT) is None
    assert those_with(("drop-in",), online=True, district="", category="", most=COUNT_LIMIT) is None
