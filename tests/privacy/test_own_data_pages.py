"""My data in the browser: seeing it, taking it, leaving."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.accounts.models import Person, SessionRow
from idobata.kernel import clock
from idobata.kernel.actor import Role
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.mail_tray import TrayMail
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import MONDAY, Town, new_client, press, signed_in, token_on
from tests.privacy.test_erasing import MAIL, SONG, left_over, life_of


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


def test_my_data_are_counted_and_lead_on(town: Town, app: Flask, settings: Settings) -> None:
    person, _rows = life_of(town, settings)
    client = signed_in(app, person)
    assert "/my/data" in client.get("/my").text
    page = client.get("/my/data").text
    for words in (MAIL, f"{SONG}さん", "掲載中が1件", "まだ見えないものが2件", "みなと会", "団体のために書いた集まり：1件"):
        assert words in page
    for link in ("/my/data/export.json", "/my/data/erase", "/privacy"):
        assert f'href="{link}"' in page


def test_the_file_holds_everything_and_no_secret(town: Town, app: Flask, settings: Settings) -> None:
    person, rows = life_of(town, settings)
    answer = signed_in(app, person).get("/my/data/export.json")
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    told = json.loads(answer.text)
    assert told["person"]["email"] == MAIL
    assert {one["title"] for one in told["gatherings"]} == {row.title for row in rows.values()}
    assert told["gatherings"][0]["contact_phone"] == f"{SONG}-090"
    assert len(told["gatherings"][0]["dates"]) == 3
    assert [one["group"] for one in told["groups"]] == ["みなと会"]
    assert {"gathering.drafted", "gathering.changed", "date.cancelled"} <= {one["act"] for one in told["what_i_did"]}
    assert told["mails_waiting"]
    for row in db.session.scalars(select(SessionRow)):
        assert row.token_hash not in answer.text
    assert "hash" not in answer.text


def test_the_file_of_one_holds_nothing_of_another(town: Town, app: Flask, settings: Settings) -> None:
    life_of(town, settings)
    answer = signed_in(app, town.person("other@example.com"))
    assert SONG not in answer.get("/my/data/export.json").text
    assert SONG not in answer.get("/my/data").text


def test_leaving_takes_two_steps_and_a_clear_yes(town: Town, app: Flask, settings: Settings, work: Callable[[], int]) -> None:
    person, _rows = life_of(town, settings)
    client = signed_in(app, person)
    page = client.get("/my/data/erase").text
    assert "みなと会の代表は、あなただけです" in page
    for missing in ({}, {"sure": "y"}, {"fate": "keep"}, {"fate": "nonsense", "sure": "y"}):
        refused = press(client, "/my/data/erase", **missing)
        assert refused.status_code == 422, missing
        assert "もう一度、たしかめてください" in refused.text
    assert db.session.scalar(select(Person.id).where(Person.email == MAIL))
    answer = press(client, "/my/data/erase", fate="keep", sure="y")
    assert answer.status_code == 200
    assert "あなたの情報を消しました" in answer.text
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    work()
    assert left_over() == []
    assert db.session.scalars(select(TrayMail).where(TrayMail.recipient == MAIL)).all() == [], "nobody writes to her any more"
    assert client.get("/my").location.startswith("/sign-in")


def test_an_old_cookie_opens_nothing_after_leaving(town: Town, app: Flask, settings: Settings) -> None:
    person, _rows = life_of(town, settings)
    client, other_browser = signed_in(app, person), signed_in(app, person)
    press(client, "/my/data/erase", fate="take_down", sure="y")
    for path in ("/my", "/my/data", "/my/data/export.json"):
        assert other_browser.get(path).status_code == 303


def test_whoever_posted_nothing_is_asked_nothing_about_gatherings(town: Town, app: Flask) -> None:
    client = signed_in(app, town.person("quiet@example.com", "しずか"))
    assert "fate" not in client.get("/my/data/erase").text
    assert press(client, "/my/data/erase", sure="y").status_code == 200
    assert db.session.scalar(select(Person.id).where(Person.email == "quiet@example.com")) is None


def test_staff_are_told_what_to_do_first(town: Town, app: Flask) -> None:
    client = signed_in(app, town.staff(Role.EDITOR))
    page = client.get("/my/data/erase").text
    assert "役割を外してもらってください" in page
    assert 'action="/my/data/erase"' not in page
    assert press(client, "/my/data/erase", at="/post", sure="y").status_code == 422


def test_an_open_browser_somebody_left_behind_gives_nothing_away(town: Town, app: Flask, settings: Settings) -> None:
    person, _rows = life_of(town, settings)
    client = signed_in(app, person)
    token = token_on(client.get("/my/data/erase"))
    clock.fix(MONDAY + timedelta(minutes=11))
    try:
        for path in ("/my/data/export.json", "/my/data/erase"):
            assert client.get(path).location == f"/sign-in/again?then={path}"
        answer = client.post("/my/data/erase", data={"csrf_token": token, "fate": "keep", "sure": "y"})
        assert answer.status_code == 403
        assert db.session.scalar(select(Person.id).where(Person.email == MAIL))
    finally:
        clock.fix(MONDAY)


def test_readers_are_led_to_sign_in(client: InspectingClient) -> None:
    for path in ("/my/data", "/my/data/export.json", "/my/data/erase"):
        assert client.get(path).location.startswith("/sign-in"), path


def test_the_gathering_of_somebody_who_left_says_so_nowhere_else(town: Town, app: Flask, settings: Settings) -> None:
    person, rows = life_of(town, settings)
    path = f"/gatherings/{rows['published'].public_id}"
    assert SONG in new_client(app).get(path).text
    assert "<article" in new_client(app).get(f"/gatherings?q={SONG}").text
    press(signed_in(app, person), "/my/data/erase", fate="take_down", sure="y")
    reader = new_client(app)
    assert reader.get(path).status_code == 410
    calendar = reader.get(f"{path}.ics")
    assert calendar.status_code == 200
    assert "BEGIN:VEVENT" not in calendar.text, "phones that have it forget it"
    for feed in ("/gatherings.rss", "/gatherings.ics", "/feeds/new.rss", "/feeds/changes.rss", "/gatherings", "/"):
        assert SONG not in reader.get(feed).text
    # What was asked for stands in the page's own addresses; nothing is found.
    assert "<article" not in reader.get(f"/gatherings?q={SONG}").text
