"""ふりがな: right where it stands, and nowhere else."""

import re
from datetime import date
from html import unescape

import pytest
from markupsafe import Markup

from idobata.gatherings.card_queries import SIGNUP_WORDS
from idobata.gatherings.first_visit import QUESTIONS
from idobata.gatherings.states import SignupKind
from idobata.kernel.japanese_dates import day_words
from idobata.welcome.sheet import going_words
from idobata.welcome.sheet_readings import KNOWN, named, own_words, reading_of, when_words
from tests.harness.site import make_settings

_KANJI = re.compile("[一-鿿々]")


def read_aloud(words: Markup) -> str:
    """What a reader of kana reads."""
    return unescape(re.sub(r"<rp>.*?</rp>|</?ruby>|</?rt>", "", re.sub(r"<ruby>[^<]*<rp>", "<ruby><rp>", str(words))))


def without(words: Markup) -> str:
    """The words themselves."""
    return unescape(re.sub(r"<rt>.*?</rt>|<rp>.*?</rp>|</?ruby>", "", str(words)))


@pytest.mark.parametrize(
    ("words", "aloud"),
    [
        ("12月5日（土）午前10時〜正午", "じゅうにがついつか（ど）ごぜんじゅうじ〜しょうご"),
        ("4月1日（水）午後4時〜7時", "しがつついたち（すい）ごごよじ〜しちじ"),
        ("7月20日（月）午前9時15分〜午後1時30分", "しちがつはつか（げつ）ごぜんくじじゅうごふん〜ごごいちじさんじゅっぷん"),
        ("9月24日（木）午後10時〜翌日午前0時", "くがつにじゅうよっか（もく）ごごじゅうじ〜よくじつごぜんれいじ"),
        ("2027年1月2日（土）〜3日（日）", "2027ねんいちがつふつか（ど）〜みっか（にち）"),
    ],
)
def test_days_and_times_are_read_as_one_says_them(words: str, aloud: str) -> None:
    marked = when_words(words, on=True)
    assert read_aloud(marked) == aloud
    assert without(marked) == words
    assert when_words(words, on=False) == words


def test_every_day_of_a_year_and_every_minute_has_a_reading() -> None:
    for number in range(366):
        words = day_words(date.fromordinal(date(2028, 1, 1).toordinal() + number))
        assert not _KANJI.search(read_aloud(when_words(words, on=True))), words
    assert [reading_of(minute, "分") for minute in (1, 3, 4, 6, 8, 10, 20, 45, 50)] == [
        "いっぷん",
        "さんぷん",
        "よんぷん",
        "ろっぷん",
        "はっぷん",
        "じゅっぷん",
        "にじゅっぷん",
        "よんじゅうごふん",
        "ごじゅっぷん",
    ]
    assert [reading_of(day, "日") for day in (8, 10, 11, 14, 17, 19, 29)] == [
        "ようか",
        "とおか",
        "じゅういちにち",
        "じゅうよっか",
        "じゅうしちにち",
        "じゅうくにち",
        "にじゅうくにち",
    ]


def test_our_own_words_leave_no_kanji_without_a_reading() -> None:
    for words in KNOWN:
        assert not _KANJI.search(read_aloud(own_words(words, on=True))), words
        assert without(own_words(words, on=True)) == words
    said = [question.heading for question in QUESTIONS]
    said += [going_words(kind, has_phone=phone, has_contact=phone) for kind in SignupKind for phone in (True, False)]
    assert [words for words in said if words not in KNOWN] == []


def test_the_program_s_own_welcome_facts_can_all_be_read(tmp_path) -> None:  # type: ignore[no-untyped-def]
    facts = make_settings(f"sqlite:///{tmp_path / 'x'}", tmp_path).facts
    assert [fact.name for fact in facts if _KANJI.search(fact.name) and fact.name not in KNOWN] == []


def test_a_host_s_words_are_not_guessed_at() -> None:
    for words in ("今日は一日中、生で", "行ってみよう", SIGNUP_WORDS[SignupKind.UNKNOWN], "<b>行く</b>"):
        assert "<ruby>" not in own_words(words, on=True)
    assert own_words("300円", on=True) == "300<ruby>円<rp>（</rp><rt>えん</rt><rp>）</rp></ruby>"
    assert "<b>" not in own_words("<b>", on=True)


def test_a_name_is_read_as_its_register_says() -> None:
    assert named("緑が丘", "みどりがおか", on=True) == "<ruby>緑が丘<rp>（</rp><rt>みどりがおか</rt><rp>）</rp></ruby>"
    assert named("緑が丘", "", on=True) == named("緑が丘", "みどりがおか", on=False) == "緑が丘"
    assert "<i>" not in named("<i>", "<i>い", on=True)
    assert when_words(day_words(date(2026, 12, 5), "en"), on=True) == "Sat, 5 Dec"
