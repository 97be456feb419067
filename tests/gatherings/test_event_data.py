"""A gathering for machines that read pages, and as words to pass on. Every piece of data here passes Google's rules."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from idobata.accounts.actions import find_or_make_person
from idobata.gatherings.card_queries import Cards
from idobata.gatherings.date_actions import NewTime, add_date, cancel_date, mark_full, move_date
from idobata.gatherings.event_data import event_data, glance_words, share_words
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import change
from idobata.gatherings.states import FeeKind, VenueKind
from idobata.gatherings.values import PlaceWords
from idobata.groups.actions import add_group
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM
from idobata.kernel.addresses import Addresses
from idobata.kernel.settings import Settings
from idobata.kernel.words import in_japanese
from idobata.store.transaction import transaction
from tests.gatherings.google_event import faults
from tests.harness.site import BASE_URL, Town, days_from_monday, once, trusting, weekly


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


SATURDAY = days_from_monday(5)
SUNDAY = days_from_monday(6)
ADDRESSES = Addresses(BASE_URL)


def data(row: Gathering, settings: Settings, language: str = "ja") -> dict[str, Any]:
    found = event_data(Cards(settings, language, in_japanese).gathering(row), settings, ADDRESSES, language)
    assert found is not None
    assert faults(found) == []
    return found


def share(row: Gathering, settings: Settings) -> str:
    return share_words(Cards(settings, "ja", in_japanese).gathering(row), settings, ADDRESSES)


def test_an_ordinary_date(town: Town, settings: Settings) -> None:
    place = PlaceWords(name="みどり公民館", address="みなも県汐坂市北町1-2-3", latitude=32.75, longitude=129.87)
    row = town.published(title="朝の将棋", summary="将棋をさします。", place=place)
    assert row.place is not None
    page = f"{BASE_URL}/gatherings/{row.public_id}"
    assert data(row, settings) == {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "朝の将棋",
        "description": "将棋をさします。",
        "url": page,
        "startDate": "2026-12-05T10:00:00+09:00",
        "endDate": "2026-12-05T12:00:00+09:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {
            "@type": "Place",
            "name": "みどり公民館",
            "url": f"{BASE_URL}/places/{row.place.public_id}",
            "address": {
                "@type": "PostalAddress",
                "addressCountry": "JP",
                "addressRegion": "みなも県",
                "addressLocality": "汐坂市",
                "streetAddress": "北町1-2-3",
            },
            "geo": {"@type": "GeoCoordinates", "latitude": 32.75, "longitude": 129.87},
        },
        "isAccessibleForFree": True,
        "inLanguage": "ja",
        "organizer": {"@type": "Person", "name": "みなと将棋会"},
        "offers": {
            "@type": "Offer",
            "price": 0,
            "priceCurrency": "JPY",
            "availability": "https://schema.org/InStock",
            "url": page,
            "validFrom": "2026-11-30T09:00:00+09:00",
        },
    }


@pytest.mark.parametrize(
    "schedule, start, end",
    [
        (once(SATURDAY, None, None), "2026-12-05", "2026-12-05"),
        (once(SATURDAY, None, None, span_days=2), "2026-12-05", "2026-12-07"),
        (once(SATURDAY, time(10), time(16), span_days=2), "2026-12-05T10:00:00+09:00", "2026-12-07T16:00:00+09:00"),
        (once(SATURDAY, time(22), time(2)), "2026-12-05T22:00:00+09:00", "2026-12-06T02:00:00+09:00"),
        (once(SATURDAY, time(10), None), "2026-12-05T10:00:00+09:00", None),
    ],
    ids=["all day", "three days", "three days with hours", "over midnight", "nobody said when it ends"],
)
def test_days_and_hours_are_said_as_they_are_known(town: Town, settings: Settings, schedule: object, start: str, end: str | None) -> None:
    said = data(town.published(schedule=schedule), settings)
    assert (said["startDate"], said.get("endDate")) == (start, end)


def test_a_date_of_several_has_an_address_of_its_own_and_tells_the_rhythm(town: Town, settings: Settings) -> None:
    row = town.published(schedule=weekly(SATURDAY, count=3))
    said = data(row, settings)
    assert said["url"] == said["offers"]["url"] == f"{BASE_URL}/gatherings/{row.public_id}/2026-12-05"
    assert said["eventSchedule"] == {
        "@type": "Schedule",
        "repeatFrequency": "P1W",
        "scheduleTimezone": "Asia/Tokyo",
        "startDate": "2026-12-05",
        "byDay": ["https://schema.org/Saturday"],
        "repeatCount": 3,
        "startTime": "10:00:00",
        "endTime": "12:00:00",
    }
    assert data(row, settings, "en")["url"] == f"{BASE_URL}/gatherings/{row.public_id}/2026-12-05?lang=en"


def test_full_moved_and_cancelled_are_told_to_machines_too(town: Town, settings: Settings) -> None:
    row = town.published(schedule=weekly(SATURDAY))
    to = NewTime(day=SUNDAY, starts=time(14), ends=time(16))
    with transaction():
        mark_full(SYSTEM, row, SATURDAY, "", settings)
    assert data(row, settings)["offers"]["availability"] == "https://schema.org/SoldOut"
    with transaction():
        move_date(SYSTEM, row, SATURDAY, to, "", settings)
    moved = data(row, settings)
    assert moved["url"] == f"{BASE_URL}/gatherings/{row.public_id}/2026-12-05", "it keeps its address"
    assert (moved["eventStatus"], moved["startDate"], moved["previousStartDate"]) == (
        "https://schema.org/EventRescheduled",
        "2026-12-06T14:00:00+09:00",
        "2026-12-05T10:00:00+09:00",
    )
    with transaction():
        mark_full(SYSTEM, row, SATURDAY, "", settings)
    both = data(row, settings)
    assert (both["eventStatus"], both["offers"]["availability"]) == (moved["eventStatus"], "https://schema.org/SoldOut")
    assert both["previousStartDate"] == moved["previousStartDate"]
    with transaction():
        cancel_date(SYSTEM, row, SATURDAY, "", settings)
    off = data(row, settings)
    assert (off["eventStatus"], off["startDate"]) == ("https://schema.org/EventCancelled", moved["startDate"])
    assert "offers" not in off, "there is nothing to be had"


def test_another_hour_of_the_same_day_is_told_with_the_hour_it_was_announced_for(town: Town, settings: Settings) -> None:
    row = town.published()
    with transaction():
        move_date(SYSTEM, row, SATURDAY, NewTime(day=SATURDAY, starts=time(13), ends=time(15)), "", settings)
    said = data(row, settings)
    assert (said["startDate"], said["previousStartDate"]) == ("2026-12-05T13:00:00+09:00", "2026-12-05T10:00:00+09:00")


def test_an_all_day_date_that_was_moved_was_announced_for_a_day(town: Town, settings: Settings) -> None:
    row = town.published(schedule=once(SATURDAY, None, None))
    with transaction():
        move_date(SYSTEM, row, SATURDAY, NewTime(day=SUNDAY, starts=None, ends=None), "", settings)
    said = data(row, settings)
    assert (said["startDate"], said["previousStartDate"]) == ("2026-12-06", "2026-12-05")


def test_of_a_date_added_by_hand_only_the_day_is_known_that_it_was_announced_for(town: Town, settings: Settings) -> None:
    row = town.published(schedule=once(days_from_monday(30)))
    with transaction():
        add_date(SYSTEM, row, NewTime(day=SATURDAY, starts=time(8), ends=time(9)), "", settings)
        move_date(SYSTEM, row, SATURDAY, NewTime(day=SUNDAY, starts=time(8), ends=time(9)), "", settings)
    assert data(row, settings)["previousStartDate"] == "2026-12-05"


def test_online_and_both(town: Town, settings: Settings) -> None:
    online = data(town.published(venue_kind=VenueKind.ONLINE, place=PlaceWords(), online_url="https://meet.example/x"), settings)
    assert online["eventAttendanceMode"] == "https://schema.org/OnlineEventAttendanceMode"
    assert online["location"] == {"@type": "VirtualLocation", "url": "https://meet.example/x"}
    room = town.published(venue_kind=VenueKind.ONLINE, place=PlaceWords(), is_online=True)
    assert data(room, settings)["location"]["url"] == f"{BASE_URL}/gatherings/{room.public_id}", "the page says how to get in"
    both = data(town.published(is_online=True, online_url="https://meet.example/x"), settings)
    assert both["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert [one["@type"] for one in both["location"]] == ["Place", "VirtualLocation"]


def test_what_moved_from_a_hall_to_the_screen_says_so_for_two_weeks(town: Town, settings: Settings, monday: datetime) -> None:
    host = town.person()
    row = town.published(host, schedule=weekly(SATURDAY))
    screen = town.values(schedule=weekly(SATURDAY), venue_kind=VenueKind.ONLINE, place=PlaceWords(), is_online=True)
    with transaction():
        change(host, row, screen, trusting(settings))
    said = data(row, settings)
    assert said["eventStatus"] == "https://schema.org/EventMovedOnline"
    assert said["location"]["@type"] == "VirtualLocation"
    with transaction():
        move_date(SYSTEM, row, SATURDAY, NewTime(day=SUNDAY, starts=time(10), ends=time(12)), "", settings)
    assert data(row, settings)["eventStatus"] == ["https://schema.org/EventRescheduled", "https://schema.org/EventMovedOnline"]
    with clock.hold(monday + timedelta(days=16)):
        assert data(row, settings)["eventStatus"] == "https://schema.org/EventScheduled"


@pytest.mark.parametrize("is_online", [False, True])
def test_of_somebodys_home_only_the_area_is_told(town: Town, settings: Settings, is_online: bool) -> None:
    place = PlaceWords(name="はなこの家", address="北町1-2-3", latitude=32.75, longitude=129.87)
    row = town.published(venue_kind=VenueKind.PRIVATE, place=place, area_words="北町のあたり", exact_place="北町1-2-3", is_online=is_online)
    said = data(row, settings)
    home = said["location"][0] if is_online else said["location"]
    assert home["name"] == "北町のあたり"
    assert home["address"] == {"@type": "PostalAddress", "addressCountry": "JP", "addressRegion": "みなも県", "addressLocality": "汐坂市"}
    for private in ("1-2-3", "はなこの家", "32.75", "geo"):
        assert private not in str(said)


@pytest.mark.parametrize(
    ("fee", "free", "price"),
    [
        ({"fee_kind": FeeKind.FREE}, True, 0),
        ({"fee_kind": FeeKind.FREE, "fee_words": "お茶は100円"}, True, None),
        ({"fee_kind": FeeKind.PAID, "fee_yen": 1200}, False, 1200),
        ({"fee_kind": FeeKind.PAID, "fee_words": "大人500円、子ども200円"}, False, None),
        ({"fee_kind": FeeKind.UNKNOWN}, None, None),
    ],
)
def test_a_price_is_told_where_it_is_sure_and_nothing_where_nobody_said(
    town: Town, settings: Settings, fee: dict[str, Any], free: bool | None, price: int | None
) -> None:
    row = town.published(**fee)
    said = data(row, settings)
    assert said.get("isAccessibleForFree") is free
    assert said.get("offers", {}).get("price") == price
    with transaction():
        mark_full(SYSTEM, row, SATURDAY, "", settings)
    full = data(row, settings)["offers"]
    assert (full["availability"], full.get("price")) == ("https://schema.org/SoldOut", price)


def test_a_group_stands_behind_it_with_its_page(town: Town, settings: Settings) -> None:
    host = town.person()
    with transaction():
        add_group(SYSTEM, "minato", "みなと会", "みなとで会います。", None, [], find_or_make_person("hanako@example.com"))
    row = town.published(host, group_slug="minato")
    assert data(row, settings)["organizer"] == {"@type": "Organization", "name": "みなと会", "url": f"{BASE_URL}/groups/minato"}
    site = town.published(contact_url="https://shogi.example/", contact_url_public=True)
    assert data(site, settings)["organizer"]["url"] == "https://shogi.example/"
    hidden = town.published(contact_url="https://secret.example/")
    assert "url" not in data(hidden, settings)["organizer"]


def test_a_gathering_without_a_date_left_is_no_event(town: Town, settings: Settings, monday: datetime) -> None:
    row = town.published(title="朝の将棋")
    with clock.hold(monday + timedelta(days=30)):
        card = Cards(settings, "ja", in_japanese).gathering(row)
        assert event_data(card, settings, ADDRESSES) is None
        assert share(row, settings).startswith("朝の将棋\n")
        assert glance_words(card) == row.summary


def test_words_to_pass_on_say_when_what_where_and_the_citys_mark(town: Town, settings: Settings) -> None:
    row = town.published(title="朝の将棋", summary="将棋をさします。")
    lines = share(row, settings).splitlines()
    assert "12/5" in lines[0]
    assert lines[0].endswith("朝の将棋 @みどり公民館")
    assert lines[1:] == [f"{BASE_URL}/gatherings/{row.public_id}", settings.city.hashtag]
    cards = [Cards(settings, language, in_japanese).gathering(row) for language in ("ja", "en")]
    assert glance_words(cards[0]) == "12月5日（土）午前10時〜正午 / みどり公民館 / 将棋をさします。"
    assert glance_words(cards[1], "en").startswith("Sat, 5 Dec, 10:00")
    with transaction():
        cancel_date(SYSTEM, row, SATURDAY, "", settings)
    assert share(row, settings).startswith("【中止】")
