"""Somebody made sure: it goes on, it changed, it rests, it has ended. Each is written down, and the dates follow."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from idobata.gatherings.assurance_actions import Heard, goes_on, has_changed, has_ended, rests
from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.freshness import Method
from idobata.gatherings.freshness_models import Assurance, Freshness
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.posting_actions import withdraw
from idobata.gatherings.schedule import Rhythm, Schedule
from idobata.gatherings.upkeep_actions import extend_dates
from idobata.kernel import clock
from idobata.kernel.actor import ANONYMOUS, Actor, Role
from idobata.kernel.errors import Invalid, NotAllowed, WrongState
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.deeds import Deed
from idobata.store.transaction import transaction
from tests.harness.site import Town, days_from_monday, once, weekly

SATURDAY = days_from_monday(5)
WEEK = timedelta(days=7)
PHONE = Heard(Method.PHONE, "奥さまが出た")


def states(row: Gathering) -> dict[date, str]:
    db.session.rollback()
    return dict(
        db.session.execute(select(Occurrence.day, Occurrence.state).where(Occurrence.gathering_id == row.id).order_by(Occurrence.day)).all()
    )  # type: ignore[arg-type]


def assurances(row: Gathering) -> list[tuple[str, str, str]]:
    db.session.rollback()
    rows = db.session.scalars(select(Assurance).where(Assurance.gathering_id == row.id).order_by(Assurance.id))
    return [(one.method, one.outcome, one.who_label) for one in rows]


def acts(row: Gathering) -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Deed.act).where(Deed.thing_id == row.public_id).order_by(Deed.id)))


def test_staff_of_any_role_may_say_that_it_goes_on_and_checked_is_not_updated(town: Town, monday: datetime) -> None:
    row, welfare = town.published(schedule=weekly(SATURDAY)), town.staff(Role.WELFARE)
    before = row.updated_at
    with clock.hold(monday + timedelta(days=3)), transaction():
        goes_on(welfare, row, PHONE)
    db.session.rollback()
    assert row.checked_at == monday + timedelta(days=3)
    assert row.updated_at == before
    assert assurances(row) == [("phone", "still", "つぼみさん")]
    assert acts(row)[-1] == "assurance.still"


@pytest.mark.parametrize("who", ["stranger", "nobody", "host_of_another"])
def test_nobody_else_may(town: Town, settings: Settings, who: str) -> None:
    row, other = town.published(schedule=weekly(SATURDAY)), town.published(town.person("taro@example.com"))
    actor = {
        "stranger": town.person("stranger@example.com"),
        "nobody": ANONYMOUS,
        "host_of_another": Actor(label="x", speaks_for=other.public_id),
    }[who]
    for act in (
        lambda: goes_on(actor, row, PHONE),
        lambda: has_changed(actor, row, PHONE),
        lambda: rests(actor, row, SATURDAY, PHONE, settings),
        lambda: has_ended(actor, row, PHONE, settings),
    ):
        with pytest.raises(NotAllowed), transaction():
            act()
    assert assurances(row) == []
    assert set(states(row).values()) == {"planned"}


def test_what_the_town_cannot_see_is_not_made_sure_of(town: Town) -> None:
    row = town.published(poster := town.person())
    with transaction():
        withdraw(poster, row)
    with pytest.raises(WrongState), transaction():
        goes_on(town.staff(), row, PHONE)


def test_that_something_changed_needs_a_word_on_what(town: Town) -> None:
    row = town.published()
    with pytest.raises(Invalid) as found, transaction():
        has_changed(town.staff(), row, Heard(Method.VISIT))
    assert found.value.problems[0].field == "note"
    with transaction():
        has_changed(town.staff(), row, Heard(Method.VISIT, "10時はじまりになっている"))
    assert assurances(row) == [("visit", "changed", "editorさん")]


def test_a_rest_cancels_the_dates_in_between_and_those_that_are_made_later(town: Town, settings: Settings, monday: datetime) -> None:
    row, host = town.published(poster := town.person(), schedule=weekly(SATURDAY)), poster
    until = days_from_monday(200)
    with transaction():
        rests(host, row, SATURDAY + 2 * WEEK, Heard(Method.HOST_TAP), settings)
    first = list(states(row).items())
    assert [state for _day, state in first[:5]] == ["cancelled"] * 3 + ["planned"] * 2
    note = db.session.scalars(select(Occurrence.note).where(Occurrence.gathering_id == row.id).order_by(Occurrence.day).limit(1)).one()
    assert note == "お休み"
    # A rest longer than the dates are made for goes on to hold.
    with transaction():
        rests(host, row, until, Heard(Method.HOST_TAP), settings)
    with clock.hold(monday + timedelta(days=60)):
        assert extend_dates(settings) == 1
    later = states(row)
    assert {state for day, state in later.items() if day <= until} == {"cancelled"}
    assert {state for day, state in later.items() if day > until} == {"planned"}
    assert acts(row).count("assurance.paused") == 2


@pytest.mark.parametrize("until", [None, days_from_monday(-1), days_from_monday(367), date.max])
def test_a_rest_needs_a_day_that_can_be(town: Town, settings: Settings, until: date | None) -> None:
    row = town.published(poster := town.person(), schedule=weekly(SATURDAY))
    with pytest.raises(Invalid) as found, transaction():
        rests(poster, row, until, Heard(Method.HOST_TAP), settings)
    assert found.value.problems[0].field == "until"
    assert set(states(row).values()) == {"planned"}


def test_an_end_tells_the_next_weeks_as_cancelled_and_takes_the_rest_away(town: Town, settings: Settings, monday: datetime) -> None:
    row = town.published(
        poster := town.person(),
        schedule=weekly(days_from_monday(0), starts=time(18), ends=time(20)),
    )
    with transaction():
        has_ended(poster, row, Heard(Method.HOST_TAP), settings)
    left = states(row)
    assert left == {days_from_monday(0): "planned"} | {days_from_monday(7 * number): "cancelled" for number in range(1, 5)}
    schedule = Schedule.from_json(row.schedule)
    assert schedule.until == days_from_monday(28)
    fresh = db.session.get(Freshness, row.id)
    assert fresh is not None
    assert fresh.ended_on == days_from_monday(0)
    with clock.hold(monday + timedelta(days=40)):
        extend_dates(settings)
    assert states(row) == left, "nothing grows again"


@pytest.mark.parametrize(
    "schedule",
    [
        once(days_from_monday(60)),
        Schedule(rhythm=Rhythm.DATES, first_day=SATURDAY, dates=(days_from_monday(60),), starts=None, ends=None),
        weekly(days_from_monday(60)),
    ],
)
def test_an_end_before_the_beginning_cancels_what_was_announced(town: Town, settings: Settings, schedule: Schedule) -> None:
    row = town.published(poster := town.person(), schedule=schedule)
    with transaction():
        has_ended(poster, row, Heard(Method.HOST_TAP), settings)
    assert set(states(row).values()) == {"cancelled"}
    assert Schedule.from_json(row.schedule).problems(clock.today(settings.city.zone)) == []


def test_the_end_of_a_rhythm_that_was_cancelled_here_and_there_leaves_no_date_alive(town: Town, settings: Settings) -> None:
    row = town.published(poster := town.person(), schedule=weekly(SATURDAY))
    with transaction():
        cancel_date(poster, row, SATURDAY, "雨", settings)
        has_ended(poster, row, Heard(Method.HOST_TAP), settings)
    assert set(states(row).values()) == {"cancelled"}
    notes = set(db.session.scalars(select(Occurrence.note).where(Occurrence.gathering_id == row.id)))
    assert notes == {"雨", "終わりました"}, "a reason that was given stays"
