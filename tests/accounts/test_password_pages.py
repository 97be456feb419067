"""A password as a second, small way in (A24, A25): the same words for everybody who is wrong."""

import re
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select

from idobata.accounts.models import Person
from idobata.accounts.password_actions import set_password
from idobata.accounts.passwords import hash_of
from idobata.accounts.proof_models import Password
from idobata.accounts.session_queries import sessions_of
from idobata.kernel import clock
from idobata.kernel.actor import Actor, Role
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.mail_tray import TrayMail
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, everything, new_client, press, signed_in


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


HANAKO, PLAIN, STRANGER = "hanako@example.com", "plain@example.com", "stranger@example.com"
GOOD, OTHER = "駅前の 青い鯉のぼり", "ねこの昼寝は 屋根の上"


@pytest.fixture(scope="module")
def hashed() -> str:
    return hash_of(GOOD)


@pytest.fixture
def hanako(town: Town, settings: Settings, hashed: str) -> Actor:
    actor = town.person(HANAKO)
    with transaction(public=False):
        set_password(actor, hashed, settings, session_id=0)
    return actor


def enter(client: InspectingClient, email: str, password: str, **more: str) -> tuple[int, str]:
    answer = press(client, "/sign-in/password", email=email, password=password, **more)
    return answer.status_code, answer.text if answer.status_code != 303 else answer.location


def test_it_opens_and_leads_where_one_was_going(client: InspectingClient, hanako: Actor, town: Town) -> None:
    row = town.draft(hanako)
    assert "/sign-in/password" in client.get("/sign-in").text
    assert enter(client, HANAKO, GOOD, then=f"/my/{row.public_id}") == (303, f"/my/{row.public_id}")
    assert client.get("/my").status_code == 200


def test_whoever_is_wrong_reads_the_same_words(app: Flask, town: Town, hanako: Actor) -> None:
    town.person(PLAIN)
    pages = set()
    for email in (HANAKO, PLAIN, STRANGER):
        status, text = enter(new_client(app), email, "まちがったパスワード")
        assert status == 422
        assert "まちがった" not in text, "a password stands in no page"
        pages.add(re.sub(r'value="[^"]*"', "", text))
    assert len(pages) == 1


def test_ten_tries_at_one_mailbox_and_the_mail_still_works(app: Flask, hanako: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idobata.accounts.password_views.is_right", lambda kept, password: False)
    answers = [enter(new_client(app), email, f"falsch {number}")[0] for number, email in enumerate([HANAKO, "Hanako+x@example.com"] * 6)]
    assert answers == [422] * 10 + [429] * 2
    monkeypatch.undo()
    assert enter(new_client(app), HANAKO, GOOD)[0] == 429
    assert press(new_client(app), "/sign-in", email=HANAKO).status_code == 303


def test_somebody_suspended_or_changed_meanwhile_stays_outside(client: InspectingClient, hanako: Actor) -> None:
    with transaction():
        db.session.get_one(Person, hanako.person_id).suspended_at = clock.now()
    assert enter(client, HANAKO, GOOD)[0] == 422


def test_a_weak_hash_of_old_is_made_strong_at_the_next_sign_in(client: InspectingClient, town: Town, settings: Settings) -> None:
    actor = town.person(HANAKO)
    weak = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(GOOD)
    with transaction(public=False):
        set_password(actor, weak, settings, session_id=0)
    assert enter(client, HANAKO, GOOD)[0] == 303
    db.session.rollback()
    stronger = db.session.scalars(select(Password.hash)).one()
    assert stronger != weak
    assert "m=65536" in stronger


def test_setting_and_changing_and_going_without(app: Flask, town: Town, settings: Settings, work: Callable[[], int]) -> None:
    actor = town.person(HANAKO)
    here, phone = signed_in(app, actor), signed_in(app, actor)
    assert press(here, "/my/security/password", at="/my/security", password=GOOD).status_code == 303
    assert phone.get("/my").status_code == 303, "every other session has ended"
    assert here.get("/my").status_code == 200
    work()
    assert [mail.recipient for mail in db.session.scalars(select(TrayMail)) if "パスワード" in mail.subject] == [HANAKO]
    laptop = new_client(app)
    assert enter(laptop, HANAKO, GOOD)[0] == 303
    assert press(here, "/my/security/password", at="/my/security", password=OTHER).status_code == 303
    assert laptop.get("/my").status_code == 303
    assert enter(new_client(app), HANAKO, GOOD)[0] == 422
    assert enter(new_client(app), HANAKO, OTHER)[0] == 303
    assert press(here, "/my/security/password/remove", at="/my/security").status_code == 303
    assert enter(new_client(app), HANAKO, OTHER)[0] == 422
    db.session.rollback()
    assert len(sessions_of(int(actor.person_id or 0), 0)) == 1


@pytest.mark.parametrize("password", ["", "short", "password", "x" * 201, "shiosaka2026"])
def test_a_refused_password_is_explained_and_written_nowhere(app: Flask, town: Town, password: str) -> None:
    browser = signed_in(app, town.person(HANAKO))
    page = press(browser, "/my/security/password", at="/my/security", password=password)
    assert page.status_code == 422
    assert 'id="password-error"' in page.text
    assert db.session.scalar(select(Password.person_id)) is None
    if password:
        assert f'value="{password}"' not in page.text


def test_the_password_itself_is_in_no_row(app: Flask, town: Town, client: InspectingClient, hanako: Actor) -> None:
    enter(client, HANAKO, GOOD)
    assert GOOD not in str(everything())


def test_staff_with_a_password_still_owe_their_second_factor(client: InspectingClient, town: Town, settings: Settings, hashed: str) -> None:
    actor = town.staff(Role.ADMIN, "admin@city.example.com")
    with transaction(public=False):
        set_password(actor, hashed, settings, session_id=0)
    assert enter(client, "admin@city.example.com", GOOD) == (303, "/sign-in/second")
    assert client.get("/desk").location == "/sign-in/second?then=/desk"
