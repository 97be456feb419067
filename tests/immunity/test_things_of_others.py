"""Classes 11, 13 and 58: other people's things. Mobilizon 1.0.0-rc.1, The Events Calendar CVE-2023-6557, CVE-2026-84741, Indico CVE-2026-28352."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.accounts.models import Person
from idobata.gatherings.models import Gathering
from idobata.gatherings.values import PlaceWords
from idobata.kernel.actor import Role
from idobata.places.actions import add_place
from idobata.places.models import Place
from idobata.places.values import PlaceValues
from idobata.store.database import db
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, days_from_monday, everything, new_client, press, signed_in, token_on

EVIL = "かなりあ商法はこちら"
FORM: dict[str, Any] = {
    "day": "2026-12-05",
    "starts": "10:00",
    "rhythm": "once",
    "venue_kind": "place",
    "place_name": "みどり公民館",
    "title": "将棋",
    "summary": "さします。",
    "fee_kind": "free",
    "host_name": "会",
    "pledge": "y",
    "email": "mallory@example.com",
}


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Who may do what does not depend on the database."""
    return sqlite_database_url


def paths(app: Flask, method: str, start: str, public_id: str) -> list[str]:
    known = {"public_id": public_id, "day": days_from_monday(5).isoformat()}
    found = [rule.rule for rule in app.url_map.iter_rules() if method in (rule.methods or set()) and rule.rule.startswith(start)]
    return [re.sub(r"<(?:[a-z]+:)?(\w+)>", lambda match: known.get(match[1], "x"), rule) for rule in found if "<" in rule]


def said(words: str, there: str, nowhere: str) -> str:
    """A page without what differs anyway: the id that was asked for, and the token, which holds the second it was made in."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", words.replace(there, nowhere))


# What staff who assess gatherings work with.
OPEN_TO_WELFARE = ("/desk/first-step/", "/desk/receipts/", "/desk/by-phone/", "/desk/sheet")


def test_what_is_not_yours_cannot_be_told_from_what_is_not_there(town: Town, app: Flask) -> None:
    there, nowhere = town.published(town.person("hanako@example.com")).public_id, "2" * 12
    visitors = [
        signed_in(app, town.person("mallory@example.com")),
        signed_in(app, town.staff(Role.WELFARE)),
        signed_in(app, town.staff(Role.APPROVER)),
    ]
    for visitor in visitors:
        token = token_on(visitor.get("/post"))
        before = everything()
        for start in ("/my/", "/desk/"):
            for real, made_up in zip(paths(app, "GET", start, there), paths(app, "GET", start, nowhere), strict=True):
                if real.startswith(OPEN_TO_WELFARE) and visitor is visitors[1]:
                    continue
                one, other = visitor.get(real), visitor.get(made_up)
                assert (one.status_code, said(one.text, there, nowhere)) == (404, said(other.text, there, nowhere)), real
            for real, made_up in zip(paths(app, "POST", start, there), paths(app, "POST", start, nowhere), strict=True):
                if real.startswith(OPEN_TO_WELFARE) and visitor is visitors[1]:
                    continue
                sent = {**FORM, "csrf_token": token, "do": "save", "version": "x"}
                one, other = visitor.post(real, data=sent), visitor.post(made_up, data=sent)
                assert (one.status_code, said(one.text, there, nowhere)) == (404, said(other.text, there, nowhere)), real
        assert everything() == before


def test_a_form_writes_only_what_it_asks(town: Town, app: Flask) -> None:
    host, stranger = town.person("hanako@example.com"), town.person("mallory@example.com")
    row = town.draft(host)
    before = {column.name: getattr(row, column.name) for column in Gathering.__table__.columns}
    extra = {
        "publication": "published",
        "published_at": "2026-01-01",
        "checked_at": "2026-01-01",
        "poster_id": str(stranger.person_id),
        "poster_email": "mallory@example.com",
        "public_id": "2" * 12,
        "id": "1",
        "group_id": "1",
        "group_slug": "minato",
        "place_id": "1",
        "place_public_id": "2" * 12,
        "latitude": "1",
        "source_key": "x",
        "host_changed_at": "",
        "return_code": "x",
        "sequence": "99",
        "facts-admin": "yes",
        "role": "admin",
        "roles": "admin",
    }
    assert press(signed_in(app, host), f"/my/{row.public_id}/edit", do="save", **FORM, **extra).status_code == 303
    after = db.session.scalars(select(Gathering).where(Gathering.id == row.id).execution_options(populate_existing=True)).one()
    for name in (
        "publication",
        "published_at",
        "checked_at",
        "poster_id",
        "poster_email",
        "public_id",
        "group_id",
        "source_key",
        "return_code",
    ):
        assert getattr(after, name) == before[name], name
    assert after.sequence <= before["sequence"] + 1
    assert "admin" not in after.facts
    assert all(not person.roles for person in db.session.scalars(select(Person)))


def post(client: InspectingClient, **changes: str) -> int:
    return press(client, "/post", do="send", **{**FORM, **changes}).status_code


def test_nobody_puts_words_on_the_page_of_somebody_elses_place(town: Town, app: Flask, client: InspectingClient) -> None:
    """A place nobody has checked is shared by its name. A draft that no editor has read must not add its words to it."""
    row = town.published(place=PlaceWords(name="みどり公民館"))
    page = f"/gatherings/{row.public_id}"
    before = client.get(page).text
    for name in ("みどり公民館", "みどり 公民館", "ミドリ公民館"):
        assert post(client, place_name=name, place_address=EVIL, place_access=EVIL, title=name) == 303
    signed = signed_in(app, town.person("mallory@example.com"))
    assert press(signed, "/post", do="send", **FORM | {"place_address": EVIL, "place_access": EVIL}).status_code == 303
    assert client.get(page).text == before
    assert EVIL not in client.get(f"/places/{row.place.public_id if row.place else ''}").text


def test_nobody_waits_at_a_place_for_somebody_elses_post(town: Town, app: Flask, client: InspectingClient) -> None:
    """The other way round: the stranger's draft was there first."""
    assert post(client, place_address=EVIL, place_access=EVIL) == 303
    row = town.published(place=PlaceWords(name="みどり公民館"))
    assert EVIL not in client.get(f"/gatherings/{row.public_id}").text
    assert EVIL not in client.get("/gatherings.ics").text


def test_who_says_just_the_same_shares_a_place_and_a_checked_one_is_always_shared(town: Town) -> None:
    first, second = (town.published(town.person(mail)).place_id for mail in ("a@example.com", "b@example.com"))
    assert first == second
    with transaction():
        add_place(PlaceValues(name="みどり公民館", address="北町1"), checked=True)
    third = town.published(town.person("c@example.com"), place=PlaceWords(name="みどり公民館", address=EVIL)).place
    assert third is not None
    assert third.address == "北町1"


@pytest.mark.parametrize("state", ["draft", "waiting"])
def test_a_place_that_was_only_typed_has_no_page(town: Town, client: InspectingClient, state: str) -> None:
    make: Callable[..., Gathering] = getattr(town, state)
    row = make(place=PlaceWords(name="かなりあ屋敷", address=EVIL))
    assert row.place is not None
    for suffix in ("", ".rss", ".ics"):
        answer = client.get(f"/places/{row.place.public_id}{suffix}")
        assert answer.status_code == 404, suffix
        assert "かなりあ" not in answer.text
    assert "かなりあ" not in client.get("/post").text, "nor is it suggested to others"


def test_a_place_has_a_page_when_it_is_checked_or_something_published_takes_place_there(town: Town, client: InspectingClient) -> None:
    row = town.published(place=PlaceWords(name="みどり公園"))
    with transaction():
        checked = add_place(PlaceValues(name="中央公民館"), checked=True)
    assert row.place is not None
    for place in (row.place, checked):
        for suffix in ("", ".rss", ".ics"):
            assert client.get(f"/places/{place.public_id}{suffix}").status_code == 200
    press(signed_in(client.application, town.person()), f"/my/{row.public_id}/withdraw")
    assert new_client(client.application).get(f"/places/{row.place.public_id}").status_code == 404


def test_the_private_area_of_a_home_makes_no_place(town: Town, app: Flask) -> None:
    press(new_client(app), "/post", do="send", **FORM | {"venue_kind": "private", "area_words": "北町のちかく", "place_address": EVIL})
    assert db.session.scalars(select(Gathering)).one().area_words == "北町のちかく"
    assert list(db.session.scalars(select(Place))) == []
