"""Search in Japanese: the same finds on both databases, with kana, width and case ignored."""

from datetime import datetime

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from idobata.kernel.tokens import fold, parse_query
from idobata.store import search_index
from idobata.store.database import db
from idobata.store.transaction import transaction

TOWN = {
    1: ("夏祭り", "やぐらのまわりで盆おどり。スマホで写真も。"),
    2: ("朝のおにぎりと将棋", "おにぎりを食べて、将棋をさします。お茶もあります。"),
    3: ("お茶会", "抹茶と和菓子"),
    4: ("ｽﾏﾎ相談", "すまほのこまりごとをきく会"),
    5: ("カフェ Komorebi", "珈琲とケーキ。Wi-Fi あり"),
    6: ("祭", "一文字の名前"),
    7: ("海の日", "り"),
    8: ("𠮷野さんのギター教室", "コーヒー付き　2026年から"),
}


@pytest.fixture
def town(store: Flask) -> None:
    with transaction():
        for number, (title, body) in TOWN.items():
            search_index.put(number, title, body)


def find(typed: str) -> set[int] | None:
    matching = search_index.matching(parse_query(typed))
    return None if matching is None else set(db.session.scalars(matching))


def test_words_are_found_as_people_type_them(town: None) -> None:
    finds = {
        "祭り": {1},
        "夏祭": {1},
        "夏祭り": {1},
        "将棋": {2},
        "お茶": {2, 3},
        "茶": {2, 3},
        "祭": {1, 6},
        "り": {1, 2, 4, 5, 7},
        "スマホ": {1, 4},
        "ｽﾏﾎ": {1, 4},
        "すまほ": {1, 4},
        "KOMOREBI": {5},
        "ｋｏｍｏｒｅｂｉ": {5},
        "こーひー": {8},
        "コ－ヒ－": {8},
        "コーヒー": {8},
        "𠮷野": {8},
        "2026": {8},
        "２０２６年": {8},
        "Wi-Fi": {5},
    }
    assert {typed: find(typed) for typed in finds} == finds


def test_every_word_must_be_found_in_the_title_or_in_the_text(town: None) -> None:
    assert find("将棋 お茶") == {2}
    assert find("将棋　茶") == {2}
    assert find("将棋 抹茶") == set()
    assert find("おにぎり 食べて 将棋") == {2}


def test_a_word_does_not_run_from_the_title_into_the_text_nor_over_a_full_stop(store: Flask) -> None:
    with transaction():
        search_index.put(1, "朝の市", "場へ行く")
        search_index.put(2, "ある日", "もう夏。祭りの前")
    assert find("市場") == set()
    assert find("夏祭り") == set()


def test_part_of_a_latin_word_or_number_is_not_the_word(town: None) -> None:
    assert find("Komo") == set()
    assert find("202") == set()


def test_signs_and_operators_are_only_letters(town: None) -> None:
    for typed in ["", "　", "！？", "---", "'", '"', "AND OR NOT", "a:* & b", "\\", "(", "'); DROP TABLE people; --"]:
        assert not find(typed), typed


def test_a_changed_text_is_found_by_its_new_words_only(town: None) -> None:
    with transaction():
        search_index.put(2, "夜のおでんと囲碁", "囲碁をさします。")
    assert find("将棋") == set()
    assert find("囲碁") == {2}
    assert find("お茶") == {3}


def test_what_is_dropped_is_found_no_more(town: None) -> None:
    with transaction():
        search_index.drop(2)
        search_index.drop(404)
    assert find("将棋") == set()
    assert find("お茶") == {3}


def test_a_change_that_was_rolled_back_changes_no_find(town: None) -> None:
    with pytest.raises(RuntimeError), transaction():  # noqa: PT012 - the act is what fails
        search_index.put(2, "夜のおでん", "")
        search_index.drop(3)
        db.session.flush()
        raise RuntimeError
    assert find("将棋") == {2}
    assert find("お茶") == {2, 3}


def test_the_longest_text_and_the_longest_word_can_be_indexed(store: Flask) -> None:
    """PostgreSQL refuses terms of more than 2,046 bytes; what is typed into the search field is cut at 40 letters."""
    with transaction():
        search_index.put(1, "あ" * 60, "祭" * 4990 + "おわり")
        search_index.put(2, "z" * 60, "y" * 5000)
        search_index.put(3, "長い", "\n".join(f"https://example.com/{'x' * 100}/{number}" for number in range(40)))
    assert find("おわり") == {1}
    assert find("y" * 5000) == {2}
    assert find("x" * 100) == {3}
    assert find("example") == {3}


LETTERS = st.text("夏祭りおちゃ将棋会aB1 ーー、", max_size=12)


@given(title=LETTERS, body=LETTERS, typed=st.text("夏祭りおちゃ将棋会", min_size=1, max_size=4))
@example(title="祭", body="り", typed="祭り")
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_kana_and_kanji_are_found_exactly_where_they_stand(store: Flask, monday: datetime, title: str, body: str, typed: str) -> None:
    """Whatever the letters are: found when they stand side by side in the title or in the text, and otherwise not."""
    with transaction():
        search_index.put(1, title, body)
    assert find(typed) == ({1} if fold(typed) in fold(title) or fold(typed) in fold(body) else set())
