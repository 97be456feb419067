"""A reader who asks for English gets English everywhere, except what the town itself wrote in Japanese."""

import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.accounts.models import Person
from idobata.demo.seeding_actions import seed_town
from idobata.gatherings.values import PlaceWords
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.web.pages import other_language_url
from tests.harness.inspecting_client import VOID, InspectingClient
from tests.harness.site import Town, make_settings, once, running

JAPANESE = re.compile("[ぁ-ゖァ-ヺー一-鿿々]")
SAID_ALOUD = ("alt", "aria-label", "placeholder", "data-done", "data-left", "data-over")
FILES = (".rss", ".ics", ".atom", ".json", ".csv")
DECEMBER = "from=2026-12-01&to=2026-12-31"
PAGES = (
    "/",
    "/gatherings",
    "/gatherings?when=weekend&free=1&fact=watch-only",
    f"/gatherings?district=minato&time=morning&{DECEMBER}&weekday=5",
    "/gatherings?category=eat&online=1&no_signup=1",
    "/gatherings?when=nonsense&from=yesterday",
    "/calendar",
    "/groups",
    "/districts/minato",
    "/about",
    "/rules",
    "/guide",
    "/privacy",
    "/accessibility",
    "/post",
    "/sign-in",
    "/no-such-page",
)


class Page(HTMLParser):
    """What a page says in which language, and where it leads. `strange` is Japanese that nobody marked as such."""

    def __init__(self, html: str, own_words: tuple[str, ...] = ()) -> None:
        super().__init__(convert_charrefs=True)
        self.own_words = own_words
        self.open: list[tuple[str, str | None]] = []
        self.strange: list[str] = []
        self.links: list[str] = []
        self.other_languages: dict[str, str] = {}
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and "hreflang" in values:
            self.other_languages[values["hreflang"]] = values["href"]
        elif tag == "a" and self.language != "ja":
            # Links inside the city's own Japanese pages lead where the city said.
            self.links.append(values.get("href", ""))
        if tag == "form":
            self.forms.append((values.get("action", ""), {}))
        if tag == "input" and self.forms:
            self.forms[-1][1][values.get("name", "")] = values.get("value", "")
        self.open.append((tag, values.get("lang")))
        for name in SAID_ALOUD:
            self._hear(values.get(name, ""))
        if tag in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        while tag not in VOID and self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        # The title of the page may be a gathering's own; a script is for machines.
        if not {"title", "script"} & {tag for tag, _language in self.open}:
            self._hear(data)

    def _hear(self, words: str) -> None:
        for own in self.own_words:
            words = words.replace(own, "")
        if self.language != "ja" and JAPANESE.search(words):
            self.strange.append(words.strip())

    @property
    def language(self) -> str | None:
        """The language of where the reading stands."""
        return next((language for _tag, language in reversed(self.open) if language), None)

    @property
    def inner_links(self) -> set[str]:
        """Links to other pages of this site; places on this page and files left out."""
        return {link for link in self.links if link.startswith("/") and not urlsplit(link).path.endswith(FILES)}


def in_english(address: str) -> str:
    return address + ("&" if "?" in address else "?") + "lang=en"


def read(client: InspectingClient, address: str, language: str = "en", own_words: tuple[str, ...] = ()) -> Page:
    html = client.get(address).get_data(as_text=True)
    assert f'<html lang="{language}">' in html, f"{address} is not in the language that was asked for"
    return Page(html, own_words)


def asked(address: str) -> tuple[str, list[tuple[str, str]]]:
    """An address without its language."""
    parts = urlsplit(address)
    return parts.path, sorted(pair for pair in parse_qsl(parts.query) if pair[0] != "lang")


@pytest.fixture
def demo_app(sqlite_database_url: str, tmp_path: Path, monday: object) -> Iterator[Flask]:
    """The site of the demo town with all its gatherings. What a page says does not depend on the database."""
    settings = make_settings(sqlite_database_url, tmp_path)
    for app in running(settings):
        with app.app_context():
            seed_town(settings)
        yield app


@pytest.fixture
def demo_words(demo_app: Flask) -> tuple[str, ...]:
    """What the people of the demo are called; nobody translates a name."""
    with demo_app.app_context():
        names = tuple(db.session.scalars(select(Person.name)))
    return tuple(filter(None, names))


def test_a_reader_of_english_walks_through_the_whole_town_in_english(demo_app: Flask, demo_words: tuple[str, ...]) -> None:
    client = demo_app.test_client()
    assert isinstance(client, InspectingClient)
    seen: set[str] = set()
    waiting = [in_english(page) for page in PAGES]
    while waiting:
        address = waiting.pop()
        seen.add(address)
        page = read(client, address, own_words=demo_words)
        assert not page.strange, f"{address} says in Japanese: {page.strange[:10]}"
        for link in page.inner_links:
            assert "lang=en" in link, f"{address} leads to {link} and forgets the language"
        if address.removesuffix("?lang=en") in PAGES:
            waiting += sorted(page.inner_links - seen - set(waiting))
    assert len([address for address in seen if address.startswith("/gatherings/")]) > 20


def test_every_form_of_an_english_page_stays_english(demo_app: Flask) -> None:
    client = demo_app.test_client()
    assert isinstance(client, InspectingClient)
    for address in ("/", "/gatherings?free=1", "/calendar", "/post", "/sign-in"):
        for action, fields in read(client, in_english(address)).forms:
            assert "lang=en" in action or fields.get("lang") == "en", f"the form to {action} on {address} forgets the language"


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/gatherings",
        "/gatherings?q=将棋&free=1&fact=watch-only&fact=come-alone&page=2",
        f"/gatherings?district=minato&{DECEMBER}",
        "/districts/minato?time=evening",
        "/calendar/2026-12?category=eat",
        "/about",
        "/post",
        "/sign-in",
    ],
)
def test_the_language_link_leads_to_the_same_page_with_its_filters_and_back(client: InspectingClient, address: str) -> None:
    japanese = read(client, address, "ja")
    there = japanese.other_languages["en"]

    english = read(client, there)
    back = english.other_languages["ja"]

    assert asked(there) == asked(back) == asked(address)
    assert "lang" not in dict(parse_qsl(urlsplit(back).query))
    assert not read(client, back, "ja").strange


def test_a_page_that_does_not_exist_offers_the_home_page_in_the_other_language(client: InspectingClient) -> None:
    assert read(client, "/no-such-page?q=1", "ja").other_languages["en"] == "/?lang=en"


def test_no_query_can_bend_the_language_link(app: Flask) -> None:
    query = "slug=kitamachi&endpoint=pages.home&_external=1&_anchor=x&_scheme=javascript&lang=ja"

    with app.test_request_context(f"/districts/minato?{query}"):
        link = other_language_url("en")

    assert link == "/districts/minato?slug=kitamachi&endpoint=pages.home&_external=1&_anchor=x&_scheme=javascript&lang=en"


def test_a_language_the_city_does_not_offer_gives_the_japanese_page(client: InspectingClient) -> None:
    assert "en" in read(client, "/?lang=xx", "ja").other_languages


def test_the_towns_own_words_are_marked_so_that_they_are_read_out_in_japanese(client: InspectingClient, town: Town) -> None:
    row = town.published(
        title="朝のおにぎりと将棋",
        summary="おにぎりを食べて、将棋をさします。",
        body="雨の日も開きます。",
        bring="お茶わん",
        audience="どなたでも",
        host_name="みなと将棋会",
        place=PlaceWords(name="みどり公民館"),
    )
    address = in_english(f"/gatherings/{row.public_id}")

    html = client.get(address).get_data(as_text=True)

    assert re.search(r'<h1[^>]* lang="ja">朝のおにぎりと将棋</h1>', html)
    for words in ("お茶わん", "どなたでも", "みなと将棋会", "みどり公民館"):
        assert re.search(rf' lang="ja">{words}<', html), words
    assert re.search(r'<a class="card__link u-url"[^>]* lang="ja">朝のおにぎりと将棋</a>', client.get("/?lang=en").get_data(as_text=True))


def test_words_somebody_typed_in_english_are_not_called_japanese(client: InspectingClient, town: Town) -> None:
    row = town.published(title="Chess in the coin laundry", host_name="Sam", place=PlaceWords(name="Laundry Awa"))

    html = client.get(in_english(f"/gatherings/{row.public_id}")).get_data(as_text=True)

    assert re.search(r'<h1 class="[^"]*">Chess in the coin laundry</h1>', html)


def test_a_japanese_page_marks_nothing_as_japanese(client: InspectingClient, town: Town) -> None:
    row = town.published(title="朝のおにぎりと将棋")

    html = client.get(f"/gatherings/{row.public_id}").get_data(as_text=True)

    assert re.findall(r' lang="(\w+)"', html) == ["ja", "en"]  # the page, and the link to English


def test_dates_prices_and_states_are_said_in_english(client: InspectingClient, town: Town, settings: Settings) -> None:
    assert "en" in settings.city.languages
    row = town.published(title="Night of games", schedule=once(date(2026, 12, 5)))

    html = client.get(in_english(f"/gatherings/{row.public_id}")).get_data(as_text=True)

    for words in ("Sat, 5 Dec", "10:00", "12:00", "Free", "No need to sign up", "Add to my calendar"):
        assert words in html, words
