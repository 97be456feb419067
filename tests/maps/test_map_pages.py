"""The page with the map, and its tiles, as a browser gets them."""

import json
import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask

from idobata.app import may_be_kept
from idobata.gatherings.values import PlaceWords
from idobata.kernel.settings import Settings
from idobata.maps.tile_jobs import Tiles
from idobata.maps.views import TILES
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, new_client, running, signed_in
from tests.maps.test_map_queries import point
from tests.maps.test_tile_jobs import spot
from tests.maps.tile_source import TileSource, with_tiles


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the queries are tested on both."""
    return sqlite_database_url


@pytest.fixture
def source() -> Iterator[TileSource]:
    one = TileSource()
    yield one
    one.close()


@pytest.fixture
def tiled(settings: Settings, source: TileSource, monday: object) -> Iterator[Flask]:
    """The site with tiles from a source of this machine."""
    settings = with_tiles(settings)
    for app in running(settings):
        app.extensions[TILES] = Tiles(settings, source.client())
        yield app


def text(client: InspectingClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_page_is_the_list_by_place_and_each_place_carries_its_point(town: Town, client: InspectingClient) -> None:
    row = town.published(place=PlaceWords(name="みどり公民館"))
    town.published(title="点のない集まり", place=PlaceWords(name="名前だけの所"))
    place = point(town, "みどり公民館")
    page = text(client, "/map")
    assert f'data-spot="{place.public_id}" data-latitude="{place.latitude}" data-longitude="{place.longitude}" data-count="1"' in page
    assert f'href="/gatherings/{row.public_id}/2026-12-05"' in page
    assert "地図にない集まり 1件" in page
    assert page.index("地図にない集まり") < page.index("点のない集まり")
    assert "ブラウザのJavaScriptがいります" in page
    assert 'href="/districts/kitamachi"' in page


def test_the_filters_of_the_list_work_and_stay_on_the_way_to_the_map_and_back(town: Town, client: InspectingClient) -> None:
    town.published(title="食べる会", category="eat", place=PlaceWords(name="公民館"))
    town.published(title="学ぶ会", category="learn", place=PlaceWords(name="公民館"))
    point(town, "公民館")
    page = text(client, "/map?category=eat&when=week&from=bad&page=3")
    assert "食べる会" in page
    assert "学ぶ会" not in page
    assert "次の条件をのぞいて、さがしました：from" in page
    assert 'href="/gatherings?when=week&amp;category=eat"' in page
    assert 'action="/map"' in page
    assert 'href="/map?when=week&amp;category=eat"' in text(client, "/gatherings?category=eat&when=week")
    assert 'href="/map?category=eat"' in text(client, "/calendar?category=eat")


def test_places_and_gatherings_lead_to_their_spot_on_our_own_map(town: Town, client: InspectingClient) -> None:
    row = town.published(place=PlaceWords(name="公民館"))
    place = point(town, "公民館")
    for path in (f"/places/{place.public_id}", f"/gatherings/{row.public_id}"):
        assert f'href="/map?place={place.public_id}"' in text(client, path)
    assert "町全体の地図を見る" in text(client, f"/map?place={place.public_id}")
    assert 'href="/map#near"' in text(client, "/")


def test_an_empty_map_says_so_and_offers_more(town: Town, client: InspectingClient) -> None:
    town.published(place=PlaceWords(name="公民館"))
    point(town, "公民館")
    page = text(client, "/map?q=ペンギン")
    assert "いまのところ、あてはまる集まりがありません。" in page
    assert "data-map" not in page


def test_words_from_strangers_stay_words_on_the_map(town: Town, client: InspectingClient) -> None:
    town.published(title="<img src=x onerror=alert(1)>", place=PlaceWords(name="\"><script>alert(2)</script>'"))
    point(town, "\"><script>alert(2)</script>'")
    page = text(client, "/map?q=%22%3E%3Cscript%3E")
    assert "<script>alert" not in page
    page = text(client, "/map")
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    [words] = re.findall(r'data-words="([^"]*)"', page)
    assert json.loads(unescape(words))["spot"] == "{name}、{count}件"


def test_the_map_is_loaded_on_its_own_page_alone_and_from_this_site(town: Town, app: Flask, client: InspectingClient) -> None:
    town.published()
    page = text(client, "/map")
    [script] = re.findall(r'<script defer src="(/static/map-[0-9a-f]{12}\.js)"', page)
    [sheet] = re.findall(r'href="(/static/map-[0-9a-f]{12}\.css)"', page)
    assert b"Leaflet" in client.get(script).data
    css = text(client, sheet)
    for picture in re.findall(r'url\("?([^")#]+)"?\)', css):
        assert client.get(picture).status_code == 200, picture
    assert "/static/map-" not in text(client, "/gatherings")
    assert "unsafe-inline" not in client.get("/map").headers["Content-Security-Policy"]


def test_a_reader_s_map_is_kept_ready_and_a_change_shows_at_once(town: Town, app: Flask) -> None:
    town.published(title="はじめの会")
    first = new_client(app).get("/map")
    assert first.headers["ETag"]
    assert "Set-Cookie" not in first.headers
    town.published(title="あとの会")
    assert "あとの会" in text(new_client(app), "/map")


# Tiles


def test_a_tile_comes_as_the_picture_it_is_to_be_kept_for_a_week(tiled: Flask, settings: Settings, source: TileSource) -> None:
    z, x, y = spot(settings)
    answer = new_client(tiled).get(f"/map/tiles/{z}/{x}/{y}.png")
    assert (answer.status_code, answer.content_type, answer.data) == (200, "image/png", source.body)
    assert answer.headers["Cache-Control"] == "public, max-age=604800"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    head = new_client(tiled).head(f"/map/tiles/{z}/{x}/{y}.png")
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", answer.headers["ETag"])
    again = new_client(tiled).get(f"/map/tiles/{z}/{x}/{y}.png", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert len(source.asked) == 1
    # Ready pages are for words; hundreds of pictures would push them out of memory.
    assert not may_be_kept(f"/map/tiles/{z}/{x}/{y}.png")
    assert may_be_kept("/map")


def test_somebody_who_is_signed_in_gets_the_same_tile_and_nothing_of_her_goes_out(
    tiled: Flask, settings: Settings, source: TileSource
) -> None:
    z, x, y = spot(settings)
    with tiled.app_context():
        client = signed_in(tiled, Town(settings).staff())
    assert client.get(f"/map/tiles/{z}/{x}/{y}.png").data == source.body
    assert source.asked == [f"/{z}/{x}/{y}.png"]


def test_a_tile_that_cannot_be_had_is_no_content_that_nobody_keeps(tiled: Flask, settings: Settings, source: TileSource) -> None:
    source.status = 500
    z, x, y = spot(settings)
    answer = new_client(tiled).get(f"/map/tiles/{z}/{x}/{y}.png")
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/map/tiles/14/0/0.png",
        "/map/tiles/0/0/0.png",
        "/map/tiles/99999999999/1/1.png",
        f"/map/tiles/14/{'9' * 400}/1.png",
        "/map/tiles/-1/1/1.png",
        "/map/tiles/14/1/..%2f..%2fidobata.sqlite3.png",
        "/map/tiles/x/y/z.png",
    ],
)
def test_what_is_no_tile_of_the_city_is_not_there_and_asks_nobody(tiled: Flask, source: TileSource, path: str) -> None:
    assert new_client(tiled).get(path).status_code == 404
    assert source.asked == []


def test_switched_off_there_are_no_tiles_and_the_page_names_no_source(town: Town, app: Flask, settings: Settings, tiled: Flask) -> None:
    town.published(place=PlaceWords(name="公民館"))
    point(town, "公民館")
    z, x, y = spot(settings)
    assert new_client(app).get(f"/map/tiles/{z}/{x}/{y}.png").status_code == 404
    off, on = text(new_client(app), "/map"), text(new_client(tiled), "/map")
    assert 'data-tiles=""' in off
    assert "地理院タイル" not in off
    assert 'data-tiles="/map/tiles/{z}/{x}/{y}.png"' in on
    assert "地理院タイル" in on
    assert "tiles.city.example" not in on
