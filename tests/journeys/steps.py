"""What people do, step by step, with the words they read on the page. Each story is told with these."""

import re
import tomllib
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from idobata.kernel.layout import PACKAGE
from tests.harness.served_site import ServedSite

EDITOR = "editor@city.shiosaka.example"
_PEOPLE = tomllib.loads((PACKAGE / "demo" / "town" / "people.toml").read_text(encoding="utf-8"))["people"]
_NAMES = {one["email"]: one["name"] for one in _PEOPLE}


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody types into the form."""

    title: str
    day: str = "2026-12-01"
    starts: str = "06:00"
    ends: str = "07:00"
    rhythm: str = "毎週"
    place: str = "ひだまり文庫"
    summary: str = "お湯をわかして、持ってきた本を読みます。話しても、だまっていても。"
    host: str = "湯のみの会"
    email: str = "yunomi@example.com"

    def but(self, **changes: str) -> "Post":
        """The same with something changed."""
        return replace(self, **changes)


def fill(page: Page, post: Post, *, signed_in: bool = False) -> None:
    """Write the three short parts of the form. Whoever is signed in is not asked for an address."""
    page.get_by_label("日にち", exact=True).fill(post.day)
    page.get_by_label("始まり", exact=True).fill(post.starts)
    page.get_by_label("終わり", exact=True).fill(post.ends)
    page.get_by_role("radio", name=post.rhythm, exact=True).check()
    page.get_by_label("場所の名前", exact=True).fill(post.place)
    page.get_by_label("集まりの名前", exact=True).fill(post.title)
    page.get_by_label("どんなことをしますか？", exact=True).fill(post.summary)
    page.get_by_role("radio", name="無料", exact=True).check()
    page.get_by_label("主催の名前", exact=True).fill(post.host)
    if not signed_in:
        page.get_by_label("メールアドレス", exact=True).fill(post.email)
    page.get_by_role("checkbox", name="勧誘・販売・宗教・マルチを目的にしません").check()


def expect_filled(page: Page, post: Post) -> None:
    """Every word is still in the form."""
    expect(page.get_by_label("日にち", exact=True)).to_have_value(post.day)
    expect(page.get_by_label("始まり", exact=True)).to_have_value(post.starts)
    expect(page.get_by_label("終わり", exact=True)).to_have_value(post.ends)
    expect(page.get_by_role("radio", name=post.rhythm, exact=True)).to_be_checked()
    expect(page.get_by_label("場所の名前", exact=True)).to_have_value(post.place)
    expect(page.get_by_label("集まりの名前", exact=True)).to_have_value(post.title)
    expect(page.get_by_label("どんなことをしますか？", exact=True)).to_have_value(post.summary)
    expect(page.get_by_role("radio", name="無料", exact=True)).to_be_checked()
    expect(page.get_by_label("主催の名前", exact=True)).to_have_value(post.host)
    expect(page.get_by_label("メールアドレス", exact=True)).to_have_value(post.email)


def begin_to_post(page: Page, post: Post) -> None:
    """From the first page to the form, and every word into it."""
    page.goto("/")
    press(page, "投稿する")
    fill(page, post)


def press(page: Page, words: str) -> None:
    """Press the first button or link with exactly these words."""
    page.get_by_role("button", name=words, exact=True).or_(page.get_by_role("link", name=words, exact=True)).first.click()


def read_mail(page: Page, site: ServedSite, subject: str) -> str:
    """Open the newest mail whose subject holds these words; returns its text."""
    site.work()
    page.goto("/-/mail")
    page.get_by_role("link", name=subject).first.click()
    expect(page.locator("h1")).to_contain_text(subject)
    return page.locator(".prose").inner_text()


def confirm_by_mail(page: Page, site: ServedSite) -> str:
    """Follow the link of the newest confirming mail and press its button; returns the public id of the gathering."""
    read_mail(page, site, "メールアドレスの確認をおねがいします")
    page.locator(".prose a").first.click()
    press(page, "確認に出す")
    return own_gathering(page)


def own_gathering(page: Page) -> str:
    """The public id of the gathering whose page for its host a press leads to."""
    expect(page).to_have_url(re.compile(r"/my/\w+(\?|$)"))
    return urlsplit(page.url).path.rsplit("/", 1)[1]


def send_and_confirm(page: Page, site: ServedSite) -> str:
    """Send the filled form and confirm the address behind it as one does in the demo; returns the public id of the gathering."""
    press(page, "確認に出す")
    press(page, "デモのメール受け箱を開く")
    return confirm_by_mail(page, site)


def post_and_confirm(page: Page, site: ServedSite, post: Post) -> str:
    """The short way: write, send, confirm; returns the public id of the gathering."""
    page.goto("/post")
    fill(page, post)
    press(page, "確認に出す")
    return confirm_by_mail(page, site)


def sign_in(page: Page, email: str) -> None:
    """Press the demo's button of this person, which says the name and not the address."""
    page.goto("/sign-in")
    page.get_by_role("button", name=f"{_NAMES[email]}さん").click()
    # Whoever goes on before the answer is there has no cookie.
    expect(page).not_to_have_url(re.compile(r"/sign-in$"))


def sign_out(page: Page) -> None:
    """Sign out and wait until it is so."""
    press(page, "ログアウト")
    expect(page.get_by_role("button", name="ログアウト", exact=True)).to_have_count(0)


def publish(editor: Page, title: str) -> None:
    """Find a post in the queue and publish it."""
    editor.goto("/desk")
    editor.locator("#waiting").get_by_role("link", name=title, exact=True).click()
    expect(editor.locator("h1")).to_have_text(title)
    press(editor, "掲載する")
    expect(editor.get_by_text(f"「{title}」を掲載しました")).to_be_visible()
