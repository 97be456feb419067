"""Atom as strict readers see it."""

import logging
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from markupsafe import Markup

from idobata.feeds.atom import to_atom
from idobata.feeds.entry import FeedEntry
from tests.feeds.entries import ENTRY, GATHERING, HEAD, HOSTILE, SAID_AT, entry, hostile_entry

ATOM = "{http://www.w3.org/2005/Atom}"


def read(*entries: FeedEntry, **head: Any) -> Any:
    """The feed as a feed reader understands it; fails on anything that is not well-formed."""
    feed = feedparser.parse(to_atom(replace(HEAD, **head), entries))
    assert not feed.bozo, feed.bozo_exception
    return feed


def rooted(*entries: FeedEntry) -> Any:
    """The bare elements."""
    return etree.fromstring(to_atom(HEAD, entries))


def test_a_feed_says_what_it_is_and_where() -> None:
    feed = read(ENTRY, hub_url="https://hub.example/").feed
    assert (feed.title, feed.subtitle, feed.author, feed.language) == (HEAD.title, HEAD.description, HEAD.author, "ja")
    assert feed.id == "tag:idobata.example,2026:feed/gatherings.rss?district=kitamachi&free=1"
    assert {link.rel: link.href for link in feed.links} == {
        "alternate": HEAD.page_url,
        "self": HEAD.self_url,
        "hub": "https://hub.example/",
    }
    assert rooted(ENTRY).get("{http://www.w3.org/XML/1998/namespace}lang") == "ja"


def test_an_entry_says_what_an_item_of_rss_says() -> None:
    item = read(ENTRY).entries[0]
    assert (item.id, item.link, item.author) == (ENTRY.guid, ENTRY.link, "みどり会")
    assert item.title == "12/5(土) 13:00 井戸端パーティー @中央公民館"
    assert item.summary == ENTRY.line
    assert item.content[0].value == ENTRY.html
    assert [tag.term for tag in item.tags] == ["食べる", "北町"]
    assert item.ev_startdate == "2026-12-05T13:00:00+09:00"
    assert item.ev_location == "中央公民館 北町1-2-3"
    assert item.where["coordinates"] == (139.5, 35.123457)


def test_an_entry_leads_to_the_calendar_of_its_gathering() -> None:
    related = [link for link in read(ENTRY).entries[0].links if link.rel == "related"]
    assert [(link.href, link.type) for link in related] == [("https://idobata.example/gatherings/abcdefghjkmn.ics", "text/calendar")]


def test_who_may_use_the_words_is_said_of_each_entry() -> None:
    asked, free = read(entry(1), entry(2, gathering=replace(GATHERING, reuse_text=True))).entries
    assert asked.rights == "この文章をほかで使うときは、主催の方に聞いてください"
    assert free.rights.startswith("この文章は、出典をつけて再利用できます：CC BY 4.0")
    assert [link.href for one in (asked, free) for link in one.links if link.rel == "license"] == ["https://licences.example/by/4.0"]


def test_without_a_host_the_site_is_the_author() -> None:
    root = rooted(entry(host_name=""))
    assert root.findtext(f"{ATOM}author/{ATOM}name") == HEAD.author
    assert root.find(f"{ATOM}entry/{ATOM}author") is None


def test_an_entry_without_one_date_is_an_entry_all_the_same() -> None:
    item = read(replace(ENTRY, event=None, tags=(), author="")).entries[0]
    assert (item.title, "ev_startdate" in item, "tags" in item) == (ENTRY.title, False, False)


def test_an_entry_that_changed_later_says_both_moments() -> None:
    item = read(entry(1, changed_at=SAID_AT + timedelta(hours=2))).entries[0]
    assert (item.published, item.updated) == ("2026-11-20T03:04:05+00:00", "2026-11-20T05:04:05+00:00")


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), min_size=1, max_size=40))
def test_no_two_entries_were_updated_at_once_and_none_before_it_was_published(seconds: list[tuple[int, int]]) -> None:
    entries = [
        entry(number, said_at=SAID_AT + timedelta(seconds=said), changed_at=SAID_AT + timedelta(seconds=said + later))
        for number, (said, later) in enumerate(seconds)
    ]
    feed = read(*entries)
    updated = [item.updated for item in feed.entries]
    assert len(set(updated)) == len(entries)
    assert feed.feed.updated == max(updated)
    assert all(item.published <= item.updated for item in feed.entries)


def test_an_import_of_300_has_300_moments() -> None:
    moments = [item.published for item in read(*(entry(number) for number in range(300))).entries]
    assert len(moments) == 300
    assert all(later > earlier for later, earlier in pairwise(moments))


def test_equal_entries_are_equal_bytes_and_an_empty_feed_has_a_date_that_stays() -> None:
    assert to_atom(HEAD, [ENTRY, entry(1)]) == to_atom(HEAD, [entry(1), ENTRY])
    assert read().feed.updated == "2026-01-01T00:00:00+00:00"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_breaks_the_feed_or_becomes_markup(hostile: str) -> None:
    root = rooted(hostile_entry(1, hostile), entry(2))
    assert len(root.findall(f"{ATOM}entry")) == 2
    assert "<script" not in (root.findtext(f"{ATOM}entry/{ATOM}content") or "")
    assert all(letter == "\n" or letter.isprintable() or letter in "\u200d" for letter in "".join(root.itertext()))


def test_one_poisoned_entry_never_takes_the_feed_down(caplog: pytest.LogCaptureFixture) -> None:
    poisoned = entry(2, gathering=replace(GATHERING, body_html=Markup("秘密\x00")))
    with caplog.at_level(logging.WARNING):
        feed = read(entry(1), poisoned, entry(3))
    assert [item.id[-3:] for item in feed.entries] == ["001", "003"]
    assert "2026:002" in caplog.text
    assert "秘密" not in caplog.text
