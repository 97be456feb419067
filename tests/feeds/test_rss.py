"""RSS as readers and automatic posters see it."""

import logging
import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from markupsafe import Markup

from idobata.feeds.composing import Composer
from idobata.feeds.entry import FeedEntry, falling
from idobata.feeds.rss import to_rss
from tests.feeds.entries import ENTRY, GATHERING, HEAD, HOSTILE, PLACE, SAID_AT, TERMS, entry, hostile_entry


def read(*entries: FeedEntry) -> Any:
    """The feed as a feed reader understands it; fails on anything that is not well-formed."""
    feed = feedparser.parse(to_rss(HEAD, entries))
    assert not feed.bozo, feed.bozo_exception
    return feed


def test_a_feed_says_what_it_is_and_where() -> None:
    channel = read(ENTRY).feed
    assert channel.title == HEAD.title
    assert channel.subtitle == HEAD.description
    assert channel.link == HEAD.page_url
    assert channel.language == "ja"
    assert channel.ttl == "60"
    assert [link.href for link in channel.links if link.rel == "self"] == [HEAD.self_url]


def test_an_entry_can_be_passed_on_by_its_title_alone() -> None:
    item = read(ENTRY).entries[0]
    assert item.title == "12/5(土) 13:00 井戸端パーティー @中央公民館"
    assert item.link == ENTRY.link
    assert item.id == ENTRY.guid
    assert item.guidislink is False
    assert [tag.term for tag in item.tags] == ["食べる", "北町"]


def test_an_entry_names_its_host_and_never_a_mail_address() -> None:
    written = to_rss(HEAD, [ENTRY]).decode()
    assert read(ENTRY).entries[0].author == "みどり会"
    assert "<author>" not in written
    assert "@中央公民館" in written
    assert written.count("@") == 1


def test_machines_read_when_and_where() -> None:
    item = read(ENTRY).entries[0]
    assert item.ev_startdate == "2026-12-05T13:00:00+09:00"
    assert item.ev_enddate == "2026-12-05T15:00:00+09:00"
    assert item.ev_location == "中央公民館 北町1-2-3"
    assert item.ev_organizer == "みどり会"
    assert item.ev_type == "食べる"
    assert item.where["coordinates"] == (139.5, 35.123457)


def test_an_unknown_end_is_not_told() -> None:
    item = read(entry(1, end_known=False)).entries[0]
    assert "ev_enddate" not in item


def test_an_all_day_gathering_is_told_in_days() -> None:
    item = read(entry(1, all_day=True, last_day=date(2026, 12, 6))).entries[0]
    assert (item.ev_startdate, item.ev_enddate) == ("2026-12-05", "2026-12-06")


def test_a_place_without_coordinates_has_no_point() -> None:
    nowhere = replace(GATHERING, place=replace(PLACE, latitude=None, longitude=None))
    assert "where" not in read(entry(gathering=nowhere)).entries[0]


def test_the_description_is_one_plain_line() -> None:
    item = read(ENTRY).entries[0]
    assert item.summary == "12月5日（土）午後1時〜3時 / 中央公民館（北町） / 無料 / 申し込みはいりません / おしゃべりの会です。"


def test_the_content_holds_facts_words_and_the_way_to_the_page() -> None:
    html = read(ENTRY).entries[0].content[0].value
    for expected in ("いつ：2026年12月5日（土）午後1時〜3時", "どこで：中央公民館 北町1-2-3", "参加費：無料", "<li>将棋</li>", ENTRY.link):
        assert expected in html
    assert "雨のとき" not in html


def test_a_cancelled_date_says_so_first_and_why() -> None:
    item = read(entry(1, state="cancelled", state_words="中止", state_note="雨のため")).entries[0]
    assert item.title.startswith("【中止】12/5(土)")
    assert item.summary.startswith("中止 / 雨のため / ")
    assert item.content[0].value.startswith("<p><strong>中止：雨のため</strong></p>")


def test_a_moved_date_tells_the_day_it_was_announced_for() -> None:
    html = read(entry(1, state="moved", state_words="日時が変わりました", moved_from=date(2026, 12, 4))).entries[0].content[0].value
    assert "もとの日：12月4日（金）" in html


def test_equal_entries_are_equal_bytes_whenever_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    before = to_rss(HEAD, [ENTRY, entry(1)])

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime(2031, 1, 1, tzinfo=tz)

    monkeypatch.setattr("feedgen.feed.datetime", Later)
    assert to_rss(HEAD, [entry(1), ENTRY]) == before
    assert b"2031" not in before


def test_the_feed_was_built_when_its_newest_entry_changed() -> None:
    feed = read(entry(1), entry(2, said_at=SAID_AT - timedelta(days=3))).feed
    assert feed.updated == "Fri, 20 Nov 2026 03:04:05 +0000"


def test_an_empty_feed_is_a_feed_without_a_build_date() -> None:
    feed = read()
    assert feed.entries == []
    assert "updated" not in feed.feed


def test_an_import_of_300_has_300_moments() -> None:
    feed = read(*(entry(number) for number in range(300)))
    moments = [item.published_parsed for item in feed.entries]
    assert len(moments) == len(set(moments)) == 300
    assert all(later > earlier for later, earlier in pairwise(moments))


@given(st.lists(st.integers(0, 5_000), max_size=60))
def test_moments_always_fall_and_never_run_ahead(milliseconds: list[int]) -> None:
    entries = [entry(number, said_at=SAID_AT + timedelta(milliseconds=one)) for number, one in enumerate(milliseconds)]
    told = list(falling(entries))
    assert {one.guid for one, _moment in told} == {one.guid for one in entries}
    assert all(later > earlier for (_a, later), (_b, earlier) in pairwise(told))
    assert all(moment <= one.said_at and moment.microsecond == 0 for one, moment in told)


def test_a_newcomer_does_not_change_the_moments_of_the_others() -> None:
    old = [entry(number) for number in range(5)]
    before = {one.guid: moment for one, moment in falling(old)}
    after = {one.guid: moment for one, moment in falling([*old, entry(9, said_at=SAID_AT + timedelta(hours=1))])}
    assert {guid: after[guid] for guid in before} == before


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_breaks_the_feed_or_becomes_markup(hostile: str) -> None:
    written = to_rss(HEAD, [hostile_entry(1, hostile), entry(2)])
    root = etree.fromstring(written)
    assert len(root.findall("channel/item")) == 2
    html = root.findtext("channel/item/{http://purl.org/rss/1.0/modules/content/}encoded") or ""
    assert "<script" not in html
    assert all(letter == "\n" or letter.isprintable() or letter in "\u200d" for letter in "".join(root.itertext()))


def test_who_may_use_the_words_is_said_of_each_entry() -> None:
    free = replace(GATHERING, reuse_text=True)
    said = [item.rights for item in read(entry(1), entry(2, gathering=free)).entries]
    assert said == [
        "この文章をほかで使うときは、主催の方に聞いてください",
        "この文章は、出典をつけて再利用できます：CC BY 4.0 https://licences.example/by/4.0",
    ]
    assert "rights" not in read(replace(ENTRY, reuse=None)).entries[0]


def test_a_hub_is_named_and_does_not_become_the_channel() -> None:
    channel = feedparser.parse(to_rss(replace(HEAD, hub_url="https://hub.example/"), [ENTRY])).feed
    assert channel.link == HEAD.page_url
    assert {link.rel: link.href for link in channel.links} == {
        "alternate": HEAD.page_url,
        "self": HEAD.self_url,
        "hub": "https://hub.example/",
    }


def test_hostile_words_in_the_head_break_nothing() -> None:
    written = to_rss(replace(HEAD, title="q：「\x00]]>\ufffe」", description="\ud800"), [ENTRY])
    assert not feedparser.parse(written).bozo


def test_one_poisoned_entry_never_takes_the_feed_down(caplog: pytest.LogCaptureFixture) -> None:
    poisoned = entry(2, gathering=replace(GATHERING, body_html=Markup("秘密\x00")))
    with caplog.at_level(logging.WARNING):
        feed = read(entry(1), poisoned, entry(3))
    assert [item.id[-3:] for item in feed.entries] == ["001", "003"]
    assert "2026:002" in caplog.text
    assert "秘密" not in caplog.text


def test_an_english_feed_is_english_around_the_words_of_the_host() -> None:
    english = {"いつ": "When", "【中止】": "[Cancelled]"}
    composer = Composer("en", lambda words: english.get(words, words), TERMS)
    written = to_rss(replace(HEAD, language="en"), [entry(1, state="cancelled", state_words="Cancelled", composer=composer)])
    item = feedparser.parse(written).entries[0]
    assert item.title == "[Cancelled] Sat 5 Dec 13:00 井戸端パーティー @中央公民館"
    assert "When: Sat, 5 Dec 2026" in item.content[0].value


def test_writing_a_feed_leaves_the_locale_of_the_process_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    touched: list[str] = []
    monkeypatch.setattr("locale.setlocale", lambda *_: touched.append(threading.current_thread().name))
    to_rss(HEAD, [ENTRY, entry(1)])
    assert touched == []
