"""Two stories of the desk: a reader reports something and the town's log counts it; a wave is refused in one act and brought back in one."""

import re

import pytest
from playwright.sync_api import expect

from idobata.accounts.actions import find_or_make_person
from idobata.accounts.queries import actor_of
from idobata.gatherings.posting_actions import save_draft, submit
from idobata.gatherings.trace_actions import leave_trace
from idobata.store.database import db
from idobata.store.transaction import transaction
from tests.harness.served_site import ServedSite
from tests.harness.site import Town
from tests.journeys.steps import EDITOR, press, read_mail, sign_in
from tests.journeys.visitors import DESK, PHONE, Visitors

CURRY = "木曜カレー（作る人も、食べる人も）"


@pytest.mark.parametrize(
    ("width", "javascript"),
    [pytest.param(PHONE, True, id="on a phone"), pytest.param(DESK, False, id="on a wide screen without JavaScript")],
)
def test_a_reader_reports_the_desk_closes_and_the_log_counts(
    visitors: Visitors, served_site: ServedSite, width: int, javascript: bool
) -> None:
    reader, editor = visitors.reader(width, javascript=javascript), visitors.person(width, javascript=javascript)
    title = "堤防で、釣れない話をする" if javascript else CURRY
    reader.goto(f"/gatherings?q={title[:4]}")
    reader.get_by_role("link", name=title).first.click()
    expect(reader.locator("h1")).to_have_text(title)
    address = re.match(r".+/gatherings/\w+", reader.url)
    assert address
    press(reader, "おかしいと思ったら")
    press(reader, "市の担当に送る")
    expect(reader.get_by_role("link", name="どんなことか、ひとつえらんでください。")).to_be_visible()
    reader.get_by_role("radio", name="書いてあることがちがっている").check()
    reader.get_by_label("くわしく").fill("入口は北側でした。")
    reader.get_by_label("メールアドレス").fill(f"kizuita{width}@example.com")
    press(reader, "市の担当に送る")
    expect(reader.locator("h1")).to_have_text("教えてくださり、ありがとうございました")
    press(reader, "集まりのページにもどる")
    expect(reader).to_have_url(address[0])
    expect(reader.locator("h1")).to_have_text(title)
    expect(reader.locator("main")).not_to_contain_text("入口は北側")

    sign_in(editor, EDITOR)
    editor.goto("/desk")
    editor.locator(".waits").get_by_role("link", name=re.compile("^通報")).click()
    editor.get_by_role("link", name=title).first.click()
    expect(editor.locator("main")).to_contain_text("入口は北側でした。")
    press(editor, "引き受ける")
    editor.get_by_role("radio", name="直してもらいました").check()
    editor.get_by_label("知らせてくれた人へのひとこと").fill("地図も直しました。")
    press(editor, "閉じる")
    expect(editor.get_by_text("この件を閉じました。")).to_be_visible()
    assert "地図も直しました。" in read_mail(editor, served_site, "教えてくださった方へ")

    reader.goto("/rules")
    reader.get_by_role("link", name="掲示板の記録").click()
    month = reader.locator("section", has=reader.get_by_role("heading", name="2026年11月"))
    expect(month).to_contain_text("直してもらいました")
    expect(reader.locator("main")).not_to_contain_text(title)


def test_a_wave_is_refused_in_one_act_and_brought_back_in_one(visitors: Visitors, served_site: ServedSite) -> None:
    def flood() -> None:
        town = Town(served_site.settings)
        with transaction():
            for number in range(30):
                person = find_or_make_person(f"win{number}@lucky-{number % 3}.example", "幸運クラブ")
                db.session.flush()
                values = town.values(title=f"かならず当たる会 {number}", summary="https://lucky.example/ へ", host_name="幸運クラブ")
                row = save_draft(actor_of(person), values, person.email, served_site.settings)
                leave_trace(row, values, f"198.51.100.{number % 5}", served_site.settings)
                submit(actor_of(person), row, served_site.settings)

    served_site.inside(flood)
    editor, reader = visitors.person(DESK), visitors.reader()
    sign_in(editor, EDITOR)
    editor.goto("/desk")
    expect(editor.locator("#waiting").get_by_text("よく似た投稿が30件届いています").first).to_be_visible()
    editor.locator(".waits").get_by_role("link", name=re.compile("^まとまって届いたもの")).click()
    box = editor.locator("section", has=editor.get_by_role("heading", name=re.compile(r"リンク.*lucky\.example")))
    box.locator("summary").click()
    box.get_by_role("checkbox", name=re.compile("かならず当たる会 7")).check()
    box.get_by_label("どのきまりのことですか？").select_option(label="勧誘をしないこと")
    box.get_by_role("button", name="しるしのないものを、まとめて断る").click()
    expect(editor.get_by_text("29件をまとめて断りました")).to_be_visible()
    editor.goto("/desk")
    expect(editor.locator("#waiting").get_by_role("link", name=re.compile("かならず当たる会"))).to_have_count(1)
    reader.goto("/gatherings?q=かならず当たる")
    expect(reader.get_by_role("link", name=re.compile("かならず当たる会"))).to_have_count(0)
    editor.goto("/desk/waves")
    editor.get_by_role("link", name=re.compile("29件")).click()
    press(editor, "ぜんぶ、もとにもどす")
    expect(editor.get_by_text("もとにもどしました").first).to_be_visible()
    editor.goto("/desk")
    expect(editor.locator(".waits").get_by_role("link", name=re.compile("^まとまって届いたもの"))).to_contain_text("30件")
