"""Gatherings on a page of another site, in a real browser: sized by the line of script, readable, and without a trace."""

import re
import threading
from collections.abc import Callable, Iterator
from html import escape
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from idobata.embeds.snippet import sandbox, snippet
from tests.harness.browser import PATIENCE_MS
from tests.harness.served_site import ServedSite
from tests.journeys.looking import barriers, too_small, too_wide
from tests.journeys.visitors import Visitors

LOOKS = ("list", "cards", "calendar", "next")
PAGE = '<!doctype html><html lang="ja"><title>よその町のページ</title><h1>よその町</h1><main>{}</main>'
_HEIGHT = "frame => frame.getBoundingClientRect().height"
_NEEDED = "() => document.body.getBoundingClientRect().height"


class Elsewhere:
    """A site of somebody else on another origin of this machine: it serves whatever page it is given, under a policy of its own."""

    def __init__(self) -> None:
        self.page, self.policy = "", ""
        self.seen: list[str] = []
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self.address = f"http://localhost:{self._server.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        self.seen.append(Request(environ).path)
        response = Response(PAGE.format(self.page), content_type="text/html; charset=utf-8")
        if self.policy:
            response.headers["Content-Security-Policy"] = self.policy
        return response(environ, start_response)

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    one = Elsewhere()
    yield one
    one.close()


@pytest.fixture
def context(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[BrowserContext]:
    """A browser that has never been anywhere."""
    context = browser.new_context(**browser_context_args, viewport={"width": 700, "height": 800})
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


def framed(site: ServedSite, path: str, *, fit: bool, title: str = "集まり", height: int = 200) -> str:
    address = f"{site.address}{path}{'&' if '?' in path else '?'}fit=1" if fit else f"{site.address}{path}"
    return snippet(address, title, height, f"{site.address}/embed/idobata.js" if fit else "")


def heights(page: Page) -> list[tuple[float, float]]:
    """How high each frame stands, and how high its content is."""
    found = []
    for element in page.query_selector_all("iframe"):
        frame = element.content_frame()
        assert frame is not None
        found.append((element.evaluate(_HEIGHT), frame.evaluate(_NEEDED)))
    return found


def soon(page: Page, what: Callable[[], bool]) -> None:
    """Wait until it is so. Not the browser's own waiting: that needs `eval`, which a strict page forbids."""
    for _try in range(PATIENCE_MS // 50):
        if what():
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"it did not come true: {[frame.url for frame in page.frames]}")


def test_two_lists_on_a_page_of_elsewhere_get_the_height_they_need_and_leave_no_cookie(
    served_site: ServedSite, elsewhere: Elsewhere, context: BrowserContext
) -> None:
    # As strict as such a page can be.
    elsewhere.policy = f"default-src 'none'; frame-src {served_site.address}; script-src {served_site.address}; style-src 'unsafe-inline'"
    elsewhere.page = framed(served_site, "/embed/gatherings?look=cards", fit=True) + framed(served_site, "/embed/first-step", fit=True)
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(elsewhere.address)
    soon(page, lambda: all(stands > 250 and abs(stands - needs) <= 2 for stands, needs in heights(page)))
    found = heights(page)
    assert len(found) == 2
    assert found[0] != found[1]
    # A narrower page makes them longer.
    page.set_viewport_size({"width": 340, "height": 800})
    soon(page, lambda: heights(page)[0][0] > found[0][0] + 50 and all(abs(stands - needs) <= 2 for stands, needs in heights(page)))
    assert context.cookies() == []
    assert said == []


def test_a_link_opens_the_real_page_in_a_tab_of_its_own_that_knows_nothing_of_the_page_around(
    served_site: ServedSite, elsewhere: Elsewhere, context: BrowserContext
) -> None:
    elsewhere.page = framed(served_site, "/embed/gatherings?look=next", fit=False, height=500)
    page = context.new_page()
    page.goto(elsewhere.address)
    frame = page.frame_locator("iframe")
    with context.expect_page() as opened:
        frame.locator(".next a").first.click()
    tab = opened.value
    expect(tab).to_have_url(re.compile(f"^{re.escape(served_site.address)}/gatherings/"))
    expect(tab.locator("h1")).to_be_visible()
    tab.wait_for_load_state()
    assert tab.evaluate("opener") is None
    # A real page, with its style and its script: the sandbox ended at the door.
    assert tab.evaluate("document.querySelector('[data-copy], .skip') !== null")
    assert page.url.startswith(elsewhere.address)


def test_a_month_turns_in_the_frame_without_a_script(served_site: ServedSite, elsewhere: Elsewhere, context: BrowserContext) -> None:
    elsewhere.page = framed(served_site, "/embed/gatherings?look=calendar", fit=False, height=700)
    page = context.new_page()
    page.goto(elsewhere.address)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("2026年11月")).to_be_visible()
    frame.get_by_role("link", name="次の月").click()
    expect(frame.get_by_text("2026年12月")).to_be_visible()
    assert len(context.pages) == 1


def test_nobody_but_our_own_frames_moves_anything(served_site: ServedSite, elsewhere: Elsewhere, context: BrowserContext) -> None:
    liar = escape("<script>parent.postMessage({idobata: 'height', height: 9000}, '*')</script>")
    elsewhere.page = framed(served_site, "/embed/first-step", fit=True) + f'<iframe id="liar" srcdoc="{liar}" height="100"></iframe>'
    page = context.new_page()
    page.goto(elsewhere.address)
    soon(page, lambda: heights(page)[0][0] > 250)
    before = heights(page)[0][0]
    page.evaluate("postMessage({idobata: 'height', height: 9000}, '*')")
    for odd in ("'high'", "-5", "1e9", "NaN", "{}", "null"):
        page.frames[1].evaluate(f"parent.postMessage({{idobata: 'height', height: {odd}}}, '*')")
    page.wait_for_timeout(200)
    assert page.locator("#liar").bounding_box()["height"] <= 110  # type: ignore[index]
    assert heights(page)[0][0] == before


def test_another_page_of_the_site_is_refused_in_a_frame(served_site: ServedSite, elsewhere: Elsewhere, context: BrowserContext) -> None:
    elsewhere.page = f'<iframe src="{served_site.address}/gatherings" sandbox="{sandbox(fit=False)}"></iframe>'
    page = context.new_page()
    page.goto(elsewhere.address)
    soon(page, lambda: page.frames[1].url.startswith("chrome-error:"))


@pytest.mark.parametrize("look", LOOKS)
def test_each_look_fits_every_spot_and_is_open_to_everybody(visitors: Visitors, look: str) -> None:
    page = visitors.reader(600)
    for path in (f"/embed/gatherings?look={look}&month=2026-12", f"/embed/districts/minato?look={look}&ground=0b4b50&size=large"):
        page.goto(path)
        assert barriers(page) == []
        for width in (280, 360, 600, 1000):
            page.set_viewport_size({"width": width, "height": 700})
            assert too_wide(page) == [], f"{path} at {width}"
            assert too_small(page) == [], f"{path} at {width}"


def test_the_builder_shows_at_once_what_is_chosen(visitors: Visitors) -> None:
    page = visitors.reader(1280)
    page.goto("/embed")
    lines = page.get_by_label("この文を、ホームページの出したい所に貼ります")
    assert "look=" not in lines.input_value()
    page.get_by_role("radio", name="次の3つ").check()
    expect(lines).to_have_value(re.compile("look=next"))
    expect(page.frame_locator("#result iframe").locator(".next")).to_be_visible()
    page.get_by_label("このサイトのページのアドレス").fill("https://elsewhere.example/")
    expect(page.locator("#result")).to_contain_text("アドレスを直すと")
