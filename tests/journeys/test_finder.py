"""A welfare worker, by keyboard alone: in a few presses three gatherings of the coming days, and nothing about anybody leaves the page."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, expect

from idobata.welcome.find import NAMES
from tests.journeys.looking import barriers, too_small, too_wide
from tests.journeys.steps import sign_in
from tests.journeys.test_keyboard import step_to
from tests.journeys.visitors import DESK, PHONE, Visitors

WELFARE = "welfare@city.shiosaka.example"
# A minute of presses: nobody presses Tab more than twice a second.
MOST_PRESSES = 120
WISHES = ("ひとりでOK", "話さなくてOK", "とちゅうで帰ってOK")


@pytest.fixture(params=[PHONE, DESK])
def worker(request: pytest.FixtureRequest, visitors: Visitors) -> Page:
    page = visitors.person(request.param)
    sign_in(page, WELFARE)
    return page


def watch(page: Page) -> list[tuple[str, str]]:
    """The query of every request to come, name by name; what is sent as a body, too."""
    said: list[tuple[str, str]] = []
    page.on("request", lambda one: said.extend(parse_qsl(urlsplit(one.url).query)))
    page.on("request", lambda one: said.append(("body", one.post_data or "")) if one.post_data else None)
    return said


def count_presses(page: Page) -> None:
    page.add_init_script("sessionStorage.presses ??= 0; addEventListener('keydown', () => sessionStorage.presses++, true)")


def chosen(page: Page) -> list[str]:
    return [words.split("\n")[0] for words in page.locator('.find-chips .chip[aria-current="true"]').all_inner_texts()]


def test_three_gatherings_near_a_district_within_a_minute_of_presses(worker: Page) -> None:
    page = worker
    expect(page).to_have_url(re.compile("/desk/find$"))  # the day of a welfare worker begins here
    said = watch(page)
    count_presses(page)
    page.reload()
    for words in WISHES:
        step_to(page, words)
        page.keyboard.press("Enter")
        page.wait_for_url("**/desk/find?**")
        expect(page.locator(".find-chips .chip[aria-current=true]", has_text=words)).to_be_visible()
    district = page.get_by_label("地区", exact=True)
    step_to(page, district.inner_text())
    expect(district).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(district).to_have_value("ekimae")
    page.keyboard.press("Tab")
    expect(page.locator(".find-row").get_by_role("button", name="さがす")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**district=ekimae**")
    assert set(WISHES) <= set(chosen(page))
    rows = page.locator(".found tbody tr")
    expect(rows.nth(2)).to_be_visible()
    for number in range(3):
        for words in WISHES:
            expect(rows.nth(number).get_by_text(words, exact=True)).to_be_visible()
        expect(rows.nth(number)).to_contain_text("前）")
    assert int(page.evaluate("sessionStorage.presses")) <= MOST_PRESSES
    assert {name for name, _value in said} <= NAMES
    assert not any(name == "body" for name, _value in said)


@pytest.mark.parametrize(
    "path",
    [
        "/desk/find?fact=come-alone&district=okudani",
        "/desk/find?fact=nursing&fact=lively&district=minato",
        "/desk/gaps",
        "/desk/gaps?of=all",
    ],
)
def test_it_fits_and_speaks_to_everybody(worker: Page, path: str) -> None:
    worker.goto(path)
    worker.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert too_wide(worker) == []
    assert too_small(worker) == []
    assert barriers(worker) == []


def test_a_row_leads_to_what_colleagues_noted(worker: Page) -> None:
    worker.goto("/desk/find?mark=marked")
    title = worker.locator(".found tbody th a").first.inner_text()
    worker.locator(".found tbody th a").first.click()
    expect(worker.locator("h1")).to_have_text(title)
    expect(worker.locator("#notes")).to_be_visible()


def test_where_there_is_nothing_yet_is_read_as_words(worker: Page) -> None:
    worker.goto("/desk/gaps")
    table = worker.get_by_role("region", name="地区と曜日と時間").get_by_role("table")
    expect(table.locator("td").filter(has_text="まだありません").first).to_be_attached()
    expect(table.get_by_role("rowheader", name="午前").first).to_be_visible()
    worker.get_by_role("link", name="すべての集まり").click()
    expect(worker.locator("h1")).to_have_text("空いているところ")
