"""The looks that every page gets would notice what they look for."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.harness.served_site import ServedSite
from tests.journeys.looking import barriers, lightness_of_ground, too_small, too_wide
from tests.journeys.visitors import Visitors


@pytest.fixture
def page(visitors: Visitors) -> Page:
    """An empty page that is no page of the town."""
    return visitors.reader()


def test_a_page_that_is_too_wide_is_noticed(page: Page) -> None:
    page.set_content("<h1>広い</h1><div style='width: 400px'>ひろい</div>")
    assert too_wide(page)[0] == "the page is 408 wide"
    page.set_content("<h1>広い</h1><div style='width: 300px'>ふつう</div>")
    assert too_wide(page) == []


@pytest.mark.parametrize(
    "html",
    [
        "<a href='/' style='display: block; height: 20px'>ひくい</a>",
        "<button class='button' style='height: 40px; width: 90px'>ひくい</button>",
        "<input class='input' style='height: 30px; box-sizing: border-box'>",
        "<input type='checkbox'>",
        "<label><input type='checkbox'></label>",
    ],
)
def test_what_is_too_small_for_a_thumb_is_noticed(page: Page, html: str) -> None:
    page.set_content(html)
    assert len(too_small(page)) == 1


@pytest.mark.parametrize(
    "html",
    [
        "<p>文の中の<a href='/'>リンク</a>です。</p>",
        "<button class='button' style='height: 44px; width: 90px'>よい</button>",
        "<label style='display: block; height: 44px'><input type='checkbox'>ことば</label>",
        "<a href='/' hidden>見えない</a>",
    ],
)
def test_what_can_be_pressed_is_left_alone(page: Page, html: str) -> None:
    page.set_content(html)
    assert too_small(page) == []


def test_a_barrier_is_named_with_its_place(page: Page) -> None:
    page.set_content(
        "<title>x</title><main><h1>かべ</h1><p style='color: #999; background: #fff'>うすい</p><img src='data:,'><h3>とぶ</h3></main>"
    )
    names = {line.split(" ")[0] for line in barriers(page)}
    assert {"color-contrast", "image-alt", "html-has-lang", "heading-order"} <= names
    assert len(barriers(page, rules=["color-contrast"])) == 1


def test_dark_and_light_are_told_apart(page: Page) -> None:
    page.set_content("<body style='background: #111'>夜")
    assert lightness_of_ground(page) < 20
    page.set_content("<body>昼")
    assert lightness_of_ground(page) == 255


def test_the_watch_over_all_pages_tells_what_went_wrong(
    browser: Browser, served_site: ServedSite, browser_context_args: dict[str, Any]
) -> None:
    people = Visitors(browser, served_site, browser_context_args)
    page = people.reader()
    page.goto("/no-such-page")  # an answer like any other
    assert people.leave() == []

    page = people.reader()
    page.goto("/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=__x=1><img src=http://127.0.0.1:1/x.png>')")
    page.evaluate("setTimeout(() => { throw new Error('oh') })")
    page.evaluate("alert('hello')")
    page.context.add_cookies([{"name": "counted", "value": "1", "url": served_site.address}])
    page.goto("/about")
    found = "\n".join(people.leave())
    for fault in (
        "foreign origin: http://127.0.0.1:1/x.png",
        "Content Security Policy",
        "/x answered 404",
        "script: oh",
        "a dialog: hello",
        "a reader got the cookie counted",
    ):
        assert fault in found
