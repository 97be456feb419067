"""Filters in words: each wish once, and letting go of it leaves all the others."""

from datetime import date
from pathlib import Path

from idobata.gatherings.filters import Filters
from idobata.gatherings.wishes_words import chosen_words, dropped_words
from idobata.kernel.words import in_japanese
from tests.harness.site import make_settings

SETTINGS = make_settings("sqlite:////nowhere/idobata.sqlite3", Path("nowhere"))
ALL = Filters(
    q="将棋", when="weekend", first=date(2026, 12, 1), last=date(2026, 12, 31), district="minato", category="eat", weekday=6, part="evening",
    facts=("drop-in", "leave-early"), free=True, online=True, no_signup=True, page=3,
)  # fmt: skip


def test_every_wish_is_said_once_in_the_order_of_the_form() -> None:
    said = [one.words for one in chosen_words(ALL, SETTINGS, in_japanese)]
    assert said[:2] == ["「将棋」", "週末"]
    assert said[2].endswith("から")
    assert said[3].endswith("まで")
    assert len(said) == len(set(said)) == 13
    assert chosen_words(Filters(page=9), SETTINGS, in_japanese) == []


def test_letting_go_of_one_wish_keeps_all_the_others_and_turns_to_the_first_page() -> None:
    chosen = chosen_words(ALL, SETTINGS, in_japanese)
    for one in chosen:
        rest = [other.words for other in chosen_words(one.without, SETTINGS, in_japanese)]
        assert rest == [other.words for other in chosen if other is not one]
        assert one.without.page == 1


def test_letting_go_of_everything_one_by_one_ends_with_nothing() -> None:
    filters = ALL
    while chosen := chosen_words(filters, SETTINGS, in_japanese):
        filters = chosen[0].without
    assert filters.is_empty


def test_what_the_settings_no_longer_know_is_passed_over() -> None:
    assert chosen_words(Filters(district="gone", category="gone", facts=("gone",)), SETTINGS, in_japanese) == []


def test_words_are_in_the_readers_language() -> None:
    english = [one.words for one in chosen_words(Filters(district="minato", weekday=6), SETTINGS, in_japanese, "en")]
    assert all(word.isascii() for word in english)


def test_each_wish_that_can_be_dropped_has_words_for_it() -> None:
    for name in ("district", "when", "first", "last", "part", "weekday", "facts", "category", "free", "no_signup", "online", "q"):
        assert dropped_words(name, in_japanese)
