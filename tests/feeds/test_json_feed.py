"""JSON Feed as scripts read it, held to the schema that is served beside it."""

import json
import logging
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from idobata.feeds.entry import FeedEntry
from idobata.feeds.json_feed import SCHEMA, to_json_feed
from tests.feeds.entries import ENTRY, GATHERING, HEAD, HOSTILE, PLACE, SAID_AT, entry, hostile_entry

FORM = Draft202012Validator(json.loads(SCHEMA), format_checker=Draft202012Validator.FORMAT_CHECKER)


def read(*entries: FeedEntry, **head: Any) -> Any:
    """The feed as a script reads it; fails on anything that is not of the promised form."""
    feed = json.loads(to_json_feed(replace(HEAD, **head), entries))
    FORM.validate(feed)
    return feed


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(json.loads(SCHEMA))
    assert list(FORM.iter_errors({"version": "https://jsonfeed.org/version/1"}))


def test_a_feed_says_what_it_is_and_where() -> None:
    feed = read(hub_url="https://hub.example/")
    assert feed["items"] == []
    assert (feed["title"], feed["home_page_url"], feed["feed_url"]) == (HEAD.title, HEAD.page_url, HEAD.self_url)
    assert feed["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
    assert feed["_event"]["about"] == HEAD.schema_url
    assert "hubs" not in read()


def test_an_item_says_everything_twice_for_people_and_for_scripts() -> None:
    (item,) = read(ENTRY)["items"]
    assert item["title"] == "12/5(土) 13:00 井戸端パーティー @中央公民館"
    assert (item["id"], item["url"], item["summary"], item["content_html"]) == (ENTRY.guid, ENTRY.link, ENTRY.line, ENTRY.html)
    assert (item["date_published"], item["date_modified"]) == ("2026-11-20T03:04:05+00:00", "2026-11-20T03:04:05+00:00")
    assert (item["tags"], item["authors"]) == (["食べる", "北町"], [{"name": "みどり会"}])
    assert item["_event"] == {
        "gathering": "abcdefghjkmn",
        "start": "2026-12-05T13:00:00+09:00",
        "end": "2026-12-05T15:00:00+09:00",
        "all_day": False,
        "timezone": "Asia/Tokyo",
        "status": "planned",
        "note": "",
        "moved_from": None,
        "location": {"name": "中央公民館", "address": "北町1-2-3", "district": "北町"},
        "geo": {"latitude": 35.123457, "longitude": 139.5},
        "online": False,
        "organizer": "みどり会",
        "category": {"slug": "eat", "name": "食べる"},
        "free": True,
        "fee": "無料",
        "signup": "申し込みはいりません",
        "first_step": False,
        "calendar_url": "https://idobata.example/gatherings/abcdefghjkmn.ics",
        "reuse": {
            "text": False,
            "words": "この文章をほかで使うときは、主催の方に聞いてください",
            "licence": None,
            "licence_url": None,
        },
    }


def test_what_is_not_known_is_null_and_an_all_day_date_is_a_day() -> None:
    nowhere = replace(GATHERING, place=replace(PLACE, latitude=None, longitude=None))
    (item,) = read(entry(end_known=False, gathering=nowhere, category_slug=""))["items"]
    assert (item["_event"]["end"], item["_event"]["geo"], item["_event"]["category"]) == (None, None, None)
    (item,) = read(entry(all_day=True, last_day=date(2026, 12, 6)))["items"]
    assert (item["_event"]["start"], item["_event"]["end"], item["_event"]["all_day"]) == ("2026-12-05", "2026-12-06", True)


def test_freed_words_name_their_licence() -> None:
    (item,) = read(entry(gathering=replace(GATHERING, reuse_text=True)))["items"]
    reuse = item["_event"]["reuse"]
    assert (reuse["text"], reuse["licence"], reuse["licence_url"]) == (True, "CC BY 4.0", "https://licences.example/by/4.0")


def test_a_moved_date_says_which_day_it_was() -> None:
    (item,) = read(entry(state="moved", state_words="日時が変わりました", state_note="祭りのため", moved_from=date(2026, 12, 4)))["items"]
    assert (item["_event"]["status"], item["_event"]["note"], item["_event"]["moved_from"]) == ("moved", "祭りのため", "2026-12-04")


def test_an_item_without_one_date_has_no_event() -> None:
    (item,) = read(replace(ENTRY, event=None, tags=(), author=""))["items"]
    assert {"_event", "tags", "authors"} & set(item) == set()


def test_moments_of_publishing_are_one_each_and_never_behind_the_change() -> None:
    items = read(*(entry(number, changed_at=SAID_AT + timedelta(milliseconds=number)) for number in range(120)))["items"]
    assert len({item["date_published"] for item in items}) == 120
    assert all(item["date_published"] <= item["date_modified"] for item in items)


def test_equal_entries_are_equal_bytes() -> None:
    assert to_json_feed(HEAD, [ENTRY, entry(1)]) == to_json_feed(HEAD, [entry(1), ENTRY])


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_breaks_the_feed(hostile: str) -> None:
    items = read(hostile_entry(1, hostile), entry(2))["items"]
    assert len(items) == 2
    assert "<script" not in items[0]["content_html"]


def test_one_poisoned_entry_never_takes_the_feed_down(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        items = read(entry(1), replace(entry(2), html="秘密\ud800"), entry(3))["items"]
    assert [item["id"][-3:] for item in items] == ["001", "003"]
    assert "2026:002" in caplog.text
    assert "秘密" not in caplog.text
