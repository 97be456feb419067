"""A group's life on its pages: founded, shared, handed on, ended; and nothing of it is open to anybody else."""

import re

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from idobata.accounts.models import Person
from idobata.gatherings.models import Gathering
from idobata.groups.models import Group, GroupInvitation, Membership
from idobata.groups.queries import group_by_slug
from idobata.groups.roles import EDITOR, LEAD
from idobata.kernel.actor import Actor
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.mail_tray import TrayMail
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, everything, new_client, press, signed_in


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


FOUND = {
    "name": "みなと将棋会",
    "kana": "みなとしょうぎかい",
    "words": "土曜の朝に将棋をさします。",
    "romaji": "Minato Shogi",
    "member_name": "はなこ",
}


def found(client: InspectingClient, **changes: str) -> TestResponse:
    return press(client, "/my/groups/new", **{**FOUND, **changes})


def invite_link(client: InspectingClient, slug: str, role: str = EDITOR) -> str:
    page = press(client, f"/my/groups/{slug}/invitations", at=f"/my/groups/{slug}", role=role).get_data(as_text=True)
    shown = re.search(r"http://127\.0\.0\.1:8000(/groups/join/[\w-]+)", page)
    assert shown, page
    return shown[1]


def member(
    app: Flask, town: Town, lead: InspectingClient, slug: str, email: str, name: str, role: str = EDITOR
) -> tuple[Actor, InspectingClient]:
    actor = town.person(email, name)
    client = signed_in(app, actor)
    answer = press(client, invite_link(lead, slug, role), name=name)
    assert answer.location == f"/my/groups/{slug}?done=joined"
    return actor, client


def member_id(email: str) -> str:
    return db.session.scalars(select(Membership.public_id).join(Person).where(Person.email == email)).one()


def test_a_group_is_founded_in_one_form_and_public_at_once(town: Town, app: Flask) -> None:
    client = signed_in(app, town.person())
    answer = found(
        client, district="kitamachi", categories="eat", links="https://example.com/a\nhttp://example.org", contact_hint="土曜の朝に"
    )
    assert answer.location == "/my/groups/minato-shogi?done=founded"
    assert "団体のページができました" in client.get(answer.location).get_data(as_text=True)
    public = new_client(app).get("/groups/minato-shogi").get_data(as_text=True)
    for words in (
        "みなと将棋会",
        "土曜の朝に将棋をさします。",
        "登録",
        "市の確認は、これからです。",
        "北町",
        "食べる",
        "https://example.com/a",
        "2026年11月から",
    ):
        assert words in public
    assert "はなこ" not in public
    assert "hanako@example.com" not in public


def test_the_form_says_everything_that_is_wrong_and_keeps_every_word(town: Town, app: Flask) -> None:
    client = signed_in(app, town.person())
    page = found(client, name="汐坂市役所 公式将棋部", links="javascript:alert(1)", member_name="", words="")
    assert page.status_code == 422
    text = page.get_data(as_text=True)
    for words in ("ほかのメンバーにわかる呼び名", "汐坂市役所 公式将棋部", "javascript:alert(1)"):
        assert words in text
    page = found(client, name="汐坂市役所 公式将棋部", links="javascript:alert(1)", words="")
    text = page.get_data(as_text=True)
    for words in ("市や公の機関の名前に見える", "1行にひとつ", "どんな団体か"):
        assert words in text
    assert db.session.scalars(select(Group)).all() == []


def test_a_name_that_looks_like_another_group_s_is_asked_to_tell_itself_apart(town: Town, app: Flask) -> None:
    client = signed_in(app, town.person())
    found(client)
    page = found(client, name="みなと 将棋会", romaji="")
    assert page.status_code == 422
    assert "地区などをかっこで足してください" in page.get_data(as_text=True)
    assert found(client, name="みなと将棋会（北町）", romaji="minato-shogi").location == "/my/groups/minato-shogi-2?done=founded"


def test_a_short_name_is_made_from_romaji_or_by_chance_and_never_from_a_reserved_word(town: Town, app: Flask) -> None:
    client = signed_in(app, town.person())
    for number, romaji in enumerate(("desk", "official", "", "日本語", "12", "../x")):
        slug = found(client, name=f"会の名前{'あいうえおか'[number]}", romaji=romaji).location.split("/")[3].split("?")[0]
        assert re.fullmatch("[2-9a-z]{8}", slug), romaji


def test_only_members_see_a_group_s_rooms_and_only_leads_decide(town: Town, app: Flask) -> None:
    lead = signed_in(app, town.person())
    found(lead)
    _editor, editor = member(app, town, lead, "minato-shogi", "jiro@example.com", "じろう")
    found(signed_in(app, town.person("other@example.com", "よそのひと")), name="ほかの会", romaji="hoka")
    other, stranger = signed_in(app, town.person("other@example.com")), signed_in(app, town.person("stranger@example.com"))
    room = "/my/groups/minato-shogi"
    page = editor.get(room).get_data(as_text=True)
    assert "はなこ" in page
    assert "じろう" in page
    assert "@example.com" not in page
    assert "招待をつくる" not in page
    before = everything()
    for who in (other, stranger, editor):
        for path in ("/edit", "/end", f"/members/{member_id('hanako@example.com')}/remove"):
            assert who.get(room + path).status_code == 404, path
    for who in (other, stranger):
        assert who.get(room).status_code == 404
        assert who.get(room + "/leave").status_code == 404
    for who, paths in ((editor, LEAD_ONLY), (other, [*LEAD_ONLY, "/leave", "/lead"]), (stranger, [*LEAD_ONLY, "/leave", "/lead"])):
        for path in paths:
            address = room + path.replace("<lead>", member_id("hanako@example.com"))
            assert press(who, address, at="/my/groups/new", role=LEAD, **FOUND_VALUES).status_code == 404, address
    assert {name: rows for name, rows in everything().items() if name != "rate_counts"} == {
        name: rows for name, rows in before.items() if name != "rate_counts"
    }


FOUND_VALUES = {"name": "のっとられた会", "words": "x", "email": ""}
LEAD_ONLY = ["/edit", "/invitations", "/members/<lead>/role", "/members/<lead>/remove", "/end"]


def test_an_id_of_another_group_opens_nothing_here(town: Town, app: Flask) -> None:
    one, two = signed_in(app, town.person()), signed_in(app, town.person("two@example.com", "ふたり"))
    found(one)
    found(two, name="ふたつめの会", romaji="futatsu")
    member(app, town, one, "minato-shogi", "jiro@example.com", "じろう")
    invite_link(one, "minato-shogi")
    invitation = db.session.scalars(select(GroupInvitation.public_id).where(GroupInvitation.used_at.is_(None))).one()
    for path in (
        f"members/{member_id('jiro@example.com')}/role",
        f"members/{member_id('jiro@example.com')}/remove",
        f"invitations/{invitation}/revoke",
    ):
        assert press(two, f"/my/groups/futatsu/{path}", at="/my/groups/futatsu", role=LEAD).status_code == 404
    assert db.session.scalars(select(Membership.role).where(Membership.public_id == member_id("jiro@example.com"))).one() == EDITOR
    assert db.session.scalars(select(GroupInvitation.revoked_at).where(GroupInvitation.public_id == invitation)).one() is None


def test_an_invitation_is_looked_at_as_often_as_one_likes_and_used_once(town: Town, app: Flask) -> None:
    lead = signed_in(app, town.person())
    found(lead)
    link = invite_link(lead, "minato-shogi")
    assert link.rsplit("/", 1)[1] not in str(everything())
    reader = new_client(app)
    before = everything()
    for _ in range(3):
        assert "「みなと将棋会」への招待" in reader.get(link).get_data(as_text=True)
    assert everything() == before
    jiro, hanae = signed_in(app, town.person("jiro@example.com", "じろう")), signed_in(app, town.person("hanae@example.com", "はなえ"))
    assert press(jiro, link, name="じろう").location == "/my/groups/minato-shogi?done=joined"
    assert hanae.get(link).status_code == 410
    assert hanae.get("/groups/join/nothing").get_data() == hanae.get(link).get_data().replace(link.encode(), b"/groups/join/nothing")


def test_a_revoked_invitation_is_as_dead_as_an_old_one(town: Town, app: Flask) -> None:
    lead = signed_in(app, town.person())
    found(lead)
    link = invite_link(lead, "minato-shogi")
    invitation = db.session.scalars(select(GroupInvitation.public_id)).one()
    press(lead, f"/my/groups/minato-shogi/invitations/{invitation}/revoke", at="/my/groups/minato-shogi")
    assert new_client(app).get(link).status_code == 410


def test_somebody_new_joins_by_mail_and_is_signed_in(town: Town, app: Flask, work: object) -> None:
    lead = signed_in(app, town.person())
    found(lead)
    link = invite_link(lead, "minato-shogi", LEAD)
    newcomer = new_client(app)
    answer = press(newcomer, f"{link}/mail", at=link, email="new@example.com")
    assert answer.location == f"{link}?done=mailed"
    work()  # type: ignore[operator]
    assert db.session.scalar(select(Person).where(Person.email == "new@example.com")) is None
    [mail] = db.session.scalars(select(TrayMail).where(TrayMail.recipient == "new@example.com"))
    welcome = re.search(r"/groups/welcome/[\w-]+", mail.text)
    assert welcome
    page = newcomer.get(welcome[0])
    assert "みなと将棋会" in page.get_data(as_text=True)
    assert press(newcomer, welcome[0], name="").status_code == 422
    assert press(newcomer, welcome[0], name="あたらしい").location == "/my/groups/minato-shogi?done=joined"
    assert "あたらしい" in newcomer.get("/my/groups/minato-shogi").get_data(as_text=True)
    assert new_client(app).get(welcome[0]).status_code == 410


def test_somebody_new_founds_a_group_by_mail(app: Flask, town: Town, work: object) -> None:
    newcomer = new_client(app)
    assert "連絡のつくメールアドレス" in newcomer.get("/groups/start").get_data(as_text=True)
    assert press(newcomer, "/groups/start", email="だめ").status_code == 422
    assert press(newcomer, "/groups/start", email="new@example.com").location == "/groups/start?done=mailed"
    work()  # type: ignore[operator]
    [mail] = db.session.scalars(select(TrayMail))
    welcome = re.search(r"/groups/welcome/[\w-]+", mail.text)
    assert welcome
    assert press(newcomer, welcome[0], name="あたらしい").location == "/my/groups/new"
    assert found(newcomer).status_code == 303


def test_whoever_is_removed_can_do_nothing_from_that_moment(town: Town, app: Flask, settings: Settings) -> None:
    lead = signed_in(app, town.person())
    found(lead)
    jiro, jiros = member(app, town, lead, "minato-shogi", "jiro@example.com", "じろう")
    old_link = invite_link(lead, "minato-shogi")
    row = town.published(jiro, group_slug="minato-shogi")
    room, path, day = "/my/groups/minato-shogi", f"/my/{row.public_id}", "2026-12-05"
    form = jiros.get(f"{path}/edit")
    token = re.search(r'name="csrf_token" value="([^"]+)"', form.get_data(as_text=True))
    assert token
    answer = press(lead, f"{room}/members/{member_id('jiro@example.com')}/remove")
    assert answer.location == f"{room}?done=removed"
    before = everything()
    for address in (room, f"{room}/leave", path, f"{path}/edit", f"{path}/withdraw", f"/post?from={row.public_id}"):
        assert jiros.get(address).status_code == 404, address
    for address in (
        f"{path}/edit",
        f"{path}/submit",
        f"{path}/withdraw",
        f"{path}/dates",
        f"{path}/dates/{day}/cancel",
        f"{path}/dates/{day}/move",
        f"{path}/dates/{day}/full",
        f"{path}/dates/{day}/confirm",
        f"{room}/leave",
        f"{room}/lead",
    ):
        assert jiros.post(address, data={"csrf_token": token[1], "title": "のっとり", "do": "save"}).status_code == 404, address
    assert jiros.get(old_link).status_code == 410
    assert jiros.post(old_link, data={"csrf_token": token[1], "name": "じろう"}).status_code == 410
    assert jiros.get(f"/gatherings/{row.public_id}").status_code == 200
    assert row.title not in jiros.get("/my").get_data(as_text=True)
    assert everything() == before


def test_the_last_lead_names_another_before_leaving(town: Town, app: Flask) -> None:
    hanako = town.person()
    lead = signed_in(app, hanako)
    found(lead)
    jiro, _jiros = member(app, town, lead, "minato-shogi", "jiro@example.com", "じろう")
    room = "/my/groups/minato-shogi"
    assert "先にほかの人を代表にする" in lead.get(f"{room}/leave").get_data(as_text=True)
    assert press(lead, f"{room}/leave", at=room).status_code == 409
    assert press(lead, f"{room}/members/{member_id('hanako@example.com')}/role", at=room, role=EDITOR).status_code == 409
    row = town.published(hanako, group_slug="minato-shogi")
    press(lead, f"{room}/members/{member_id('jiro@example.com')}/role", at=room, role=LEAD)
    assert press(lead, f"{room}/leave").location == "/my/groups?done=left"
    assert lead.get(f"/my/{row.public_id}").status_code == 404
    assert db.session.get_one(Gathering, row.id, populate_existing=True).poster_email == jiro.email


def test_a_group_that_ends_leaves_its_page_and_its_gatherings_to_their_posters(town: Town, app: Flask) -> None:
    hanako = town.person()
    lead = signed_in(app, hanako)
    found(lead)
    jiro, jiros = member(app, town, lead, "minato-shogi", "jiro@example.com", "じろう")
    row = town.published(jiro, group_slug="minato-shogi")
    assert "もとにもどすことはできません" in lead.get("/my/groups/minato-shogi/end").get_data(as_text=True)
    assert press(lead, "/my/groups/minato-shogi/end").location == "/my/groups?done=ended"
    page = new_client(app).get("/groups/minato-shogi").get_data(as_text=True)
    assert "活動を終えました" in page
    assert row.title in page
    assert "みなと将棋会" in new_client(app).get(f"/gatherings/{row.public_id}").get_data(as_text=True)
    assert "みなと将棋会" not in new_client(app).get("/groups").get_data(as_text=True)
    assert lead.get(f"/my/{row.public_id}").status_code == 404
    assert jiros.get(f"/my/{row.public_id}").status_code == 200
    assert row.title in jiros.get("/my").get_data(as_text=True)
    assert lead.get("/my/groups/minato-shogi").status_code == 404
    group = group_by_slug("minato-shogi")
    assert group is not None
    assert db.session.scalars(select(Membership).where(Membership.group_id == group.id)).all() == []


def test_an_editor_changes_dates_and_words_and_leaves_the_rest_to_the_lead(town: Town, app: Flask) -> None:
    hanako = town.person()
    lead = signed_in(app, hanako)
    found(lead)
    _jiro, jiros = member(app, town, lead, "minato-shogi", "jiro@example.com", "じろう")
    row = town.published(hanako, group_slug="minato-shogi")
    path = f"/my/{row.public_id}"
    assert row.title in jiros.get("/my").get_data(as_text=True)
    assert "やめるとき" not in jiros.get(path).get_data(as_text=True)
    assert jiros.get(f"{path}/withdraw").status_code == 404
    assert press(jiros, f"{path}/withdraw", at=path).status_code == 409
    assert press(jiros, f"{path}/dates/2026-12-05/cancel", at=path).status_code == 303
    assert "中止" in new_client(app).get(f"/gatherings/{row.public_id}").get_data(as_text=True)
    assert "やめるとき" in lead.get(path).get_data(as_text=True)


def test_who_typed_a_group_s_gathering_stands_on_no_public_page(town: Town, app: Flask) -> None:
    lead = signed_in(app, town.person("canary.typist@example.com", "カナリア太郎"))
    found(lead, member_name="カナリア次郎")
    row = town.published(town.person("canary.typist@example.com"), group_slug="minato-shogi", host_name="カナリア三郎")
    reader = new_client(app)
    for address in (
        "/",
        "/gatherings",
        f"/gatherings/{row.public_id}",
        f"/gatherings/{row.public_id}/2026-12-05",
        f"/gatherings/{row.public_id}.ics",
        "/groups",
        "/groups/minato-shogi",
        "/groups/minato-shogi.rss",
        "/groups/minato-shogi.ics",
        "/gatherings.rss",
        "/gatherings.ics",
        "/feeds/new.rss",
        "/calendar.ics",
    ):
        body = reader.get(address).get_data(as_text=True)
        assert "カナリア" not in body, address
        assert "canary" not in body, address
    assert "みなと将棋会" in reader.get(f"/gatherings/{row.public_id}").get_data(as_text=True)
