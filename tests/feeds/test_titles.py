"""Titles that automatic posters pass on as they are."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from idobata.feeds.titles import feed_title, marked, one_line, post_title
from idobata.kernel.words import in_japanese
from tests.feeds.entries import OCCURRENCE, TOKYO

CARD = replace(OCCURRENCE, rhythm="", updated_at=datetime(2026, 11, 1, tzinfo=TOKYO))


def test_a_title_says_day_time_what_and_where() -> None:
    assert post_title(CARD, in_japanese) == "12/5(土) 13:00 井戸端パーティー @中央公民館"


@pytest.mark.parametrize(("state", "mark"), [("cancelled", "【中止】"), ("moved", "【変更】"), ("full", "【満員】")])
def test_what_has_changed_stands_in_front(state: str, mark: str) -> None:
    assert post_title(replace(CARD, state=state), in_japanese) == f"{mark}12/5(土) 13:00 井戸端パーティー @中央公民館"


@pytest.mark.parametrize("state", ["planned", "confirmed"])
def test_what_is_as_planned_has_no_mark(state: str) -> None:
    assert post_title(replace(CARD, state=state), in_japanese).startswith("12/5(土)")


def test_an_all_day_gathering_has_no_time() -> None:
    assert post_title(replace(CARD, all_day=True), in_japanese) == "12/5(土) 井戸端パーティー @中央公民館"


def test_several_days_are_said_with_the_last_one() -> None:
    card = replace(CARD, last_day=date(2026, 12, 6))
    assert post_title(card, in_japanese) == "12/5(土) 13:00〜12/6(日) 井戸端パーティー @中央公民館"
    assert post_title(replace(card, all_day=True), in_japanese) == "12/5(土)〜12/6(日) 井戸端パーティー @中央公民館"


def test_without_a_place_nothing_dangles() -> None:
    assert post_title(replace(CARD, place_name=""), in_japanese) == "12/5(土) 13:00 井戸端パーティー"


def test_english_marks_keep_a_space() -> None:
    assert marked("Chess", "cancelled", {"【中止】": "[Cancelled]"}.__getitem__) == "[Cancelled] Chess"
    assert post_title(CARD, in_japanese, "en") == "Sat 5 Dec 13:00 井戸端パーティー @中央公民館"


@pytest.mark.parametrize("broken", ["あ\nい", "あ\r\nい", "あ\u2028い", "\n あ\x0bい \n"])
def test_a_title_is_always_one_line(broken: str) -> None:
    assert one_line(broken) == "あ い"


def test_nothing_invisible_reaches_a_title() -> None:
    assert one_line("あ\x00\x1b\ufffe\ufeff\u202e\ud800い") == "あい"


def test_a_feed_says_what_of_the_site_it_holds() -> None:
    assert feed_title("しおさか井戸端パーティー", ["北町", "無料"]) == "しおさか井戸端パーティー：北町・無料"
    assert feed_title("Shiosaka", ["Kitamachi", "Free"], "en") == "Shiosaka: Kitamachi, Free"
    assert feed_title("しおさか井戸端パーティー", ["", " "]) == "しおさか井戸端パーティー"
