"""What a reader takes home: light pages, her own language, a file for her calendar."""

import re
from urllib.parse import parse_qs, urlsplit

import icalendar
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import press
from tests.journeys.visitors import DESK, Visitors

MOST_BYTES = 60 * 1024
COUNTED = {"Document", "Stylesheet", "Script", "Font"}


@pytest.mark.parametrize("path", ["/", "/gatherings"])
def test_the_first_view_is_light(visitors: Visitors, path: str) -> None:
    page = visitors.reader()
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = {}
    wire = page.context.new_cdp_session(page)
    wire.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    wire.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    wire.send("Network.enable")
    page.goto(path, wait_until="networkidle")
    weights = {kinds[one]: size for one, size in sizes.items() if kinds[one] in COUNTED}
    assert {"Document", "Stylesheet", "Script"} <= set(weights)
    assert "Font" not in weights
    assert sum(size for one, size in sizes.items() if kinds[one] in COUNTED) < MOST_BYTES


def test_a_date_goes_into_a_calendar_as_a_file(visitors: Visitors) -> None:
    page = visitors.reader()
    page.goto("/gatherings")
    card = page.locator(".card__link").first
    title = card.inner_text()
    card.click()
    expect(page.locator("h1")).to_have_text(title)
    with page.expect_download() as download:
        press(page, "カレンダーに入れる")
    assert re.fullmatch(r"[\w.-]+\.ics", download.value.suggested_filename)
    events = icalendar.Calendar.from_ical(download.value.path().read_bytes()).walk("VEVENT")
    assert {str(event["SUMMARY"]).removeprefix("【中止】") for event in events} == {title}


def links(page: Page) -> list[str]:
    """The addresses of our own pages that this page leads to, except the way to another language."""
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('a[href]:not([hreflang])')].filter(one => one.origin === location.origin).map(one => one.href)"
    )
    # A place on the same page needs no language; a file has none.
    return [one for one in found if not urlsplit(one).fragment and not re.search(r"\.(rss|ics)$", urlsplit(one).path)]


def test_english_stays_english_along_every_link(visitors: Visitors) -> None:
    page = visitors.reader(DESK)
    page.goto("/")
    page.get_by_role("link", name="English").click()
    for way in ("home", "list", "search", "gathering", "calendar", "rules", "form", "errors"):
        match way:
            case "list":
                page.goto("/gatherings?lang=en")
            case "search":
                page.get_by_role("searchbox").fill("将棋")
                page.get_by_role("searchbox").press("Enter")
                page.wait_for_url("**q=**")
            case "gathering":
                page.locator(".card__link").first.click()
            case "calendar":
                page.get_by_role("link", name="Calendar", exact=True).first.click()
            case "rules":
                page.locator("footer").get_by_role("link", name=re.compile("rules", re.IGNORECASE)).first.click()
            case "form":
                page.locator("header a[href^='/post']").click()
            case "errors":
                page.locator("button[name=do][value=send]").click()
                expect(page.locator("#errors")).to_be_focused()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        forgotten = [one for one in links(page) if parse_qs(urlsplit(one).query).get("lang") != ["en"]]
        assert forgotten == [], way
        if way != "errors":
            assert parse_qs(urlsplit(page.url).query).get("lang") == ["en"], way
    page.get_by_role("link", name="日本語").click()
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    assert "lang=" not in page.url
