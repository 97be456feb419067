"""The door of the hub: what it takes, what it refuses, and that no browser gets in."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.hub import views
from idobata.hub.queries import VERIFY
from idobata.store.database import db
from idobata.store.outbox import OutboxRow
from idobata.web.gate import FOR_MACHINES
from tests.harness.site import BASE_URL, Town, make_settings, new_client, running, signed_in

ASKED = {"hub.mode": "subscribe", "hub.topic": f"{BASE_URL}/gatherings.rss", "hub.callback": "https://receiver.example/hear"}


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """What the door says does not hang on the database."""
    return sqlite_database_url


def told() -> int:
    db.session.rollback()
    return len(list(db.session.scalars(select(OutboxRow).where(OutboxRow.kind == VERIFY))))


def test_the_hub_is_the_only_door_without_a_token(app: Flask) -> None:
    doors = {rule.rule for rule in app.url_map.iter_rules() if getattr(app.view_functions[rule.endpoint], FOR_MACHINES, False)}
    assert doors == {"/hub"}
    (rule,) = (rule for rule in app.url_map.iter_rules() if rule.rule == "/hub")
    assert (rule.methods or set()) - {"OPTIONS"} == {"POST"}


@pytest.mark.parametrize(
    "topic",
    ["/gatherings.rss", "/gatherings.atom?district=minato", "/feeds/digest.json", "/calendar.ics", "/groups/x.rss", "/places/x.ics"],
)
def test_every_public_feed_may_be_asked_for(town: Town, app: Flask, topic: str) -> None:
    answer = new_client(app).post("/hub", data=ASKED | {"hub.topic": BASE_URL + topic})
    assert answer.status_code == 202
    assert answer.content_type == "text/plain; charset=utf-8"
    assert "Set-Cookie" not in answer.headers
    assert told() == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hub.mode", ""),
        ("hub.mode", "publish"),
        ("hub.topic", ""),
        ("hub.topic", "https://other.example/gatherings.rss"),
        ("hub.topic", f"{BASE_URL}.evil.example/gatherings.rss"),
        ("hub.topic", f"{BASE_URL}@evil.example/gatherings.rss"),
        ("hub.topic", f"{BASE_URL}/"),
        ("hub.topic", f"{BASE_URL}/gatherings"),
        ("hub.topic", f"{BASE_URL}/desk"),
        ("hub.topic", f"{BASE_URL}/gatherings.rss#x"),
        ("hub.topic", f"{BASE_URL}/my/data/export.json"),
        ("hub.topic", f"{BASE_URL}/gatherings.rss?" + "x" * 2_000),
        ("hub.callback", ""),
        ("hub.callback", "ftp://receiver.example/"),
        ("hub.callback", "https://user:word@receiver.example/"),
        ("hub.callback", "https://receiver.example:port/"),
        ("hub.callback", "https://receiver.example/\r\nX: y"),
        ("hub.callback", "https://受け手.example/"),
        ("hub.callback", f"{BASE_URL}/hub"),
        ("hub.callback", "https://receiver.example/" + "x" * 2_000),
        ("hub.secret", "x" * 200),
        ("hub.secret", "あ" * 67),
        ("hub.secret", "a\nb"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(town: Town, app: Flask, name: str, value: str) -> None:
    answer = new_client(app).post("/hub", data=ASKED | {name: value})
    assert answer.status_code == 400
    assert name in answer.text
    assert told() == 0


def test_no_browser_gets_in_whoever_is_signed_in(town: Town, app: Flask) -> None:
    for headers in ({"Origin": BASE_URL}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": ""}):
        assert new_client(app).post("/hub", data=ASKED, headers=headers).status_code == 403
    with_cookie = new_client(app)
    with_cookie.set_cookie("x", "y")
    assert with_cookie.post("/hub", data=ASKED).status_code == 403
    assert signed_in(app, town.staff()).post("/hub", data=ASKED).status_code == 403
    assert told() == 0


def test_a_flood_is_stopped(town: Town, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_OF_RECEIVER", 2)
    answers = [new_client(app).post("/hub", data=ASKED).status_code for _ in range(3)]
    assert answers == [202, 202, 429]
    assert new_client(app).post("/hub", data=ASKED | {"hub.callback": "https://another.example/"}).status_code == 202


def test_a_city_may_have_no_hub(sqlite_database_url: str, tmp_path: Path, monday: object) -> None:
    settings = make_settings(sqlite_database_url, tmp_path)
    for app in running(replace(settings, policy=replace(settings.policy, websub=False))):
        assert new_client(app).post("/hub", data=ASKED).status_code == 404
        answer = new_client(app).get("/gatherings.rss")
        assert "hub" not in answer.headers["Link"]
        assert b'rel="hub"' not in answer.data
