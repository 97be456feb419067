"""A date as data: small, public, and honest about what changed."""

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from idobata.gatherings.card_queries import Cards
from idobata.gatherings.date_actions import NewTime, cancel_date, mark_full, move_date
from idobata.gatherings.date_data import date_data
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import change, withdraw
from idobata.gatherings.states import VenueKind
from idobata.gatherings.values import PlaceWords
from idobata.kernel import clock
from idobata.kernel.addresses import Addresses
from idobata.kernel.settings import Settings
from idobata.kernel.words import in_japanese
from idobata.store.database import db
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import BASE_URL, Town, days_from_monday, weekly

SATURDAY = days_from_monday(5)


@pytest.fixture
def row(town: Town) -> Gathering:
    return town.published(
        title="朝の将棋", schedule=weekly(SATURDAY, count=3), contact_phone="000-111-2222", contact_email="himitsu@example.com"
    )


def data(row: Gathering, settings: Settings, day: date = SATURDAY, language: str = "ja") -> dict[str, Any]:
    db.session.expire_all()
    card = Cards(settings, language, in_japanese).gathering(row, day)
    assert card.next_one is not None
    return date_data(card, card.next_one, clock.now(), language, Addresses(BASE_URL))


def test_it_says_when_where_and_what_comes_next(town: Town, row: Gathering, settings: Settings) -> None:
    found = data(row, settings)
    assert found["when"] == "12月5日（土）午前10時〜正午"
    assert (found["day"], found["starts_at"], found["ends_at"]) == ("2026-12-05", "2026-12-05T10:00:00+09:00", "2026-12-05T12:00:00+09:00")
    assert found["place"] == {"name": "みどり公民館", "district": "北町", "address": ""}
    assert found["next"] == {"day": "2026-12-12", "when": "12月12日（土）午前10時〜正午"}
    assert (found["state"], found["over"], found["changes"]) == ("planned", False, [])
    assert found["url"] == f"{BASE_URL}/gatherings/{row.public_id}/2026-12-05"
    with clock.hold(clock.now() + timedelta(days=6)):
        assert data(row, settings)["over"] is True


def test_the_mark_of_the_time_changes_with_the_time_alone(town: Town, row: Gathering, settings: Settings) -> None:
    before = data(row, settings)["marks"]
    with transaction():
        move_date(town.staff(), row, SATURDAY, NewTime(day=SATURDAY, starts=time(13), ends=time(15)), "", settings)
    after = data(row, settings)
    assert after["marks"]["time"] != before["time"]
    assert after["marks"]["place"] == before["place"]
    assert (after["state"], after["when"]) == ("moved", "12月5日（土）午後1時〜3時")


def test_a_date_on_another_day_keeps_its_address(town: Town, row: Gathering, settings: Settings) -> None:
    with transaction():
        move_date(town.staff(), row, SATURDAY, NewTime(day=days_from_monday(6), starts=time(10), ends=time(12)), "", settings)
    found = data(row, settings)
    assert (found["day"], found["starts_at"][:10]) == ("2026-12-05", "2026-12-06")
    assert found["next"]["day"] == "2026-12-12"


@pytest.mark.parametrize(
    ("changes", "differs"),
    [
        ({"place": PlaceWords(name="図書館")}, True),
        ({"venue_kind": VenueKind.PRIVATE, "place": PlaceWords(), "area_words": "北町のどこか"}, True),
        ({"venue_kind": VenueKind.ONLINE, "place": PlaceWords(), "is_online": True, "online_url": "https://example.com/"}, True),
        ({"summary": "べつの言葉です。"}, False),
        ({"is_online": True, "online_url": "https://example.com/"}, False),
    ],
)
def test_the_mark_of_the_place_changes_with_the_place_alone(
    town: Town, row: Gathering, settings: Settings, changes: dict[str, Any], differs: bool
) -> None:
    before = data(row, settings)["marks"]
    with transaction():
        change(town.staff(), row, town.values(**({"title": row.title, "schedule": weekly(SATURDAY, count=3)} | changes)), settings)
    after = data(row, settings)["marks"]
    assert (after["place"] != before["place"]) is differs
    assert after["time"] == before["time"]
    assert data(row, settings, language="en")["marks"] == after, "paper does not know in which language a phone asks"


def get(client: InspectingClient, row: Gathering, day: str = "2026-12-05", query: str = "") -> Any:
    return client.get(f"/gatherings/{row.public_id}/{day}.json{query}")


def test_readers_get_it_without_a_cookie_and_see_a_change_at_once(
    town: Town, client: InspectingClient, row: Gathering, settings: Settings
) -> None:
    answer = get(client, row)
    assert answer.mimetype == "application/json"
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert client.get(answer.request.path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert len(answer.data) < 1_500
    for secret in ("000-111-2222", "himitsu", "hanako@example.com"):
        assert secret not in answer.get_data(as_text=True)
    with transaction():
        cancel_date(town.staff(), row, SATURDAY, "雨のため", settings)
    told = json.loads(get(client, row).data)
    assert (told["state"], told["note"], told["next"]["day"]) == ("cancelled", "雨のため", "2026-12-12")
    with transaction():
        mark_full(town.staff(), row, SATURDAY + timedelta(days=7), "", settings)
    assert json.loads(get(client, row, "2026-12-12").data)["state"] == "full"
    assert json.loads(get(client, row, query="?lang=en").data)["when"] == "Sat, 5 Dec, 10:00–12:00"


def test_what_is_not_on_the_site_is_not_in_the_data(
    town: Town, client: InspectingClient, row: Gathering, work: Callable[[], int], monday: datetime
) -> None:
    for day in ("2026-12-06", "2026-13-05", "2026-12-5", "20261205", "x"):
        assert get(client, row, day).status_code == 404, day
    waiting, draft = town.waiting(), town.draft()
    assert get(client, waiting).status_code == get(client, draft).status_code == 404
    assert client.get("/gatherings/no-such-id/2026-12-05.json").status_code == 404
    with transaction():
        withdraw(town.staff(), row)
    assert get(client, row).status_code == 410
