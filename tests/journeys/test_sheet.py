"""A sheet to hand over: ticked in the finder, printed on one page, read by a phone, and on the phone it tells what has changed since."""

import logging
import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from idobata.gatherings.card_queries import public_gathering
from idobata.gatherings.date_actions import cancel_date
from idobata.store.transaction import transaction
from tests.harness.code_on_paper import code_size, read_code
from tests.harness.served_site import ServedSite
from tests.harness.site import Town, everything
from tests.journeys.looking import barriers, too_small, too_wide
from tests.journeys.steps import press, sign_in
from tests.journeys.visitors import DESK, PHONE, Visitors

WELFARE = "welfare@city.shiosaka.example"
A4 = (595, 842)


def worker_of(visitors: Visitors, width: int = DESK) -> Page:
    page = visitors.person(width)
    sign_in(page, WELFARE)
    page.goto("/desk/find")
    return page


def tick(page: Page, many: int) -> list[str]:
    """Tick the first dates of as many different gatherings; returns what the ticks stand for, "<public id>/<day>"."""
    found: dict[str, str] = {}
    for box in page.get_by_role("checkbox", name="しおりに入れる").all():
        value = box.get_attribute("value") or ""
        if len(found) < many and value.split("/")[0] not in found:
            box.check()
            found[value.split("/")[0]] = value
    assert len(found) == many
    return list(found.values())


def make(page: Page, many: int) -> list[str]:
    values = tick(page, many)
    page.get_by_role("button", name="えらんだ日でしおりを作る").click()
    expect(page.locator("article.paper")).to_be_visible()
    return values


def print_to(page: Page, file: Path) -> Path:
    page.pdf(path=file, prefer_css_page_size=True)
    return file


def cancel(site: ServedSite, value: str, why: str) -> None:
    """The host calls, and staff cancel the date."""
    public_id, day = value.split("/")
    town = Town(site.settings)

    def act() -> None:
        actor = town.staff()
        with transaction():
            cancel_date(actor, public_gathering(public_id), date.fromisoformat(day), why, site.settings)

    site.inside(act)


def test_from_the_finder_to_paper_and_on_to_a_phone_that_hears_of_the_cancellation(
    visitors: Visitors, served_site: ServedSite, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    worker = worker_of(visitors)
    before = served_site.inside(everything)
    caplog.set_level(logging.DEBUG)
    asked: list[str] = []
    worker.on("request", lambda one: asked.append(one.url))
    values = make(worker, 3)
    assert any(url.endswith("/desk/sheet") for url in asked)
    assert served_site.inside(everything) == before, "a sheet is kept nowhere"
    ids = [value.split("/")[0] for value in values]
    said = "\n".join([*asked, worker.url, caplog.text])
    assert [one for one in ids if one in said] == [], "and no address or log tells whose choice it was"
    assert not any(one in str(worker.context.cookies()) for one in ids)
    titles = worker.locator(".paper__title").all_inner_texts()

    file = print_to(worker, tmp_path / "sheet.pdf")
    [paper] = PdfReader(file).pages
    assert (round(float(paper.mediabox.width)), round(float(paper.mediabox.height))) == A4
    address = read_code(file)
    assert address == worker.locator("#sheet-address").input_value()
    parts = "".join(rf"\.{one.split('/')[0]}-{one.split('/')[1][2:].replace('-', '')}-[2-9a-z]{{6}}" for one in values)
    assert re.fullmatch(rf"{re.escape(served_site.address)}/s/#261130{parts}", address)
    whole, square = code_size(file)
    assert 25 <= whole <= 40
    assert square >= 0.5, "a phone's camera at an arm's length reads squares of half a millimetre"

    newcomer = visitors.reader(PHONE)
    heard: list[str] = []
    newcomer.on("request", lambda one: heard.append(one.url))
    newcomer.goto(address)
    states = newcomer.locator(".living__state")
    expect(states).to_have_text(["予定どおりです"] * 3)
    assert newcomer.locator(".living__title").all_inner_texts() == titles
    expect(newcomer.get_by_text("2026年11月30日に印刷したしおりです。")).to_be_visible()
    assert barriers(newcomer) == []
    assert {url for url in heard if "/gatherings/" in url} == {f"{served_site.address}/gatherings/{one}.json" for one in values}

    cancel(served_site, values[1], "講師が熱を出したため")
    newcomer.reload()
    expect(states).to_have_text(["予定どおりです", "中止になりました", "予定どおりです"])
    expect(newcomer.locator(".living__one").nth(1)).to_contain_text("講師が熱を出したため")
    assert barriers(newcomer) == []
    newcomer.locator(".living__title a").nth(1).click()
    expect(newcomer.locator("main")).to_contain_text("中止")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_sheet_and_what_its_code_opens_fit_and_speak_to_everybody(visitors: Visitors, width: int) -> None:
    worker = worker_of(visitors, width)
    make(worker, 2)
    worker.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert too_wide(worker) == []
    assert too_small(worker) == []
    assert barriers(worker) == []
    address = worker.locator("#sheet-address").input_value()
    newcomer = visitors.reader(width)
    for where in (address, "/s/"):
        newcomer.goto(where)
        newcomer.reload()
        expect(newcomer.locator(".living__state")).to_have_count(2 if where == address else 0)
        assert too_wide(newcomer) == []
        assert too_small(newcomer) == []
        assert barriers(newcomer) == []


def test_a_phone_without_a_connection_says_so_and_names_whom_to_call(visitors: Visitors) -> None:
    worker = worker_of(visitors)
    make(worker, 1)
    newcomer = visitors.reader(PHONE)
    newcomer.add_init_script("window.fetch = () => Promise.reject(new TypeError('no connection'))")
    newcomer.goto(worker.locator("#sheet-address").input_value())
    expect(newcomer.locator(".living__state")).to_have_text(["いまは、たしかめられませんでした"])
    expect(newcomer.locator("main")).to_contain_text("わからないときは、")


def test_whoever_wants_readings_or_another_day_makes_it_anew(visitors: Visitors, tmp_path: Path) -> None:
    worker = worker_of(visitors)
    make(worker, 1)
    worker.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    worker.get_by_role("checkbox", name="ふりがな").check()
    worker.locator('input[name="printed"]').fill("2026-12-01")
    press(worker, "この内容で作りなおす")
    expect(worker.locator("article.paper--ruby rt").first).to_be_visible()
    expect(worker.locator(".paper__site")).to_contain_text("2026年12月1日（火）印刷")
    assert "/s/#261201." in read_code(print_to(worker, tmp_path / "anew.pdf"))
