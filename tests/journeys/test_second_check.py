"""An administrator's way in, from the first mail to a passkey: told in the real browser."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page, expect

from idobata.kernel import clock
from tests.harness.served_site import ServedSite, serving
from tests.harness.site import MONDAY
from tests.journeys.steps import press, read_mail, sign_out
from tests.journeys.visitors import DESK, PHONE, Visitors

ADMIN = "admin@city.shiosaka.example"
MAIL = "ログインのご案内"


@pytest.fixture(scope="module")
def served_site(demo_town_file: Path, database_folder: Path) -> Iterator[ServedSite]:
    """The demo town at an address with a name: browsers offer passkeys nowhere else."""
    with serving(demo_town_file, database_folder, host="localhost") as site:
        yield site


@pytest.fixture(autouse=True)
def _monday_again() -> Iterator[None]:
    yield
    clock.fix(MONDAY)


def ask_for_mail(page: Page) -> None:
    page.goto("/sign-in?then=/desk")
    page.get_by_label("メールアドレス").fill(ADMIN)
    press(page, "リンクを送る")
    expect(page.locator("h1")).to_have_text("メールをお送りしました")


def sign_in_by_link(page: Page, site: ServedSite) -> None:
    ask_for_mail(page)
    read_mail(page, site, MAIL)
    page.locator(".prose a").first.click()
    press(page, "ログインする")


def with_device(page: Page) -> None:
    """A device that can make passkeys and is always unlocked by its owner."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": device})


def test_an_administrator_sets_up_an_app_comes_again_and_makes_a_passkey(visitors: Visitors, served_site: ServedSite) -> None:
    page = visitors.person(DESK)
    with_device(page)

    # The first time: mail, app, paper, desk.
    sign_in_by_link(page, served_site)
    expect(page.locator("h1")).to_have_text("もうひとつの確認を用意する")
    app = pyotp.TOTP(page.locator(".qr__words").inner_text().replace(" ", ""))
    page.get_by_label("アプリの数字").fill(app.at(MONDAY))
    press(page, "この数字でたしかめる")
    expect(page.locator("h1")).to_have_text("予備の番号")
    expect(page.locator(".codes li")).to_have_count(10)
    press(page, "しまったので、先へ進む")
    expect(page.locator("h1")).to_have_text("待っているもの")

    # The second time the mail is read on the phone, where the link explains itself and its code is carried over.
    sign_out(page)
    ask_for_mail(page)
    phone = visitors.person(PHONE)
    text = read_mail(phone, served_site, MAIL)
    phone.locator(".prose a").first.click()
    expect(phone.locator("h1")).to_have_text("ログインを始めたブラウザに、もどってください")
    code = re.search(r"^\d{3} \d{3}$", text, re.MULTILINE)
    assert code
    page.get_by_label("メールの数字").fill(code[0])
    press(page, "数字でログインする")
    expect(page.locator("h1")).to_have_text("もうひとつの確認")
    page.get_by_label("アプリの数字、または予備の番号").fill(app.at(MONDAY))
    press(page, "たしかめて進む")
    expect(page.locator("#errors")).to_contain_text("もう使われています")
    clock.fix(MONDAY + timedelta(seconds=60))
    page.get_by_label("アプリの数字、または予備の番号").fill(app.at(MONDAY + timedelta(seconds=60)))
    press(page, "たしかめて進む")
    expect(page.locator("h1")).to_have_text("待っているもの")

    # A passkey beside the app, and from then on a press is enough.
    page.goto("/my/security")
    press(page, "ほかの方法を足す")
    page.get_by_label("パスキーの名前").fill("窓口のパソコン")
    press(page, "パスキーをつくる")
    expect(page.get_by_role("heading", name="窓口のパソコン")).to_be_visible()
    page.goto("/desk")
    sign_out(page)
    sign_in_by_link(page, served_site)
    press(page, "パスキーで進む")
    expect(page.locator("h1")).to_have_text("待っているもの")

    # Where am I signed in? Here, and nowhere else.
    page.goto("/my/sessions")
    expect(page.get_by_text("いま使っているブラウザ")).to_have_count(1)
    assert page.locator("main .cards > li").count() == 1


def test_a_password_can_be_looked_at_while_it_is_typed(visitors: Visitors) -> None:
    page = visitors.reader()
    page.goto("/sign-in/password")
    field = page.get_by_label("パスワード", exact=True)
    field.fill("駅前の 青い鯉のぼり")
    press(page, "見せる")
    expect(field).to_have_attribute("type", "text")
    press(page, "かくす")
    expect(field).to_have_attribute("type", "password")
