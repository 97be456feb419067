"""A mailed link and its code belong to the browser that asked (A18, A19, A24). Told from both sides: the person's and the thief's."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from idobata.accounts.models import MailLink, Person
from idobata.kernel import clock
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.mail_tray import TrayMail
from idobata.store.outbox import OutboxRow
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import BASE_URL, Town, everything, new_client, press


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


HANAKO, STRANGER = "hanako@example.com", "stranger@example.com"
Ask = Callable[..., tuple[str, str]]


@pytest.fixture
def ask(work: Callable[[], int]) -> Ask:
    """Ask in a browser; returns the path of the link and the code of the mail."""

    def asked(client: InspectingClient, email: str = HANAKO, **more: str) -> tuple[str, str]:
        assert press(client, "/sign-in", email=email, **more).status_code == 303
        work()
        text = db.session.scalars(select(TrayMail.text).order_by(TrayMail.id.desc()).limit(1)).one()
        link = re.search(rf"{BASE_URL}(/sign-in/\S+)", text)
        code = re.search(r"^(\d{3} \d{3})$", text, re.MULTILINE)
        assert link
        assert code
        return link[1], code[1]

    return asked


def type_code(client: InspectingClient, code: str) -> int:
    return press(client, "/sign-in/code", at="/sign-in/sent", code=code).status_code


def is_in(client: InspectingClient) -> bool:
    return client.get("/my").status_code == 200


def wrong(code: str, by: int = 1) -> str:
    return f"{(int(code.replace(' ', '')) + by) % 1_000_000:06}"


def test_who_reads_her_mail_on_the_phone_types_the_code_where_she_began(town: Town, app: Flask, client: InspectingClient, ask: Ask) -> None:
    town.person(HANAKO)
    link, code = ask(client)
    phone = new_client(app)
    page = phone.get(link)
    assert page.status_code == 200
    assert "始めた画面に" in page.text
    assert "Set-Cookie" not in page.headers
    assert type_code(client, code) == 303
    assert is_in(client)
    assert not is_in(phone)
    assert phone.get(link).status_code == 410, "link and code are one: used is used"


def test_a_link_in_another_browser_signs_nobody_in_and_stays_good(town: Town, app: Flask, client: InspectingClient, ask: Ask) -> None:
    town.person(HANAKO)
    link, _code = ask(client)
    before = everything()
    thief = new_client(app)
    stolen = press(thief, link, at="/sign-in")
    assert (stolen.status_code, is_in(thief)) == (403, False)
    # Not even with a secret of her own.
    press(thief, "/sign-in", email=STRANGER)
    assert press(thief, link, at="/sign-in").status_code == 403
    assert not is_in(thief)
    assert {name: rows for name, rows in everything().items() if name in ("sessions", "mail_links")} == {
        name: rows for name, rows in before.items() if name in ("sessions", "mail_links")
    }
    assert press(client, link).status_code == 303
    assert is_in(client)


def test_a_code_counts_in_the_browser_that_asked_and_nowhere_else(town: Town, app: Flask, client: InspectingClient, ask: Ask) -> None:
    town.person(HANAKO)
    _link, code = ask(client)
    thief = new_client(app)
    assert type_code(thief, code) == 410
    press(thief, "/sign-in", email=HANAKO)
    assert type_code(thief, code) == 422
    assert not is_in(thief)
    assert type_code(client, code) == 303


def test_a_code_is_used_once(town: Town, client: InspectingClient, ask: Ask) -> None:
    town.person(HANAKO)
    link, code = ask(client)
    cookie = client.get_cookie("idobata-asked")
    assert cookie is not None
    assert type_code(client, code) == 303
    assert client.get_cookie("idobata-asked") is None, "the cookie of having asked has done its work"
    press(client, "/sign-out", at="/my")
    client.set_cookie("idobata-asked", cookie.value)
    assert type_code(client, code) == 422
    assert press(client, link, at="/sign-in").status_code == 410
    assert not is_in(client)


def test_after_five_wrong_codes_even_the_right_one_needs_a_new_mail(town: Town, client: InspectingClient, ask: Ask) -> None:
    town.person(HANAKO)
    _link, code = ask(client)
    assert [type_code(client, wrong(code, by)) for by in range(1, 7)] == [422] * 5 + [410]
    assert type_code(client, code) == 410
    assert not is_in(client)
    _link, code = ask(client)
    assert type_code(client, code) == 303


def test_for_an_address_nobody_knows_each_answer_is_the_same(town: Town, app: Flask, ask: Ask) -> None:
    """Wrong codes for a known address, any codes for an unknown one: word for word, try for try."""
    town.person(HANAKO)
    answers: dict[str, list[tuple[int, str]]] = {}
    for email in (HANAKO, STRANGER):
        browser = new_client(app)
        press(browser, "/sign-in", email=email)
        answers[email] = []
        for _ in range(7):
            answer = press(browser, "/sign-in/code", at="/sign-in/sent", code="000000")
            answers[email].append((answer.status_code, re.sub(r'value="[^"]+"', "", answer.text)))
    assert answers[HANAKO] == answers[STRANGER]


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "1" * 5000, "12345\x00", "' OR 1=1"])
def test_what_is_no_code_is_said_and_costs_no_try(town: Town, client: InspectingClient, ask: Ask, code: str) -> None:
    town.person(HANAKO)
    _link, right = ask(client)
    for _ in range(6):
        page = press(client, "/sign-in/code", at="/sign-in/sent", code=code)
        assert page.status_code == 422
        assert "6けたの数字" in page.text
    assert type_code(client, right) == 303


def test_link_and_code_end_after_the_minutes_of_the_setting(
    town: Town, client: InspectingClient, ask: Ask, settings: Settings, monday: datetime
) -> None:
    town.person(HANAKO)
    link, code = ask(client)
    assert settings.policy.sign_in_link_minutes == 10
    clock.fix(monday + timedelta(minutes=10))
    assert client.get(link).status_code == 410
    assert type_code(client, code) == 422
    assert not is_in(client)


def test_an_older_mail_of_the_same_browser_is_explained(town: Town, client: InspectingClient, ask: Ask) -> None:
    town.person(HANAKO)
    old, _code = ask(client)
    ask(client)
    assert "前のお願い" in client.get(old).text
    assert press(client, old, at="/sign-in").status_code == 403


@pytest.mark.parametrize("way", ["link", "code"])
def test_it_remembers_where_she_was_going(town: Town, client: InspectingClient, ask: Ask, way: str) -> None:
    row = town.draft(town.person(HANAKO))
    asked = client.get(f"/my/{row.public_id}")
    page = client.get(asked.location)
    then = re.search(r'name="then" value="([^"]*)"', page.text)
    assert then
    link, code = ask(client, then=then[1])
    answer = press(client, link) if way == "link" else press(client, "/sign-in/code", at="/sign-in/sent", code=code)
    assert answer.location == f"/my/{row.public_id}"


@pytest.mark.parametrize(
    "then", ["//evil.example", "/\\evil.example", "https://evil.example/", "/nothing/here", "/my?x=//evil", "/" + "a" * 900]
)
def test_where_she_was_going_never_leaves_the_site(town: Town, client: InspectingClient, ask: Ask, then: str) -> None:
    town.person(HANAKO)
    link, _code = ask(client, then=then)
    assert press(client, link).location == "/my"


def test_neither_secret_nor_code_is_in_the_database(town: Town, client: InspectingClient, ask: Ask) -> None:
    town.person(HANAKO)
    link, code = ask(client)
    cookie = client.get_cookie("idobata-asked")
    assert cookie is not None
    with transaction(public=False):
        db.session.execute(update(TrayMail).values(text=""))
    written = str(everything())
    for secret in (cookie.value, link.rsplit("/", 1)[1], code, code.replace(" ", "")):
        assert secret not in written


def test_a_reader_who_merely_looks_gets_no_cookie(town: Town, client: InspectingClient) -> None:
    for path in ("/sign-in", "/sign-in/sent", "/sign-in/a-made-up-link", "/sign-in/again"):
        assert "Set-Cookie" not in client.get(path).headers, path


def test_the_cookie_of_having_asked_is_short_and_out_of_reach_of_scripts(client: InspectingClient, town: Town) -> None:
    cookie = press(client, "/sign-in", email=HANAKO).headers["Set-Cookie"]
    words = {word.strip().lower() for word in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/", "max-age=600"} <= words


def test_somebody_suspended_after_asking_stays_outside(town: Town, client: InspectingClient, ask: Ask) -> None:
    hanako = town.person(HANAKO)
    link, code = ask(client)
    with transaction():
        db.session.get_one(Person, hanako.person_id).suspended_at = clock.now()
    assert type_code(client, code) == 422
    assert press(client, link, at="/sign-in").status_code in (303, 410)
    assert not is_in(client)


def test_the_secret_of_the_browser_is_gone_from_the_outbox_when_the_mail_is_out(town: Town, client: InspectingClient, ask: Ask) -> None:
    town.person(HANAKO)
    ask(client)
    assert [row.payload for row in db.session.scalars(select(OutboxRow))] == [{}, {}]
    assert db.session.scalars(select(MailLink.browser_hash)).one()
