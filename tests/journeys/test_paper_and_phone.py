"""Paper counts: what came on paper is typed in, the host speaks with a code from her receipt, and another one answers a mail with one press."""

import re
import struct
import zlib

import zxingcpp
from playwright.sync_api import Page, expect

from tests.harness.served_site import ServedSite
from tests.journeys.steps import EDITOR, press, read_mail, sign_in
from tests.journeys.visitors import DESK, Visitors

WELFARE = "welfare@city.shiosaka.example"


def grey(png: bytes) -> memoryview:
    """The pixels of a screenshot (8 bits, RGB or RGBA) as a grey picture."""
    at, width, height, kind, packed = 8, 0, 0, 0, b""
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + length]
        if name == b"IHDR":
            width, height, _depth, kind = struct.unpack(">IIBB", body[:10])
        packed += body if name == b"IDAT" else b""
        at += 12 + length
    step, raw, before, found = {2: 3, 6: 4}[kind], zlib.decompress(packed), bytearray(0), bytearray()
    row = width * step
    before = bytearray(row)
    for line in range(height):
        how, now = raw[line * (row + 1)], bytearray(raw[line * (row + 1) + 1 : (line + 1) * (row + 1)])
        for place in range(row):
            left, up, corner = now[place - step] if place >= step else 0, before[place], before[place - step] if place >= step else 0
            guess = left + up - corner
            nearest = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
            now[place] = (now[place] + (0, left, up, (left + up) // 2, nearest)[how]) & 255
        found += now[::step]
        before = now
    return memoryview(found).cast("B", (height, width))


def fill_in_for_a_host(clerk: Page) -> None:
    clerk.goto("/desk/post")
    clerk.get_by_label("日にち", exact=True).fill("2026-12-01")
    clerk.get_by_label("始まり", exact=True).fill("13:00")
    clerk.get_by_label("終わり", exact=True).fill("15:00")
    clerk.get_by_role("radio", name="毎週", exact=True).check()
    clerk.get_by_label("場所の名前", exact=True).fill("ひだまり文庫")
    clerk.get_by_label("集まりの名前", exact=True).fill("毛糸をほどく会")
    clerk.get_by_label("どんなことをしますか？", exact=True).fill("古いセーターをほどいて、玉にします。手がさびしい人に。")
    clerk.get_by_role("radio", name="無料", exact=True).check()
    clerk.get_by_label("主催の名前", exact=True).fill("木村トメ")
    clerk.get_by_label("主催の方の電話", exact=True).fill("000-000-7777")


def test_a_paper_becomes_a_page_and_its_host_cancels_a_date_on_the_phone(visitors: Visitors, served_site: ServedSite) -> None:
    clerk, reader = visitors.person(DESK), visitors.reader()
    sign_in(clerk, EDITOR)
    fill_in_for_a_host(clerk)
    press(clerk, "すぐに掲載する")
    expect(clerk.get_by_text("控えを印刷して、主催の方にわたしてください。")).to_be_visible()
    expect(clerk.locator("h1")).to_have_text("毛糸をほどく会")

    press(clerk, "合言葉をつくって印刷する")
    code = clerk.locator(".receipt__code").inner_text().removeprefix("合言葉：").strip()
    assert re.fullmatch(r"[2-9A-Z]{4} [2-9A-Z]{4}", code)
    address = clerk.locator(".receipt__address").inner_text()
    clerk.emulate_media(media="print")
    expect(clerk.locator(".desk-nav")).to_be_hidden()
    assert zxingcpp.read_barcodes(grey(clerk.locator("svg.qr").screenshot()))[0].text == address
    clerk.emulate_media(media="screen")
    assert "000-000-7777" not in clerk.locator("main").inner_text()

    reader.goto(address)
    expect(reader.locator("h1")).to_have_text("毛糸をほどく会")
    expect(reader.locator("main")).to_contain_text("木村トメ")
    assert "佐伯" not in reader.locator("main").inner_text()

    welfare = visitors.person()
    sign_in(welfare, WELFARE)
    welfare.goto("/desk/calls")
    expect(welfare.locator("h1")).to_have_text("まだ続いているか、たしかめる")
    press(welfare, "合言葉を聞く")
    welfare.get_by_label("合言葉", exact=True).fill(code.replace(" ", "").lower())
    press(welfare, "集まりを開く")
    expect(welfare.locator("h1")).to_have_text("毛糸をほどく会")
    welfare.get_by_label("わけ（ページにのります・任意）").first.fill("ぎっくり腰のため")
    press(welfare, "この日を中止にする")
    expect(welfare.get_by_text("この日を中止にしました。")).to_be_visible()
    reader.reload()
    expect(reader.locator("main")).to_contain_text("12月1日（火）は中止になりました")
    expect(reader.locator("main")).to_contain_text("ぎっくり腰のため")


def test_a_host_answers_the_mail_with_one_press(visitors: Visitors, served_site: ServedSite) -> None:
    host, reader = visitors.reader(), visitors.reader()
    letter = read_mail(host, served_site, "いまも続いていますか？")
    assert "ログインはいりません" in letter
    host.locator(".prose a").first.click()
    expect(host.locator("h1")).to_have_text("いまも続いていますか？")
    page = host.locator("h2 a").first.get_attribute("href")
    assert page
    press(host, "続けています")
    expect(host.get_by_text("「続けています」と受けとりました")).to_be_visible()
    expect(host.locator("h1")).to_have_text("ありがとうございました")
    reader.goto(page)
    expect(reader.locator(".freshness")).to_contain_text("最終確認：11月30日（月）（主催からの返事で）")


def test_what_nobody_answers_for_is_marked_where_one_looks(visitors: Visitors) -> None:
    reader = visitors.reader(DESK)
    reader.goto("/gatherings?q=おはよう")
    card = reader.locator("article.card", has_text="最近の確認がとれていません").first
    expect(card).to_be_visible()
    card.get_by_role("link").first.click()
    expect(reader.get_by_text("この集まりは、しばらく確認できていません")).to_be_visible()
