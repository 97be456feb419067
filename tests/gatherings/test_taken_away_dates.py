"""A schedule that its host changes: no date that the town may have noted goes away without a word."""

import io
import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import feedparser
import icalendar
import pytest
from sqlalchemy import select

from idobata.gatherings.card_queries import Cards
from idobata.gatherings.date_actions import DAY_CHANGED, NewTime, add_date, cancel_date, confirm_date, make_dates, mark_full, restore_date
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.posting_actions import change
from idobata.gatherings.schedule import Rhythm, Schedule
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, days_from_monday, once, weekly

SATURDAY = days_from_monday(5)
WEEK = timedelta(days=7)


@pytest.fixture
def host(town: Town) -> Actor:
    return town.staff(email="anyone@city.example.com")


def told(row: Gathering, settings: Settings) -> dict[date, tuple[str, date, int, str]]:
    """State, day it stands on, hour and note by the day each date was announced for."""
    found = {}
    for one in db.session.scalars(select(Occurrence).where(Occurrence.gathering_id == row.id).order_by(Occurrence.day)):
        local = one.starts_at.astimezone(settings.city.zone)
        found[one.day] = (one.state, local.date(), local.hour, one.note)
    return found


def to(host: Actor, row: Gathering, town: Town, schedule: Schedule) -> None:
    with transaction():
        change(host, row, town.values(title=row.title, schedule=schedule), town.settings)


@pytest.mark.parametrize("day", [days_from_monday(3), days_from_monday(12)], ids=["earlier", "later"])
def test_the_only_date_is_moved_and_keeps_its_address(town: Town, settings: Settings, host: Actor, day: date) -> None:
    row = town.published(title="一回だけ")
    to(host, row, town, once(day))
    assert told(row, settings) == {SATURDAY: ("moved", day, 10, "")}
    # Mended once more, at another hour: still the same date.
    to(host, row, town, once(day, time(15), time(17)))
    assert told(row, settings) == {SATURDAY: ("moved", day, 15, "")}
    with transaction():
        make_dates(row, settings)
    assert told(row, settings) == {SATURDAY: ("moved", day, 15, "")}
    # And back: nothing is left to say.
    to(host, row, town, once(SATURDAY))
    assert told(row, settings) == {SATURDAY: ("planned", SATURDAY, 10, "")}


def test_full_was_said_of_the_other_day(town: Town, settings: Settings, host: Actor) -> None:
    row = town.published(title="一回だけ")
    with transaction():
        mark_full(host, row, SATURDAY, "6人そろいました", settings)
    to(host, row, town, once(SATURDAY + WEEK))
    assert told(row, settings) == {SATURDAY: ("moved", SATURDAY + WEEK, 10, "")}


def test_a_cancelled_only_date_stays_cancelled_and_the_new_one_is_new(town: Town, settings: Settings, host: Actor) -> None:
    row = town.published(title="一回だけ")
    with transaction():
        cancel_date(host, row, SATURDAY, "台風のため", settings)
    to(host, row, town, once(SATURDAY + WEEK))
    assert told(row, settings) == {
        SATURDAY: ("cancelled", SATURDAY, 10, "台風のため"),
        SATURDAY + WEEK: ("planned", SATURDAY + WEEK, 10, ""),
    }


def test_a_new_day_that_was_added_by_hand_before_is_not_made_twice(town: Town, settings: Settings, host: Actor) -> None:
    row = town.published(title="一回だけ")
    with transaction():
        add_date(host, row, NewTime(day=SATURDAY + WEEK, starts=time(10), ends=time(12)), "", settings)
    to(host, row, town, once(SATURDAY + WEEK))
    assert told(row, settings) == {
        SATURDAY: ("cancelled", SATURDAY, 10, DAY_CHANGED),
        SATURDAY + WEEK: ("planned", SATURDAY + WEEK, 10, ""),
    }


def test_what_the_town_has_not_seen_is_simply_mended(town: Town, settings: Settings, host: Actor) -> None:
    row = town.waiting(title="まだ見えていない")
    to(host, row, town, once(SATURDAY + WEEK))
    assert told(row, settings) == {SATURDAY + WEEK: ("planned", SATURDAY + WEEK, 10, "")}


def test_a_day_taken_out_of_picked_days_is_told_and_comes_back_when_it_is_picked_again(town: Town, settings: Settings, host: Actor) -> None:
    far = SATURDAY + 40 * WEEK
    picked = Schedule(rhythm=Rhythm.DATES, first_day=SATURDAY, dates=(SATURDAY + WEEK, far), starts=time(10), ends=time(12))
    row = town.published(title="日を選ぶ", schedule=picked)
    to(host, row, town, replace(picked, dates=(SATURDAY + 2 * WEEK,)))
    found = told(row, settings)
    assert found[SATURDAY + WEEK] == ("cancelled", SATURDAY + WEEK, 10, DAY_CHANGED)
    assert found[SATURDAY + 2 * WEEK][0] == "planned"
    assert far not in found, "nobody notes a day ten months ahead"
    to(host, row, town, picked)
    found = told(row, settings)
    assert found[SATURDAY + WEEK] == ("planned", SATURDAY + WEEK, 10, "")
    assert found[SATURDAY + 2 * WEEK] == ("cancelled", SATURDAY + 2 * WEEK, 10, DAY_CHANGED)


def test_the_dates_of_a_rule_are_told_for_a_month_and_the_hours_of_a_rule_change_in_silence(
    town: Town, settings: Settings, host: Actor
) -> None:
    row = town.published(title="毎週", schedule=weekly(SATURDAY))
    to(host, row, town, weekly(SATURDAY, starts=time(13), ends=time(15)))
    assert {state for state, *_ in told(row, settings).values()} == {"planned"}
    to(host, row, town, weekly(SATURDAY + timedelta(days=1), 6))
    found = told(row, settings)
    cancelled = [day for day, (state, *_) in found.items() if state == "cancelled"]
    assert cancelled == [SATURDAY + n * WEEK for n in range(4)]
    assert [day.weekday() for day, (state, *_) in found.items() if state == "planned"] == [6] * 26
    # The hourly job leaves them as they are, and so does the host until she says otherwise.
    with transaction():
        make_dates(row, settings)
    assert told(row, settings) == found
    with transaction():
        restore_date(host, row, SATURDAY, settings)
    assert told(row, settings)[SATURDAY][0] == "planned"


def test_a_moved_only_date_that_becomes_a_series_is_not_cancelled_on_its_own_day(town: Town, settings: Settings, host: Actor) -> None:
    row = town.published(title="一回だけ")
    to(host, row, town, once(SATURDAY + WEEK))
    to(host, row, town, weekly(SATURDAY + WEEK))
    assert SATURDAY not in told(row, settings)
    assert told(row, settings)[SATURDAY + WEEK][0] == "planned"


def test_a_date_of_yesterday_is_left_as_it_was(town: Town, settings: Settings, host: Actor, monday: datetime) -> None:
    row = town.published(title="一回だけ")
    with transaction():
        confirm_date(host, row, SATURDAY, "", settings)
    with clock.hold(monday + timedelta(days=6)):
        to(host, row, town, once(SATURDAY + WEEK))
    found = told(row, settings)
    assert found[SATURDAY][:2] == ("confirmed", SATURDAY)
    assert found[SATURDAY + WEEK][:2] == ("planned", SATURDAY + WEEK)


@pytest.fixture
def reading(client: InspectingClient, town: Town) -> InspectingClient:
    return client


def events(client: InspectingClient, path: str) -> dict[str, tuple[str, date, int]]:
    """Status, day and sequence of each event by its UID."""
    answer = client.get(path)
    calendar = icalendar.Calendar.from_ical(answer.data)
    return {str(one["UID"]): (str(one["STATUS"]), one["DTSTART"].dt.date(), int(one["SEQUENCE"])) for one in calendar.walk("VEVENT")}


def test_calendars_move_the_event_they_know(reading: InspectingClient, town: Town, host: Actor) -> None:
    row = town.published(title="一回だけ")
    path = f"/gatherings/{row.public_id}.ics"
    ((uid, before),) = events(reading, path).items()
    to(host, row, town, once(SATURDAY + WEEK))
    ((same, after),) = events(reading, path).items()
    assert same == uid
    assert after[:2] == ("CONFIRMED", SATURDAY + WEEK)
    assert after[2] > before[2]


def test_calendars_and_feeds_hear_of_a_day_that_was_taken_away(reading: InspectingClient, town: Town, host: Actor) -> None:
    picked = Schedule(rhythm=Rhythm.DATES, first_day=SATURDAY, dates=(SATURDAY + WEEK,), starts=time(10), ends=time(12))
    row = town.published(title="日を選ぶ", schedule=picked)
    path = f"/gatherings/{row.public_id}.ics"
    known = {day: uid for uid, (_, day, _) in events(reading, path).items()}
    before = events(reading, path)[known[SATURDAY]]
    to(host, row, town, replace(picked, first_day=SATURDAY + timedelta(days=1)))
    for calendar in (path, "/gatherings.ics"):
        status, day, sequence = events(reading, calendar)[known[SATURDAY]]
        assert (status, day) == ("CANCELLED", SATURDAY)
        assert sequence > before[2]
    titles = [one.title for one in feedparser.parse(io.BytesIO(reading.get("/gatherings.rss").data)).entries]
    assert any(title.startswith("【中止】12/5") for title in titles)
    assert any(title.startswith("12/6") for title in titles)
    page = reading.get(f"/gatherings/{row.public_id}").get_data(as_text=True)
    assert re.search(r"12月5日.*は中止になりました", page)
    assert DAY_CHANGED in page
    row_of_it = db.session.scalars(select(Occurrence).where(Occurrence.day == SATURDAY)).one()
    english = Cards(town.settings, "en", lambda words: f"in English: {words}")
    assert english.occurrence(row_of_it).state_note == f"in English: {DAY_CHANGED}"


def test_a_calendar_that_follows_a_rule_hears_of_the_weekday_that_was(reading: InspectingClient, town: Town, host: Actor) -> None:
    row = town.published(title="毎週", schedule=weekly(SATURDAY))
    to(host, row, town, weekly(SATURDAY + timedelta(days=1), 6))
    found = events(reading, f"/gatherings/{row.public_id}.ics")
    assert sorted(day for status, day, _ in found.values() if status == "CANCELLED") == [SATURDAY + n * WEEK for n in range(4)]
    (rule,) = [day for status, day, _ in found.values() if status == "CONFIRMED"]
    assert rule == SATURDAY + timedelta(days=1)
