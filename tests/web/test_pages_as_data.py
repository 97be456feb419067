"""Pages for machines: what extruct and mf2py, which others wrote, read out of them."""

import json
import re
from collections.abc import Iterator
from typing import Any

import extruct  # type: ignore[import-untyped]
import mf2py  # type: ignore[import-untyped]
import pytest

from idobata.accounts.actions import find_or_make_person
from idobata.gatherings.date_actions import cancel_date, spread
from idobata.gatherings.states import VenueKind
from idobata.gatherings.values import PlaceWords
from idobata.groups.actions import add_group
from idobata.kernel.actor import SYSTEM
from idobata.store.transaction import transaction
from tests.gatherings.google_event import faults
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import BASE_URL, Town, days_from_monday, once, weekly

SATURDAY = days_from_monday(5)
WORDS = "</script><script>alert(1)</script>\"'><!-- ]]> \u2028 &amp; {{7*7}}"


class Read:
    """What a page says to machines."""

    def __init__(self, client: InspectingClient, path: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 200, path
        self.html, self.address = answer.get_data(as_text=True), BASE_URL + path
        found = extruct.extract(self.html, base_url=self.address, syntaxes=["json-ld", "opengraph"], uniform=True)
        self.things: list[dict[str, Any]] = found["json-ld"]
        self.graph: dict[str, Any] = found["opengraph"][0]
        self.formats: dict[str, Any] = mf2py.parse(doc=self.html, url=self.address)

    def thing(self, kind: str) -> dict[str, Any]:
        [found] = [one for one in self.things if one["@type"] == kind]
        return found

    def items(self, kind: str) -> list[dict[str, Any]]:
        """All microformats of a kind, wherever they stand."""
        return [one for one in self._walk(self.formats["items"]) if kind in one["type"]]

    def _walk(self, items: list[Any]) -> Iterator[dict[str, Any]]:
        for one in items:
            if isinstance(one, dict) and "type" in one:
                yield one
                yield from self._walk(one.get("children", []))
                for values in one["properties"].values():
                    yield from self._walk(values)

    def links(self, rel: str) -> dict[str, str]:
        """hreflang → address of the links in the head."""
        found = re.findall(rf'<link rel="{rel}"(?: hreflang="([^"]+)")? href="([^"]+)"', self.html)
        return {language: href.replace("&amp;", "&") for language, href in found}


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


def properties(item: dict[str, Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = item["properties"]
    return found


def first(item: dict[str, Any], name: str) -> Any:
    return properties(item)[name][0]


def test_a_gatherings_page_is_one_event_in_both_languages_of_machines(town: Town, client: InspectingClient) -> None:
    place = PlaceWords(name="みどり公民館", address="北町1-2-3")
    row = town.published(title="朝の将棋", summary="将棋をさします。", schedule=weekly(SATURDAY), place=place)
    path = f"/gatherings/{row.public_id}"
    page = Read(client, path)

    event = page.thing("Event")
    assert faults(event) == []
    assert event["url"] == f"{BASE_URL}{path}/2026-12-05"
    crumbs = page.thing("BreadcrumbList")["itemListElement"]
    assert [(one["position"], one["name"], one.get("item")) for one in crumbs] == [
        (1, "さがす", f"{BASE_URL}/gatherings"),
        (2, "北町", f"{BASE_URL}/districts/kitamachi"),
        (3, "朝の将棋", None),
    ]

    [h_event] = page.items("h-event")
    assert {name: properties(h_event)[name] for name in ("name", "summary", "start", "end", "category", "url")} == {
        "name": ["朝の将棋"],
        "summary": ["将棋をさします。"],
        "start": ["2026-12-05T10:00:00+0900"],
        "end": ["2026-12-05T12:00:00+0900"],
        "category": ["食べる"],
        "url": [BASE_URL + path],
    }
    where = first(h_event, "location")
    assert where["type"] == ["h-card"]
    assert first(where, "name") == "みどり公民館"
    address = first(where, "adr")
    assert (address["type"], first(address, "street-address"), first(address, "locality"), first(address, "region")) == (
        ["h-adr"], "北町1-2-3", "汐坂市", "みなも県",
    )  # fmt: skip
    assert first(first(h_event, "organizer"), "name") == "みなと将棋会"

    assert page.graph["@type"] == "article"
    assert page.graph["og:title"] == "朝の将棋"
    assert page.graph["og:description"] == "12月5日（土）午前10時〜正午 / みどり公民館 / 将棋をさします。"
    assert (page.graph["og:url"], page.graph["og:locale"]) == (BASE_URL + path, "ja_JP")
    assert (page.graph["og:locale:alternate"], page.graph["og:site_name"]) == ("en_US", "しおさか井戸端パーティー")
    assert page.links("canonical") == {"": BASE_URL + path}
    assert page.links("alternate") == {"ja": BASE_URL + path, "en": f"{BASE_URL}{path}?lang=en", "x-default": BASE_URL + path}


def test_a_date_of_several_is_a_page_of_its_own_and_the_only_date_is_not(town: Town, client: InspectingClient) -> None:
    several, one = town.published(schedule=weekly(SATURDAY)), town.published(schedule=once(SATURDAY))
    own = f"/gatherings/{several.public_id}/2026-12-12"
    assert Read(client, own).links("canonical") == {"": BASE_URL + own}
    assert Read(client, own).thing("Event")["startDate"] == "2026-12-12T10:00:00+09:00"
    alone = Read(client, f"/gatherings/{one.public_id}/2026-12-05")
    assert alone.links("canonical") == {"": f"{BASE_URL}/gatherings/{one.public_id}"}
    assert alone.thing("Event")["url"] == f"{BASE_URL}/gatherings/{one.public_id}"


def test_an_english_page_says_so_and_knows_the_japanese_one(town: Town, client: InspectingClient) -> None:
    row = town.published()
    path = f"/gatherings/{row.public_id}"
    page = Read(client, f"{path}?lang=en")
    assert page.links("canonical") == {"": f"{BASE_URL}{path}?lang=en"}
    assert page.links("alternate")["ja"] == BASE_URL + path
    assert (page.graph["og:locale"], page.graph["og:locale:alternate"]) == ("en_US", "ja_JP")
    assert page.thing("Event")["inLanguage"] == "en"
    assert page.thing("BreadcrumbList")["itemListElement"][0]["item"] == f"{BASE_URL}/gatherings?lang=en"


def test_a_cancelled_date_of_an_all_day_gathering_ends_with_its_day(town: Town, client: InspectingClient) -> None:
    row = town.published(schedule=weekly(SATURDAY, starts=None, ends=None, count=3))  # type: ignore[arg-type]
    with transaction():
        cancel_date(SYSTEM, row, SATURDAY, "雨のため", town.settings)
    page = Read(client, f"/gatherings/{row.public_id}")
    assert page.thing("Event")["eventStatus"] == "https://schema.org/EventCancelled"
    [h_event] = page.items("h-event")
    assert (properties(h_event)["start"], properties(h_event)["end"]) == (["2026-12-05"], ["2026-12-05"]), "and not the next date's"
    assert page.graph["og:title"].startswith("【中止】")


def test_every_list_names_its_dates_in_order_and_its_cards_are_events(town: Town, client: InspectingClient) -> None:
    host = town.person()
    with transaction():
        add_group(
            SYSTEM,
            "minato",
            "みなと会",
            "みなとで会います。\nだれでもどうぞ。",
            "kitamachi",
            ["https://minato.example/"],
            find_or_make_person("hanako@example.com"),
        )
    rows = [
        town.published(host, group_slug="minato", title=f"集まり{number}", schedule=once(days_from_monday(number)))
        for number in (2, 5, 5, 6)
    ]
    place = rows[0].place
    assert place is not None
    with transaction():
        for row in rows:
            row.first_step = True
            spread(row)
    pages = {
        "/gatherings": None,
        "/first-step": None,
        "/districts/kitamachi": "BreadcrumbList",
        "/groups/minato": "Organization",
        f"/places/{place.public_id}": "Place",
        "/": "WebSite",
    }
    for path, other in pages.items():
        page = Read(client, path)
        items = page.thing("ItemList")["itemListElement"]
        titles = [one["name"] for one in items]
        assert sorted(titles) == [f"集まり{number}" for number in (2, 5, 5, 6)], path
        assert [one["position"] for one in items] == [1, 2, 3, 4]
        assert len({one["url"] for one in items}) == 4
        assert all(one["url"].startswith(f"{BASE_URL}/gatherings/") for one in items)
        assert page.things.count(page.thing("ItemList")) == 1
        if other:
            assert page.thing(other)["@type"] == other
        events = page.items("h-event")
        assert {first(one, "url") for one in events} == {one["url"] for one in items}, path
        for one in events:
            assert {"name", "start", "end", "location", "url", "summary", "category"} <= properties(one).keys(), path
            assert first(first(one, "location"), "name") == "みどり公民館"
        assert len(page.items("h-feed")) == 1, path
        assert page.graph["og:url"] == BASE_URL + path, path
    calendar = Read(client, "/calendar/2026-12")
    assert [one["name"] for one in calendar.thing("ItemList")["itemListElement"]] == [f"集まり{number}" for number in (2, 5, 5, 6)]


def test_a_long_list_counts_on_and_each_of_its_pages_is_a_page(town: Town, client: InspectingClient) -> None:
    for _number in range(town.settings.policy.list_page_size + 2):
        town.published()
    page = Read(client, "/gatherings?page=2")
    listed = page.thing("ItemList")
    assert [one["position"] for one in listed["itemListElement"]] == [21, 22]
    assert listed["numberOfItems"] == 22
    assert page.links("canonical") == {"": f"{BASE_URL}/gatherings?page=2"}
    assert page.links("alternate")["en"] == f"{BASE_URL}/gatherings?page=2&lang=en"


def test_filters_make_another_page_and_what_only_counts_readers_does_not(town: Town, client: InspectingClient) -> None:
    town.published()
    page = Read(client, "/gatherings?utm_source=x&free=1&district=kitamachi&when=nonsense")
    assert page.links("canonical") == {"": f"{BASE_URL}/gatherings?district=kitamachi&free=1"}
    assert Read(client, "/calendar/2026-11").links("canonical") == {"": f"{BASE_URL}/calendar"}, "this month is the calendar itself"


def test_a_group_and_a_place_are_cards(town: Town, client: InspectingClient) -> None:
    host = town.person()
    with transaction():
        add_group(
            SYSTEM,
            "minato",
            "みなと会",
            "みなとで会います。",
            "minato",
            ["https://minato.example/"],
            find_or_make_person("hanako@example.com"),
        )
    row = town.published(host, place=PlaceWords(name="みどり公民館", address="北町1-2-3", latitude=35.3, longitude=139.3))
    assert row.place is not None
    with transaction():
        row.place.access_facts = {"wheelchair": True, "step-free": False}
        row.place.phone = "0956-00-0000"

    group = Read(client, "/groups/minato")
    told = group.thing("Organization")
    assert (told["name"], told["url"], told["sameAs"]) == ("みなと会", f"{BASE_URL}/groups/minato", ["https://minato.example/"])
    assert told["areaServed"]["name"] == "港"
    assert "hanako" not in json.dumps(told)
    card = group.formats["items"][0]
    assert card["type"] == ["h-card"]
    assert (first(card, "name"), first(card, "org"), first(card, "url")) == ("みなと会", "みなと会", f"{BASE_URL}/groups/minato")
    [listed] = Read(client, "/groups").items("h-card")
    assert (first(listed, "name"), first(listed, "url")) == ("みなと会", f"{BASE_URL}/groups/minato")

    place = Read(client, f"/places/{row.place.public_id}")
    spot = place.thing("Place")
    assert (spot["name"], spot["telephone"], spot["geo"]["latitude"]) == ("みどり公民館", "0956-00-0000", 35.3)
    assert [(one["name"], one["value"]) for one in spot["amenityFeature"]][0] == ("車いすで入れます", True)
    assert [one["value"] for one in spot["amenityFeature"]] == [True, False]
    card = place.formats["items"][0]
    assert first(card, "geo") == "geo:35.3,139.3"
    assert first(first(card, "adr"), "street-address") == "北町1-2-3"


def test_hostile_words_in_every_field_stay_words(town: Town, client: InspectingClient) -> None:
    host = town.person("mallory@example.com", WORDS[:60])
    words = WORDS[:60]
    with transaction():
        add_group(
            SYSTEM, "evil", words, WORDS, "minato", ['https://a.example/"onmouseover=alert(1)'], find_or_make_person("mallory@example.com")
        )
    place = PlaceWords(name=words, address=WORDS, latitude=35.3, longitude=139.3)
    row = town.published(
        host,
        group_slug="evil",
        title=words,
        summary=WORDS,
        place=place,
        fee_words=WORDS,
        online_url='https://a.example/"><script>',
        is_online=True,
        contact_name=words,
    )
    assert row.place is not None
    for path in (
        f"/gatherings/{row.public_id}",
        f"/gatherings/{row.public_id}?lang=en",
        "/gatherings",
        "/",
        "/groups/evil",
        f"/places/{row.place.public_id}",
        "/calendar/2026-12",
    ):
        page = Read(client, path)
        assert page.things, path
        scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.html, re.DOTALL)
        assert len(scripts) == len(page.things), path
        assert not set("".join(scripts)) & set("<>&'\u2028"), path
        for event in (one for one in page.things if one["@type"] == "Event"):
            assert faults(event) == []
            assert (event["name"], event["location"][0]["name"], event["organizer"]["name"]) == (words, words, words)
        for event in page.items("h-event"):
            assert first(event, "name") == words.replace("\u2028", " ") or "<script>" in first(event, "name"), path
    assert Read(client, f"/gatherings/{row.public_id}").graph["og:title"] == words


def test_a_home_tells_its_area_and_nothing_else(town: Town, client: InspectingClient) -> None:
    row = town.published(
        venue_kind=VenueKind.PRIVATE, place=PlaceWords(), area_words="北町の商店街のちかく", exact_place="北町3-2-5 カナリア荘"
    )
    for path in (f"/gatherings/{row.public_id}", "/gatherings"):
        page = Read(client, path)
        assert "カナリア荘" not in page.html
        [event] = page.items("h-event")
        assert first(first(event, "location"), "name") == "北町の商店街のちかく"
        assert "adr" not in properties(first(event, "location"))


def test_what_is_gone_or_private_tells_machines_nothing(town: Town, client: InspectingClient) -> None:
    waiting = town.waiting()
    for path in ("/sign-in", "/post"):
        assert "ld+json" not in client.get(path).text
    gone = client.get(f"/gatherings/{waiting.public_id}").text
    assert "ld+json" not in gone
    assert "canonical" not in gone
