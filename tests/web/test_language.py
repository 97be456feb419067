"""The language of a page: what was asked for stays in every link, and the source language needs no asking."""

import re

import pytest
from flask import Flask

from idobata.web.language import catalogue
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


def inner_links(page: str) -> list[str]:
    main = page[page.index("<body") :]
    return [link.replace("&amp;", "&") for link in re.findall(r'<a [^>]*href="(/[^"]*)"', main)]


def test_a_reader_who_asked_for_english_stays_in_english(town: Town, client: InspectingClient) -> None:
    row = town.published()
    for path in ("/", "/gatherings", f"/gatherings/{row.public_id}", "/calendar", "/about", "/sign-in"):
        text = client.get(f"{path}?lang=en").get_data(as_text=True)
        assert '<html lang="en"' in text
        links = [link for link in inner_links(text) if not link.startswith("/static/") and not re.search(r"\.(ics|rss)\b", link)]
        lost = [link for link in links if "lang=en" not in link]
        # Only the way back to Japanese leads out of English.
        assert len(set(lost)) <= 1, (path, lost)
        assert len(links) > 5


def test_in_japanese_no_link_carries_a_language_but_the_way_to_english(town: Town, client: InspectingClient) -> None:
    town.published()
    text = client.get("/gatherings").get_data(as_text=True)
    assert '<html lang="ja"' in text
    assert {link for link in inner_links(text) if "lang=" in link} == {"/gatherings?lang=en"}


def test_turning_the_language_keeps_the_filters(town: Town, client: InspectingClient) -> None:
    page = client.get("/gatherings?district=minato&fact=drop-in&fact=leave-early&lang=en").get_data(as_text=True)
    assert "/gatherings?district=minato&fact=drop-in&fact=leave-early" in inner_links(page)


@pytest.mark.parametrize("asked", ["xx", "EN", "en-US", "../en", "ja", "", "%00"])
def test_a_language_the_city_does_not_have_is_japanese(client: InspectingClient, asked: str) -> None:
    assert '<html lang="ja"' in client.get(f"/about?lang={asked}").get_data(as_text=True)


def test_what_was_typed_stays_as_it_was_typed_in_every_language(town: Town, client: InspectingClient) -> None:
    town.published(title="朝のおにぎり")
    assert "朝のおにぎり" in client.get("/gatherings?lang=en").get_data(as_text=True)


def test_the_english_catalogue_is_read_and_japanese_needs_none(app: Flask) -> None:
    assert catalogue("en").gettext("さがす") != "さがす"
    assert catalogue("ja").gettext("さがす") == "さがす"
