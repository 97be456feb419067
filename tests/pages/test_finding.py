"""What robots ask for at fixed places: the sitemap, robots.txt, security.txt."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import cast

import pytest
from flask import Flask
from lxml import etree
from protego import Protego

from idobata.accounts.actions import find_or_make_person
from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.posting_actions import withdraw
from idobata.gatherings.states import VenueKind
from idobata.gatherings.values import PlaceWords
from idobata.groups.actions import add_group
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM
from idobata.kernel.settings import Contact, Settings
from idobata.opendata.data_sets import DATA_SETS
from idobata.pages import sitemap_queries
from idobata.pages.security_txt import contact_uris, expires_on, security_txt
from idobata.store.database import db
from idobata.store.generation import Generation
from idobata.store.transaction import transaction
from idobata.web.guards import GUARD
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import BASE_URL, Town, days_from_monday, make_settings, new_client, once, running, weekly

NAMESPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
SATURDAY = days_from_monday(5)
ROBOTS = ("Googlebot", "bingbot", "SomebodyElse/1.0")


class Map:
    """One document of a sitemap, as a robot reads it."""

    def __init__(self, client: InspectingClient, path: str) -> None:
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (200, "application/xml"), path
        self.root = etree.fromstring(answer.data)

    def changed(self) -> dict[str, str]:
        """address → lastmod, empty where there is none."""
        found = self.root.findall("s:url", NAMESPACES) or self.root.findall("s:sitemap", NAMESPACES)
        return {str(one.findtext("s:loc", "", NAMESPACES)): str(one.findtext("s:lastmod", "", NAMESPACES)) for one in found}

    def languages(self, address: str) -> dict[str, str]:
        """hreflang → address of one page."""
        [page] = [one for one in self.root.findall("s:url", NAMESPACES) if one.findtext("s:loc", "", NAMESPACES) == address]
        return {str(one.get("hreflang")): str(one.get("href")) for one in page.findall("x:link", NAMESPACES)}


def whole(client: InspectingClient) -> dict[str, str]:
    """Every page of the whole sitemap with its lastmod."""
    found: dict[str, str] = {}
    for address in Map(client, "/sitemap.xml").changed():
        found |= Map(client, address.removeprefix(BASE_URL)).changed()
    return found


def test_every_page_for_everybody_stands_in_the_sitemap_and_opens(
    town: Town, app: Flask, client: InspectingClient, monday: datetime
) -> None:
    host = town.person()
    with transaction():
        add_group(SYSTEM, "minato", "みなと会", "みなとで会います。", "minato", [], find_or_make_person("hanako@example.com"))
    clock.fix(monday - timedelta(days=3))
    row = town.published(host, schedule=weekly(SATURDAY))
    clock.fix(monday - timedelta(days=2))
    with transaction():
        cancel_date(SYSTEM, row, SATURDAY, "", town.settings)
    home = town.published(venue_kind=VenueKind.PRIVATE, place=PlaceWords(), area_words="北町のあたり", exact_place="北町3-2-5")
    clock.fix(monday)
    hidden = town.waiting(place=PlaceWords(name="だれも知らない家"))
    gone = town.published(host, place=PlaceWords(name="むかしの家"))
    with transaction():
        withdraw(host, gone)
    assert row.place is not None
    assert hidden.place is not None
    assert gone.place is not None

    found = whole(client)
    page = f"{BASE_URL}/gatherings/{row.public_id}"
    assert found[page] == found[f"{page}?lang=en"] == "2026-11-28T09:00:00+09:00", "the day it was cancelled, and not of today"
    places = [one for one in found if "/places/" in one and "lang" not in one]
    assert places == [f"{BASE_URL}/places/{row.place.public_id}"]
    gatherings = {one.rpartition("/")[2] for one in found if "/gatherings/" in one and "lang" not in one}
    assert gatherings == {row.public_id, home.public_id}
    assert f"{BASE_URL}/groups/minato" in found
    assert {f"{BASE_URL}/districts/{one.slug}" for one in town.settings.districts} <= found.keys()
    assert {f"{BASE_URL}/opendata/{one.stem}" for one in DATA_SETS} <= found.keys()
    assert found[f"{BASE_URL}/about"] == "", "nobody knows when the city's own words were changed"
    robots = Protego.parse(client.get("/robots.txt").text)
    for address in found:
        path = address.removeprefix(BASE_URL)
        assert new_client(app).get(path).status_code == 200, path
        assert all(robots.can_fetch(address, name) for name in ROBOTS), path
    index = Map(client, "/sitemap.xml").changed()
    assert index[f"{BASE_URL}/sitemap/gatherings-1.xml"] == "2026-11-28T09:00:00+09:00"
    languages = Map(client, "/sitemap/gatherings-1.xml").languages(f"{page}?lang=en")
    assert languages == {"ja": page, "en": f"{page}?lang=en", "x-default": page}


def test_no_page_that_calls_an_address_its_own_is_missing(town: Town, app: Flask, client: InspectingClient) -> None:
    """So that whoever adds a page for everybody is told to add it here."""
    found, told = whole(client), 0
    for rule in app.url_map.iter_rules():
        if rule.arguments or "GET" not in (rule.methods or ()) or getattr(app.view_functions[rule.endpoint], GUARD, "") != "public":
            continue
        answer = client.get(rule.rule)
        if answer.mimetype == "text/html" and f'<link rel="canonical" href="{BASE_URL}{rule.rule}">' in answer.text:
            assert f"{BASE_URL}{rule.rule}" in found, rule.rule
            told += 1
    assert told > 10


def test_a_gathering_leaves_some_weeks_after_its_last_date(town: Town, app: Flask, client: InspectingClient, monday: datetime) -> None:
    generation: Generation = app.extensions["idobata_generation"]
    row = town.published(schedule=once(SATURDAY))
    kept = timedelta(days=town.settings.policy.cancelled_keep_days)
    for after, there in ((timedelta(days=6), True), (kept + timedelta(days=4), True), (kept + timedelta(days=8), False)):
        with clock.hold(monday + after):
            # The page cache counts in the machine's own seconds.
            generation.raise_()
            assert (f"{BASE_URL}/gatherings/{row.public_id}" in whole(client)) is there, after


def test_a_big_town_is_cut_into_parts_that_hold_each_thing_once(
    town: Town, client: InspectingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap_queries, "PART", 2)
    rows = [town.published(place=PlaceWords(name=f"場所{number}")) for number in range(5)]
    with transaction():
        for row in rows[2:4]:
            withdraw(SYSTEM, row)
    found = [one for one in Map(client, "/sitemap.xml").changed() if "gatherings" in one]
    assert found == [f"{BASE_URL}/sitemap/gatherings-{number}.xml" for number in (1, 3)], "a part of nothing is no part"
    assert [one for one in whole(client) if "/gatherings/" in one and "lang" not in one] == [
        f"{BASE_URL}/gatherings/{row.public_id}" for row in (rows[0], rows[1], rows[4])
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/sitemap/gatherings-2.xml",
        "/sitemap/gatherings-0.xml",
        "/sitemap/gatherings-99999999999999999999.xml",
        "/sitemap/pages-2.xml",
        "/sitemap/people-1.xml",
    ],
)
def test_there_is_no_part_beyond_the_last(town: Town, client: InspectingClient, path: str) -> None:
    town.published()
    assert client.get(path).status_code == 404


def test_a_city_of_one_language_has_each_page_once(sqlite_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = make_settings(sqlite_database_url, tmp_path_factory.mktemp("one"))
    for app in running(replace(settings, city=replace(settings.city, languages=("ja",)))):
        text = app.test_client().get("/sitemap/pages-1.xml").text
        assert "lang" not in text
        assert "xhtml" not in text


def test_the_sitemap_is_kept_ready_until_something_changes(town: Town, client: InspectingClient) -> None:
    town.published()
    first = client.get("/sitemap.xml")
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert client.get("/sitemap.xml", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    town.published()
    path = "/sitemap/gatherings-1.xml"
    assert len(Map(client, path).changed()) == 4


def test_a_part_is_a_walk_along_the_numbers_whatever_the_town_holds(town: Town, settings: Settings) -> None:
    for shelf in (sitemap_queries.gatherings(datetime(2026, 11, 1, tzinfo=UTC)), sitemap_queries.places()):
        statement = db.select(shelf.name).where(shelf.number.between(1, 2000), *shelf.are_public)
        plain = str(statement.compile(db.engine, compile_kwargs={"literal_binds": True}))
        plan = " / ".join(row[3] for row in db.session.execute(db.text(f"EXPLAIN QUERY PLAN {plain}")))
        assert "USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)" in plan
        assert "publication=?" not in plan
        assert "SCAN" not in plan


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them."""
    return sqlite_database_url


def test_both_databases_cut_the_same_parts(postgres_database_url: str, tmp_path_factory: pytest.TempPathFactory, monday: datetime) -> None:
    settings = make_settings(postgres_database_url, tmp_path_factory.mktemp("postgres"))
    for app in running(settings):
        with app.app_context():
            row = Town(settings).published()
            found = whole(cast(InspectingClient, app.test_client()))
            assert f"{BASE_URL}/gatherings/{row.public_id}" in found


class TestRobots:
    """The file as a library for crawlers reads it."""

    @pytest.fixture
    def robots(self, client: InspectingClient) -> Protego:
        answer = client.get("/robots.txt")
        assert answer.content_type == "text/plain; charset=utf-8"
        return Protego.parse(answer.text)

    @pytest.mark.parametrize(
        "path",
        [
            "/",
            "/gatherings",
            "/gatherings?page=3",
            "/gatherings?lang=en",
            "/gatherings?page=3&lang=en",
            "/gatherings/k7m2x9pqrs4t",
            "/gatherings/k7m2x9pqrs4t/2026-12-05?lang=en",
            "/gatherings.rss?district=minato",
            "/groups/minato.rss?free=1",
            "/districts/minato?lang=en",
            "/calendar/2026-12",
            "/static/css/x.css",
            "/oembed?url=x",
            "/sitemap.xml",
        ],
    )
    def test_what_readers_read_is_open(self, robots: Protego, path: str) -> None:
        assert all(robots.can_fetch(BASE_URL + path, name) for name in ROBOTS)

    @pytest.mark.parametrize(
        "path",
        [
            "/desk",
            "/desk/reports",
            "/my",
            "/post",
            "/sign-in",
            "/still/x",
            "/groups/start",
            "/gatherings/k7m2x9pqrs4t/report",
            "/gatherings?free=1",
            "/gatherings?district=minato&page=2",
            "/calendar/2026-12?category=eat",
            "/map?when=today",
            "/districts/minato?free=1",
            "/places/k7m2x9pqrs4t?when=today",
            "/embed/gatherings?look=next",
        ],
    )
    def test_rooms_and_endless_choices_are_not(self, robots: Protego, path: str) -> None:
        assert not any(robots.can_fetch(BASE_URL + path, name) for name in ROBOTS)

    def test_it_tells_where_the_sitemap_is(self, robots: Protego) -> None:
        assert list(robots.sitemaps) == [f"{BASE_URL}/sitemap.xml"]


class TestSecurity:
    """RFC 9116."""

    def test_the_file_says_whom_to_tell_and_until_when_that_holds(self, client: InspectingClient, monday: datetime) -> None:
        answer = client.get("/.well-known/security.txt")
        assert answer.content_type == "text/plain; charset=utf-8"
        fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
        assert fields == {
            "Contact": "mailto:idobata@city.shiosaka.example",
            "Expires": "2027-05-01T00:00:00Z",
            "Preferred-Languages": "ja, en",
            "Canonical": f"{BASE_URL}/.well-known/security.txt",
        }
        with clock.hold(monday.replace(day=2)):
            assert client.get("/.well-known/security.txt").text == answer.text, "a cache may keep it for the month"

    def test_it_never_holds_for_a_year_and_never_for_less_than_months(self) -> None:
        day = date(2026, 1, 1)
        while day < date(2028, 3, 1):
            assert timedelta(days=150) < expires_on(day) - day < timedelta(days=365)
            day += timedelta(days=1)

    @pytest.mark.parametrize(
        ("given", "uris"),
        [
            ({"security_contact": "csirt@city.example"}, ["mailto:csirt@city.example"]),
            ({"security_contact": "https://city.example/hole"}, ["https://city.example/hole"]),
            ({}, ["mailto:idobata@city.example"]),
            ({"email": ""}, ["tel:+81956000000"]),
        ],
    )
    def test_who_is_told(self, given: dict[str, str], uris: list[str]) -> None:
        plain = Contact("市民協働課", "0956-00-0000", "idobata@city.example", "", "", "", "", "")
        contact = replace(plain, **given)
        assert contact_uris(contact) == uris
        policy = replace(contact, security_policy="https://city.example/policy")
        text = security_txt(policy, ("ja",), "https://x.example/.well-known/security.txt", date(2026, 12, 31))
        assert text.endswith("\nPolicy: https://city.example/policy\n")
        assert re.search(r"^Expires: 2027-06-01T00:00:00Z$", text, re.MULTILINE)
