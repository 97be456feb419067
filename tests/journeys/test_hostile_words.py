"""Somebody writes scripts and markup into every field. The town reads them as words, everywhere."""

import io

import feedparser
import pytest
from playwright.sync_api import Page, expect

from tests.harness.served_site import ServedSite
from tests.journeys.steps import EDITOR, confirm_by_mail, press, sign_in
from tests.journeys.visitors import DESK, Visitors

MARKUP = "\"'><img src=x onerror=__x=1><script>__x=1</script>"
MANY = f"{MARKUP}\n</textarea></title><svg onload=__x=1><a href=javascript:__x=1>x</a>\n・{MARKUP}\n- [x](javascript:__x=1) `{MARKUP}`\n"
SHORT = ("title", "host_name", "place_name", "place_address", "place_access", "when_note")
MORE = ("audience", "bring", "rain", "parking", "language", "contact_name", "fee_words")
LONG = ("body", "signup_words")


def assert_harmless(page: Page) -> None:
    """Nothing that was typed has run. (Markup that came alive would also be refused by the policy, which the watch over all pages sees.)"""
    assert page.evaluate("window.__x") is None
    assert (
        page.locator(
            "main img[src='x'], main svg[onload], main a[href^='javascript'], main script:not([type='application/ld+json'])"
        ).count()
        == 0
    )


def test_markup_in_every_field_is_read_as_words_on_every_page(visitors: Visitors, served_site: ServedSite) -> None:
    host, editor, reader = visitors.person(), visitors.person(DESK), visitors.reader()
    host.goto("/post")
    host.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    host.get_by_label("日にち", exact=True).fill("2026-12-01")
    host.get_by_label("始まり", exact=True).fill("05:00")
    host.get_by_role("radio", name="毎週", exact=True).check()
    host.get_by_role("radio", name="お金がかかる", exact=True).check()
    host.get_by_role("radio", name="いる", exact=True).check()
    for name in (*SHORT, *MORE):
        host.locator(f"#{name}").fill(MARKUP)
    for name in LONG:
        host.locator(f"#{name}").fill(MANY)
    host.locator("#summary").fill(MARKUP)
    host.locator("#contact_phone").fill("000-000-0000")
    host.get_by_label("電話番号をページにのせる（公開）").check()
    host.locator("#contact_url").fill("javascript:__x=1//https://example.com/")
    host.get_by_label("メールアドレス", exact=True).fill("mallory@example.com")
    host.get_by_role("checkbox", name="勧誘・販売・宗教・マルチを目的にしません").check()
    press(host, "どう見えるか見てみる")
    expect(host.locator("#errors .errors__list")).to_contain_text("アドレス")
    assert_harmless(host)
    host.locator("#contact_url").fill("https://example.com/?a=%22%3E%3Cscript%3E__x=1%3C/script%3E&b='")
    host.get_by_label("このアドレスをページにのせる（公開）").check()
    press(host, "どう見えるか見てみる")
    expect(host.locator("h1")).to_have_text(MARKUP)
    assert_harmless(host)
    press(host, "確認に出す")
    public_id = confirm_by_mail(host, served_site)

    sign_in(editor, EDITOR)
    for path in ("/desk", f"/desk/{public_id}"):
        editor.goto(path)
        expect(editor.locator("main")).to_contain_text(MARKUP)
        assert_harmless(editor)
    press(editor, "掲載する")
    expect(editor.get_by_text(f"「{MARKUP}」を掲載しました")).to_be_visible()
    assert_harmless(editor)

    host.goto(f"/my/{public_id}")
    host.locator("details.fold summary").first.click()
    host.locator("[name=note]").first.fill(MARKUP)
    press(host, "この日を中止にする")
    expect(host.get_by_text("この日を中止にしました")).to_be_visible()
    for path in ("/my", f"/my/{public_id}", f"/my/{public_id}/edit", f"/my/{public_id}/dates/2026-12-08/move", f"/my/{public_id}/withdraw"):
        host.goto(path)
        assert_harmless(host)
    editor.goto("/desk/log")
    assert_harmless(editor)

    for path in (
        "/",
        "/gatherings",
        "/gatherings?q=script",
        f"/gatherings/{public_id}",
        f"/gatherings/{public_id}?lang=en",
        "/calendar/2026-12",
    ):
        reader.goto(path)
        expect(reader.locator("main")).to_contain_text(MARKUP)
        assert_harmless(reader)
    reader.goto(f"/gatherings?q={MARKUP}")
    assert_harmless(reader)

    served_site.work()
    reader.goto("/-/mail")
    numbers = reader.locator(".plain-card a").count()
    assert numbers >= 3
    for number in range(1, numbers + 1):
        reader.goto(f"/-/mail/{number}")
        assert_harmless(reader)

    for path in ("/gatherings.rss", "/feeds/new.rss"):
        feed = feedparser.parse(io.BytesIO(reader.request.get(path).body()), sanitize_html=False)
        assert not feed.bozo
        mine = [entry for entry in feed.entries if public_id in entry.link]
        assert mine
        # As a feed reader without any care of its own would show it.
        shown = "".join(part.value for entry in mine for part in entry.content)
        assert "script" in shown
        reader.set_content(f"<main>{shown}</main>")
        assert_harmless(reader)


@pytest.mark.parametrize(
    "query", ["q=%22%3E%3Cscript%3E__x%3D1%3C%2Fscript%3E", "district=%3Cimg%20src%3Dx%20onerror%3D__x%3D1%3E", "from=%3Cscript%3E"]
)
def test_markup_in_an_address_is_read_as_words(visitors: Visitors, query: str) -> None:
    page = visitors.reader()
    page.goto(f"/gatherings?{query}")
    expect(page.locator("h1")).to_be_visible()
    assert_harmless(page)
