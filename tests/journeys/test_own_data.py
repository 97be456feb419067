"""Somebody looks at what the site keeps about her, takes it along, and leaves. The town notices only what she wished."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.harness.served_site import ServedSite
from tests.journeys.steps import EDITOR, Post, post_and_confirm, press, publish, sign_in
from tests.journeys.visitors import DESK, PHONE, Visitors


@pytest.mark.parametrize(
    ("width", "javascript", "wish"),
    [
        pytest.param(PHONE, True, "名前と連絡先を消して、集まりだけ残す", id="on a phone, leaving the gathering to the town"),
        pytest.param(DESK, False, "掲載をやめる", id="on a wide screen without JavaScript, taking it along"),
    ],
)
def test_somebody_takes_her_data_along_and_leaves(
    visitors: Visitors, served_site: ServedSite, width: int, javascript: bool, wish: str
) -> None:
    post = Post(title=f"文通の会{width}", host="ゆのみ花子", email=f"leaving{width}@example.com")
    host, editor, reader = visitors.person(width, javascript=javascript), visitors.person(DESK), visitors.reader(PHONE)
    public_id = post_and_confirm(host, served_site, post)
    sign_in(editor, EDITOR)
    publish(editor, post.title)
    reader.goto(f"/gatherings/{public_id}")
    expect(reader.locator("main")).to_contain_text(post.host)

    host.goto("/my")
    host.get_by_role("link", name="わたしの情報").click()
    expect(host.locator("h1")).to_have_text("わたしの情報")
    expect(host.locator("main")).to_contain_text(post.email)
    with host.expect_download() as taken:
        press(host, "ファイルを受け取る")
    told = json.loads(Path(taken.value.path()).read_text(encoding="utf-8"))
    assert told["person"]["email"] == post.email
    assert [one["title"] for one in told["gatherings"]] == [post.title]

    press(host, "消すまえに、たしかめる")
    press(host, "わたしの情報を消す")
    expect(host.get_by_text("もう一度、たしかめてください")).to_be_visible()
    host.get_by_role("radio", name=wish, exact=True).check()
    host.get_by_role("checkbox", name="消したものは、もとにもどせません").check()
    press(host, "わたしの情報を消す")
    expect(host.locator("h1")).to_have_text("あなたの情報を消しました")
    assert host.context.cookies() == []
    press(host, "さいしょのページへ")
    expect(host.get_by_text("マイページ")).to_have_count(0)

    answer = reader.goto(f"/gatherings/{public_id}")
    assert answer is not None
    if wish == "掲載をやめる":
        assert answer.status == 410
    else:
        expect(reader.locator("h1")).to_have_text(post.title)
        expect(reader.locator("main")).to_contain_text("地域の有志")
    expect(reader.locator("main")).not_to_contain_text(post.host)
    editor.goto("/desk/log")
    expect(editor.locator("main")).not_to_contain_text(post.host)
