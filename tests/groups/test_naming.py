"""Names that look like the city's, like a public body's or like another group's; and the short names of addresses."""

from pathlib import Path

import pytest

from idobata.groups.naming import RESERVED, looks_official, name_key, name_problem, slug_from
from idobata.kernel.look_alikes import look_alike_key
from idobata.kernel.settings import Settings
from idobata.kernel.text import printable
from tests.harness.site import make_settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder: Path = tmp_path_factory.mktemp("names")
    return make_settings(f"sqlite:///{folder}/none.sqlite3", folder)


OFFICIAL = [
    "汐坂市役所",
    "市役所",
    "巿役所",
    "市 役 所",
    "市\u200b役\u2060所",
    "市役\u00ad所の会",
    "市\u202e役所",
    "⼄市役所",
    "㊟市役所",
    "市伇所",
    "汐坂市",
    "汐坂市　公式",
    "公式ファンクラブ",
    "公\ufe00式",
    "侊式",
    "汐坂市市民協働課",
    "市民協働課",
    "汐坂市 健康係",
    "汐坂市役所分室",
    "しおさか Official",
    "ＯＦＦＩＣＩＡＬ",
    "Оfficial",
    "0fficial",
    "officiаl",
    "oﬃcial",
    "𝐎𝐟𝐟𝐢𝐜𝐢𝐚𝐥",
    "Ⓞⓕⓕⓘⓒⓘⓐⓛ",
    "OfficiaI",
    "Ófficial",
    "o\u0336f\u0336f\u0336icial",
    "Shiosaka City",
    "SHIOSAKA CITY",
    "Ѕhiosaka Сіty",
    "Shiosaka City Hall",
    "C1ty Ha11",
    "区役所",
    "県庁見学会",
    "保健所",
    "教育委員会",
    "汐坂市窓口",
    "汐坂市の広報",
    "汐坂市第二支所",
]
OURS = [
    "みなと将棋会",
    "汐坂ボードゲーム部",
    "汐坂市民オーケストラ",
    "公園そうじ隊",
    "所さんを囲む会",
    "課題図書を読む会",
    "市場めぐり",
    "係長の飲み会",
    "Shiosaka Shogi Club",
    "役に立たない研究会",
    "公民館の台所",
    "式根さんの庭",
    "警察犬を愛する会",
    "消防車を見る会",
]


@pytest.mark.parametrize("name", OFFICIAL)
def test_a_name_that_looks_like_the_city_s_is_only_the_city_s(name: str, settings: Settings) -> None:
    assert looks_official(name, settings)
    assert name_problem(name, settings, by_city=False) is not None
    assert name_problem(name, settings, by_city=True) is None


@pytest.mark.parametrize("name", OURS)
def test_a_neighbour_s_name_is_left_alone(name: str, settings: Settings) -> None:
    assert name_problem(name, settings, by_city=False) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("みなと将棋会", "みなと 将棋会"),
        ("みなと将棋会", "ミナト将棋会"),
        ("みなと将棋会", "ﾐﾅﾄ将棋会"),
        ("みなと将棋会", "みなと\u200d将棋会"),
        ("みなと将棋会", "みなと・将棋会！"),
        ("高橋の会", "髙橋の会"),
        ("カメラの会", "力メラの会"),
        ("ロボットの会", "口ボットの会"),
        ("ハーブの会", "八ーブの会"),
        ("PiNG PONG", "РіNG PОNG"),
        ("Olive", "0live"),
        ("Lily", "Iily"),
        ("タイ料理", "夕イ料理"),
        ("エコの会", "工コの会"),
        ("二コ二コ会", "ニコニコ会"),
        ("第一歩の会", "第１歩の会"),
    ],
)
def test_names_that_look_the_same_have_one_key(one: str, other: str) -> None:
    assert look_alike_key(one) == look_alike_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("みなと将棋会", "みなと将棋会（北町）"),
        ("かきの会", "がきの会"),
        ("はなの会", "ばなの会"),
        ("abc会", "abd会"),
        ("赤い会", "青い会"),
        ("ぱんの会", "ばんの会"),
    ],
)
def test_names_that_differ_keep_their_own_keys(one: str, other: str) -> None:
    assert look_alike_key(one) != look_alike_key(other)


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "・・・", "！？", "\u3164", "〜〜"])
def test_a_name_without_a_letter_is_none(name: str, settings: Settings) -> None:
    assert look_alike_key(name) == ""
    assert name_problem(name, settings, by_city=True) is not None
    assert len(name_key(name, 5)) <= 5


def test_a_letter_that_unfolds_into_many_never_outgrows_its_column() -> None:
    assert len(look_alike_key("ﷺ" * 60)) > 80
    assert len(name_key("ﷺ" * 60, 80)) == 80
    assert "\u202e" not in printable("みなと\u202e将棋会")


@pytest.mark.parametrize(
    "name", ["買ってね https://evil.example", "www.evil.example の会", "evil.xyz", "連絡は a@evil.example へ", "EVIL.COM倶楽部"]
)
def test_a_name_leads_nowhere(name: str, settings: Settings) -> None:
    assert name_problem(name, settings, by_city=False) is not None


@pytest.mark.parametrize("name", ["3.11を語る会", "A.B.C.クラブ", "会・jp", "Mr.みなと"])
def test_a_point_in_a_name_is_no_address(name: str, settings: Settings) -> None:
    assert name_problem(name, settings, by_city=False) is None


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("Minato Shogi", "minato-shogi"),
        ("  --Minato__Shogi!! ", "minato-shogi"),
        ("みなと", ""),
        ("みなと ABC 会", "abc"),
        ("a" * 60, "a" * 40),
        ("x", ""),
        ("2026", ""),
        ("../../etc/passwd", "etc-passwd"),
        ("%2e%2e", "2e-2e"),
        ("New", ""),
        ("CITY HALL", ""),
        ("official", ""),
    ],
)
def test_a_short_name_is_made_of_latin_letters_only(typed: str, slug: str) -> None:
    assert slug_from(typed) == slug


def test_no_reserved_word_becomes_a_short_name() -> None:
    assert {slug_from(word) for word in RESERVED} == {""}
