"""Groups at the desk: checked, questioned, given a new lead, ended; and the public page follows."""

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.accounts.actions import find_or_make_person
from idobata.accounts.models import Person
from idobata.groups.actions import add_group, add_member
from idobata.groups.models import Group, Membership
from idobata.groups.roles import EDITOR
from idobata.groups.succession_actions import look_after_leads
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.mail_tray import TrayMail
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import MONDAY, Town, new_client, press, signed_in, weekly

ROOM = "/desk/groups/minato"
# Of a check made on 20 November 2026. Pages are kept ready for as long as they are true in the machine's own seconds: one is bearable.
LAST_SECOND = MONDAY.replace(year=2027, month=11, day=20, hour=23, minute=59, second=59)


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


@pytest.fixture
def group(town: Town) -> Group:
    """A group with a lead and an editor, unheard of for more than a year."""
    with transaction(), clock.hold(MONDAY - timedelta(days=400)):
        made = add_group(
            SYSTEM, "minato", "みなと会", "みなとで会います。", "minato", [], find_or_make_person("hanako@example.com", "はなこ")
        )
        add_member(made, find_or_make_person("jiro@example.com", "じろう"), EDITOR)
    return made


@pytest.fixture
def desk(town: Town, app: Flask, group: Group) -> InspectingClient:
    """An editor's browser."""
    return signed_in(app, town.staff())


def words(client: InspectingClient, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def test_a_check_is_one_form_and_shows_with_its_dates(desk: InspectingClient, app: Flask) -> None:
    reader = new_client(app)
    assert "市の確認は、これからです。" in words(reader, "/groups/minato")
    answer = press(desk, f"{ROOM}/check", at=ROOM, what="visit", on="2026-11-20", note="ないしょのおぼえ書き")
    assert answer.location == f"{ROOM}?done=checked"
    page = words(reader, "/groups/minato")
    assert "市が2026年11月20日（金）に確認しました（訪問）。2027年11月20日（土）まで有効です。" in page
    assert "確認済み" in words(reader, "/groups")
    for private in ("ないしょのおぼえ書き", "editorさん"):
        assert private in words(desk, ROOM)
        assert private not in page
    assert press(desk, f"{ROOM}/check/take-back", at=ROOM).location == f"{ROOM}?done=taken_back"
    assert "未確認" in words(reader, "/groups/minato")


def test_the_page_lapses_at_midnight_although_it_is_kept_ready(desk: InspectingClient, app: Flask) -> None:
    press(desk, f"{ROOM}/check", at=ROOM, what="visit", on="2026-11-20")
    reader = new_client(app)
    with clock.hold(LAST_SECOND):
        assert "市が2026年11月20日（金）に確認しました" in words(reader, "/groups/minato")
    time.sleep(1)
    clock.fix(LAST_SECOND + timedelta(seconds=1))
    assert "前の確認は、2027年11月20日（土）で期限が切れました。" in words(reader, "/groups/minato")


def test_a_gathering_says_quietly_beside_its_host_how_well_the_city_knows_it_until_the_night_it_lapses(
    town: Town, desk: InspectingClient, group: Group, app: Flask
) -> None:
    row = town.published(town.staff(), group_slug=group.slug, schedule=weekly(MONDAY.date() + timedelta(days=5)))
    alone, reader = town.published(), new_client(app)

    def beside_the_host(public_id: str, browser: InspectingClient = reader) -> str:
        page = words(browser, f"/gatherings/{public_id}")
        return re.sub(r"<[^>]+>|\s+", " ", page.split('id="host"')[1].split("</section>")[0])

    assert re.search(r"みなと会 +登録 +2025年10月26日（日）から", beside_the_host(row.public_id))
    press(desk, f"{ROOM}/check", at=ROOM, what="visit", on="2026-11-20")
    # (Her browser has signed in, so nothing is kept of this page: the cache counts its hours in real time.)
    assert re.search(r"みなと会 +確認済み +2027年11月20日（土）まで", beside_the_host(row.public_id, desk))
    for word in ("登録", "確認済み", "未確認"):
        assert word not in beside_the_host(alone.public_id), "a person who hosts is not checked like a group"
    with clock.hold(LAST_SECOND):
        assert "確認済み" in beside_the_host(row.public_id)
    time.sleep(1)
    clock.fix(LAST_SECOND + timedelta(seconds=1))
    assert re.search(r"未確認 +2027年11月20日（土）に期限が切れました", beside_the_host(row.public_id)), "no kept page outlives the day"
    press(signed_in(app, town.staff()), f"{ROOM}/end")
    assert "未確認" not in beside_the_host(row.public_id)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"on": "2026-11-20"}, "ひとつ以上えらんでください"),
        ({"what": "visit", "on": "きのう"}, "日にちを読みとれませんでした"),
        ({"what": "visit", "on": "2026-12-20"}, "先の日になっています"),
        ({"what": "visit", "on": "2026-11-20", "note": "あ" * 201}, "200文字までに"),
    ],
)
def test_a_check_that_cannot_be_is_given_back_with_every_word(desk: InspectingClient, sent: dict[str, str], said: str) -> None:
    page = press(desk, f"{ROOM}/check", at=ROOM, **{"note": "おぼえ書き", **sent})
    assert page.status_code == 422
    assert said in page.get_data(as_text=True)
    assert sent.get("note", "おぼえ書き") in page.get_data(as_text=True)


def test_a_group_that_nobody_leads_stands_first_and_gets_a_new_lead(
    desk: InspectingClient, group: Group, app: Flask, settings: Settings, work: Callable[[], int]
) -> None:
    assert "代表がいない団体" not in words(desk, "/desk/groups")
    for days in (0, 28, 56):
        with clock.hold(MONDAY + timedelta(days=days)):
            look_after_leads(settings)
    assert "代表がいない団体" in words(desk, "/desk/groups")
    assert "代表がいません" in words(desk, ROOM)
    jiro = db.session.scalars(select(Membership.public_id).join(Person).where(Person.email == "jiro@example.com")).one()
    assert press(desk, f"{ROOM}/lead", at=ROOM, member="nobody").status_code == 404
    assert press(desk, f"{ROOM}/lead", at=ROOM, member=jiro).location == f"{ROOM}?done=named"
    assert "代表がいない団体" not in words(desk, "/desk/groups")
    work()
    told = {mail.recipient: mail.subject for mail in db.session.scalars(select(TrayMail).order_by(TrayMail.id))}
    assert "の代表になりました" in told["jiro@example.com"]
    assert "の代表が代わりました" in told["hanako@example.com"]


def test_a_new_lead_is_invited_by_mail_and_only_by_mail(desk: InspectingClient, work: Callable[[], int]) -> None:
    page = press(desk, f"{ROOM}/invite", at=ROOM, email="")
    assert page.status_code == 422
    assert "メールアドレスを書いてください" in page.get_data(as_text=True)
    assert press(desk, f"{ROOM}/invite", at=ROOM, email="new@example.com").location == f"{ROOM}?done=invited"
    work()
    [mail] = db.session.scalars(select(TrayMail).where(TrayMail.recipient == "new@example.com"))
    assert "/groups/join/" in mail.text


def test_the_desk_ends_a_group(desk: InspectingClient, app: Flask) -> None:
    assert press(desk, f"{ROOM}/end").location == f"{ROOM}?done=ended"
    assert "この団体は2026年11月30日（月）に活動を終えました。" in words(new_client(app), "/groups/minato")
    assert "みなと会" in words(desk, "/desk/groups?standing=ended")
    assert press(desk, f"{ROOM}/check", at="/desk/groups/minato/end", what="visit", on="2026-11-20").status_code == 409


def test_the_list_is_narrowed_by_standing_and_name_and_says_when_nothing_fits(desk: InspectingClient) -> None:
    assert "みなと会" in words(desk, "/desk/groups?standing=registered&q=ミナト")
    assert "あてはまる団体がありません" in words(desk, "/desk/groups?standing=checked")
    for query in ("standing=nonsense", "page=99", "page=x", "q=%25", "q=" + "あ" * 500):
        assert desk.get(f"/desk/groups?{query}").status_code == 200


def test_only_the_city_s_editors_decide(town: Town, app: Flask, desk: InspectingClient) -> None:
    lead = signed_in(app, town.person("hanako@example.com"))
    for path in ("", "/check", "/check/take-back", "/lead", "/invite", "/end"):
        assert press(lead, ROOM + path, at="/my/groups/minato", what="visit", on="2026-11-20").status_code in (404, 405), path
    assert db.session.scalars(select(Group.checked_until)).one() is None


def test_the_public_list_is_narrowed_by_area_and_kind(town: Town, app: Flask, group: Group) -> None:
    lead = signed_in(app, town.person("hanako@example.com"))
    press(lead, "/my/groups/minato/edit", name="みなと会", words="みなとで会います。", district="minato", categories="eat")
    reader = new_client(app)
    for query, there in (
        ("", True),
        ("district=minato", True),
        ("category=eat", True),
        ("district=kitamachi", False),
        ("category=learn", False),
        ("district=nowhere", True),
    ):
        assert ("みなとで会います。" in words(reader, f"/groups?{query}")) is there, query
    assert "あてはまる団体は、まだありません。" in words(reader, "/groups?district=kitamachi")
