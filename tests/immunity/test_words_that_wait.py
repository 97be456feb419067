"""A change nobody has read yet: not one of its words reaches a reader, in any page, feed, calendar, search or header."""

from dataclasses import replace
from datetime import time

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.desk.change_actions import accept_change
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import change
from idobata.gatherings.states import FeeKind, SignupKind
from idobata.gatherings.values import PlaceWords
from idobata.gatherings.version_queries import versions_of, waiting_version
from idobata.gatherings.version_values import KEYS
from idobata.places.models import Place
from idobata.store.database import db
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, days_from_monday, new_client, press, signed_in, weekly

SING = "kanaria"
SATURDAY = days_from_monday(5)


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


def where_readers_look(row: Gathering) -> list[str]:
    """Everything that speaks of a gathering; the first is its own page."""
    one = f"/gatherings/{row.public_id}"
    lists = [f"/gatherings{suffix}{query}" for suffix in ("", ".rss", ".ics") for query in ("", f"?q={SING}", "?time=evening")]
    return [
        one,
        f"{one}.ics",
        f"{one}/{SATURDAY.isoformat()}",
        "/",
        "/calendar",
        "/calendar.ics",
        "/feeds/new.rss",
        "/districts/kitamachi",
        *lists,
    ]


def read(client: InspectingClient, row: Gathering) -> dict[str, tuple[str, str]]:
    """Headers and bytes by address, without what is new with each answer."""
    found = {}
    for path in where_readers_look(row):
        answer = client.get(path)
        headers = {name: value for name, value in answer.headers if name not in ("Date", "Age")}
        found[path] = (repr(headers), answer.get_data(as_text=True))
    return found


def test_the_words_of_a_waiting_change_sing_nowhere_before_they_are_accepted(app: Flask, town: Town, client: InspectingClient) -> None:
    values = town.values(schedule=weekly(SATURDAY))
    row = town.published(title=values.title, schedule=values.schedule)
    before = read(client, row)
    wanted = replace(
        values,
        title=f"{SING} 題",
        summary=f"{SING} 要約",
        body=f"{SING} 本文",
        host_name=f"{SING} 主催",
        place=PlaceWords(name=f"{SING} 会館", address=f"{SING} 番地", access=f"{SING} 目印"),
        schedule=weekly(SATURDAY, starts=time(19, 17), ends=time(20, 3), note=f"{SING} のとき"),
        is_online=True,
        online_url=f"https://{SING}.example/",
        fee_kind=FeeKind.PAID,
        fee_words=f"{SING} 円",
        signup_kind=SignupKind.REQUIRED,
        signup_words=f"{SING} へ",
        audience=SING,
        bring=SING,
        rain=SING,
        parking=SING,
        language=SING,
        contact_name=f"{SING} 窓口",
        contact_phone=f"{SING}-090",
        contact_phone_public=True,
        contact_email=f"{SING}@example.com",
    )
    with transaction():
        change(town.person(), row, wanted, town.settings)
    assert waiting_version(row) is not None
    after = read(client, row)
    for path, (headers, words) in after.items():
        # A page that was asked for the canary says so itself, in its field and its links.
        if SING not in path:
            assert SING not in words + headers, path
        assert "19:17" not in words, path
    one = f"/gatherings/{row.public_id}"
    own_pages = {one, f"{one}/{SATURDAY.isoformat()}"}
    assert {path for path in after if after[path] != before[path]} == own_pages, "only its own pages say that something is checked"
    assert all("変更を確認しています" in after[path][1] for path in own_pages)
    assert SING not in repr([(place.name, place.address, place.access) for place in db.session.scalars(select(Place))])
    for path, (headers, _) in after.items():
        etag = dict(eval(headers)).get("ETag")  # noqa: S307 - our own repr
        if etag:
            again = new_client(app).get(path, headers={"If-None-Match": etag})
            assert again.status_code in (200, 304)
            assert SING in path or SING not in again.get_data(as_text=True)
    # So that the test cannot pass because nothing is ever shown: accepted, it sings everywhere.
    with transaction():
        accept_change(town.staff(), row, town.settings)
    accepted = read(client, row)
    assert all(SING in accepted[path][1] for path in (one, f"{one}.ics", "/gatherings", "/gatherings.rss", "/gatherings.ics", "/"))
    assert f"{SING} 題" in accepted[f"/gatherings?q={SING}"][1]
    assert "変更を確認しています" not in accepted[one][1]
    assert f"{SING}@example.com" not in repr(accepted), "a hidden address stays hidden"
    assert f"{SING}@example.com" not in repr([(one.values, one.typed) for one in versions_of(row)])


def test_a_version_holds_what_the_form_asks_and_nothing_else(app: Flask, town: Town) -> None:
    host = town.person()
    row = town.published(host)
    form = {
        "title": "べつの名前",
        "summary": "おにぎりを食べます。",
        "host_name": "みなと将棋会",
        "day": SATURDAY.isoformat(),
        "starts": "10:00",
        "ends": "12:00",
        "rhythm": "once",
        "venue_kind": "place",
        "place_name": "みどり公民館",
        "fee_kind": "free",
    }
    extra = {
        "publication": "withdrawn",
        "poster_id": "99",
        "poster_email": "mallory@example.com",
        "public_id": "2" * 12,
        "told_changes": "[]",
        "state": "live",
        "number": "9",
        "live_at": "2026-01-01",
        "made_by_id": "99",
        "base_number": "7",
        "values": "{}",
        "checked_at": "2026-01-01",
        "trusted": "1",
        "facts-admin": "yes",
    }
    assert press(signed_in(app, host), f"/my/{row.public_id}/edit", do="save", **form, **extra).status_code == 303
    db.session.rollback()
    waiting = waiting_version(row)
    assert waiting is not None
    assert (waiting.number, waiting.made_by_id, waiting.base_number, waiting.live_at) == (2, host.person_id, 1, None)
    assert set(waiting.values) == KEYS
    assert "admin" not in waiting.values["facts"]
    assert set(waiting.typed) == {"place", "district"}
    assert "mallory" not in repr((waiting.values, waiting.typed))


def test_what_waits_is_nobody_elses_to_take_back_or_to_read(app: Flask, town: Town, client: InspectingClient) -> None:
    host = town.person()
    row = town.published(host)
    with transaction():
        change(host, row, town.values(title="ひみつの名前"), town.settings)
    mallory = signed_in(app, town.person("mallory@example.com"))
    assert press(mallory, f"/my/{row.public_id}/change/take-back", at="/post").status_code == 404
    for path in (f"/desk/{row.public_id}/change", f"/desk/{row.public_id}/versions"):
        assert mallory.get(path).status_code == 404
        assert client.get(path).status_code == 303
    for act in ("accept", "return"):
        assert press(mallory, f"/desk/{row.public_id}/change/{act}", at="/post", version="x").status_code == 404
        assert press(signed_in(app, host), f"/desk/{row.public_id}/change/{act}", at="/post", version="x").status_code == 404
    assert waiting_version(row) is not None
