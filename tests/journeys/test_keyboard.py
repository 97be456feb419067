"""By keyboard alone: every way leads somewhere, and one always sees where one is."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.visitors import DESK, PHONE, Visitors

MOST_STEPS = 120
_FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  // A card shows it around the whole of itself, by what it draws after its link.
  const seen = [null, "::after"].some(part => {
    const style = getComputedStyle(one, part);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && (part === null || style.content !== "none");
  });
  const {width, height, right, bottom} = one.getBoundingClientRect();
  return {
    words: (one.innerText ?? "").trim() || one.getAttribute("aria-label") || one.name || "",
    seen,
    inView: width > 1 && height > 1 && right > 0 && bottom > 0,
    html: one.outerHTML.slice(0, 140),
  };
}"""


def step(page: Page) -> dict[str, Any] | None:
    """Press Tab; returns what has the focus now, None at the end of the page."""
    page.keyboard.press("Tab")
    focused: dict[str, Any] | None = page.evaluate(_FOCUSED)
    return focused


def step_to(page: Page, words: str) -> None:
    """Press Tab until this is reached."""
    on_the_way = []
    for _ in range(MOST_STEPS):
        focused = step(page)
        if focused is not None and focused["words"] == words:
            return
        on_the_way.append(focused and focused["words"])
    pytest.fail(f"「{words}」 was not reached by {on_the_way}")


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("path", ["/", "/gatherings", "/first-step", "/map", "/post"])
def test_the_skip_link_skips_and_the_focus_is_always_seen(visitors: Visitors, path: str, width: int) -> None:
    page = visitors.reader(width)
    page.goto(path)
    first = step(page)
    assert first is not None
    assert first["words"] == "本文へ進む"
    steps = [first]
    while (focused := step(page)) is not None and len(steps) < MOST_STEPS:
        steps.append(focused)
    assert len(steps) > 12
    assert [one["html"] for one in steps if not one["seen"]] == []
    assert [one["html"] for one in steps if not one["inView"]] == []

    page.goto(path)
    step(page)
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    inside = step(page)
    assert inside is not None
    assert page.evaluate("document.getElementById('main').contains(document.activeElement)")


def test_from_the_first_page_to_ones_own_calendar(visitors: Visitors) -> None:
    page = visitors.reader()
    page.goto("/")
    step_to(page, "q")
    page.keyboard.type("将棋")
    page.keyboard.press("Enter")
    page.wait_for_url("**/gatherings?**")
    expect(page.locator("h1")).to_contain_text("将棋")
    title = page.locator(".card__link").first.inner_text()
    step_to(page, title)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(title)
    step_to(page, "カレンダーに入れる")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".ics")


def test_a_form_that_came_back_is_mended_by_keyboard(visitors: Visitors) -> None:
    page = visitors.reader()
    page.goto("/post")
    step_to(page, "確認に出す")
    page.keyboard.press("Enter")
    expect(page.locator("#errors")).to_be_focused()
    step(page)
    page.keyboard.press("Enter")
    expect(page.get_by_label("日にち", exact=True)).to_be_focused()
