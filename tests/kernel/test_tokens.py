"""Search finds what is written, in both databases the same, whatever is typed into the field."""

import re
import sqlite3
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from idobata.kernel.tokens import MAX_WORD_LENGTH, MAX_WORDS, fold, fts5_expression, index_terms, parse_query, tsquery_expression

TEXTS = [
    "夏祭りの準備をします",
    "お祭り広場で太鼓",
    "祭 り（祭・り）",
    "朝のおにぎりと将棋",
    "ショウギ教室、しょうぎ大会",
    "お茶を飲む会。茶会ではありません",
    "お茶、会費は無料",
    "編み物と手芸、編みぐるみ",
    "スマホ相談　スマートフォンの使い方",
    "ｽﾏﾎなんでも相談",
    "PC教室（pcを持参）",
    "教室PCの日",
    "ヨガ yoga 入門",
    "YOGAクラス 10時から",
    "Wi-Fi あります",
    "らーめんを食べる ラ〜メンの会",
    "公民館の図書室で絵本",
    "公園で体操、公民の学び",
    "人々の会・佐々木さん",
    "犬",
    "犬の散歩",
    "子犬",
    "2026年12月5日 第2・第4土曜",
    "",
    "！？・。",
]


class Finder:
    """The index as the site makes it, in a SQLite of its own."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts
        self._db = sqlite3.connect(":memory:")
        self._db.execute("CREATE VIRTUAL TABLE docs USING fts5(words, tokenize='unicode61 remove_diacritics 0')")
        self._db.executemany("INSERT INTO docs (rowid, words) VALUES (?, ?)", enumerate(" ".join(index_terms(text)) for text in texts))

    def find(self, typed: str) -> set[str]:
        expression = fts5_expression(parse_query(typed))
        if expression is None:
            return set()
        rows = self._db.execute("SELECT rowid FROM docs WHERE docs MATCH ?", (expression,))
        return {self._texts[row] for (row,) in rows}


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder(TEXTS)


JAPANESE = [
    "祭り",
    "夏祭り",
    "将棋",
    "しょうぎ",
    "ショウギ",
    "お茶",
    "茶会",
    "茶",
    "会",
    "祭",
    "り",
    "犬",
    "ｽﾏﾎ",
    "すまほ",
    "スマートフォン",
]
JAPANESE += ["編み", "公民館", "公民", "らーめん", "ラ～メン", "々", "佐々木", "人々", "のおにぎりと", "ない言葉"]


@pytest.mark.parametrize("typed", JAPANESE)
def test_japanese_words_are_found_exactly_where_they_are_written(finder: Finder, typed: str) -> None:
    assert finder.find(typed) == {text for text in TEXTS if fold(typed) in fold(text)}


@pytest.mark.parametrize(
    "typed, found",
    [
        ("pc教室", {"PC教室（pcを持参）"}),
        # Between two scripts a bracket or a space is not seen, as in Wi-Fi.
        ("教室ＰＣ", {"教室PCの日", "PC教室（pcを持参）"}),
        ("pc教", {"PC教室（pcを持参）"}),
        ("室pcの", {"教室PCの日"}),
        ("yoga", {"ヨガ yoga 入門", "YOGAクラス 10時から"}),
        ("yog", set()),
        ("wi-fi", {"Wi-Fi あります"}),
        ("10時", {"YOGAクラス 10時から"}),
        ("0時", set()),
        ("12月5日", {"2026年12月5日 第2・第4土曜"}),
        ("第4土曜", {"2026年12月5日 第2・第4土曜"}),
        ("お茶　無料", {"お茶、会費は無料"}),
        ("無料 お茶", {"お茶、会費は無料"}),
        ("お茶 将棋", set()),
        ("お茶！！", {"お茶を飲む会。茶会ではありません", "お茶、会費は無料"}),
    ],
)
def test_mixed_words_numbers_and_several_words(finder: Finder, typed: str, found: set[str]) -> None:
    assert finder.find(typed) == found


def test_postgresql_finds_the_same(finder: Finder, postgres_server: Any) -> None:
    database = postgres_server.create()
    with psycopg.connect(postgres_server.url(database).replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE docs (words tsvector, text text)")
        for text in TEXTS:
            vector = " ".join(f"'{term}':{place}" for place, term in enumerate(index_terms(text), start=1))
            connection.execute("INSERT INTO docs VALUES (CAST(%s AS tsvector), %s)", (vector, text))
        for typed in [*JAPANESE, "pc教室", "教室PC", "pc教", "室pcの", "yog", "wi-fi", "10時", "お茶 無料", "お茶 将棋"]:
            words = tsquery_expression(parse_query(typed))
            rows = connection.execute("SELECT text FROM docs WHERE words @@ CAST(%s AS tsquery)", (words,)).fetchall()
            assert {text for (text,) in rows} == finder.find(typed), typed
    postgres_server.give_back(database)


@pytest.mark.parametrize("typed", ["", " ", "　", "！？", '"', "*", "-", "()", "・", "😀", "\x00", "'; --"])
def test_a_query_of_symbols_asks_for_nothing(typed: str) -> None:
    assert parse_query(typed) == ()
    assert fts5_expression(parse_query(typed)) is None
    assert tsquery_expression(parse_query(typed)) is None


def test_words_of_the_query_languages_are_words(finder: Finder) -> None:
    assert fts5_expression(parse_query('a OR b" NEAR(c) words:d*')) == '"a" AND "or" AND "b" AND "near c" AND "words d"'
    assert tsquery_expression(parse_query("a | !b & ':*")) == "('a') & ('b')"
    assert finder.find("祭り OR 将棋") == set()


def test_what_the_terms_look_like() -> None:
    assert index_terms("夏祭り 10時、PC") == ["夏祭", "祭り", "り", "10", "時", "pc"]
    assert parse_query("夏祭り 茶") == (("夏祭", "祭り"), ("茶",))
    assert fts5_expression(parse_query("夏祭り 茶")) == '"夏祭 祭り" AND "茶"*'
    assert tsquery_expression(parse_query("夏祭り 茶")) == "('夏祭' <-> '祭り') & ('茶':*)"


def test_a_query_has_at_most_eight_words_of_forty_letters() -> None:
    query = parse_query(" ".join("あ" * 500 for _ in range(50)))
    assert len(query) == MAX_WORDS
    assert all(len(phrase) == MAX_WORD_LENGTH - 1 for phrase in query)
    # Letters that grow eighteenfold when they are folded grow before they are counted.
    assert sum(len(phrase) for phrase in parse_query("ﷺ" * 500)) <= MAX_WORDS * MAX_WORD_LENGTH


@given(st.text(max_size=80))
def test_no_query_breaks_the_database(typed: str) -> None:
    Finder(["お茶"]).find(typed)
    expression = tsquery_expression(parse_query(typed))
    if expression is not None:
        # Nothing but quoted letters, digits and our own operators: there is no way out of the quotes.
        assert re.fullmatch(r"\('[^\W_]+'(:\*)?( <-> '[^\W_]+'(:\*)?)*\)( & \('[^\W_]+'(:\*)?( <-> '[^\W_]+'(:\*)?)*\))*", expression)


KANA = st.text("あいアｱ祭茶々ー、 ・", max_size=12)


@given(st.lists(KANA, min_size=1, max_size=5), st.text("あいア祭茶々ー", min_size=1, max_size=4))
def test_any_japanese_word_is_found_where_the_folded_text_holds_it(texts: list[str], typed: str) -> None:
    assert Finder(texts).find(typed) == {text for text in texts if fold(typed) in fold(text)}


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_that_search_sees(typed: str) -> None:
    assert index_terms(fold(typed)) == index_terms(typed)
