"""The screen in the town hall, in a real browser: it turns, it goes on without the site, and comes back by itself."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from werkzeug.serving import BaseWSGIServer, make_server

from idobata.kernel import clock
from tests.harness.browser import PATIENCE_MS
from tests.harness.served_site import ServedSite
from tests.harness.site import MONDAY
from tests.journeys.looking import barriers, too_small, too_wide
from tests.journeys.visitors import DESK, PHONE, Visitors

MONITORS = ((1920, 1080), (1080, 1920))
_CUT = """() => {
  const found = [], room = document.querySelector("[data-pages]").getBoundingClientRect();
  const inside = (one, box, around) => {
    if (box.right > around.right + 1 || box.bottom > around.bottom + 1 || box.left < around.left - 1 || box.top < around.top - 1)
      found.push(one.outerHTML.slice(0, 160));
  };
  const monitor = new DOMRect(0, 0, innerWidth, innerHeight);
  for (const one of document.querySelectorAll(".screen__top > :not(.unseen), .screen__code > *, [data-told]"))
    if (one.checkVisibility()) inside(one, one.getBoundingClientRect(), monitor);
  for (const one of document.querySelectorAll("[data-page]:not([hidden]) .entry")) {
    const around = one.getBoundingClientRect();
    inside(one, around, room);
    for (const part of one.children) inside(part, part.getBoundingClientRect(), around);
  }
  return found;
}"""
_SMALLEST = """() => Math.min(...[...document.querySelectorAll("main *")]
  .filter((one) => one.checkVisibility() && !one.closest(".unseen, [data-buttons]") && [...one.childNodes].some((part) => part.nodeType === 3 && part.data.trim()))
  .map((one) => parseFloat(getComputedStyle(one).fontSize)))"""

# The page, and every file it asked for.
_KEPT = """async () => {
  if (!navigator.serviceWorker.controller) return false;
  const cache = await caches.open("idobata-screen");
  const wanted = [location.href, ...[...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((one) => one.href || one.src)];
  const found = await Promise.all(wanted.map((one) => cache.match(one)));
  return found.every(Boolean);
}"""


class Door:
    """A door of the same site that can be shut and opened again: the network between the monitor and the site."""

    def __init__(self, site: ServedSite) -> None:
        self._app = site.app
        self._server: BaseWSGIServer | None = None
        self.port = 0
        self.open()
        self.address = f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        """Answer on the same port as ever."""
        self._server = make_server("127.0.0.1", self.port, self._app, threaded=True)
        self.port = self._server.port
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def shut(self) -> None:
        """Answer nobody."""
        if self._server is not None:
            self._server.shutdown()
            self._thread.join(10)
            self._server.server_close()
            self._server = None


@pytest.fixture
def door(served_site: ServedSite) -> Iterator[Door]:
    one = Door(served_site)
    yield one
    one.shut()
    clock.fix(MONDAY)


@pytest.fixture
def monitor(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[BrowserContext]:
    """A monitor that has never shown anything."""
    context = browser.new_context(**browser_context_args, viewport={"width": 1920, "height": 1080}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


def until(page: Page, question: str) -> None:
    """Ask again and again until the page says yes. Asked from outside: what a page asks itself may not be evaluated on this site, and does
    not wait for a promise."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while not page.evaluate(question):
        assert time.monotonic() < end, question
        page.wait_for_timeout(50)


def ask_now(page: Page) -> None:
    """As when the network comes back, or a minute has passed."""
    page.evaluate("dispatchEvent(new Event('online'))")


def opened(monitor: BrowserContext, address: str) -> Page:
    """The screen, when it has heard the time of the town from the site. The monitor's own clock says the same: what a test sees must not
    depend on the day on which it is run."""
    page = monitor.new_page()
    page.clock.install(time=MONDAY)
    page.goto(address)
    clock.fix(MONDAY + timedelta(minutes=1))
    ask_now(page)
    expect(page.locator("[data-told]")).to_have_text("9:01に読みこみました")
    clock.fix(MONDAY)
    ask_now(page)
    expect(page.locator("[data-told]")).to_have_text("9:00に読みこみました")
    return page


def test_it_goes_on_without_the_site_drops_what_is_over_and_comes_back_by_itself(door: Door, monitor: BrowserContext) -> None:
    page = opened(monitor, f"{door.address}/screen?seconds=120")
    told, entries = page.locator("[data-told]"), page.locator("[data-page]:not([hidden]) .entry")
    expect(page.locator("[data-page]:not([hidden]) [data-near-words]")).to_have_text("きょう")
    many = entries.count()
    assert many >= 2
    # It is past five, and nobody answers: the clock of the monitor goes on from what the site said last.
    clock.fix(MONDAY + timedelta(hours=8, minutes=30))
    ask_now(page)
    expect(page.locator("[data-time]")).to_have_text("17:30")
    expect(entries).not_to_have_count(many)
    clock.fix(MONDAY)
    ask_now(page)
    expect(told).to_have_text("9:00に読みこみました")
    expect(entries).to_have_count(many)
    door.shut()
    ask_now(page)
    expect(told).to_have_text("9:00に読みこんだ内容です。つながりしだい、新しくします。")
    expect(entries).to_have_count(many)
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-page]:not([hidden]) [data-near-words]")).to_have_text("あした")
    clock.fix(MONDAY + timedelta(minutes=5))
    door.open()
    ask_now(page)
    expect(told).to_have_text("9:05に読みこみました")
    assert monitor.cookies() == []


def test_an_old_answer_that_comes_in_last_says_nothing(door: Door, monitor: BrowserContext) -> None:
    page = opened(monitor, f"{door.address}/screen?seconds=120")
    held: list[Route] = []
    monitor.route("**/screen/clock*", lambda route: route.continue_() if held else held.append(route))
    ask_now(page)
    for _try in range(PATIENCE_MS // 50):
        if held:
            break
        page.wait_for_timeout(50)
    clock.fix(MONDAY + timedelta(minutes=5))
    ask_now(page)
    expect(page.locator("[data-told]")).to_have_text("9:05に読みこみました")
    held[0].fulfill(json={"now": MONDAY.isoformat()})
    page.wait_for_timeout(500)
    expect(page.locator("[data-time]")).to_have_text("9:05")
    expect(page.locator("[data-told]")).to_have_text("9:05に読みこみました")


def test_what_was_tomorrow_is_today_when_the_day_turns_with_nobody_there(door: Door, monitor: BrowserContext) -> None:
    page = opened(monitor, f"{door.address}/screen?seconds=120")
    expect(page.locator("[data-page]:not([hidden]) [data-near-words]")).to_have_text("きょう")
    door.shut()
    page.clock.fast_forward("16:00:00")
    page.keyboard.press("ArrowRight")
    days = page.locator("[data-page]").evaluate_all(
        "all => all.map(one => [one.dataset.day, one.querySelector('[data-near-words]').textContent])"
    )
    assert [day for day, _words in days if day == "2026-11-30"] == []
    assert {words for day, words in days if day == "2026-12-01"} == {"きょう"}
    expect(page.locator("[data-date]")).to_contain_text("12月1日")


def test_a_monitor_that_starts_without_a_network_shows_what_it_showed_before(door: Door, monitor: BrowserContext) -> None:
    page = opened(monitor, f"{door.address}/screen?seconds=120")
    titles = page.locator("[data-page] .entry__title").all_text_contents()
    assert titles
    until(page, _KEPT)
    door.shut()
    page.reload()
    expect(page.locator("[data-told]")).to_contain_text("に読みこんだ内容です")
    assert page.locator("[data-page] .entry__title").all_text_contents() == titles
    # Its style is there as well.
    assert page.locator(".entry__time").first.evaluate("one => parseFloat(getComputedStyle(one).fontSize)") > 30
    # And it sees nothing of the rest of the site.
    scopes = page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.map(one => new URL(one.scope).pathname))")
    assert scopes == ["/screen"]
    assert monitor.cookies() == []


def test_it_turns_by_itself_moves_a_little_each_time_and_can_be_paused(door: Door, monitor: BrowserContext) -> None:
    page = opened(monitor, f"{door.address}/screen?seconds=10")
    # From here on time goes by only when the test says so; it begins again with the first page.
    page.clock.pause_at(MONDAY + timedelta(minutes=2))
    while not page.locator("[data-page]").first.is_visible():
        page.keyboard.press("ArrowLeft")
    count = page.locator("[data-count]")
    expect(count).to_have_text("1 / " + str(page.locator("[data-page]").count()))
    places = set()
    for number in range(2, 5):
        page.clock.run_for(10_000)
        expect(count).to_contain_text(f"{number} / ")
        places.add(page.locator(".screen").evaluate("one => getComputedStyle(one).transform"))
    assert len(places) == 3
    page.get_by_role("button", name="とめる").focus()
    page.keyboard.press("Enter")
    page.clock.run_for(60_000)
    expect(count).to_contain_text("4 / ")
    page.get_by_role("button", name="次へ").press("Enter")
    expect(count).to_contain_text("5 / ")
    page.get_by_role("button", name="うごかす").press("Enter")
    page.clock.run_for(10_000)
    expect(count).to_contain_text("6 / ")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("asked", ["", "?qr=each", "?lang=en&district=minato"])
def test_it_can_be_read_from_four_metres_upright_and_lying(visitors: Visitors, asked: str, scheme: Any) -> None:
    page = visitors.reader(1920, scheme=scheme)
    for width, height in MONITORS:
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"/screen{asked}")
        expect(page.locator("[data-told]")).to_contain_text("9:00")
        for _sheet in range(page.locator("[data-page]").count()):
            assert page.evaluate(_CUT) == []
            # 32 px are 16 mm on a monitor of 43 inches.
            assert page.evaluate(_SMALLEST) >= 32
            page.keyboard.press("ArrowRight")
        assert barriers(page) == []


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_on_something_smaller_than_a_monitor_it_fits_as_well(visitors: Visitors, width: int) -> None:
    page = visitors.reader(width)
    for asked in ("", "?qr=each&lang=en"):
        page.goto(f"/screen{asked}")
        assert too_wide(page) == []
        assert too_small(page) == []
        assert barriers(page) == []


def test_without_a_script_the_browser_turns_the_page(visitors: Visitors) -> None:
    page = visitors.reader(1920, javascript=False)
    # What the browser asks for by itself is looked at as an answer: the page itself is gone again in five seconds.
    with page.expect_response("**/screen?seconds=5&turn=2") as turned:
        page.goto("/screen?seconds=5")
    assert turned.value.ok
    # The first page goes on turning by itself: the next ones are opened beside it.
    page = visitors.reader(1920, javascript=False)
    for address, near in (("/screen?seconds=120", "きょう"), ("/screen?seconds=120&turn=2", "あした")):
        page.goto(address)
        expect(page.locator("[data-page]:not([hidden]) h2")).to_contain_text(near)
