"""「もうひとつの確認」 at the pages (A27, A28): no way around it, whichever door is tried."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from idobata.accounts.models import Person, SessionRow
from idobata.accounts.one_time_codes import secret_for
from idobata.accounts.proof_models import CodeApp, Passkey
from idobata.accounts.second_actions import add_code_app, make_recovery_codes
from idobata.accounts.session_actions import begin_session
from idobata.kernel import clock
from idobata.kernel.actor import Actor, Role
from idobata.kernel.ids import token_hash
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.transaction import transaction
from idobata.web.guards import GUARD
from tests.harness.authenticator import Authenticator
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import SECRET_KEY, Town, make_settings, new_client, press, running, signed_in, token_on

ADMIN = "admin@city.example.com"
SECRET = pyotp.random_base32()
SECOND = "/sign-in/second"
SET_UP = "/sign-in/second/set-up"


@pytest.fixture
def settings(sqlite_database_url: str, tmp_path: Path) -> Settings:
    """The demo city at an address with a name, as passkeys need one."""
    plain = make_settings(sqlite_database_url, tmp_path)
    return replace(plain, machine=replace(plain.machine, base_url="http://localhost:8000"))


@pytest.fixture
def app(settings: Settings, monday: datetime) -> Iterator[Flask]:
    yield from running(settings)


@pytest.fixture
def admin(town: Town) -> Actor:
    return town.staff(Role.ADMIN, ADMIN)


def half_in(app: Flask, actor: Actor, settings: Settings) -> InspectingClient:
    """A browser that has passed the mail link, and nothing more."""
    client = new_client(app)
    with transaction(public=False):
        secret, _ = begin_session(db.session.get_one(Person, actor.person_id), settings.policy)
    client.set_cookie("idobata", secret)
    return client


def cookie_of(client: InspectingClient) -> str:
    cookie = client.get_cookie("idobata")
    assert cookie is not None
    return cookie.value


def with_app(actor: Actor, settings: Settings) -> list[str]:
    with transaction(public=False):
        add_code_app(actor, SECRET, 0, settings)
        return make_recovery_codes(actor, settings)


def code(secret: str = SECRET) -> str:
    return pyotp.TOTP(secret).at(clock.now())


def at_the_desk(client: InspectingClient) -> bool:
    return client.get("/desk").status_code == 200


def test_the_first_sign_in_sets_it_up_and_shows_the_codes_once(app: Flask, admin: Actor, settings: Settings) -> None:
    client = half_in(app, admin, settings)
    elsewhere = half_in(app, admin, settings)
    assert client.get("/desk").location == f"{SECOND}?then=/desk"
    assert client.get(f"{SECOND}?then=/desk").location == f"{SET_UP}?then=/desk"
    page = client.get(f"{SET_UP}?then=/desk")
    secret = secret_for(SECRET_KEY, token_hash(cookie_of(client)))
    assert secret in page.text.replace(" ", "")
    assert client.get(SET_UP).text.count("<svg") == page.text.count("<svg")
    before = cookie_of(client)
    shown = press(client, SET_UP, code=code(secret), then="/desk")
    assert shown.status_code == 200
    codes = re.findall(r"<li><code>([a-z0-9]{5}-[a-z0-9]{5})</code>", shown.text)
    assert len(set(codes)) == 10
    assert "no-store" in shown.headers["Cache-Control"]
    assert cookie_of(client) != before
    assert at_the_desk(client)
    assert elsewhere.get("/my").status_code == 303, "every other session has ended"
    stale = new_client(app)
    stale.set_cookie("idobata", before)
    assert stale.get("/my").status_code == 303, "the secret of before the second factor opens nothing"
    # The sign-out button on the page of the codes belongs to the new session.
    assert client.post("/sign-out", data={"csrf_token": token_on(shown)}).status_code == 303


def test_the_next_sign_in_asks_for_it(app: Flask, admin: Actor, settings: Settings) -> None:
    paper = with_app(admin, settings)
    client = half_in(app, admin, settings)
    assert press(client, SECOND, code="000000", then="/desk").status_code == 422
    assert not at_the_desk(client)
    assert press(client, SECOND, code=code(), then="/desk/people").location == "/desk/people"
    assert at_the_desk(client)
    # Used once: another browser with the same code stays outside, and with one from the paper comes in.
    other = half_in(app, admin, settings)
    assert press(other, SECOND, code=code()).status_code == 422
    assert press(other, SECOND, code=paper[0]).status_code == 303
    assert at_the_desk(other)


def test_before_it_a_member_of_staff_is_a_resident_at_every_address(app: Flask, admin: Actor, town: Town, settings: Settings) -> None:
    with_app(admin, settings)
    client, row = half_in(app, admin, settings), town.published(town.person("hanako@example.com"))
    known = {"public_id": row.public_id, "token": "x", "handle": "x"}
    seen = 0
    for rule in app.url_map.iter_rules():
        guard = getattr(app.view_functions[rule.endpoint], GUARD, "")
        if guard not in ("editors", "staff", "admins"):
            continue
        path = re.sub(r"<(?:[a-z]+:)?(\w+)>", lambda match: known.get(match[1], "1"), rule.rule)
        answer = client.get(path) if "GET" in (rule.methods or set()) else press(client, path, at="/my")
        assert answer.status_code in (303, 404), path
        assert (answer.location or SECOND).startswith(SECOND), path
        seen += 1
    assert seen > 10
    assert client.get(f"/gatherings/{row.public_id}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [SET_UP, f"{SET_UP}/passkey", "/sign-in/again", "/sign-in/again/mail", "/sign-in/again/password", "/sign-in/again/passkey"]
    + [f"/my/security/{rest}" for rest in ("password", "password/remove", "app/remove", "passkeys/x/remove", "codes")]
    + ["/my/address"],
)
def test_no_other_door_leads_around_it(app: Flask, admin: Actor, settings: Settings, path: str) -> None:
    """Setting up another one, proving by mail, changing the address or the password: all wait behind the factor that is there."""
    with_app(admin, settings)
    client = half_in(app, admin, settings)
    data = {"code": code(), "email": "thief@example.com", "password": "駅前の 青い鯉のぼり", "answer": "{}"}
    answer = press(client, path, at="/my", **data)
    assert answer.status_code == 303
    assert answer.location.startswith(SECOND)
    assert SET_UP not in answer.location
    assert not at_the_desk(client)
    db.session.rollback()
    assert db.session.scalars(select(SessionRow.second_at)).all() == [None]
    assert db.session.scalar(select(Passkey.id)) is None


def test_ten_wrong_codes_an_hour_and_no_more(app: Flask, admin: Actor, settings: Settings, monday: datetime) -> None:
    with_app(admin, settings)
    client = half_in(app, admin, settings)
    assert [press(client, SECOND, code="000000").status_code for _ in range(11)] == [422] * 10 + [429]
    assert press(half_in(app, admin, settings), SECOND, code=code()).status_code == 429, "a new session does not help"
    clock.fix(monday + timedelta(hours=1, minutes=1))
    assert press(half_in(app, admin, settings), SECOND, code=code()).status_code == 303


@pytest.mark.parametrize("typed", ["", "12345", "x" * 5000, "あ" * 10, "\x00", "abcde-fghj"])
def test_what_is_no_code_is_said(app: Flask, admin: Actor, settings: Settings, typed: str) -> None:
    with_app(admin, settings)
    page = press(half_in(app, admin, settings), SECOND, code=typed)
    assert page.status_code == 422
    assert 'id="code-error"' in page.text


def test_residents_are_never_asked(app: Flask, town: Town) -> None:
    browser = signed_in(app, town.person("hanako@example.com"))
    assert browser.get(SECOND).location == "/my"
    assert browser.get(SET_UP).location == "/my"
    assert "もうひとつの確認" not in browser.get("/my/security").text
    assert press(browser, "/my/security/codes", at="/my").status_code == 404


@pytest.mark.parametrize("path", [SECOND, SET_UP, f"{SECOND}/passkey", f"{SET_UP}/passkey"])
def test_readers_are_led_to_the_beginning(client: InspectingClient, town: Town, path: str) -> None:
    assert press(client, path, at="/sign-in").location == "/sign-in"


def test_setting_up_takes_a_fresh_sign_in(app: Flask, admin: Actor, settings: Settings, monday: datetime) -> None:
    client = half_in(app, admin, settings)
    clock.fix(monday + timedelta(minutes=11))
    assert client.get(SET_UP).location == f"/sign-in/again?then={SET_UP}"
    assert client.get(f"/sign-in/again?then={SET_UP}").status_code == 200


# A staff member proves again by the second factor and by nothing weaker.


def test_staff_prove_again_by_the_second_factor_alone(app: Flask, admin: Actor, settings: Settings, monday: datetime) -> None:
    with_app(admin, settings)
    client = half_in(app, admin, settings)
    press(client, SECOND, code=code())
    clock.fix(monday + timedelta(minutes=11))
    assert client.get("/desk/people").location == "/sign-in/again?then=/desk/people"
    assert press(client, "/sign-in/again/mail", at="/sign-in/again").location == "/sign-in/again"
    assert press(client, "/sign-in/again/password", at="/sign-in/again", password="x").location == "/sign-in/again"
    assert client.get("/desk/people").status_code == 303
    assert press(client, "/sign-in/again", at="/sign-in/again", code=code(), then="/desk/people").location == "/desk/people"
    assert client.get("/desk/people").status_code == 200


# Passkeys


def options(client: InspectingClient, path: str, at: str) -> dict[str, object]:
    answer = press(client, path, at=at)
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    found: dict[str, object] = json.loads(answer.text)
    return found


def add_key(client: InspectingClient, device: Authenticator, **changed: str) -> int:
    asked = options(client, f"{SET_UP}/options", SET_UP)
    return press(client, f"{SET_UP}/passkey", at=SET_UP, answer=device.made(asked, **changed), name="仕事の鍵").status_code


def test_a_passkey_is_made_and_opens_the_next_time(app: Flask, admin: Actor, settings: Settings) -> None:
    device, client = Authenticator(), half_in(app, admin, settings)
    assert add_key(client, device) == 200
    assert at_the_desk(client)
    assert "仕事の鍵" in client.get("/my/security").text
    again = half_in(app, admin, settings)
    answer = device.used(options(again, f"{SECOND}/options", SECOND))
    assert press(again, f"{SECOND}/passkey", at=SECOND, answer=answer, then="/desk").location == "/desk"
    assert at_the_desk(again)
    # The same answer again, in a session of its own: the question is another one.
    thief = half_in(app, admin, settings)
    options(thief, f"{SECOND}/options", SECOND)
    assert press(thief, f"{SECOND}/passkey", at=SECOND, answer=answer).status_code == 422
    assert not at_the_desk(thief)
    db.session.rollback()
    assert db.session.scalars(select(Passkey.sign_count)).one() == device.count


@pytest.mark.parametrize(
    "changed",
    [{"origin": "https://evil.example"}, {"challenge": "AAAAAAAAAAAAAAAAAAAAAA"}, {"type": "webauthn.get"}],
    ids=lambda one: next(iter(one)),
)
def test_a_passkey_made_for_another_page_is_refused(app: Flask, admin: Actor, settings: Settings, changed: dict[str, str]) -> None:
    client = half_in(app, admin, settings)
    asked = options(client, f"{SET_UP}/options", SET_UP)
    device = Authenticator(changed.pop("origin", "http://localhost:8000"))
    made = device.made(asked)
    if changed:
        told = {**asked, **({"challenge": changed["challenge"]} if "challenge" in changed else {})}
        made = device.made(told, **({"type": changed["type"]} if "type" in changed else {}))
    assert press(client, f"{SET_UP}/passkey", at=SET_UP, answer=made).status_code == 422
    assert not at_the_desk(client)
    assert db.session.scalar(select(Passkey.id)) is None


def test_a_copied_passkey_gives_itself_away_by_its_count(app: Flask, admin: Actor, settings: Settings) -> None:
    device = Authenticator()
    add_key(half_in(app, admin, settings), device)
    for count in (5, 3):
        device.count = count
        client = half_in(app, admin, settings)
        answer = device.used(options(client, f"{SECOND}/options", SECOND))
        status = press(client, f"{SECOND}/passkey", at=SECOND, answer=answer).status_code
        assert status == (303 if count == 5 else 422)


def test_the_key_of_one_is_nothing_for_another(app: Flask, admin: Actor, town: Town, settings: Settings) -> None:
    device, mine = Authenticator(), Authenticator(name=b"another")
    editor = town.staff(Role.EDITOR)
    add_key(half_in(app, admin, settings), device)
    add_key(half_in(app, editor, settings), mine)
    client = half_in(app, editor, settings)
    asked = options(client, f"{SECOND}/options", SECOND)
    assert press(client, f"{SECOND}/passkey", at=SECOND, answer=device.used(asked)).status_code == 422
    assert not at_the_desk(client)


@pytest.mark.parametrize("answer", ["", "{", "[]", "null", "{}", '{"id": 1}', "[" * 3000, "x" * 300_000, '{"id": "\\ud800"}', "\x00"])
def test_nonsense_instead_of_an_answer_is_no_error_of_ours(app: Flask, admin: Actor, settings: Settings, answer: str) -> None:
    client = half_in(app, admin, settings)
    options(client, f"{SET_UP}/options", SET_UP)
    assert press(client, f"{SET_UP}/passkey", at=SET_UP, answer=answer).status_code == 422


def test_broken_pieces_of_an_answer_are_no_error_of_ours(app: Flask, admin: Actor, settings: Settings) -> None:
    client = half_in(app, admin, settings)
    whole = json.loads(Authenticator().made(options(client, f"{SET_UP}/options", SET_UP)))
    for name in ("clientDataJSON", "attestationObject"):
        for value in ("", "AAAA", "////", 5, None, {"x": "y"}, whole["response"][name][:40]):
            options(client, f"{SET_UP}/options", SET_UP)
            broken = {**whole, "response": {**whole["response"], name: value}}
            assert press(client, f"{SET_UP}/passkey", at=SET_UP, answer=json.dumps(broken)).status_code == 422, (name, value)


def test_where_no_browser_offers_passkeys_nobody_is_sent_for_one(sqlite_database_url: str, tmp_path: Path, monday: datetime) -> None:
    plain = make_settings(sqlite_database_url, tmp_path)
    for app in running(plain):
        with app.app_context():
            client = half_in(app, Town(plain).staff(Role.ADMIN, ADMIN), plain)
            assert "data-passkey" not in client.get(SET_UP).text
            assert press(client, f"{SET_UP}/options", at=SET_UP).status_code == 404


# One's own settings


def test_staff_add_and_take_away_but_never_the_last(app: Flask, admin: Actor, settings: Settings) -> None:
    with_app(admin, settings)
    client = half_in(app, admin, settings)
    press(client, SECOND, code=code())
    assert press(client, "/my/security/app/remove", at="/my/security").status_code == 409
    assert db.session.scalar(select(CodeApp.person_id)) is not None
    assert add_key(client, Authenticator()) == 303
    assert press(client, "/my/security/app/remove", at="/my/security").status_code == 303
    [remove] = re.findall(r'action="(/my/security/passkeys/\w+/remove)"', client.get("/my/security").text)
    assert press(client, remove, at="/my/security").status_code == 409


def test_new_codes_are_shown_once(app: Flask, admin: Actor, settings: Settings, work: Callable[[], int]) -> None:
    with_app(admin, settings)
    client = half_in(app, admin, settings)
    press(client, SECOND, code=code())
    shown = press(client, "/my/security/codes", at="/my/security")
    codes = re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", shown.text)
    assert len(codes) == 10
    assert not any(one in client.get("/my/security").text for one in codes)
    assert press(half_in(app, admin, settings), SECOND, code=codes[0]).status_code == 303
