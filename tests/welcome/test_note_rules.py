"""A note is about a gathering. What looks like words about a person is pointed at; what does not is left in peace."""

import pytest

from idobata.welcome.note_rules import Sign, signs_of_a_person


@pytest.mark.parametrize(
    ("words", "sign"),
    [
        ("山田さんが気に入っていました", Sign.NAME),
        ("佐藤様のご家族と行った", Sign.NAME),
        ("090-1234-5678 に電話", Sign.PHONE),
        ("０９５（８２２）８８８８へ", Sign.PHONE),
        ("昭和33年4月1日生の方", Sign.BIRTHDAY),
        ("1958/4/1", Sign.BIRTHDAY),
        ("S33.4.1", Sign.BIRTHDAY),
        ("令和2年4月1日生まれ", Sign.BIRTHDAY),
        ("82歳の方が通っている", Sign.AGE),
        ("連絡は hanako@example.com", Sign.MAIL),
    ],
)
def test_what_looks_like_a_person_is_pointed_at(words: str, sign: Sign) -> None:
    assert sign in {one for one, _found in signs_of_a_person(words)}


@pytest.mark.parametrize(
    "words",
    [
        "入口に段差がひとつ。手すりはあります。",
        "主催者さんに声をかけておくと、席をとってくれる。",
        "火曜は10人くらい、木曜は4人くらい。",
        "65歳以上の方が多い。",
        "毎月第2・第4土曜の10:00〜12:00",
        "2026年12月5日から部屋が変わる",
        "参加費は300円。駐車場は8台。",
        "お茶を出してくれる。話さなくても平気。",
    ],
)
def test_words_about_a_gathering_are_left_in_peace(words: str) -> None:
    assert signs_of_a_person(words) == ()
