"""The map: for those who press and those who type, with its pictures and without, and nothing tells where a reader is."""

import re
import shutil
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, Request, expect

from idobata.maps.tile_jobs import AT_ONCE, FOLDER, Tiles
from idobata.maps.views import TILES
from tests.harness.browser import PATIENCE_MS
from tests.harness.served_site import ServedSite
from tests.journeys.looking import barriers, too_small, too_wide
from tests.journeys.test_keyboard import step
from tests.journeys.visitors import DESK, PHONE, Visitors
from tests.maps.tile_source import TileSource, with_tiles

ONE_PIN = ".pin:not(.pin--many)"


@pytest.fixture
def source(served_site: ServedSite) -> Iterator[TileSource]:
    """The served town with tiles from a source of this machine. Open pages that no other test opens: kept ones know no tiles."""
    one = TileSource()
    plain, tiled = served_site.settings, with_tiles(served_site.settings)
    names = served_site.app.jinja_env.globals
    before = served_site.app.extensions[TILES]
    names["settings"], served_site.app.extensions[TILES] = tiled, Tiles(tiled, one.client())
    yield one
    names["settings"], served_site.app.extensions[TILES] = plain, before
    shutil.rmtree(plain.machine.data / FOLDER, ignore_errors=True)
    one.close()


def places(page: Page) -> list[str]:
    """The names of the places in the list, in its order."""
    return [one.strip() for one in page.locator(".spot__name").all_inner_texts()]


def look_closer(page: Page) -> None:
    """Open groups of pins until one stands alone."""
    for _ in range(6):
        if page.locator(ONE_PIN).count():
            return
        page.locator(".pin--many").first.click()
        page.wait_for_timeout(300)
    pytest.fail("no pin stands alone")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_pin_and_its_place_in_the_list_show_each_other(visitors: Visitors, width: int) -> None:
    page = visitors.reader(width)
    page.goto("/map")
    expect(page.locator(".map__stage")).to_be_visible()
    expect(page.locator(".map__off")).to_be_hidden()
    counted = sum(int(one.get_attribute("data-count") or 0) for one in page.locator("[data-spot]").all())
    on_map = sum(int(one) for one in page.locator(".pin").all_inner_texts())
    assert counted == on_map > 20

    look_closer(page)
    pin = page.locator(ONE_PIN).first
    words = pin.get_attribute("aria-label") or ""
    assert re.fullmatch(r".+、\d+件", words)
    assert pin.get_attribute("role") == "button"
    pin.click()
    panel = page.get_by_role("group", name=words)
    expect(panel).to_be_visible()
    expect(panel).to_be_focused()
    name = words.rsplit("、", 1)[0]
    expect(page.locator("[data-spot][aria-current]").get_by_role("heading")).to_have_text(name)
    expect(page.locator(".pin--chosen")).to_have_count(1)

    other = page.locator("[data-spot]").nth(5)
    other.get_by_role("button").click()
    other_name = other.get_by_role("heading").inner_text()
    expect(page.locator("[data-spot][aria-current]")).to_have_count(1)
    expect(page.locator("[data-spot][aria-current]").get_by_role("heading")).to_have_text(other_name)
    expect(page.locator(".map__panel-name")).to_have_text(other_name)
    expect(page.locator(".map__panel")).to_be_in_viewport()
    page.locator(".pin--chosen").click(trial=True)  # the panel does not lie on it
    title = page.locator(".map__panel .spot__title a").first
    words = title.inner_text()
    title.click()
    expect(page.locator("h1")).to_have_text(words)


def test_by_keyboard_a_pin_opens_its_panel_and_gives_the_focus_back(visitors: Visitors) -> None:
    page = visitors.reader(DESK)
    page.goto("/map")
    look_closer(page)
    page.locator(".map__stage").focus()
    for _ in range(60):
        focused = step(page)
        assert focused is not None
        assert focused["seen"], focused
        if re.search(r'class="[^"]*\bpin(?!-)', focused["html"]) and "pin--many" not in focused["html"]:
            break
    else:
        pytest.fail("no pin was reached")
    words = page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name=words)).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('[data-panel] a') !== null")
    page.keyboard.press("Escape")
    expect(page.locator(".map__panel")).to_be_hidden()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == words
    page.keyboard.press("Space")
    expect(page.get_by_role("group", name=words)).to_be_visible()
    page.get_by_role("button", name="閉じる").press("Enter")
    page.get_by_role("link", name="一覧へ進む").press("Enter")
    expect(page.locator("#spots")).to_be_focused()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_without_javascript_the_list_is_the_page(visitors: Visitors, width: int) -> None:
    page = visitors.reader(width, javascript=False)
    page.goto("/map")
    expect(page.get_by_text("ブラウザのJavaScriptがいります")).to_be_visible()
    assert len(places(page)) > 15
    expect(page.get_by_role("button", name="ちかい順にならべる")).to_be_hidden()
    expect(page.get_by_role("heading", name=re.compile(r"地図にない集まり \d+件"))).to_be_visible()
    page.locator(".map__off").get_by_role("link", name="北町", exact=True).click()
    expect(page.locator("h1")).to_contain_text("北町")


def test_what_is_near_is_sorted_here_and_told_to_nobody(visitors: Visitors, served_site: ServedSite) -> None:
    city = served_site.settings.city
    latitude, longitude = city.latitude - 0.00531, city.longitude + 0.00627
    page = visitors.reader(PHONE, geolocation={"latitude": latitude, "longitude": longitude}, permissions=["geolocation"])
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(unquote(request.url) + (request.post_data or "") + str(request.headers))

    page.goto("/")
    page.on("request", note)
    page.get_by_role("link", name="ちかく", exact=True).click()
    page.wait_for_url("**/map#near")
    button = page.get_by_role("button", name="ちかい順にならべる")
    expect(button).to_be_focused()
    expect(page.locator("[data-near-status]")).to_be_empty()  # nothing happens before it is pressed
    before = places(page)
    button.click()
    status = page.locator("[data-near-status]")
    expect(status).to_contain_text("近い順にならべました")
    after = places(page)
    assert sorted(after) == sorted(before)
    assert after != before
    assert after[0] in status.inner_text()
    far = [float(one.removeprefix("約").removesuffix("m").removesuffix("k")) * (1000 if "km" in one else 1)
           for one in page.locator(".spot__far").all_inner_texts()]  # fmt: skip
    assert far == sorted(far)
    assert len(far) == len(after)
    expect(page.get_by_role("img", name="いまいる場所")).to_be_visible()
    page.wait_for_timeout(300)
    digits = [f"{latitude:.3f}", f"{longitude:.3f}", f"{latitude:.4f}"[:6], f"{longitude:.4f}"[:7]]
    assert [one for one in asked if any(part in one for part in digits)] == []
    assert not any(part in page.url for part in digits)
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_somebody_who_says_no_is_told_another_way(visitors: Visitors) -> None:
    page = visitors.reader(PHONE, permissions=[])
    page.goto("/map")
    before = places(page)
    page.get_by_role("button", name="ちかい順にならべる").click()
    expect(page.locator("[data-near-status]")).to_contain_text("地区からもさがせます")
    assert places(page) == before


def test_far_away_the_list_is_sorted_and_the_map_stays(visitors: Visitors) -> None:
    page = visitors.reader(PHONE, geolocation={"latitude": 43.06, "longitude": 141.35}, permissions=["geolocation"])
    page.goto("/map")
    page.get_by_role("button", name="ちかい順にならべる").click()
    expect(page.locator("[data-near-status]")).to_contain_text("この地図から離れています")
    assert page.locator(".pin").count() > 0


@pytest.mark.parametrize("width, scheme", [(PHONE, "light"), (DESK, "light"), (DESK, "dark")])
def test_without_tiles_districts_are_named_on_plain_ground(visitors: Visitors, width: int, scheme: str) -> None:
    page = visitors.reader(width, scheme=scheme)
    page.goto("/map")
    expect(page.locator(".area", has_text="北町")).to_be_visible()
    expect(page.locator(".map__source")).to_have_count(0)
    look_closer(page)
    page.locator(ONE_PIN).first.click()
    assert barriers(page) == []
    assert too_small(page) == []
    assert too_wide(page) == []


@pytest.mark.parametrize("width, scheme", [(PHONE, "light"), (DESK, "dark")])
def test_with_tiles_the_ground_is_drawn_and_every_picture_comes_from_this_site(
    visitors: Visitors, source: TileSource, width: int, scheme: str
) -> None:
    page = visitors.reader(width, scheme=scheme)
    page.goto(f"/map?weekday={5 if scheme == 'dark' else 4}")
    expect(page.locator(".leaflet-tile-loaded").first).to_be_visible()
    expect(page.locator(".map__stage.is-plain")).to_have_count(0)
    expect(page.locator(".area").first).to_be_hidden()
    expect(page.locator(".map__source").get_by_role("link", name="地理院タイル")).to_be_visible()
    # Those that could not be had at once are asked for again, until the whole ground is there.
    expect(page.locator(".leaflet-tile:not(.leaflet-tile-loaded)")).to_have_count(0)
    assert len(source.asked) == len(set(source.asked)) >= 4
    assert barriers(page) == []


def test_a_map_whose_source_is_dead_is_a_map_on_plain_ground(visitors: Visitors, source: TileSource) -> None:
    source.status = 500
    page = visitors.reader(DESK)
    page.goto("/map?weekday=6")
    expect(page.locator(".pin").first).to_be_visible()
    expect(page.locator(".area").first).to_be_visible()
    for _try in range(PATIENCE_MS // 100):
        if source.asked:
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(1_000)  # whoever asked too often would have done so by then
    assert 1 <= len(source.asked) <= AT_ONCE


def test_a_place_leads_to_its_spot_with_its_panel_open(visitors: Visitors) -> None:
    page = visitors.reader(DESK)
    page.goto("/map")
    spot = page.locator(".spot__name a").first
    name = spot.inner_text()
    spot.click()
    expect(page.locator("h1")).to_have_text(name)
    page.get_by_role("link", name="地図で見る", exact=True).click()
    expect(page.locator(".pin--chosen")).to_have_count(1)
    expect(page.locator(".map__panel-name")).to_have_text(name)
    page.get_by_role("link", name="町全体の地図を見る").click()
    expect(page.locator("[data-spot]").nth(15)).to_be_attached()


def test_the_filters_stay_from_list_to_map_and_back(visitors: Visitors) -> None:
    page = visitors.reader(PHONE)
    page.goto("/gatherings?free=1")
    page.get_by_role("link", name="地図", exact=True).click()
    expect(page.locator("h1")).to_have_text("無料の集まりの地図")
    page.locator(".map-chips").get_by_role("link", name="週末").click()
    expect(page.locator("h1")).to_have_text("週末・無料の集まりの地図")
    page.get_by_role("link", name="一覧", exact=True).click()
    page.wait_for_url("**/gatherings?when=weekend&free=1")
