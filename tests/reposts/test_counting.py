"""A text is counted as the channel itself counts it."""

import json
from pathlib import Path
from typing import Any

import pytest

from idobata.reposts.channels import ChannelKind, Limits
from idobata.reposts.counting import count, graphemes, hashtags_in, mastodon_letters, rows, seconds, threads_letters, weighted
from idobata.reposts.facets import facets

ELSEWHERE: list[dict[str, Any]] = json.loads((Path(__file__).parent / "counted_elsewhere.json").read_text(encoding="utf-8"))["texts"]
FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize("told", ELSEWHERE, ids=[f"{place}" for place in range(len(ELSEWHERE))])
def test_counted_like_the_networks_own_libraries(told: dict[str, Any]) -> None:
    text = told["text"]
    assert weighted(text) == told["x"]
    assert (len(graphemes(text)), len(text.encode())) == (told["letters"], told["bytes"])
    assert [[one.start, one.end, one.uri or f"#{one.tag}"] for one in facets(text)] == told["facets"]
    assert [tag[1:] for tag in hashtags_in(text)] == told["hashtags"]


def test_the_limit_of_x_is_140_japanese_letters() -> None:
    limits = Limits(280)
    assert not count(ChannelKind.X, "あ" * 140, limits).over
    assert count(ChannelKind.X, "あ" * 140 + "。", limits).over
    assert count(ChannelKind.X, "あ" * 128 + "\r\nhttps://events.example.jp/gatherings/k3x7m2qa", limits).used == 280


def test_where_it_is_not_sure_that_x_links_the_greater_number_counts() -> None:
    assert weighted("a.rocks") == 23
    assert weighted("a." + "b" * 30 + ".rocks") == 38
    assert weighted("photo.jpg") == 9


def test_bluesky_counts_letters_and_bytes() -> None:
    limits = Limits(300, bytes=3000, hashtags=8)
    assert not count(ChannelKind.BLUESKY, "あ" * 300, limits).over
    assert count(ChannelKind.BLUESKY, "あ" * 301, limits).over
    fat = count(ChannelKind.BLUESKY, FAMILY * 121, limits)
    assert (fat.used, fat.bytes, fat.over) == (121, 3025, True)


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("https://events.example.jp/gatherings/k3x7m2qa", 23),
        ("詳細https://events.example.jp/集まり/お茶会 です", 28),  # letters of every script belong to the address there
        ("events.example.jp", 17),  # not an address without http
        ("@koho@city.example.jp へ", 7),
        (f"{FAMILY}👍🏿", 2),
        ("http://あ", 8),
    ],
)
def test_mastodon_counts_an_address_as_23(text: str, letters: int) -> None:
    assert mastodon_letters(text) == letters


def test_line_counts_units_of_utf_16() -> None:
    assert count(ChannelKind.LINE, "𠮷野家👍", Limits(5000)).used == 6
    assert not count(ChannelKind.LINE, "👍" * 2500, Limits(5000)).over
    assert count(ChannelKind.LINE, "👍" * 2500 + "a", Limits(5000)).over


def test_threads_counts_the_bytes_of_emoji() -> None:
    assert threads_letters("お茶🍵") == 6
    assert threads_letters(FAMILY) == 25
    assert threads_letters("か\u3099") == 2


def test_instagram_lets_few_hashtags_through() -> None:
    limits = Limits(2200, hashtags=5)
    five = count(ChannelKind.INSTAGRAM, "#い #ろ #は #に #ほ", limits)
    assert (five.hashtags, five.over) == (5, False)
    assert count(ChannelKind.INSTAGRAM, "#い #ろ #は #に #ほ\n#へ", limits).over


def test_the_paper_is_counted_in_rows() -> None:
    assert rows("", 10) == 0
    assert rows("あ" * 10, 10) == 1
    assert rows("あ" * 11, 10) == 2
    assert rows("12" * 10, 10) == 1
    assert rows("あ" * 10 + "。", 10) == 1  # hangs at the end of the row
    assert rows("あ\n\nい", 10) == 3
    assert count(ChannelKind.KOHO, "あ" * 37, Limits(2, line=18)).over


def test_reading_aloud_is_counted_in_seconds() -> None:
    assert seconds("あ" * 150, 300) == 30
    assert seconds("あ い\nう", 300) == 1
    assert count(ChannelKind.ANNOUNCEMENT, "あ" * 151, Limits(30, line=300)).over


def test_no_limit_means_nothing_is_too_long() -> None:
    told = count(ChannelKind.WEBHOOK, "あ" * 10_000, Limits(0))
    assert (told.used, told.limit, told.over) == (10_000, 0, False)


def test_a_line_break_counts_once_however_it_was_sent() -> None:
    for kind in ChannelKind:
        limits = Limits(500, line=18)
        assert count(kind, "い\r\nろ", limits) == count(kind, "い\nろ", limits)


@pytest.mark.parametrize("text", ["http://" * 700, "@a.b" * 1200, "https://a.jp/" + "(a" * 2400, "a-" * 2500, "#" * 5000, "👍" * 5000])
def test_no_text_makes_counting_slow(text: str) -> None:
    # Quadratic steps would take minutes here, so any that come back are noticed without a clock.
    for kind in ChannelKind:
        assert count(kind, text * 4, Limits(0, line=18)).used > 0
