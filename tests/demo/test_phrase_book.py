"""Words for big towns: the same for the same seed, and nothing a neighbour would not say."""

import re
import tomllib
from itertools import product
from pathlib import Path
from random import Random

import pytest

from idobata.demo import phrase_book
from idobata.demo.phrase_book import PHRASES, PhraseBook

DEMO_CITY = Path(phrase_book.__file__).parents[2] / "config" / "cities" / "demo.toml"
CATEGORIES = [one["slug"] for one in tomllib.loads(DEMO_CITY.read_text(encoding="utf-8"))["categories"]]
READ = tomllib.loads(PHRASES.read_text(encoding="utf-8"))
NEVER = ("福祉", "支援", "困難", "ひきこもり", "弱者", "対象者", "交流", "ふれあい", "居場所", "高齢者")
# The schedule is drawn apart from the words, so no words may promise a time.
TIMES = ("曜", "朝の", "夜の", "夕方", "午前", "午後", "春", "夏", "秋", "冬", "毎週", "毎月", "2026")


def everything(book: PhraseBook, rounds: int) -> list[str]:
    said = []
    for number in range(rounds):
        category = CATEGORIES[number % len(CATEGORIES)]
        title = book.title(category)
        said += [title, book.summary(category, title), book.host_name(), book.place_name("北町"), book.body()]
    return said


def test_the_same_seed_says_the_same() -> None:
    assert everything(PhraseBook(Random(7)), 500) == everything(PhraseBook(Random(7)), 500)
    assert everything(PhraseBook(Random(7)), 500) != everything(PhraseBook(Random(8)), 500)


def test_every_category_of_the_demo_city_has_words_of_its_own() -> None:
    assert set(READ) - {"common", "body", "people", "places"} == set(CATEGORIES)


def test_an_unknown_category_speaks_too() -> None:
    assert PhraseBook(Random(1)).title("nobody-knows") == PhraseBook(Random(1)).title("other")


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_title_finds_the_lines_of_its_own_subject(category: str) -> None:
    shelf = READ[category]
    book = PhraseBook(Random(1))
    for name, lines in shelf["subjects"].items():
        for pattern, manner, nick in product(shelf["patterns"], shelf["manners"], READ["common"]["nicks"]):
            title = pattern.format(name=name, manner=manner, nick=nick)
            assert book.summary(category, title).startswith(tuple(lines)), title


def test_a_title_of_somebody_else_gets_a_summary_that_fits_anything() -> None:
    summary = PhraseBook(Random(1)).summary("eat", "まったくべつの題")
    assert any(summary.startswith(line) for line in READ["common"]["plain"])


def test_nothing_is_said_that_no_neighbour_says() -> None:
    for text in sorted(set(everything(PhraseBook(Random(3)), 4000))):
        assert not [word for word in NEVER if word in text], text
        assert not re.search(r"[{}]|(?<!も)のの|  |。。|、。", text), text


def test_no_words_promise_a_time() -> None:
    for text in sorted(set(everything(PhraseBook(Random(5)), 4000))):
        assert not [word for word in TIMES if word in text], text


def test_lengths_fit_the_form() -> None:
    book = PhraseBook(Random(11))
    for _ in range(2000):
        title = book.title("volunteer")
        assert 2 <= len(title) <= 40
        assert 15 <= len(book.summary("volunteer", title)) <= 120
        assert 2 <= len(book.host_name()) <= 30
        assert len(book.place_name("緑が丘")) <= 40
        assert 80 <= len(book.body()) <= 250


def test_a_place_says_its_district() -> None:
    book = PhraseBook(Random(13))
    assert all("奥谷" in book.place_name("奥谷") for _ in range(500))


def test_there_is_plenty_to_say() -> None:
    book = PhraseBook(Random(17))
    assert len({book.title(CATEGORIES[number % len(CATEGORIES)]) for number in range(20_000)}) > 3_000
    assert len({book.host_name() for _ in range(5_000)}) > 1_000
    assert len({book.place_name("港") for _ in range(3_000)}) > 300
