"""Texts for channels: what must be there stays, what is too long loses other words first."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from idobata.gatherings.cards import ContactLine, GatheringCard
from idobata.kernel.addresses import Addresses
from idobata.kernel.settings import Channel, Settings
from idobata.kernel.settings_rules import CHANNEL_WORDS
from idobata.reposts.channels import ChannelKind, channel_of, limits_of
from idobata.reposts.composing import compose, filled
from idobata.reposts.counting import count, graphemes
from idobata.reposts.hashtags import safe_hashtag, tag_line
from idobata.reposts.wording import spoken_number, words_of
from tests.feeds.entries import GATHERING, OCCURRENCE
from tests.harness.site import make_settings

ADDRESSES = Addresses("https://idobata.example.jp")
CARD = replace(GATHERING, next_one=OCCURRENCE, reuse_text=True)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demo city; nothing is written and no database is opened."""
    folder = Path(tmp_path_factory.mktemp("city"))
    return make_settings(f"sqlite:///{folder / 'never.sqlite3'}", folder)


def made(kind: ChannelKind, city: Settings, card: GatheringCard = CARD, **changes: int) -> str:
    channel = channel_of(city.channels, kind)
    assert channel is not None
    return compose(replace(channel, **changes), words_of(card, city, ADDRESSES))


def fits(kind: ChannelKind, text: str, city: Settings) -> bool:
    channel = channel_of(city.channels, kind)
    assert channel is not None
    return not count(kind, text, limits_of(channel)).over


@pytest.mark.parametrize(
    ("words", "tag"),
    [
        ("井戸端パーティー", "#井戸端パーティー"),
        ("#しおさか井戸端", "#しおさか井戸端"),
        ("＃全角", "#全角"),
        ("かしわ・まつり", "#かしわまつり"),
        ("子育て。", "#子育て"),
        ("手芸（初心者）", "#手芸初心者"),
        ("パーティー！", "#パーティー"),
        ("連続#タグ", "#連続タグ"),
        ("2026年", "#2026年"),
        ("佐々木 会", "#佐々木会"),
        ("2026", ""),
        ("🍵", ""),
        ("", ""),
        ("あ" * 40, "#" + "あ" * 30),
    ],
)
def test_a_hashtag_every_network_takes_whole(words: str, tag: str) -> None:
    assert safe_hashtag(words) == tag


def test_no_hashtag_comes_twice_nor_more_than_wanted() -> None:
    assert tag_line(["#町", "町", "", "手芸", "茶"], 2) == "#町 #手芸"


def test_every_word_a_template_may_use_is_there(city: Settings) -> None:
    assert set(words_of(CARD, city, ADDRESSES)) == set(CHANNEL_WORDS)
    for channel in city.channels:
        assert "{" not in compose(channel, words_of(CARD, city, ADDRESSES))


def test_a_post_begins_with_the_title_and_ends_with_its_tags_alone_on_a_line(city: Settings) -> None:
    assert made(ChannelKind.X, city).split("\n") == [
        "井戸端パーティー",
        "12月5日（土）午後1時〜3時",
        "中央公民館",
        "https://idobata.example.jp/gatherings/abcdefghjkmn",
        f"{city.city.hashtag} #北町 #食べる",
    ]


def test_what_is_off_says_so_first(city: Settings) -> None:
    off = replace(CARD, next_one=replace(OCCURRENCE, state="cancelled"))
    for channel in city.channels:
        if channel.kind != "announcement":
            assert compose(channel, words_of(off, city, ADDRESSES)).startswith("【中止】")


def test_a_long_title_is_cut_by_letters_and_nothing_else_is(city: Settings) -> None:
    family = "👨‍👩‍👧‍👦"
    long = replace(CARD, title=family * 140)
    text = made(ChannelKind.X, city, long)
    first, *rest = text.split("\n")
    assert first.endswith("…")
    assert set(graphemes(first[:-1])) == {family}
    assert rest == made(ChannelKind.X, city).split("\n")[1:]
    assert fits(ChannelKind.X, text, city)
    # One letter more would not have fit.
    assert not fits(ChannelKind.X, text.replace("…", family + "…"), city)


def test_what_it_is_about_goes_before_the_title_is_touched(city: Settings) -> None:
    title = "長い名前" * 15
    text = made(ChannelKind.BLUESKY, city, replace(CARD, title=title, summary="お茶を飲みます。" * 40))
    assert text.startswith(f"{title}\n")
    assert "お茶を飲みます。" in text
    assert "…\nhttps://" in text
    assert fits(ChannelKind.BLUESKY, text, city)


def test_where_only_what_must_stay_is_too_long_the_count_says_so(city: Settings) -> None:
    text = made(ChannelKind.X, city, limit=60)
    assert "https://idobata.example.jp/gatherings/abcdefghjkmn" in text
    assert "12月5日（土）午後1時〜3時" in text
    assert count(ChannelKind.X, text, limits_of(Channel("x", "X", 60, 0, 0, 0, ""))).over


def test_the_posters_words_go_nowhere_without_her_word(city: Settings) -> None:
    kept = replace(CARD, reuse_text=False, summary="わたしのことばです")
    for channel in city.channels:
        assert "わたしのことば" not in compose(channel, words_of(kept, city, ADDRESSES))


def test_nothing_of_the_welcome_mark_is_told(city: Settings) -> None:
    marked = replace(CARD, first_step=True, first_step_words="ひとりで来た人に声をかけます", next_one=replace(OCCURRENCE, first_step=True))
    for channel in city.channels:
        assert compose(channel, words_of(marked, city, ADDRESSES)) == compose(channel, words_of(CARD, city, ADDRESSES))


def test_a_title_calls_nobody_in_the_citys_name(city: Settings) -> None:
    text = made(ChannelKind.X, city, replace(CARD, title="@somebody と ＠dareka のお茶、a@example.jp も"))
    assert text.startswith("@ somebody と ＠ dareka のお茶、a@example.jp も\n")


def test_the_paper_has_its_items_in_the_order_of_papers(city: Settings) -> None:
    card = replace(CARD, crowd="6人から10人くらい", audience="どなたでも", contact=(ContactLine("phone", "電話", "095-822-8888"),))
    assert made(ChannelKind.KOHO, city, card).split("\n") == [
        "井戸端パーティー",
        "日時　令和8年12月5日（土）午後1時〜3時（毎週土曜日）",
        "場所　中央公民館（北町1-2-3）",
        "対象　どなたでも",
        "内容　おしゃべりの会です。",
        "人数　6人から10人くらい",
        "費用　無料",
        "申込　申し込みはいりません",
        "問合せ　電話 095-822-8888",
    ]


def test_without_a_public_contact_the_city_is_asked(city: Settings) -> None:
    assert made(ChannelKind.KOHO, city).endswith(f"問合せ　{city.contact.department} {city.contact.phone}")


def test_the_script_is_read_within_half_a_minute(city: Settings) -> None:
    card = replace(CARD, contact=(ContactLine("phone", "電話", "095-822-8888"),))
    channel = channel_of(city.channels, ChannelKind.ANNOUNCEMENT)
    assert channel is not None
    text = compose(channel, words_of(card, city, ADDRESSES, place_kana="ちゅうおうこうみんかん"))
    assert "12月5日、土曜日、午後1時から、午後3時まで、中央公民館（ちゅうおうこうみんかん）で" in text
    assert "みどり会、電話、095の822の8888まで" in text
    assert 20 <= count(ChannelKind.ANNOUNCEMENT, text, limits_of(channel)).used <= 30


def test_what_nobody_said_is_not_told(city: Settings) -> None:
    silent = replace(
        CARD, is_free=False, is_paid=False, fee_words="お金のことは、まだ聞いていません", signup_kind="unknown", signup_words="まだ"
    )
    for channel in city.channels:
        text = compose(channel, words_of(silent, city, ADDRESSES))
        assert "まだ" not in text
        assert "料金は、です" not in text


def test_a_gathering_at_home_tells_its_area_only(city: Settings) -> None:
    home = replace(CARD, place=None, area="北町のあたり", next_one=replace(OCCURRENCE, place_name="北町のあたり"))
    words = words_of(home, city, ADDRESSES, place_kana="")
    assert (words["place"], words["spoken_place"], words["address"]) == ("北町のあたり", "北町のあたり", "")


def test_several_days_and_a_night_are_said_as_people_say_them(city: Settings) -> None:
    zone = OCCURRENCE.starts_at.tzinfo
    days = replace(
        OCCURRENCE,
        last_day=date(2026, 12, 7),
        ends_at=datetime(2026, 12, 8, tzinfo=zone),
        starts_at=datetime(2026, 12, 5, tzinfo=zone),
        all_day=True,
    )
    words = words_of(replace(CARD, next_one=days), city, ADDRESSES)
    assert words["when"] == "12月5日（土）〜7日（月）"
    assert words["spoken_when"] == "12月5日、土曜日から、12月7日、月曜日まで"
    open_end = words_of(replace(CARD, next_one=replace(OCCURRENCE, end_known=False)), city, ADDRESSES)
    assert open_end["spoken_when"] == "12月5日、土曜日、午後1時から"


def test_lines_without_words_leave_no_gap() -> None:
    template = "{title}\n\n場所：{place}\n\n{words}\n\nくわしく\n{url}"
    assert filled(template, {"title": "お茶", "place": "", "words": "", "url": "https://a.jp/"}) == "お茶\n\nくわしく\nhttps://a.jp/"


def test_a_number_is_read_digit_by_digit() -> None:
    assert spoken_number("(095)822-8888") == "095の822の8888"
