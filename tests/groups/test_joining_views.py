"""Coming by a mailed link: nothing happens by looking, nobody learns who is known here, and nobody floods a mailbox."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.accounts.actions import find_or_make_person
from idobata.groups.actions import add_group
from idobata.groups.models import GroupSuccession
from idobata.groups.succession_actions import look_after_leads
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.mail_tray import TrayMail
from idobata.store.transaction import transaction
from tests.harness.site import MONDAY, Town, everything, new_client, press, signed_in


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


def test_a_quiet_lead_answers_by_one_press_without_signing_in(town: Town, app: Flask, settings: Settings, work: Callable[[], int]) -> None:
    with transaction(), clock.hold(MONDAY - timedelta(days=400)):
        add_group(SYSTEM, "minato", "みなと会", "x", None, [], find_or_make_person("hanako@example.com", "はなこ"))
    look_after_leads(settings)
    work()
    [mail] = db.session.scalars(select(TrayMail))
    link = re.search(r"/groups/still/[\w-]+", mail.text)
    assert link
    reader = new_client(app)
    before = everything()
    for _ in range(2):
        assert "まだ続けています" in reader.get(link[0]).get_data(as_text=True)
        assert reader.head(link[0]).status_code == 200
    assert everything() == before
    assert "書きとめました" in press(reader, link[0]).get_data(as_text=True)
    assert db.session.scalars(select(GroupSuccession)).all() == []
    assert reader.get(link[0]).status_code == 410
    assert "Set-Cookie" not in reader.get(link[0]).headers


def test_nobody_learns_here_who_is_known(town: Town, app: Flask) -> None:
    town.person("known@example.com")
    answers = [press(new_client(app), "/groups/start", email=f"{who}@example.com") for who in ("known", "unknown")]
    assert len({(one.status_code, one.location, one.get_data()) for one in answers}) == 1


def test_a_mailbox_is_not_flooded_and_the_words_are_kept(town: Town, app: Flask, settings: Settings) -> None:
    reader = new_client(app)
    for _ in range(settings.policy.mails_per_hour_per_mailbox):
        assert press(reader, "/groups/start", email="a@example.com").status_code == 303
    page = press(reader, "/groups/start", email="a+b@example.com")
    assert page.status_code == 429
    assert "a+b@example.com" in page.get_data(as_text=True)
    lead = signed_in(app, town.person())
    press(lead, "/my/groups/new", name="みなと会", words="x", member_name="はなこ", romaji="minato")
    page = press(lead, "/my/groups/minato/invitations", at="/my/groups/minato", role="editor", email="a@example.com")
    assert page.status_code == 429


def test_an_old_form_gives_every_word_back(town: Town, app: Flask) -> None:
    lead = signed_in(app, town.person())
    data = {"csrf_token": "old", "name": "みなと会", "words": "ながい文", "member_name": "はなこ"}
    page = lead.post("/my/groups/new", data=data, headers={"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"})
    assert page.status_code == 422
    assert "ながい文" in page.get_data(as_text=True)


def test_a_suspended_person_does_not_come_in_by_mail(town: Town, app: Flask, work: Callable[[], int]) -> None:
    press(new_client(app), "/groups/start", email="hanako@example.com")
    work()
    [mail] = db.session.scalars(select(TrayMail))
    link = re.search(r"/groups/welcome/[\w-]+", mail.text)
    assert link
    with transaction():
        find_or_make_person("hanako@example.com").suspended_at = clock.now()
    assert press(new_client(app), link[0], name="はなこ").status_code == 410


def test_no_field_of_the_table_is_taken_from_the_form(town: Town, app: Flask) -> None:
    client = signed_in(app, town.person())
    extra = {
        "slug": "hijack",
        "public_id": "x",
        "folded_name": "x",
        "checked_on": "2026-01-01",
        "checked_until": "2099-01-01",
        "ended_at": "2026-01-01",
        "created_at": "2000-01-01",
        "id": "99",
        "role": "lead",
        "person_id": "1",
    }
    press(client, "/my/groups/new", name="みなと会", words="x", member_name="はなこ", romaji="minato", **extra)
    page = new_client(app).get("/groups/minato").get_data(as_text=True)
    assert "登録" in page
    assert "2026年11月から" in page
    press(client, "/my/groups/minato/edit", name="みなと会", words="あたらしい文", **extra)
    page = new_client(app).get("/groups/minato").get_data(as_text=True)
    assert "あたらしい文" in page
    assert "市の確認は、これからです。" in page
    assert new_client(app).get("/groups/hijack").status_code == 404


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "\u202eevil", "[a](javascript:alert(1))", "あ" * 2001])
def test_hostile_words_do_no_harm(town: Town, app: Flask, words: str) -> None:
    client = signed_in(app, town.person())
    answer = press(client, "/my/groups/new", name="みなと会", words=words, member_name="はなこ", romaji="minato", contact_hint="<b>x</b>")
    if len(words) > 2000:
        assert answer.status_code == 422
        return
    page = new_client(app).get("/groups/minato").get_data(as_text=True)
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "\u202e" not in page
    assert "<b>x</b>" not in page
