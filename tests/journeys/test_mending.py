"""What goes wrong is said kindly and can be mended: by the person who writes, and between her and the city."""

import time

import pytest
from itsdangerous import TimestampSigner
from playwright.sync_api import Page, expect

from tests.harness.served_site import ServedSite
from tests.journeys.steps import EDITOR, Post, expect_filled, fill, post_and_confirm, press, publish, read_mail, sign_in, sign_out
from tests.journeys.visitors import DESK, Visitors

EIGHT_DAYS = 8 * 24 * 3600
WITH_AND_WITHOUT = pytest.mark.parametrize(
    "javascript", [pytest.param(True, id="with JavaScript"), pytest.param(False, id="without JavaScript")]
)


def errors(page: Page) -> list[str]:
    """The sentences of the summary, after a look that the reader was put there."""
    expect(page.locator("#errors")).to_be_focused()
    return page.locator("#errors .errors__list li").all_inner_texts()


@WITH_AND_WITHOUT
def test_an_empty_form_says_everything_that_is_missing_and_leads_there(visitors: Visitors, javascript: bool) -> None:
    page = visitors.reader(javascript=javascript)
    page.goto("/post")
    press(page, "確認に出す")
    assert len(errors(page)) == 8  # day, beginning, place, title, what, money, host, address
    links = page.locator("#errors .errors__list a").all()
    assert len(links) == 8
    for link in links:
        field = page.locator(link.get_attribute("href") or "nothing")
        expect(field).to_have_count(1)
        # Beside the field stands the same sentence, and whoever cannot see it is told.
        told_by = (field.get_attribute("aria-describedby") or "").split()
        assert link.inner_text() in " ".join(page.locator(f"#{name}").inner_text() for name in told_by)
        link.click()
        expect(field).to_be_in_viewport()
        if javascript:
            assert field.evaluate("one => one === document.activeElement || one.contains(document.activeElement)")


@WITH_AND_WITHOUT
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        pytest.param(Post("逆さの時間", starts="20:00", ends="18:30"), "終わり", id="an end before the beginning"),
        pytest.param(Post("きのうの集まり", day="2026-11-29", rhythm="一回だけ"), "日", id="a day that is over"),
    ],
)
def test_a_mistake_is_named_and_every_word_is_kept(visitors: Visitors, wrong: Post, sentence: str, javascript: bool) -> None:
    page = visitors.reader(javascript=javascript)
    page.goto("/post")
    fill(page, wrong)
    press(page, "確認に出す")
    said = errors(page)
    assert len(said) == 1
    assert sentence in said[0]
    expect_filled(page, wrong)
    page.get_by_label("日にち", exact=True).fill("2026-12-02")
    page.get_by_label("始まり", exact=True).fill("10:00")
    page.get_by_label("終わり", exact=True).fill("11:00")
    press(page, "どう見えるか見てみる")
    expect(page.locator("h1")).to_have_text(wrong.title)


def test_a_form_that_lay_open_for_a_week_keeps_its_words_and_is_sent_by_a_second_press(
    visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, post = visitors.reader(), Post("週をまたいで書いた集まり", email="yukkuri@example.com")
    with monkeypatch.context() as then:
        then.setattr(TimestampSigner, "get_timestamp", lambda _signer: int(time.time()) - EIGHT_DAYS)
        # An address of its own in the page cache: nobody else is given this old page, and this reader no fresh one.
        page.goto("/post?done=opened-long-ago")
    fill(page, post)
    press(page, "確認に出す")
    expect(page.get_by_text("まだ送られていません", exact=True)).to_be_visible()
    expect_filled(page, post)
    press(page, "確認に出す")
    expect(page.locator("h1")).to_have_text("あと、ひと押しです。メールを見てください")


def test_a_post_that_comes_back_is_mended_and_published(visitors: Visitors, served_site: ServedSite) -> None:
    host, editor, reader = visitors.person(), visitors.person(DESK), visitors.reader()
    post = Post("ハーブの苗、わけます", email="haabu@example.com", summary="苗を500円でお売りします。", rhythm="一回だけ")
    public_id = post_and_confirm(host, served_site, post)

    sign_in(editor, EDITOR)
    editor.get_by_role("link", name=post.title, exact=True).click()
    editor.locator("#return summary").click()
    editor.get_by_label("どのきまりのことですか？").select_option(label="商売が目的でないこと")
    words = "苗をわけあう会として書いていただけますか。"
    editor.get_by_label("担当からのひとこと").fill(words)
    editor.locator("#return").get_by_role("button", name="メールを下見する").click()
    expect(editor.locator("#letter")).to_contain_text(words)
    editor.locator("#return").get_by_role("button", name="返す", exact=True).click()
    expect(editor.get_by_text(f"「{post.title}」を投稿した人に返しました")).to_be_visible()

    # The host meets the letter days later, on another browser: the way in is a mailed link.
    letter = read_mail(host, served_site, f"「{post.title}」について、おたずねします")
    assert words in letter
    sign_out(host)
    host.goto("/sign-in")
    host.get_by_label("メールアドレス").fill(post.email)
    press(host, "リンクを送る")
    read_mail(host, served_site, "ログイン")
    host.locator(".prose a").first.click()
    press(host, "ログインする")
    host.get_by_role("link", name=post.title).click()
    expect(host.get_by_text("市の担当から、おたずねがあります")).to_be_visible()
    expect(host.get_by_text(words)).to_be_visible()
    press(host, "直す")
    mended = "あまった苗を、ほしい人とわけあいます。"
    host.get_by_label("どんなことをしますか？").fill(mended)
    press(host, "直して、確認に出す")
    expect(host.get_by_text("確認を待っています")).to_be_visible()

    assert reader.goto(f"/gatherings/{public_id}").status == 404  # type: ignore[union-attr]
    publish(editor, post.title)
    reader.goto(f"/gatherings/{public_id}")
    expect(reader.locator("main")).to_contain_text(mended)
    assert f"/gatherings/{public_id}" in read_mail(host, served_site, f"「{post.title}」を掲載しました")


def test_the_city_tidies_the_words_and_tells_the_host_and_sees_what_the_host_changes_later(
    visitors: Visitors, served_site: ServedSite
) -> None:
    host, editor, reader = visitors.person(), visitors.person(DESK), visitors.reader()
    post = Post("★☆激アツ★☆焼きいも", email="yakiimo@example.com", rhythm="一回だけ")
    public_id = post_and_confirm(host, served_site, post)

    sign_in(editor, EDITOR)
    editor.get_by_role("link", name=post.title, exact=True).click()
    editor.locator("#tidy summary").click()
    editor.locator("#tidy").get_by_label("集まりの名前").fill("焼きいもを待つ会")
    press(editor, "整えて、投稿した人に知らせる")
    expect(editor.get_by_text("「焼きいもを待つ会」の書きかたを整えました")).to_be_visible()
    press(editor, "掲載する")
    letter = read_mail(host, served_site, "の書きかたを整えました")
    assert f"「{post.title}」→「焼きいもを待つ会」" in letter

    host.goto(f"/my/{public_id}")
    press(host, "内容を直す")
    # Nothing that somebody who means to come must know: it shows at once, and the desk sees it afterwards.
    host.get_by_label("どんなことをしますか？", exact=True).fill("いもが焼けるのを、火のそばで待ちます。")
    press(host, "直したものを保存する")
    expect(host.get_by_text("直しました。")).to_be_visible()
    reader.goto(f"/gatherings/{public_id}")
    expect(reader.locator("main")).to_contain_text("火のそばで待ちます")

    editor.goto("/desk")
    row = editor.locator("#changed .queue__row", has_text="焼きいもを待つ会")
    expect(row.locator("del")).to_contain_text(post.summary)
    expect(row.locator("ins")).to_contain_text("火のそばで待ちます")
    row.get_by_role("button", name="見ました").click()
    expect(editor.get_by_text("「焼きいもを待つ会」の変更を見ました")).to_be_visible()
    expect(row).to_have_count(0)
