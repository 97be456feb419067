"""Signing in by a mailed link, as somebody at a browser lives it."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from idobata.kernel import clock
from idobata.kernel.actor import Role
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.mail_tray import TrayMail
from idobata.store.outbox import OutboxRow
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import BASE_URL, Town, everything, new_client, press, signed_in


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


HANAKO = "hanako@example.com"


def without_chance(answer: TestResponse) -> dict[str, str]:
    """The headers, with the random secret of the cookie taken out."""
    return {name: re.sub(r"idobata-asked=[\w-]{43};", "idobata-asked=…;", value) for name, value in answer.headers}


@pytest.fixture
def ask(client: InspectingClient, work: Callable[[], int]) -> Callable[[str], str]:
    """Ask for a link at the page; returns the path of the link in the mail."""

    def asked(email: str) -> str:
        assert press(client, "/sign-in", email=email).status_code == 303
        work()
        text = db.session.scalars(select(TrayMail.text).order_by(TrayMail.id.desc()).limit(1)).one()
        found = re.search(rf"{BASE_URL}(/sign-in/\S+)", text)
        assert found
        return found[1]

    return asked


def test_a_person_signs_in_with_the_link_and_out_again(town: Town, client: InspectingClient, ask: Callable[[str], str]) -> None:
    town.person(HANAKO)
    link = ask(HANAKO)
    assert client.get("/my").status_code == 303
    welcome = press(client, link)
    assert (welcome.status_code, welcome.location) == (303, "/my")
    assert client.get("/my").status_code == 200
    assert press(client, "/sign-out", at="/my").status_code == 303
    assert client.get("/my").status_code == 303
    assert client.get_cookie("idobata") is None


def test_staff_are_led_to_their_second_factor_and_have_no_role_before_it(
    town: Town, client: InspectingClient, ask: Callable[[str], str]
) -> None:
    town.staff(Role.EDITOR, "editor@city.example.com")
    assert press(client, ask("editor@city.example.com")).location == "/sign-in/second"
    assert client.get("/desk").location == "/sign-in/second?then=/desk"
    assert client.get("/my").status_code == 200
    assert "確認デスク" not in client.get("/my").text


def test_a_link_is_used_up_by_pressing_and_not_by_opening(
    town: Town, client: InspectingClient, app: Flask, ask: Callable[[str], str]
) -> None:
    """Mail scanners open every link, some of them several times."""
    town.person(HANAKO)
    link = ask(HANAKO)
    before = everything()
    for _ in range(3):
        assert new_client(app).get(link).status_code == 200
        assert new_client(app).head(link).status_code == 200
    assert everything() == before
    page = client.get(link)
    assert "Set-Cookie" not in page.headers
    assert "no-store" in page.headers["Cache-Control"]
    assert press(client, link).status_code == 303
    again = new_client(app)
    assert again.get(link).status_code == 410
    assert press(again, link, at="/sign-in").status_code == 410
    assert again.get_cookie("idobata") is None


def test_an_old_link_opens_nothing(
    town: Town, client: InspectingClient, ask: Callable[[str], str], settings: Settings, monday: datetime
) -> None:
    town.person(HANAKO)
    link = ask(HANAKO)
    clock.fix(monday + timedelta(minutes=settings.policy.sign_in_link_minutes))
    assert client.get(link).status_code == 410
    assert press(client, link, at="/sign-in").status_code == 410


def test_a_stranger_gets_the_same_answer_and_no_mail(town: Town, client: InspectingClient, work: Callable[[], int]) -> None:
    town.person(HANAKO)
    known, unknown = press(client, "/sign-in", email=HANAKO), press(client, "/sign-in", email="stranger@example.com")
    assert (known.status_code, known.location, known.data) == (unknown.status_code, unknown.location, unknown.data)
    assert without_chance(known) == without_chance(unknown)
    work()
    assert db.session.scalars(select(TrayMail.recipient)).all() == [HANAKO]


@pytest.mark.parametrize(
    "email", ["", "はなこ", "hanako@", "hanako@example.com\nbcc: x@example.com, y", "a" * 300 + "@example.com", "\x00@example.com"]
)
def test_what_is_no_address_is_said_and_kept_in_the_form(town: Town, client: InspectingClient, email: str) -> None:
    page = press(client, "/sign-in", email=email)
    assert page.status_code == 422
    assert "メールアドレスの形" in page.get_data(as_text=True)
    assert db.session.scalar(select(OutboxRow.id)) is None


def test_one_mailbox_is_not_filled_by_a_stranger(town: Town, client: InspectingClient, settings: Settings, work: Callable[[], int]) -> None:
    """The page goes on saying the same, so that nobody learns who is known here."""
    town.person(HANAKO)
    answers = [press(client, "/sign-in", email=HANAKO).status_code for _ in range(settings.policy.mails_per_hour_per_mailbox + 3)]
    assert set(answers) == {303}
    work()
    assert db.session.scalar(select(func.count(TrayMail.id))) == settings.policy.mails_per_hour_per_mailbox


def test_one_source_that_tries_many_addresses_is_asked_to_wait(town: Town, client: InspectingClient) -> None:
    answers = [press(client, "/sign-in", email=f"{number}@example.com").status_code for number in range(31)]
    assert answers == [303] * 30 + [429]


def test_a_role_given_meanwhile_ends_the_session(town: Town, app: Flask) -> None:
    hanako = town.person(HANAKO)
    browser = signed_in(app, hanako)
    assert browser.get("/my").status_code == 200
    town.staff(Role.WELFARE, HANAKO)
    assert browser.get("/my").status_code == 303


def test_the_cookie_is_for_this_site_alone_and_out_of_reach_of_scripts(
    town: Town, client: InspectingClient, ask: Callable[[str], str], settings: Settings
) -> None:
    town.person(HANAKO)
    cookie = press(client, ask(HANAKO)).headers.getlist("Set-Cookie")[0]
    words = {word.strip().lower() for word in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= words
    assert not any(word.startswith("domain") for word in words)
    assert f"max-age={settings.policy.resident_days * 86400}" in words


HOSTILE = (
    "https://evil.example/",
    "http:evil.example",
    "https:/evil.example",
    "//evil.example/my",
    "///evil.example/my",
    "/\\evil.example/my",
    "\\\\evil.example",
    "/%5cevil.example",
    "/%2f%2fevil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "@evil.example",
    "/@evil.example",
    "/.evil.example",
    "//127.0.0.1:8000@evil.example/my",
    "/my\r\nSet-Cookie: idobata=x",
    "/gatherings/x\r\nLocation: //evil.example",
    "/nothing/here",
    "/\x00",
    "?then=//evil.example",
    "／／evil.example",
    "/" + "a" * 1500,
)


@pytest.mark.parametrize("then", HOSTILE)
def test_where_to_go_afterwards_never_leaves_the_site(town: Town, app: Flask, then: str) -> None:
    browser = signed_in(app, town.person(HANAKO))
    for answer in (
        browser.get("/sign-in", query_string={"then": then}),
        press(browser, "/-/sign-in", at="/my", email=HANAKO, then=then),
    ):
        assert answer.status_code == 303
        assert "\n" not in answer.location
        # Browsers drop tabs and line breaks and read a backslash as a slash.
        as_read = re.sub(r"[\t\r\n]", "", answer.location).replace("\\", "/")
        assert urlsplit(urljoin(BASE_URL + "/sign-in", as_read)).netloc == urlsplit(BASE_URL).netloc
        assert "idobata=x" not in answer.headers.getlist("Set-Cookie")


def test_whoever_was_on_the_way_to_a_page_gets_there(town: Town, app: Flask, client: InspectingClient) -> None:
    hanako = town.person(HANAKO)
    row = town.draft(hanako)
    asked = client.get(f"/my/{row.public_id}")
    assert asked.location.startswith("/sign-in?then=")
    assert signed_in(app, hanako).get(asked.location).location == f"/my/{row.public_id}"
