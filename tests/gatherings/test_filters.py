"""What an address asks of a list: days meant by words, unknown names ignored, broken values said, and the way back into an address."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idobata.gatherings.filters import Filters, When, read_filters, span_of
from idobata.kernel.settings import Settings
from tests.harness.site import make_settings

MON = date(2026, 11, 30)
SETTINGS: Settings = make_settings("sqlite:////nowhere/idobata.sqlite3", Path("nowhere"))


@pytest.mark.parametrize(
    "when, weekday, first, last",
    [
        *[("today", day, day, day) for day in range(7)],
        *[("tomorrow", day, day + 1, day + 1) for day in range(7)],
        *[("week", day, day, 6) for day in range(7)],
        *[("weekend", day, 5, 6) for day in range(6)],
        ("weekend", 6, 6, 6),
        ("month", 0, 0, 0),  # the last of November
        ("month", 1, 1, 31),
        ("month", 31, 31, 31),  # New Year's Eve
    ],
)
def test_a_word_means_its_days_on_every_day_of_the_week(when: When, weekday: int, first: int, last: int) -> None:
    day = MON + timedelta(days=weekday)
    assert span_of(when, day) == (MON + timedelta(days=first), MON + timedelta(days=last))


def test_words_and_days_together_mean_what_both_allow() -> None:
    saturday = MON + timedelta(days=5)
    assert Filters().days(MON) == (MON, None)
    assert Filters(first=saturday).days(MON) == (saturday, None)
    assert Filters(last=saturday).days(MON) == (MON, saturday)
    assert Filters(when="week", first=saturday).days(MON) == (saturday, MON + timedelta(days=6))
    assert Filters(when="today", last=saturday).days(MON) == (MON, MON)


def read(query: str) -> tuple[Filters, tuple[str, ...]]:
    return read_filters([tuple(pair.split("=", 1)) for pair in query.split("&") if pair], SETTINGS)  # type: ignore[misc]


def test_all_filters_are_read() -> None:
    filters, broken = read(
        "q=将棋&when=weekend&from=2026-12-01&to=2026-12-31&district=minato&category=eat&weekday=6&time=evening"
        "&fact=drop-in&fact=leave-early&free=1&online=1&no_signup=1&group=minato-shogi&place=abcdefghjkmn&page=3"
    )
    assert broken == ()
    assert filters == Filters(
        q="将棋", when="weekend", first=date(2026, 12, 1), last=date(2026, 12, 31), district="minato", category="eat", weekday=6,
        part="evening", facts=("drop-in", "leave-early"), free=True, online=True, no_signup=True, group="minato-shogi",
        place="abcdefghjkmn", page=3,
    )  # fmt: skip


@pytest.mark.parametrize(
    "query", ["", "utm_source=mail", "fbclid=x&foo[]=1", "q=", "district=", "free=0", "page=1", "lang=en", "first_step=0"]
)
def test_what_is_unknown_or_empty_asks_nothing_and_is_not_said(query: str) -> None:
    assert read(query) == (Filters(), ())


@pytest.mark.parametrize(
    "query, name",
    [
        ("when=yesterday", "when"), ("from=2026-13-01", "from"), ("from=2026-02-30", "from"), ("from=20261201", "from"), ("to=tomorrow", "to"),
        ("from=0001-01-01", "from"), ("to=9999-12-31", "to"), ("from=2026-W49-1", "from"), ("from=２０２６-12-01", "from"),
        ("district=atlantis", "district"), ("category=war", "category"), ("weekday=7", "weekday"), ("weekday=-1", "weekday"),
        ("weekday=六", "weekday"), ("weekday=²", "weekday"), ("weekday=٣", "weekday"), ("time=noon", "time"), ("fact=magic", "fact"),
        ("free=yes", "free"), ("page=0", "page"), ("page=-3", "page"), ("page=99999999999999999999", "page"), ("page=1e3", "page"),
        ("group=../../etc", "group"), ("group=-", "group"), ("place=short", "place"), ("place=abcdefghjkm%00", "place"),
        ("from=2026-12-05&to=2026-12-01", "to"),
    ],
)  # fmt: skip
def test_a_broken_value_is_said_and_the_list_is_that_without_it(query: str, name: str) -> None:
    filters, broken = read(query)
    assert broken == (name,)
    assert filters == (Filters(first=date(2026, 12, 5)) if query.count("&") else Filters())


def test_a_broken_value_does_not_take_the_good_ones_with_it() -> None:
    assert read("district=minato&weekday=9&fact=magic&fact=drop-in") == (
        Filters(district="minato", facts=("drop-in",)),
        ("fact", "weekday"),
    )


def test_the_last_of_two_values_counts_and_facts_add_up_without_doubles() -> None:
    filters, broken = read("district=minato&district=kawabe&fact=drop-in&fact=drop-in")
    assert (filters, broken) == (Filters(district="kawabe", facts=("drop-in",)), ())


NAMES = st.sampled_from(
    ["q", "when", "from", "to", "district", "category", "weekday", "time", "fact", "free", "online", "no_signup", "group", "place", "page"]
)


@given(st.lists(st.tuples(NAMES, st.text(max_size=130)), max_size=6))
def test_whatever_stands_in_an_address_it_is_read_and_never_breaks(pairs: list[tuple[str, str]]) -> None:
    filters, broken = read_filters(pairs, SETTINGS)
    assert set(broken) <= {name for name, _ in pairs}
    assert read_filters(filters.query(), SETTINGS) == (filters, ())


WISHES = st.builds(
    Filters,
    q=st.sampled_from(["", "将棋 お茶", "a&b=c", "「」"]),
    when=st.sampled_from([None, "today", "month"]),
    first=st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 6, 30))),
    last=st.one_of(st.none(), st.dates(date(2026, 7, 1), date(2027, 1, 1))),
    district=st.sampled_from(["", "minato"]),
    category=st.sampled_from(["", "eat"]),
    weekday=st.one_of(st.none(), st.integers(0, 6)),
    part=st.sampled_from(["", "morning"]),
    facts=st.sampled_from([(), ("drop-in",), ("drop-in", "leave-early")]),
    free=st.booleans(),
    online=st.booleans(),
    no_signup=st.booleans(),
    group=st.sampled_from(["", "minato-shogi"]),
    place=st.sampled_from(["", "abcdefghjkmn"]),
    page=st.integers(1, 500),
)


@given(WISHES)
def test_filters_written_into_an_address_and_read_again_are_the_same(filters: Filters) -> None:
    assert read_filters(filters.query(), SETTINGS) == (filters, ())
