"""A resident finds the hall by its kana, and two entries of one hall become one: the way in real browsers."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.harness.served_site import ServedSite
from tests.journeys.steps import EDITOR, Post, confirm_by_mail, fill, press, publish, sign_in
from tests.journeys.visitors import Visitors


def way(page: Page) -> str:
    return urlsplit(page.url).path


def test_a_place_is_found_by_kana_and_two_entries_become_one(visitors: Visitors, served_site: ServedSite) -> None:
    resident, editor, reader = visitors.person(), visitors.person(1280), visitors.reader()
    title = "きょうは、ゆのみの会"
    post = Post(title=title, email="tocho@example.com")
    resident.goto("/post")
    fill(resident, post)
    name = resident.get_by_label("場所の名前", exact=True)
    name.fill("")
    name.press_sequentially("えきまえしみん")
    expect(name).to_have_attribute("aria-expanded", "true")
    expect(resident.locator(".picker").get_by_role("option")).to_have_count(1)
    expect(resident.locator(".picker__box [role=status]")).to_have_text("1件あります。下の矢印でえらべます。")
    name.press("Escape")
    expect(resident.get_by_role("listbox")).to_be_hidden()
    name.press("ArrowDown")
    expect(resident.locator(".picker").get_by_role("option")).to_be_visible()
    name.press("ArrowDown")
    option = resident.locator(".picker").get_by_role("option", selected=True)
    assert name.get_attribute("aria-activedescendant") == option.get_attribute("id")
    name.press("Enter")
    expect(name).to_have_value("駅前市民プラザ")
    expect(resident.get_by_text("えらんだ場所：駅前市民プラザ（駅前・汐坂市駅前二丁目3番1号）")).to_be_visible()
    expect(resident).to_have_url(re.compile("/post$"))
    press(resident, "確認に出す")
    confirm_by_mail(resident, served_site)

    sign_in(editor, EDITOR)
    publish(editor, title)
    reader.goto("/gatherings?q=ゆのみの会")
    reader.get_by_role("link", name=title, exact=True).first.click()
    reader.get_by_role("link", name="駅前市民プラザ", exact=True).click()
    expect(reader.locator("#gatherings").get_by_role("link", name=title, exact=True)).to_be_visible()
    expect(reader.locator("#access")).to_contain_text("車いすで入れます")

    # The demo town has a hall that stands in the register twice.
    editor.goto("/desk/places?q=新田公民館")
    typed = editor.get_by_role("link", name="新田公民館 和室", exact=True)
    old = urlsplit(str(typed.get_attribute("href"))).path.rsplit("/", 1)[1]
    editor.get_by_role("link", name="「新田公民館」とくらべて、まとめる").first.click()
    expect(editor.get_by_text("まだ何も変わっていません")).to_be_visible()
    press(editor, "ひとつにまとめる")
    expect(editor.get_by_text("ここにまとめた場所：新田公民館 和室")).to_be_visible()
    kept = way(editor).rsplit("/", 1)[1]
    reader.goto(f"/places/{old}")
    assert way(reader) == f"/places/{kept}"
    expect(reader.locator("h1")).to_have_text("新田公民館")
    for suffix in (".rss", ".ics"):
        answer = reader.request.get(f"/places/{old}{suffix}", max_redirects=0)
        assert (answer.status, answer.headers["location"]) == (301, f"/places/{kept}{suffix}")


def test_without_a_script_the_button_looks_for_the_place(visitors: Visitors) -> None:
    page = visitors.person(javascript=False)
    page.goto("/post")
    post = Post(title="紙しばいの朝", place="としょかん")
    fill(page, post)
    press(page, "場所をさがす")
    page.get_by_role("radio", name=re.compile("汐坂市立図書館")).check()
    expect(page.get_by_label("集まりの名前", exact=True)).to_have_value(post.title)
    press(page, "どう見えるか見てみる")
    expect(page.locator(".lead__place")).to_have_text("汐坂市立図書館")
    press(page, "もどって直す")
    expect(page.get_by_label("場所の名前", exact=True)).to_have_value("汐坂市立図書館")
    expect(page.get_by_text("えらんだ場所：汐坂市立図書館")).to_be_visible()


def test_a_name_of_ones_own_goes_on_working(visitors: Visitors) -> None:
    page = visitors.person()
    page.goto("/post")
    name = page.get_by_label("場所の名前", exact=True)
    name.press_sequentially("としょかん")
    page.locator(".picker").get_by_role("option").first.click()
    expect(name).to_have_value("汐坂市立図書館")
    name.press_sequentially("のうら庭")
    expect(page.locator(".picker__box [role=status]")).to_have_text("町の場所にはありません。そのままの名前で出せます。")
    expect(page.locator(".picker__chosen")).to_be_empty()
    expect(page.locator('input[name="place_id"]')).to_have_value("")
