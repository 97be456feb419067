"""The whole first step, by the people who take it: noted in, asked, agreed to, found, printed, called off, and heard of on the phone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.harness.code_on_paper import read_code
from tests.harness.office_words import office_words
from tests.harness.served_site import ServedSite
from tests.journeys.looking import barriers, too_small, too_wide
from tests.journeys.steps import press, read_mail, sign_in
from tests.journeys.test_keyboard import step_to
from tests.journeys.visitors import DESK, PHONE, Visitors

WELFARE, HOST = "welfare@city.shiosaka.example", "iwata@shogi.example"
TITLE, REASON = "銭湯あがりの将棋", "横で見ているだけでも居られます"
LIST = "/desk/find?district=kitamachi"


def looks_well(page: Page) -> None:
    assert barriers(page) == []
    assert too_wide(page) == []
    assert too_small(page) == []


@pytest.mark.takes(20)
def test_from_a_note_of_a_colleague_to_a_newcomer_who_does_not_set_out_for_nothing(
    visitors: Visitors, served_site: ServedSite, tmp_path: Path
) -> None:
    worker, host, reader, newcomer = visitors.person(DESK), visitors.person(), visitors.reader(PHONE), visitors.reader(PHONE)
    sign_in(worker, WELFARE)
    worker.goto(LIST)
    press(worker, TITLE)
    expect(worker.locator("h1")).to_have_text(TITLE)
    worker.get_by_role("checkbox", name="見ているだけ、話さないままでもいられる").check()
    worker.get_by_role("radio", name="行って見た").check()
    worker.get_by_label("町に見える理由").fill(REASON)
    press(worker, "候補に入れる")
    expect(worker.get_by_role("button", name="メールで主催にたずねる")).to_be_visible()
    looks_well(worker)
    reader.goto("/first-step")
    looks_well(reader)
    assert TITLE not in reader.locator("main").inner_text(), "nothing is public before its host agreed"

    press(worker, "メールで主催にたずねる")
    expect(worker.get_by_text("主催の返事を待っています").first).to_be_visible()
    letter = read_mail(host, served_site, f"「{TITLE}」に「はじめの一歩」のしるしをつけてもいいですか")
    assert REASON in letter
    host.locator(".prose a", has_text="/first-step/answer/").click()
    expect(host.get_by_role("heading", name="こう見えます")).to_be_visible()
    assert REASON in host.locator("main").inner_text()
    looks_well(host)
    press(host, "つけていい")
    expect(host.locator("h1")).to_have_text("お返事をありがとうございます")

    reader.reload()
    card = reader.locator(".card", has_text=TITLE)
    expect(card).to_contain_text("はじめの一歩")
    assert office_words(reader.content()) == []
    step_to(reader, TITLE)
    reader.keyboard.press("Enter")
    expect(reader.locator("h1")).to_contain_text(TITLE)
    expect(reader.locator("main")).to_contain_text(REASON)

    worker.goto(LIST)
    row = worker.locator("table.found tr", has=worker.get_by_role("link", name=TITLE, exact=True)).first
    expect(row).to_contain_text("はじめの一歩")
    row.get_by_role("checkbox").check()
    press(worker, "えらんだ日でしおりを作る")
    expect(worker.locator(".paper__title")).to_have_text([TITLE])
    sheet = tmp_path / "sheet.pdf"
    worker.pdf(path=sheet, prefer_css_page_size=True)
    address = read_code(sheet)
    found = re.search(r"#\d{6}\.(\w{12})-", address)
    assert found
    newcomer.goto(address)
    expect(newcomer.locator(".living__state")).to_have_text(["予定どおりです"])

    sign_in(host, HOST)
    host.goto(f"/my/{found[1]}")
    press(host, "この日を中止にする")
    expect(host.get_by_text("この日を中止にしました")).to_be_visible()
    newcomer.reload()
    expect(newcomer.locator(".living__state")).to_have_text(["中止になりました"])

    host.goto(f"/my/{found[1]}/first-step")
    looks_well(host)
    host.get_by_role("button", name="しるしを外す").click()
    expect(host.get_by_text("しるしを外しました")).to_be_visible()
    reader.goto("/first-step")
    assert TITLE not in reader.locator("main").inner_text(), "one press of its host takes it away"
