"""A gathering for machines that read pages, and as words to pass on."""

from datetime import datetime, time, timedelta

import pytest

from idobata.gatherings.card_queries import Cards
from idobata.gatherings.date_actions import NewTime, cancel_date, mark_full, move_date
from idobata.gatherings.event_data import event_data, share_words
from idobata.gatherings.models import Gathering
from idobata.gatherings.states import VenueKind
from idobata.gatherings.values import PlaceWords
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM
from idobata.kernel.addresses import Addresses
from idobata.kernel.settings import Settings
from idobata.kernel.words import in_japanese
from idobata.store.transaction import transaction
from tests.harness.site import BASE_URL, Town, days_from_monday, once


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


SATURDAY = days_from_monday(5)
ADDRESSES = Addresses(BASE_URL)


def data(row: Gathering, settings: Settings) -> dict[str, object]:
    found = event_data(Cards(settings, "ja", in_japanese).gathering(row), settings, ADDRESSES)
    assert found is not None
    return found


def share(row: Gathering, settings: Settings) -> str:
    return share_words(Cards(settings, "ja", in_japanese).gathering(row), settings, ADDRESSES)


def test_an_ordinary_date(town: Town, settings: Settings) -> None:
    row = town.published(title="朝の将棋", place=PlaceWords(name="みどり公民館", address="北町1-2-3", latitude=32.75, longitude=129.87))
    said = data(row, settings)
    assert (said["@type"], said["name"]) == ("Event", "朝の将棋")
    assert (said["startDate"], said["endDate"]) == ("2026-12-05T10:00:00+09:00", "2026-12-05T12:00:00+09:00")
    assert said["eventStatus"] == "https://schema.org/EventScheduled"
    assert said["url"] == f"{BASE_URL}/gatherings/{row.public_id}/2026-12-05"
    place = said["location"]
    assert isinstance(place, dict)
    assert (place["name"], place["address"]["streetAddress"], place["geo"]["latitude"]) == ("みどり公民館", "北町1-2-3", 32.75)
    assert said["isAccessibleForFree"] is True


@pytest.mark.parametrize(
    "schedule, start, end",
    [
        (once(SATURDAY, None, None), "2026-12-05", "2026-12-05"),
        (once(SATURDAY, None, None, span_days=2), "2026-12-05", "2026-12-07"),
        (once(SATURDAY, time(22), time(2)), "2026-12-05T22:00:00+09:00", "2026-12-06T02:00:00+09:00"),
        (once(SATURDAY, time(10), None), "2026-12-05T10:00:00+09:00", None),
    ],
    ids=["all day", "three days", "over midnight", "nobody said when it ends"],
)
def test_days_and_hours_are_said_as_they_are_known(town: Town, settings: Settings, schedule: object, start: str, end: str | None) -> None:
    said = data(town.published(schedule=schedule), settings)
    assert (said["startDate"], said.get("endDate")) == (start, end)


def test_cancelled_moved_and_full_are_told_to_machines_too(town: Town, settings: Settings) -> None:
    row = town.published()
    with transaction():
        mark_full(SYSTEM, row, SATURDAY, "", settings)
    offers = data(row, settings)["offers"]
    assert isinstance(offers, dict)
    assert offers["availability"] == "https://schema.org/SoldOut"
    with transaction():
        move_date(SYSTEM, row, SATURDAY, NewTime(day=SATURDAY + timedelta(days=1), starts=time(10), ends=time(12)), "", settings)
    moved = data(row, settings)
    assert (moved["eventStatus"], moved["url"]) == (
        "https://schema.org/EventRescheduled",
        f"{BASE_URL}/gatherings/{row.public_id}/2026-12-05",
    )
    assert str(moved["previousStartDate"]).startswith("2026-12-05")
    with transaction():
        cancel_date(SYSTEM, row, SATURDAY, "", settings)
    assert data(row, settings)["eventStatus"] == "https://schema.org/EventCancelled"


def test_online_private_and_both(town: Town, settings: Settings) -> None:
    online = data(town.published(venue_kind=VenueKind.ONLINE, place=PlaceWords(), online_url="https://meet.example/x"), settings)
    assert online["eventAttendanceMode"] == "https://schema.org/OnlineEventAttendanceMode"
    assert online["location"] == {"@type": "VirtualLocation", "url": "https://meet.example/x"}
    both = data(town.published(is_online=True, online_url="https://meet.example/x"), settings)
    assert both["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert isinstance(both["location"], list)
    home = data(
        town.published(venue_kind=VenueKind.PRIVATE, place=PlaceWords(name="はなこの家", address="北町1-2-3"), area_words="北町のあたり"),
        settings,
    )
    assert "1-2-3" not in str(home)
    assert "北町のあたり" in str(home["location"])


def test_a_gathering_without_a_date_left_is_no_event(town: Town, settings: Settings, monday: datetime) -> None:
    row = town.published(title="朝の将棋")
    with clock.hold(monday + timedelta(days=30)):
        assert event_data(Cards(settings, "ja", in_japanese).gathering(row), settings, ADDRESSES) is None
        assert share(row, settings).startswith("朝の将棋\n")


def test_words_to_pass_on_say_when_what_where_and_the_citys_mark(town: Town, settings: Settings) -> None:
    row = town.published(title="朝の将棋")
    lines = share(row, settings).splitlines()
    assert "12/5" in lines[0]
    assert lines[0].endswith("朝の将棋 @みどり公民館")
    assert lines[1:] == [f"{BASE_URL}/gatherings/{row.public_id}", settings.city.hashtag]
    with transaction():
        cancel_date(SYSTEM, row, SATURDAY, "", settings)
    assert share(row, settings).startswith("【中止】")
