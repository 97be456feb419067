"""Every page, for everybody: on any screen, in any light, on paper, and with a screen reader."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from functools import partial
from typing import TypeVar

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import ColumnElement, select

from idobata.accounts.actions import ask_to_sign_in, make_link
from idobata.accounts.passkeys import KnownKey
from idobata.accounts.queries import person_by_email
from idobata.accounts.second_actions import add_code_app, add_passkey, make_recovery_codes
from idobata.accounts.session_actions import begin_session
from idobata.desk.actions import return_post
from idobata.gatherings.asking_actions import ask_hosts
from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.freshness_models import Freshness
from idobata.gatherings.freshness_queries import STILL
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import change
from idobata.kernel.actor import Role
from idobata.kernel.settings import Settings
from idobata.opendata.data_sets import DATA_SETS
from idobata.pages.finding_views import SINGLE
from idobata.places.models import Place
from idobata.store.database import db
from idobata.store.transaction import transaction
from idobata.web.sessions import cookie_name
from tests.harness.served_site import ServedSite
from tests.harness.site import Town, weekly
from tests.journeys.looking import barriers, lightness_of_ground, too_small, too_wide
from tests.journeys.steps import EDITOR, Post, fill, press
from tests.journeys.visitors import PHONE, Visitors

T = TypeVar("T")
SATURDAY = date(2026, 12, 5)
WIDTHS = (320, PHONE, 640, 1280)
PAPER = 720
LONG_TITLE = "六十文字もあるとても長い名前の集まりが一覧でも詳細でもはみ出さずにきちんと折りかえされて読めるかをたしかめる会"
READER, HOST, NEWCOMER, STAFF = "a reader", "a host", "a newcomer", "an editor"
ADMIN, HALF, THIRD = "an administrator", "an approver without a second check yet", "somebody before her second check"
HOST_ADDRESS, NEWCOMER_ADDRESS = "hanako@example.com", "hajime@example.com"
ADMIN_ADDRESS, HALF_ADDRESS = "admin@city.shiosaka.example", "approver@city.shiosaka.example"


@dataclass(frozen=True, slots=True)
class Scene:
    """A page: who opens it, where, and what is pressed there before it is looked at. Words in braces are filled from the town."""

    name: str
    path: str
    who: str = READER
    then: Callable[[Page], None] = field(default=lambda page: None)
    status: int = 200


def _send_empty(page: Page) -> None:
    press(page, "確認に出す")
    expect(page.locator("#errors")).to_be_visible()


def _preview(page: Page) -> None:
    fill(page, Post("下見の集まり"))
    press(page, "どう見えるか見てみる")
    expect(page.get_by_text("これは見本です。")).to_be_visible()


def _open_folds(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def _return_without_a_reason(page: Page) -> None:
    page.locator("#return summary").click()
    page.locator("#return").get_by_role("button", name="返す", exact=True).click()
    expect(page.locator("#errors")).to_be_visible()


def _send_no_address(page: Page) -> None:
    press(page, "リンクを送る")
    expect(page.locator("#errors")).to_be_visible()


def _write_no_result(page: Page) -> None:
    page.locator(".call summary").first.click()
    page.locator(".call").first.get_by_role("button", name="書きとめる").click()
    expect(page.locator(".field__errors")).to_be_visible()


def _make_a_code(page: Page) -> None:
    page.get_by_role("button", name="合言葉をつくる").or_(page.get_by_role("button", name="合言葉をつくって印刷する")).click()
    expect(page.locator(".receipt__code")).to_be_visible()


def _phone_with_its_code(page: Page) -> None:
    _make_a_code(page)
    code = page.locator(".receipt__code").inner_text().split("：")[-1]
    page.goto("/desk/by-phone")
    page.get_by_label("合言葉", exact=True).fill(code)
    press(page, "集まりを開く")
    _open_folds(page)


def _wrong_code(page: Page) -> None:
    press(page, "集まりを開く")
    expect(page.locator("#code-error")).to_be_visible()


def _claim_with_a_wrong_code(page: Page) -> None:
    press(page, "わたしの集まりにする")
    expect(page.locator("#code-error")).to_be_visible()


def _found_nothing(page: Page) -> None:
    press(page, "団体のページをつくる")
    expect(page.locator("#errors")).to_be_visible()


SCENES = (
    Scene("home", "/"),
    Scene("home in English", "/?lang=en"),
    Scene("list", "/gatherings"),
    Scene("list in English", "/gatherings?lang=en"),
    Scene("list with every filter open", "/gatherings?when=month&time=morning&fact=drop-in", then=_open_folds),
    Scene("empty list", "/gatherings?q=ペンギンの行進"),
    Scene("list without a filter that cannot be read", "/gatherings?from=2026-99-99"),
    Scene("map", "/map"),
    Scene("map in English", "/map?lang=en"),
    Scene("map of one place", "/map?place={place}"),
    Scene("empty map", "/map?q=ペンギンの行進"),
    Scene("calendar", "/calendar"),
    Scene("calendar of a month", "/calendar/2026-12?district=kitamachi"),
    Scene("calendar of an empty month", "/calendar/2028-03"),
    Scene("gathering", "/gatherings/{plain}"),
    Scene("gathering in English", "/gatherings/{plain}?lang=en"),
    Scene("gathering with a long name and ten facts", "/gatherings/{long}"),
    Scene("cancelled gathering", "/gatherings/{cancelled}"),
    Scene("gathering with a change on its way", "/gatherings/{asked}"),
    Scene("one date", "/gatherings/{plain}/2026-12-12"),
    Scene("withdrawn gathering", "/gatherings/{withdrawn}", status=410),
    Scene("groups", "/groups"),
    Scene("group", "/groups/{group}"),
    Scene("place", "/places/{place}"),
    Scene("district", "/districts/kitamachi"),
    Scene("about", "/about"),
    Scene("rules", "/rules"),
    Scene("guide", "/guide"),
    Scene("privacy", "/privacy"),
    Scene("accessibility", "/accessibility"),
    Scene("first step", "/first-step"),
    Scene("how to receive a list", "/subscribe", then=_open_folds),
    Scene("what the city did", "/log"),
    Scene("report", "/gatherings/{plain}/report"),
    Scene("open data", "/opendata/"),
    Scene("data set", "/opendata/{data_set}", then=_open_folds),
    Scene("for programs", "/api/", then=_open_folds),
    Scene("embed to put together", "/embed"),
    Scene("embed to put together in English", "/embed?lang=en&ink=ccc&height=1", then=_open_folds),
    Scene("embed of a page of elsewhere", "/embed?source=https://elsewhere.example/"),
    Scene("no such page", "/no-such-page", status=404),
    Scene("form", "/post"),
    Scene("form in English with everything open", "/post?lang=en", then=_open_folds),
    Scene("form with errors", "/post", then=_send_empty),
    Scene("preview", "/post", then=_preview),
    Scene("sent", "/post/sent"),
    Scene("link that has ended", "/post/confirm/no-such-token", status=410),
    Scene("groups of a kind", "/groups?category=eat", then=_open_folds),
    Scene("a group whose check ran out", "/groups/hanagakari", then=_open_folds),
    Scene("making a group", "/groups/start"),
    Scene("invitation that has ended", "/groups/join/no-such-token", status=410),
    Scene("sign-in", "/sign-in"),
    Scene("sign-in with an error", "/sign-in", then=_send_no_address),
    Scene("sign-in mail sent", "/sign-in/sent"),
    Scene("sign-in link that has ended", "/sign-in/no-such-token", status=410),
    Scene("sign-in with a password", "/sign-in/password"),
    Scene("first administrator", "/sign-in/first"),
    Scene("second check to set up", "/sign-in/second", HALF),
    Scene("second check", "/sign-in/second", THIRD),
    Scene("once more who is there", "/sign-in/again", HOST),
    Scene("where one is signed in", "/my/sessions", HOST),
    Scene("new address", "/my/address", HOST),
    Scene("settings of signing in", "/my/security", HOST),
    Scene("settings of signing in for staff", "/my/security", ADMIN),
    Scene("people", "/desk/people", ADMIN),
    Scene("people in English", "/desk/people?lang=en", ADMIN),
    Scene("mail tray", "/-/mail"),
    Scene("mail", "/-/mail/1"),
    Scene("all components", "/-/patterns"),
    Scene("my page", "/my", HOST),
    Scene("my empty page", "/my", NEWCOMER),
    Scene("my gathering", "/my/{plain}", HOST, _open_folds),
    Scene("my change on its way", "/my/{asked}", HOST),
    Scene("my post that came back", "/my/{returned}", HOST),
    Scene("changing", "/my/{plain}/edit", HOST),
    Scene("moving a date", "/my/{plain}/dates/2026-12-12/move", HOST),
    Scene("taking down", "/my/{plain}/withdraw", HOST),
    Scene("my groups", "/my/groups", HOST),
    Scene("founding a group with errors", "/my/groups/new", HOST, _found_nothing),
    Scene("desk", "/desk", STAFF, _open_folds),
    Scene("posts for other channels", "/desk/reposts", STAFF, _open_folds),
    Scene("post for another channel, new", "/desk/reposts/new", STAFF),
    Scene("groups at the desk", "/desk/groups", STAFF),
    Scene("group without a lead at the desk", "/desk/groups/hanagakari", STAFF, _open_folds),
    Scene("post at the desk", "/desk/{waiting}", STAFF, _open_folds),
    Scene("post at the desk returned without a reason", "/desk/{waiting}", STAFF, _return_without_a_reason),
    Scene("changed gathering at the desk", "/desk/{long}", STAFF),
    Scene("words at the desk", "/desk/gatherings/{long}/words", STAFF),
    Scene("change at the desk", "/desk/{asked}/change", STAFF, _open_folds),
    Scene("versions", "/desk/{asked}/versions", STAFF),
    Scene("record", "/desk/log", STAFF),
    Scene("call sheet", "/desk/calls", STAFF, _open_folds),
    Scene("call sheet with an error", "/desk/calls", STAFF, _write_no_result),
    Scene("writing for a host", "/desk/post", STAFF, _open_folds),
    Scene("code that is none", "/desk/by-phone", STAFF, _wrong_code),
    Scene("call", "/desk/receipts/{long}", STAFF, _phone_with_its_code),
    Scene("receipt", "/desk/receipts/{long}", STAFF, _make_a_code),
    Scene("gathering nobody has confirmed", "/gatherings/{unconfirmed}"),
    Scene("is it still going on", "/still/{still}", then=_open_folds),
    Scene("question that has ended", "/still/no-such-token", status=410),
    Scene("claiming with a code", "/my/claim", HOST, _claim_with_a_wrong_code),
)


@pytest.fixture(scope="module")
def words(served_site: ServedSite) -> dict[str, str]:
    """The ids of gatherings in all states, beside those of the demo town."""
    return served_site.inside(lambda: _all_states(served_site.settings))


def _all_states(settings: Settings) -> dict[str, str]:
    town = Town(settings)
    host, editor, admin = town.person(HOST_ADDRESS), town.staff(), town.staff(Role.ADMIN, ADMIN_ADDRESS)
    town.person(NEWCOMER_ADDRESS, "はじめ")
    text = "・いすを並べます\n・お茶をわかします\n\nくわしくは https://example.com/ へ。"
    plain = town.published(
        host, schedule=weekly(SATURDAY), body=text, audience="どなたでも", bring="お茶わん", contact_phone="000-000-0000"
    )
    cancelled = town.published(host, schedule=weekly(SATURDAY))
    long = town.published(host, title="短い名前")
    asked = town.published(host, schedule=weekly(SATURDAY))
    returned, waiting = town.waiting(host), town.waiting(host)
    many = town.values(title=LONG_TITLE, summary="とても長い説明です。" * 20, facts={fact.slug: True for fact in settings.facts[:10]})
    with transaction():
        change(host, long, many, settings)
        cancel_date(host, cancelled, SATURDAY, "台風のため", settings)
        return_post(editor, returned, settings.rules[0].code, "もう少しくわしく教えてください。", settings)
        # The city has just asked her something, so her next change waits.
        change(host, asked, replace(many, schedule=weekly(SATURDAY, starts=time(13), ends=time(15))), settings)
        add_code_app(admin, "JBSWY3DPEHPK3PXP", 0, settings)
        add_passkey(admin, KnownKey("a-credential", "a-public-key", 0), "窓口のパソコン", settings)
        make_recovery_codes(admin, settings)
        ask_to_sign_in(HOST_ADDRESS, settings, "b" * 64)
    ask_hosts(settings)
    question = _first(Freshness, Freshness.asked_at.is_not(None))
    asked_host = db.session.scalars(select(Gathering.poster_email).where(Gathering.id == question.gathering_id)).one()
    with transaction():
        still = make_link(STILL, asked_host, timedelta(days=1))
    unconfirmed = _first(Freshness, Freshness.unconfirmed_at.is_not(None)).gathering_id
    of_a_group = _first(Gathering, Gathering.group_id.is_not(None), Gathering.publication == "published")
    return {
        "plain": plain.public_id,
        "long": long.public_id,
        "asked": asked.public_id,
        "cancelled": cancelled.public_id,
        "returned": returned.public_id,
        "waiting": waiting.public_id,
        "withdrawn": _first(Gathering, Gathering.publication == "withdrawn").public_id,
        "still": still,
        "unconfirmed": db.session.get_one(Gathering, unconfirmed).public_id,
        "place": _first(Place, Place.checked_at.is_not(None)).public_id,
        "group": of_a_group.group.slug if of_a_group.group else "",
        "data_set": DATA_SETS[0].stem,
    }


def _first(model: type[T], *where: ColumnElement[bool]) -> T:
    found = db.session.scalars(select(model).where(*where)).first()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def browsers(staying: Visitors, served_site: ServedSite, words: dict[str, str]) -> dict[str, Page]:
    """A browser for each kind of visitor; those who have signed in hold their cookie."""
    del words
    pages = {READER: staying.reader()}
    for who, address, passed in (
        (HOST, HOST_ADDRESS, True),
        (NEWCOMER, NEWCOMER_ADDRESS, True),
        (STAFF, EDITOR, True),
        (ADMIN, ADMIN_ADDRESS, True),
        (HALF, HALF_ADDRESS, False),
        (THIRD, ADMIN_ADDRESS, False),
    ):
        pages[who] = staying.person()
        secret = served_site.inside(partial(_session, address, served_site.settings, passed))
        pages[who].context.add_cookies([{"name": cookie_name(served_site.address), "value": secret, "url": served_site.address}])
    return pages


def _session(address: str, settings: Settings, passed: bool) -> str:
    with transaction(public=False):
        person = person_by_email(address)
        assert person is not None
        return begin_session(person, settings.policy, second_passed=passed)[0]


@pytest.fixture(scope="module", params=[pytest.param(scene, id=scene.name) for scene in SCENES])
def page_in_view(request: pytest.FixtureRequest, browsers: dict[str, Page], words: dict[str, str], served_site: ServedSite) -> Page:
    """One page, opened once on a phone, for all the looks below."""
    scene: Scene = request.param
    page = browsers[scene.who]
    served_site.work()  # a mail on its way would be missing in the tray
    page.set_viewport_size({"width": PHONE, "height": 740})
    page.emulate_media(media="screen", color_scheme="light")
    answer = page.goto(scene.path.format(**words))
    assert answer is not None
    assert answer.status == scene.status
    scene.then(page)
    return page


def test_no_page_of_the_sitemap_is_left_out(served_site: ServedSite) -> None:
    addresses = served_site.app.url_map.bind("localhost")
    assert {addresses.build(endpoint) for endpoint in SINGLE} <= {scene.path for scene in SCENES if scene.who == READER}


def test_it_fits_every_screen_without_scrolling_sideways(page_in_view: Page) -> None:
    # 320 px is a phone at 110 % or a screen of 1280 px at 400 %; 640 px is that screen at 200 %.
    for width in WIDTHS:
        page_in_view.set_viewport_size({"width": width, "height": 740})
        assert too_wide(page_in_view) == [], f"at {width} px"
        expect(page_in_view.locator("h1")).to_have_count(1)
        expect(page_in_view.locator("h1")).to_be_visible()


def test_everything_can_be_pressed_with_a_thumb(page_in_view: Page) -> None:
    page_in_view.set_viewport_size({"width": PHONE, "height": 740})
    assert too_small(page_in_view) == []


def test_axe_finds_no_barrier(page_in_view: Page) -> None:
    page_in_view.set_viewport_size({"width": PHONE, "height": 740})
    assert barriers(page_in_view) == []


def test_it_can_be_read_in_the_dark_and_on_paper(page_in_view: Page) -> None:
    page_in_view.set_viewport_size({"width": PHONE, "height": 740})
    page_in_view.emulate_media(media="screen", color_scheme="dark")
    assert lightness_of_ground(page_in_view) < 60, "the page stays bright in the dark"
    assert barriers(page_in_view, rules=["color-contrast"]) == []
    page_in_view.emulate_media(media="print", color_scheme="light")
    page_in_view.set_viewport_size({"width": PAPER, "height": 1000})
    assert lightness_of_ground(page_in_view) > 230, "ink is dear"
    assert too_wide(page_in_view) == []
    expect(page_in_view.locator("h1")).to_be_visible()
    page_in_view.emulate_media(media="screen", color_scheme="light")
