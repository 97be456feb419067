"""The story of a change: what the city has confirmed stays up until the change was read; then everybody hears what is new."""

import re

import icalendar
import pytest
from playwright.sync_api import expect

from tests.harness.served_site import ServedSite
from tests.journeys.steps import EDITOR, Post, begin_to_post, press, publish, read_mail, send_and_confirm, sign_in
from tests.journeys.visitors import DESK, PHONE, Visitors


def hours_in(file: bytes) -> set[int]:
    return {one["DTSTART"].dt.hour for one in icalendar.Calendar.from_ical(file).walk("VEVENT")}


@pytest.mark.parametrize(
    ("width", "javascript"),
    [pytest.param(PHONE, True, id="on a phone"), pytest.param(DESK, False, id="on a wide screen without JavaScript")],
)
def test_another_hour_waits_for_the_city_and_then_everybody_hears_of_it(
    visitors: Visitors, served_site: ServedSite, width: int, javascript: bool
) -> None:
    post = Post(title="湯気とラジオの朝" if javascript else "湯気とレコードの朝", email=f"yuge{width}@example.com")
    host = visitors.person(width, javascript=javascript)
    editor = visitors.person(width, javascript=javascript)
    reader = visitors.reader(width, javascript=javascript)

    begin_to_post(host, post)
    public_id = send_and_confirm(host, served_site)
    sign_in(editor, EDITOR)
    publish(editor, post.title)

    host.goto(f"/my/{public_id}/edit")
    expect(host.get_by_text("市の担当が読んでから")).to_be_visible()
    host.get_by_label("始まり", exact=True).fill("09:00")
    host.get_by_label("終わり", exact=True).fill("10:00")
    press(host, "直したものを保存する")
    expect(host.get_by_text("変更を確認に出しました。")).to_be_visible()
    expect(host.locator("main")).to_contain_text("9:00〜10:00")

    reader.goto(f"/gatherings/{public_id}")
    expect(reader.get_by_text("変更を確認しています")).to_be_visible()
    expect(reader.locator("main")).to_contain_text("午前6時")
    expect(reader.locator("main")).not_to_contain_text("午前9時")
    calendar = f"/gatherings/{public_id}.ics"
    assert hours_in(reader.request.get(calendar).body()) == {6}

    editor.goto("/desk")
    editor.locator("#changes").get_by_role("link", name=post.title, exact=True).click()
    expect(editor.locator("main")).to_contain_text("これからの5回")
    press(editor, "この変更をのせる")
    expect(editor.get_by_text(f"「{post.title}」の変更をのせました")).to_be_visible()

    reader.reload()
    expect(reader.get_by_text("変更を確認しています")).to_have_count(0)
    expect(reader.locator(".changed")).to_contain_text(re.compile(r"時間が変わりました\s*6:00\s*→\s*9:00"))
    expect(reader.locator("main")).to_contain_text("午前9時")
    assert hours_in(reader.request.get(calendar).body()) == {9}
    reader.goto("/gatherings?when=tomorrow")
    card = reader.locator("article", has=reader.get_by_role("link", name=post.title))
    expect(card).to_contain_text("時間が変わりました")
    text = read_mail(host, served_site, f"「{post.title}」の変更をのせました")
    assert "6:00 → 9:00" in text
