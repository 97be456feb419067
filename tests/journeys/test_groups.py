"""A group from its first day: founded, shared with a neighbour, its date called off by the other, and closed to whoever was taken out."""

import re

from playwright.sync_api import expect

from tests.harness.served_site import ServedSite
from tests.journeys.steps import EDITOR, Post, fill, own_gathering, press, publish, read_mail, sign_in
from tests.journeys.visitors import DESK, Visitors

HANAKO, JIRO = "hanako.group@example.com", "jiro.group@example.com"


def test_two_neighbours_run_a_group_and_one_of_them_has_to_go(visitors: Visitors, served_site: ServedSite) -> None:
    hanako, jiro, reader, editor = visitors.person(), visitors.person(), visitors.reader(), visitors.person(DESK)

    # Hanako has no account. She asks for the mail, follows it, and founds the group.
    hanako.goto("/groups")
    press(hanako, "団体をつくる")
    hanako.get_by_label("メールアドレス", exact=True).fill(HANAKO)
    press(hanako, "確認のメールを送る")
    expect(hanako.get_by_text("メールを送りました。")).to_be_visible()
    read_mail(hanako, served_site, "メールアドレスの確認をおねがいします")
    hanako.locator(".prose a").first.click()
    expect(hanako.locator("h1")).to_have_text("ようこそ")
    hanako.get_by_label("あなたの呼び名", exact=True).fill("はなこ")
    press(hanako, "団体をつくりはじめる")
    hanako.get_by_label("団体の名前", exact=True).fill("夕ぐれウクレレ会")
    hanako.get_by_label("どんな団体ですか？", exact=True).fill("日がくれるころ、港で弾きます。")
    hanako.get_by_label("ページのアドレスに使うローマ字", exact=True).fill("yugure-ukulele")
    hanako.get_by_label("あなたの呼び名", exact=True).fill("はなこ")
    press(hanako, "団体のページをつくる")
    expect(hanako.locator("h1")).to_have_text("夕ぐれウクレレ会")
    reader.goto("/groups/yugure-ukulele")
    expect(reader.get_by_text("市の確認は、これからです。")).to_be_visible()
    assert "はなこ" not in reader.locator("body").inner_text()

    # She makes a link and sends it in a chat; Jiro, new here too, joins with it.
    press(hanako, "招待をつくる")
    expect(hanako.locator("h1")).to_have_text(re.compile("招待のリンクが\\s*できました"))
    link = re.search(r"/groups/join/[\w-]+", hanako.get_by_label("送る文", exact=True).input_value())
    assert link
    jiro.goto(link[0])
    expect(jiro.locator("h1")).to_contain_text("夕ぐれウクレレ会")
    jiro.get_by_label("メールアドレス", exact=True).fill(JIRO)
    press(jiro, "確認のメールを送る")
    read_mail(jiro, served_site, "メールアドレスの確認をおねがいします")
    jiro.locator(".prose a").first.click()
    jiro.get_by_label("あなたの呼び名", exact=True).fill("じろう")
    press(jiro, "参加する")
    expect(jiro.get_by_text("団体のメンバーになりました。")).to_be_visible()
    assert JIRO not in jiro.locator("body").inner_text()
    assert "招待をつくる" not in jiro.locator("body").inner_text()

    # He posts for the group, the city publishes it, and nobody reads who typed it.
    press(jiro, "この団体で投稿する")
    post = Post("夕ぐれの練習")
    fill(jiro, post, signed_in=True)
    jiro.get_by_label("だれの名前でのせますか？", exact=True).select_option(label="夕ぐれウクレレ会")
    press(jiro, "確認に出す")
    public_id = own_gathering(jiro)
    sign_in(editor, EDITOR)
    publish(editor, post.title)
    reader.goto(f"/gatherings/{public_id}")
    expect(reader.get_by_role("link", name="夕ぐれウクレレ会")).to_be_visible()
    page = reader.content()
    assert "じろう" not in page
    assert JIRO not in page

    # Hanako calls the date off.
    hanako.goto("/my")
    press(hanako, post.title)
    press(hanako, "この日を中止にする")
    expect(hanako.get_by_text("この日を中止にしました")).to_be_visible()
    reader.reload()
    expect(reader.get_by_text("中止").first).to_be_visible()

    # Jiro has the page of his gathering open when he is taken out; from that moment nothing works for him.
    jiro.goto(f"/my/{public_id}")
    expect(jiro.get_by_role("button", name="中止を取り消す")).to_be_visible()
    hanako.goto("/my/groups/yugure-ukulele")
    hanako.locator("li", has_text="じろう").get_by_role("link", name="メンバーから外す").click()
    press(hanako, "メンバーから外す")
    expect(hanako.get_by_text("メンバーから外しました。")).to_be_visible()
    press(jiro, "中止を取り消す")
    expect(jiro.locator("h1")).to_have_text("ページが見つかりません")
    assert jiro.request.get(f"/my/{public_id}").status == 404
    assert jiro.request.get("/my/groups/yugure-ukulele").status == 404
    jiro.goto(link[0])
    expect(jiro.locator("h1")).to_have_text("このリンクは使えません")
    reader.reload()
    expect(reader.get_by_text("中止").first).to_be_visible()
