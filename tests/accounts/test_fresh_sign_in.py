"""「もういちど、ご本人の確認」 before what hurts most, and where one is signed in (A25 to A27)."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.accounts.models import Person, SessionRow
from idobata.gatherings.models import Gathering
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.store.database import db
from idobata.store.mail_tray import TrayMail
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import BASE_URL, Town, press, signed_in, token_on


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


HANAKO, NEW, OTHER = "hanako@example.com", "hanako@new.example.com", "other@example.com"
ELEVEN = timedelta(minutes=11)


@pytest.fixture
def mailed(work: Callable[[], int]) -> Callable[[str], str]:
    """The newest mail to an address, after the worker has done its work."""

    def read(email: str) -> str:
        work()
        return db.session.scalars(select(TrayMail.text).where(TrayMail.recipient == email).order_by(TrayMail.id.desc()).limit(1)).one()

    return read


@pytest.fixture
def hanako(town: Town) -> Actor:
    return town.person(HANAKO)


def code_in(text: str) -> str:
    found = re.search(r"^(\d{3} \d{3})$", text, re.MULTILINE)
    assert found
    return found[1]


def test_within_ten_minutes_nobody_asks_again(app: Flask, hanako: Actor, monday: datetime) -> None:
    browser = signed_in(app, hanako)
    clock.fix(monday + timedelta(minutes=10))
    assert browser.get("/my/address").status_code == 200


def test_later_a_code_by_mail_proves_it_and_leads_back(app: Flask, hanako: Actor, monday: datetime, mailed: Callable[[str], str]) -> None:
    browser = signed_in(app, hanako)
    clock.fix(monday + ELEVEN)
    asked = browser.get("/my/address")
    assert asked.location == "/sign-in/again?then=/my/address"
    sent = press(browser, "/sign-in/again/mail", at=asked.location, then="/my/address")
    assert sent.status_code == 303
    code = code_in(mailed(HANAKO))
    done = press(browser, "/sign-in/again", at=sent.location, then="/my/address", code=code)
    assert (done.status_code, done.location) == (303, "/my/address")
    assert browser.get("/my/address").status_code == 200
    clock.fix(monday + 2 * ELEVEN + ELEVEN)
    assert press(browser, "/sign-in/again", at="/sign-in/again", code=code).status_code == 422, "used once"


def test_a_code_proves_nothing_in_another_session(app: Flask, hanako: Actor, monday: datetime, mailed: Callable[[str], str]) -> None:
    """A thief with the cookie of one browser does not profit from the code another asked for."""
    owner, thief = signed_in(app, hanako), signed_in(app, hanako)
    clock.fix(monday + ELEVEN)
    press(owner, "/sign-in/again/mail", at="/sign-in/again")
    code = code_in(mailed(HANAKO))
    assert press(thief, "/sign-in/again", at="/sign-in/again", code=code).status_code == 422
    assert thief.get("/my/address").status_code == 303
    assert press(owner, "/sign-in/again", at="/sign-in/again", code=code).status_code == 303


def test_five_wrong_codes_and_the_session_waits(app: Flask, hanako: Actor, monday: datetime, mailed: Callable[[str], str]) -> None:
    browser = signed_in(app, hanako)
    clock.fix(monday + ELEVEN)
    press(browser, "/sign-in/again/mail", at="/sign-in/again")
    code = code_in(mailed(HANAKO)).replace(" ", "")
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    answers = [press(browser, "/sign-in/again", at="/sign-in/again", code=wrong).status_code for _ in range(5)]
    assert answers == [422] * 5
    assert press(browser, "/sign-in/again", at="/sign-in/again", code=code).status_code == 429
    assert browser.get("/my/address").status_code == 303


def test_words_typed_meanwhile_are_kept(app: Flask, hanako: Actor, monday: datetime, mailed: Callable[[str], str]) -> None:
    browser = signed_in(app, hanako)
    token = token_on(browser.get("/my/address"))
    clock.fix(monday + ELEVEN)
    page = browser.post("/my/address", data={"csrf_token": token, "email": NEW})
    assert page.status_code == 403
    assert f'value="{NEW}"' in page.text
    press(browser, "/sign-in/again/mail", at="/sign-in/again")
    press(browser, "/sign-in/again", at="/sign-in/again", code=code_in(mailed(HANAKO)))
    # The token of the page that kept the words still counts: the secret of the session has not changed.
    again = browser.post("/my/address", data={"csrf_token": token_on(page), "email": NEW})
    assert again.status_code == 303
    assert "このアドレスに変える" in mailed(NEW)


@pytest.mark.parametrize("path", ["/sign-in/again", "/sign-in/again/mail"])
def test_whoever_is_not_signed_in_has_nothing_to_prove(client: InspectingClient, path: str) -> None:
    assert press(client, path, at="/sign-in", code="123456").location.startswith("/sign-in")


def test_a_new_address_is_proved_by_its_mailbox_and_told_to_the_old_one(
    app: Flask, town: Town, hanako: Actor, mailed: Callable[[str], str]
) -> None:
    row = town.published(hanako)
    browser, elsewhere = signed_in(app, hanako), signed_in(app, hanako)
    assert press(browser, "/my/address", email=NEW).status_code == 303
    link = re.search(rf"{BASE_URL}(/my/address/\S+)", mailed(NEW))
    assert link
    for _ in range(2):
        assert NEW in browser.get(link[1]).text, "looking changes nothing"
    assert signed_in(app, town.person(OTHER)).get(link[1]).status_code == 404
    assert press(signed_in(app, town.person(OTHER)), link[1], at="/my").status_code == 404, "it is for one person"
    assert press(browser, link[1]).status_code == 303
    assert db.session.get_one(Person, hanako.person_id, populate_existing=True).email == NEW
    assert elsewhere.get("/my").status_code == 303, "every other session has ended"
    assert browser.get("/my").status_code == 200
    assert press(browser, link[1], at="/my").status_code == 404, "used once"
    assert "別のアドレスに変わりました" in mailed(HANAKO)
    assert db.session.scalars(select(Gathering.poster_email).where(Gathering.public_id == row.public_id)).one() == NEW


def test_an_address_of_somebody_else_is_not_told_and_not_taken(app: Flask, town: Town, hanako: Actor, mailed: Callable[[str], str]) -> None:
    town.person(OTHER)
    browser = signed_in(app, hanako)
    free, taken = press(browser, "/my/address", email=NEW), press(browser, "/my/address", email=OTHER)
    assert (free.status_code, free.location) == (taken.status_code, taken.location)
    assert "/my/address/" not in mailed(OTHER)
    link = re.search(rf"{BASE_URL}(/my/address/\S+)", mailed(NEW))
    assert link
    town.person(NEW)  # taken while the mail was on its way
    assert press(browser, link[1]).status_code == 409
    assert db.session.get_one(Person, hanako.person_id, populate_existing=True).email == HANAKO


@pytest.mark.parametrize("email", ["", "x", HANAKO, "a@b@c.example", "x@example.com\r\nBcc: y@example.com"])
def test_what_is_no_new_address_is_said(app: Flask, hanako: Actor, email: str) -> None:
    assert press(signed_in(app, hanako), "/my/address", email=email).status_code == 422


def test_one_sees_where_one_is_signed_in_and_ends_it(app: Flask, town: Town, hanako: Actor, monday: datetime) -> None:
    here, phone = signed_in(app, hanako), signed_in(app, hanako)
    stranger = signed_in(app, town.person(OTHER))
    page = here.get("/my/sessions").text
    assert page.count("いま使っているブラウザ") == 1
    ends = re.findall(r'action="(/my/sessions/\w+/end)"', page)
    assert len(ends) == 2
    cookies = {one.get_cookie("idobata").value for one in (here, phone)}  # type: ignore[union-attr]
    assert not any(cookie in page for cookie in cookies)
    other = next(
        end for end in ends if end not in re.findall(r'action="(/my/sessions/\w+/end)"', page.split("いま使っているブラウザ")[1])[:1]
    )
    assert press(stranger, other, at="/my").status_code == 404
    assert phone.get("/my").status_code == 200
    assert press(here, other, at="/my/sessions").status_code == 303
    assert phone.get("/my").status_code == 303
    assert here.get("/my").status_code == 200


@pytest.mark.parametrize("handle", ["%25", "_", "%", "x", "a" * 500])
def test_a_made_up_name_of_a_session_ends_none(app: Flask, hanako: Actor, handle: str) -> None:
    browser = signed_in(app, hanako)
    assert press(browser, f"/my/sessions/{handle}/end", at="/my").status_code == 404
    assert browser.get("/my").status_code == 200


def test_all_others_end_in_one_press(app: Flask, hanako: Actor) -> None:
    browsers = [signed_in(app, hanako) for _ in range(3)]
    assert press(browsers[0], "/my/sessions/end-others", at="/my/sessions").status_code == 303
    assert [one.get("/my").status_code for one in browsers] == [200, 303, 303]


def test_ending_this_one_is_signing_out(app: Flask, hanako: Actor) -> None:
    browser = signed_in(app, hanako)
    [end] = re.findall(r'action="(/my/sessions/\w+/end)"', browser.get("/my/sessions").text)
    assert press(browser, end, at="/my/sessions").location == "/"
    assert browser.get_cookie("idobata") is None
    assert db.session.scalar(select(SessionRow.id)) is None
