"""The API as a reader meets it: what it says, what it leaves out, and how it says no."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from idobata.accounts.actions import find_or_make_person
from idobata.api.endpoints import ENDPOINTS, MOST, ROOT
from idobata.app import READER_QUERY
from idobata.gatherings.date_actions import NewTime, cancel_date, move_date
from idobata.gatherings.filters import FILTER_NAMES
from idobata.gatherings.posting_actions import withdraw
from idobata.gatherings.states import FeeKind, SignupKind, VenueKind
from idobata.gatherings.values import PlaceWords
from idobata.groups.actions import add_group, set_categories
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM
from idobata.kernel.settings import Settings
from idobata.places.actions import point_to
from idobata.store.database import db
from idobata.store.transaction import transaction
from tests.api.conftest import Ask
from tests.harness.site import BASE_URL, Town, days_from_monday, new_client, once, weekly

SATURDAY = days_from_monday(5)
NEXT = SATURDAY + timedelta(days=7)


@contextmanager
def questions() -> Iterator[list[str]]:
    """Every question to the database while the block runs."""
    asked: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)


def ids(answer: dict[str, Any]) -> list[str]:
    return [one["id"] for one in answer["items"]]


def test_a_gathering_is_all_its_page_says_and_nothing_that_it_hides(town: Town, ask: Ask, settings: Settings) -> None:
    row = town.published(
        title="朝の将棋",
        schedule=weekly(SATURDAY, count=2),
        contact_phone="000-111-2222",
        contact_email="himitsu@example.com",
        contact_phone_public=True,
        facts={"leave-early": True, "wheelchair": False},
        fee_kind=FeeKind.FREE,
    )
    found = ask(f"/gatherings/{row.public_id}")
    assert found == ask(f"{BASE_URL}/gatherings/{row.public_id}.json") == ask("/gatherings")["items"][0]
    assert (found["title"], found["url"], found["host"]) == ("朝の将棋", f"{BASE_URL}/gatherings/{row.public_id}", "みなと将棋会")
    assert [one["starts"] for one in found["dates"]] == ["2026-12-05T10:00:00+09:00", "2026-12-12T10:00:00+09:00"]
    assert (found["facts"]["leave-early"], found["facts"]["wheelchair"], found["facts"]["stroller"]) == ("yes", "no", "unknown")
    assert found["facts"]["free"] == "yes"
    assert [one["value"] for one in found["contacts"]] == ["000-111-2222"]
    assert found["place"]["name"] == "みどり公民館"
    assert found["district"] == {"slug": "kitamachi", "name": "北町"}
    assert found["first_step"] == {"given": False, "label": settings.city.welcome_label, "words": ""}
    assert found["reuse"] == {"text": False, "licence": None, "licence_url": None}
    assert "himitsu" not in str(found)


def test_words_that_were_freed_name_their_licence(town: Town, ask: Ask, settings: Settings) -> None:
    row = town.published(reuse_text=True)
    licence = {"text": True, "licence": settings.opendata.licence, "licence_url": settings.opendata.licence_url}
    assert ask(f"/gatherings/{row.public_id}")["reuse"] == licence
    assert ask("/occurrences")["items"][0]["reuse"] == licence


def test_somebodys_home_is_known_by_its_area_alone(town: Town, ask: Ask) -> None:
    row = town.published(venue_kind=VenueKind.PRIVATE, place=None, area_words="北町2丁目のあたり", exact_place="北町2-3-4 2階")
    found = ask(f"/gatherings/{row.public_id}")
    assert (found["place"], found["area"]) == (None, "北町2丁目のあたり")
    assert "2-3-4" not in str(found)


def test_dates_come_in_order_and_say_what_became_of_them(town: Town, ask: Ask, settings: Settings) -> None:
    row, editor = town.published(schedule=weekly(SATURDAY, count=3)), town.staff()
    all_day = town.published(schedule=once(SATURDAY, None, None))
    with transaction():
        cancel_date(editor, row, NEXT, "雨のため", settings)
        move_date(editor, row, SATURDAY, NewTime(day=SATURDAY + timedelta(days=1), starts=time(13), ends=None), "", settings)
    found = ask("/occurrences")["items"]
    assert [one["id"] for one in found] == [
        f"{all_day.public_id}/{SATURDAY}",
        f"{row.public_id}/{SATURDAY}",
        f"{row.public_id}/{NEXT}",
        f"{row.public_id}/{NEXT + timedelta(days=7)}",
    ]
    assert [(one["state"], one["starts"], one["ends"]) for one in found[:3]] == [
        ("planned", "2026-12-05", "2026-12-05"),
        ("moved", "2026-12-06T13:00:00+09:00", None),
        ("cancelled", "2026-12-12T10:00:00+09:00", "2026-12-12T12:00:00+09:00"),
    ]
    assert found[2]["note"] == "雨のため"
    assert ask(f"/occurrences/{row.public_id}/{NEXT}") == found[2]
    ask(f"/occurrences/{row.public_id}/2026-12-07", status=404)
    ask(f"/occurrences/{row.public_id}/20261212", status=404)


def test_dates_of_several_days_that_run_come_first_and_none_is_lost_between_parts(town: Town, ask: Ask) -> None:
    with clock.hold(clock.now() - timedelta(days=3)):
        fair = town.published(schedule=once(days_from_monday(-1), time(9), time(17), span_days=4))
    weekly_ones = [town.published(schedule=weekly(SATURDAY, count=3)) for _ in range(2)]
    whole = ids(ask("/occurrences"))
    assert whole[0].startswith(fair.public_id)
    assert len(whole) == 7
    parts, address = [], "/occurrences?limit=2"
    while address:
        part = ask(address)
        parts += ids(part)
        address = part["next"]
    assert parts == whole
    assert {one.split("/")[0] for one in parts[1:]} == {row.public_id for row in weekly_ones}


def test_filters_are_those_of_lists(town: Town, ask: Ask) -> None:
    eat = town.published(
        title="バナナの会", category="eat", fee_kind=FeeKind.FREE, signup_kind=SignupKind.NONE, schedule=weekly(SATURDAY, count=2)
    )
    learn = town.published(
        title="パソコン",
        category="learn",
        district="minato",
        signup_kind=SignupKind.REQUIRED,
        signup_words="電話で",
        schedule=once(NEXT, time(18), time(20)),
    )
    assert (
        ids(ask("/gatherings?category=eat"))
        == ids(ask("/gatherings?district=kitamachi"))
        == ids(ask("/gatherings?q=バナナ"))
        == [eat.public_id]
    )
    assert ids(ask("/gatherings?time=evening")) == [learn.public_id]
    assert ids(ask("/gatherings?when=week")) == [eat.public_id]
    assert ids(ask(f"/gatherings?from={NEXT}&category=eat")) == [eat.public_id]
    assert ids(ask(f"/gatherings?from={NEXT + timedelta(days=1)}")) == []
    assert ids(ask(f"/occurrences?to={SATURDAY}")) == [f"{eat.public_id}/{SATURDAY}"]
    assert ids(ask("/occurrences?time=evening&utm_source=x")) == [f"{learn.public_id}/{NEXT}"]
    told = f"/occurrences?free=1&online=0&fact=no-signup&fact=free&first_step=0&to={SATURDAY}"
    assert ids(ask(told)) == ids(ask(told.replace("&fact=no-signup", "&no_signup=1"))) == [f"{eat.public_id}/{SATURDAY}"]
    assert ids(ask("/gatherings?free=1&no_signup=1")) == [eat.public_id]
    assert ids(ask("/gatherings?fact=leave-early")) == ids(ask("/occurrences?online=1")) == ids(ask("/gatherings?first_step=1")) == []
    assert ids(ask("/gatherings?q=zzzz")) == ids(ask("/occurrences?q=zzzz")) == []
    assert ids(ask("/gatherings?place=" + "2" * 12)) == []
    assert set(FILTER_NAMES) | {"limit", "cursor", "lang"} <= READER_QUERY


def test_a_value_that_cannot_be_used_is_left_out_and_said(town: Town, ask: Ask) -> None:
    row = town.published()
    found = ask("/gatherings?district=nowhere&weekday=9&limit=0&when=someday&unknown=1")
    assert ids(found) == [row.public_id]
    assert {one["parameter"] for one in found["warnings"]} == {"district", "weekday", "limit", "when"}


def test_what_is_said_is_said_in_the_callers_language(ask: Ask) -> None:
    assert ask("/gatherings?limit=0&lang=en")["warnings"][0]["words"].isascii()
    assert not ask("/gatherings?limit=0")["warnings"][0]["words"].isascii()
    assert ask("/gatherings?cursor=x&lang=en", status=400)["title"].isascii()
    assert ask("/nothing?lang=en", status=404)["title"].isascii()


def test_groups_and_places_are_what_their_pages_say(town: Town, ask: Ask) -> None:
    row = town.published()
    with transaction():
        lead = find_or_make_person("hanako@example.com")
        group = add_group(SYSTEM, "minato-kai", "みなと会", "会います。", "minato", ["https://kai.example.com/"], lead)
        set_categories(group, ["eat"])
    assert row.place is not None
    found = ask("/groups?district=minato&category=eat")["items"]
    assert found == [ask("/groups/minato-kai")]
    assert (found[0]["standing"], found[0]["categories"][0]["slug"], found[0]["links"]) == (
        "registered",
        "eat",
        ["https://kai.example.com/"],
    )
    assert ask("/groups?district=kitamachi")["items"] == []
    place = ask(f"/places/{row.place.public_id}")
    assert ask("/places")["items"] == [place]
    assert (place["name"], place["access_facts"]["wheelchair"]) == ("みどり公民館", "unknown")
    ask("/groups/nobody", status=404)
    ask("/places/" + "2" * 12, status=404)


def test_a_place_that_was_merged_leads_to_the_other(town: Town, app: Flask, ask: Ask) -> None:
    old, new = town.published(), town.published(place=PlaceWords(name="べつの公民館"))
    assert old.place is not None
    assert new.place is not None
    with transaction():
        point_to(old.place, new.place)
    answer = new_client(app).get(f"{ROOT}/places/{old.place.public_id}?lang=en")
    assert (answer.status_code, answer.location) == (301, f"{ROOT}/places/{new.place.public_id}?lang=en")
    assert ids(ask("/places")) == [new.place.public_id]


def test_what_was_withdrawn_is_gone_and_what_never_was_is_not_there(town: Town, app: Flask, ask: Ask) -> None:
    poster = town.person()
    row, draft = town.published(poster), town.draft(poster)
    with transaction():
        withdraw(poster, row)
    for path in (f"/gatherings/{row.public_id}", f"/occurrences/{row.public_id}/{SATURDAY}"):
        assert ask(path, status=410)["status"] == 410
    assert new_client(app).get(f"/gatherings/{row.public_id}.json").status_code == 410
    for nowhere in (draft.public_id, "2" * 12, "x"):
        ask(f"/gatherings/{nowhere}", status=404)
        assert new_client(app).get(f"/gatherings/{nowhere}.json").status_code == 404


def test_settings_are_lists_of_their_own_in_the_callers_language(town: Town, ask: Ask, settings: Settings) -> None:
    assert ids_of(ask("/categories")) == [one.slug for one in settings.categories]
    assert ids_of(ask("/districts")) == [one.slug for one in settings.districts]
    assert ids_of(ask("/facts")) == [one.slug for one in settings.facts]
    assert ask("/districts?lang=en")["items"][0]["name"] == settings.districts[0].english


def ids_of(answer: dict[str, Any]) -> list[str]:
    return [one["slug"] for one in answer["items"]]


@pytest.mark.parametrize("cursor", ["x", "%00", "MXw", "あ", "1" * 300, "MXxnYXRoZXJpbmd8MDAwMDAwMDAwMDAwMDAwMHxjfDF8"])
def test_a_cursor_that_is_none_is_refused_with_what_to_do(town: Town, ask: Ask, cursor: str) -> None:
    town.published()
    found = ask(f"/gatherings?cursor={cursor}", status=410 if cursor.startswith("MXxn") else 400)
    assert "cursor" in found["detail"]


def test_a_cursor_of_another_list_is_refused(town: Town, ask: Ask) -> None:
    town.published()
    cursor = ask("/gatherings")["later"].partition("cursor=")[2]
    ask(f"/gatherings?cursor={cursor}")
    ask(f"/places?cursor={cursor}", status=400)


@pytest.mark.parametrize("path", ["/gatherings", "/occurrences", "/openapi.json", "/facts"])
def test_it_answers_as_programs_and_pages_of_others_expect(town: Town, app: Flask, path: str) -> None:
    town.published()
    client = new_client(app)
    first = client.get(ROOT + path, headers={"Accept-Encoding": "gzip", "Origin": "https://elsewhere.example"})
    assert (first.status_code, first.headers["Content-Encoding"], first.headers["Access-Control-Allow-Origin"]) == (200, "gzip", "*")
    assert "Set-Cookie" not in first.headers
    again = client.get(ROOT + path, headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["Access-Control-Allow-Origin"]) == (304, b"", "*")
    head = client.head(ROOT + path)
    assert (head.status_code, head.data) == (200, b"")
    preflight = client.options(ROOT + path, headers={"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"})
    assert preflight.status_code in (200, 204)
    assert (preflight.headers["Access-Control-Allow-Origin"], "GET" in preflight.headers["Access-Control-Allow-Methods"]) == ("*", True)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_writing_is_not_among_the_methods_there_are(town: Town, app: Flask, method: str) -> None:
    answer = getattr(new_client(app), method)(f"{ROOT}/gatherings")
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert {"GET", "HEAD", "OPTIONS"} <= set(answer.headers["Allow"].split(", "))
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_an_answer_asks_no_more_questions_the_more_it_holds(town: Town, ask: Ask) -> None:
    """What one item costs beyond another are no questions to the database."""
    counts = []
    for _ in range(2):
        for _more in range(3):
            town.published(place=PlaceWords(name=f"公民館{_more}{len(counts)}"), schedule=weekly(SATURDAY, count=4))
        with questions() as asked:
            for path in ("/gatherings?free=1", "/occurrences?district=kitamachi", "/places", "/groups"):
                ask(path)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_page_for_people_can_be_read_in_both_languages(app: Flask) -> None:
    for query, words in (("", "プログラムから読む"), ("?lang=en", "Reading it with programs")):
        page = new_client(app).get(f"/api/{query}")
        assert page.status_code == 200
        assert words in page.text
        for one in ENDPOINTS:
            assert ROOT + one.path.split("<")[0] in page.text
    assert str(MOST) in page.text
