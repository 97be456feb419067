"""How people and programs get from a list to its twins, and the page that explains it."""

import gzip
from html import unescape
from urllib.parse import parse_qs, quote, urlsplit

import brotli
import pytest
from flask import Flask
from lxml import html

from idobata.accounts.actions import find_or_make_person
from idobata.feeds.lists_queries import LISTS
from idobata.feeds.poster_queries import POSTER_FEEDS
from idobata.feeds.twin_queries import TWINS
from idobata.groups.actions import add_group
from idobata.kernel.actor import SYSTEM
from idobata.store.transaction import transaction
from tests.harness.site import BASE_URL, Town, new_client


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Links do not know which database lies below them."""
    return sqlite_database_url


@pytest.fixture
def pages(town: Town) -> dict[str, str]:
    """A page of each kind of list, by the kind's name."""
    row = town.published()
    assert row.place is not None
    with transaction():
        add_group(SYSTEM, "midori", "みどり会", "みどりで会います。", None, [], find_or_make_person("hanako@example.com"))
    found = {
        "gatherings": "/gatherings",
        "calendar": "/calendar",
        "first_step": "/first-step",
        "group": "/groups/midori",
        "place": f"/places/{row.place.public_id}",
        "district": f"/districts/{town.settings.districts[0].slug}",
        "month": "/calendar/2026-12",
        "map": "/map",
    }
    assert set(found) == {kind.name for kind in LISTS}
    return found


ASKED = "free=1&fact=leave-early&q=%E5%B0%86%E6%A3%8B&page=2"


def test_every_list_names_all_its_twins_with_its_filters(app: Flask, pages: dict[str, str]) -> None:
    reader = new_client(app)
    for path in pages.values():
        page = html.fromstring(reader.get(f"{path}?{ASKED}").text)
        named = {link.get("type"): link.get("href") for link in page.xpath("//head/link[@rel='alternate']")}
        in_page = [link.get("href") for link in page.xpath("//*[@id='subscribe']//a")]
        for twin in TWINS:
            address = named[twin.content_type.partition(";")[0]]
            assert address in in_page, path
            # A month is over some day, and the map is the list by place: whoever subscribes there wants all that is coming.
            is_whole = path.startswith(("/calendar", "/map"))
            assert urlsplit(address).path == f"{'/gatherings' if is_whole else path}.{twin.suffix}"
            assert parse_qs(urlsplit(address).query) == {"free": ["1"], "fact": ["leave-early"], "q": ["将棋"]}
            assert reader.get(address).content_type == twin.content_type


def test_a_twin_is_kept_ready_in_every_coding_and_known_by_a_strong_tag(app: Flask, town: Town) -> None:
    town.published()
    reader = new_client(app)
    for twin in TWINS:
        address = f"/gatherings.{twin.suffix}"
        plain = reader.get(address)
        for coding, unpack in (("gzip", gzip.decompress), ("br", brotli.decompress)):
            packed = reader.get(address, headers={"Accept-Encoding": coding})
            assert (packed.headers["Content-Encoding"], unpack(packed.data)) == (coding, plain.data)
            etag = packed.headers["ETag"]
            assert not etag.startswith("W/")
            assert etag != plain.headers["ETag"]
            again = reader.get(address, headers={"Accept-Encoding": coding, "If-None-Match": etag})
            assert (again.status_code, again.data) == (304, b"")
            assert again.headers["Link"] == plain.headers["Link"]
            assert again.headers.get("Access-Control-Allow-Origin") == plain.headers.get("Access-Control-Allow-Origin")
        head = reader.head(address)
        assert (head.data, head.headers["ETag"], head.headers["Content-Length"]) == (b"", plain.headers["ETag"], str(len(plain.data)))
        assert plain.last_modified is not None
        assert "Set-Cookie" not in plain.headers


def test_phones_and_google_are_sent_to_the_calendar_of_the_very_list(app: Flask, pages: dict[str, str]) -> None:
    page = html.fromstring(new_client(app).get(f"{pages['district']}?free=1&lang=en").text)
    links = [link.get("href") for link in page.xpath("//*[@id='subscribe']//a")]
    calendar = f"webcal://{urlsplit(BASE_URL).netloc}{pages['district']}.ics?free=1&lang=en"
    assert links[:2] == [calendar, f"https://calendar.google.com/calendar/render?cid={quote(calendar, safe='')}"]


def test_the_first_page_and_the_map_lead_there_too(app: Flask, pages: dict[str, str]) -> None:
    reader = new_client(app)
    for path in ("/", "/map"):
        page = html.fromstring(reader.get(path).text)
        named = {link.get("type") for link in page.xpath("//head/link[@rel='alternate']")}
        assert {twin.content_type.partition(";")[0] for twin in TWINS} <= named
        assert page.xpath("//main//a[starts-with(@href, 'webcal://')]")
        assert page.xpath("//main//a[@href='/subscribe']")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_explains_every_way_and_each_address_on_it_opens(app: Flask, town: Town, language: str) -> None:
    reader = new_client(app)
    text = reader.get(f"/subscribe?lang={language}").text
    addresses = [unescape(one.text_content()) for one in html.fromstring(text).xpath("//code[@class='address']")]
    assert {urlsplit(one).path for one in addresses} >= {f"/gatherings.{twin.suffix}" for twin in TWINS}
    assert {urlsplit(one).path for one in addresses} >= {f"/feeds/{feed.name}.rss" for feed in POSTER_FEEDS}
    for address in addresses:
        assert reader.get(address.removeprefix(BASE_URL)).status_code == 200, address
    assert ("自動で投稿" in text) == (language == "ja")
