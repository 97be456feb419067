"""Looking at a page as its readers do: does it fit, can it be pressed, can it be read, does a screen reader find its way."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_AXE = Axe()
_TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const wide = [...document.querySelectorAll("body *")].filter(one => one.getBoundingClientRect().right > width + 0.5);
  return ["the page is " + document.documentElement.scrollWidth + " wide", ...wide.slice(0, 3).map(one => one.outerHTML.slice(0, 120))];
}"""
# A link inside a sentence may be as low as its line; a box may be small when its words can be pressed, too.
_TOO_SMALL = """() => {
  const found = [];
  for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (one.closest("[aria-hidden=true], [hidden], .skip, .unseen") || !one.checkVisibility({visibilityProperty: true})) continue;
    const target = one.matches("input[type=radio], input[type=checkbox]") ? one.closest("label") ?? one : one;
    if (one.localName === "a" && getComputedStyle(one).display === "inline") continue;
    const {width, height} = target.getBoundingClientRect();
    const least = one.matches(".button:not(.button--link), .input:not([type=radio]):not([type=checkbox])") ? 44 : 24;
    if (height < least - 0.5 || width < Math.min(least, 24) - 0.5)
      found.push(`${Math.round(width)} x ${Math.round(height)}: ${one.outerHTML.slice(0, 120)}`);
  }
  return found;
}"""

# Drawn, because a colour may be written in many ways.
_GROUND = """() => {
  const pen = document.createElement("canvas").getContext("2d");
  pen.fillStyle = "white";
  pen.fillRect(0, 0, 1, 1);
  for (const one of [document.documentElement, document.body]) {
    pen.fillStyle = getComputedStyle(one).backgroundColor;
    pen.fillRect(0, 0, 1, 1);
  }
  const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
  return (red + green + blue) / 3;
}"""


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways at its present width."""
    found: list[str] = page.evaluate(_TOO_WIDE)
    return found


def too_small(page: Page) -> list[str]:
    """What cannot be pressed well: under 24 px, or under 44 px for buttons and fields."""
    found: list[str] = page.evaluate(_TOO_SMALL)
    return found


def lightness_of_ground(page: Page) -> float:
    """How light the paper of the page is: 0 for black, 255 for white."""
    found: float = page.evaluate(_GROUND)
    return found


def barriers(page: Page, *, rules: list[str] | None = None) -> list[str]:
    """What axe finds: one line for each place. `rules` names single rules; otherwise all of WCAG 2.2 AA and the best practices."""
    only: dict[str, Any] = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": RULES}
    found = _AXE.run(page, options={"resultTypes": ["violations"], "runOnly": only}).response["violations"]
    return [f"{one['id']} ({one['impact']}): {node['html'][:160]} {node['failureSummary'][:300]}" for one in found for node in one["nodes"]]
