"""The dates of a gathering: cancelled, moved, filled, added; each at once, by the right people, with a trace."""

from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from idobata.gatherings.date_actions import (
    NewTime,
    add_date,
    cancel_date,
    confirm_date,
    make_dates,
    mark_full,
    move_date,
    part_of_day,
    restore_date,
)
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.schedule import Rhythm, Schedule
from idobata.gatherings.states import OccurrenceState
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM
from idobata.kernel.errors import Invalid, WrongState
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.deeds import Deed
from idobata.store.transaction import transaction
from tests.harness.site import Town, days_from_monday, everything, once, together, weekly

SATURDAY = days_from_monday(5)
SUNDAY = days_from_monday(6)
THREE_O_CLOCK = NewTime(day=SUNDAY, starts=time(15), ends=time(17))


def the_date(row: Gathering, day: date = SATURDAY) -> Occurrence:
    return db.session.scalars(select(Occurrence).where(Occurrence.gathering_id == row.id, Occurrence.day == day)).one()


def test_a_date_is_cancelled_with_a_word_a_stamp_and_a_deed_while_the_gathering_stays_up(
    town: Town, settings: Settings, monday: datetime
) -> None:
    row = town.published(schedule=weekly(SATURDAY, count=2))
    before = row.sequence
    with clock.hold(monday + timedelta(hours=1)), transaction():
        cancel_date(SYSTEM, row, SATURDAY, "台風のため", settings)
    one = the_date(row)
    assert (one.state, one.note, one.touched, one.sequence) == (OccurrenceState.CANCELLED, "台風のため", True, 1)
    assert one.changed_at == row.updated_at == monday + timedelta(hours=1)
    assert row.sequence == before + 1
    assert (row.publication, one.listed) == ("published", True), "a cancellation must be seen"
    assert the_date(row, SATURDAY + timedelta(days=7)).state == "planned"
    deed = db.session.scalars(select(Deed).where(Deed.act == "date.cancelled")).one()
    assert deed.detail == {"day": "2026-12-05"}


def test_each_state_can_be_set_and_taken_back(town: Town, settings: Settings) -> None:
    row = town.published()
    for act, state in ((cancel_date, "cancelled"), (mark_full, "full"), (confirm_date, "confirmed")):
        with transaction():
            act(SYSTEM, row, SATURDAY, "ひとこと", settings)
        assert (the_date(row).state, the_date(row).note) == (state, "ひとこと")
        with transaction():
            restore_date(SYSTEM, row, SATURDAY, settings)
        assert (the_date(row).state, the_date(row).note) == ("planned", "")
    assert the_date(row).sequence == 6


def test_a_moved_date_keeps_its_address_and_says_so_again_after_a_cancellation(town: Town, settings: Settings) -> None:
    row = town.published()
    with transaction():
        move_date(SYSTEM, row, SATURDAY, THREE_O_CLOCK, "会場の都合で", settings)
    one = the_date(row)
    local = one.starts_at.astimezone(settings.city.zone)
    assert (one.day, local.date(), local.hour, one.state) == (SATURDAY, SUNDAY, 15, OccurrenceState.MOVED)
    assert (one.weekday, one.part) == (6, "afternoon"), "filters follow the real day"
    with transaction():
        cancel_date(SYSTEM, row, SATURDAY, "", settings)
    with transaction():
        restore_date(SYSTEM, row, SATURDAY, settings)
    assert the_date(row).state == OccurrenceState.MOVED


def test_a_date_can_become_all_day_open_ended_or_last_over_midnight(town: Town, settings: Settings) -> None:
    row = town.published()
    zone = settings.city.zone
    for to, hours, all_day, end_known in (
        (NewTime(day=SUNDAY, starts=None, ends=None), 24, True, True),
        (NewTime(day=SUNDAY, starts=time(10), ends=None), 2, False, False),
        (NewTime(day=SUNDAY, starts=time(22), ends=time(2)), 4, False, True),
    ):
        with transaction():
            move_date(SYSTEM, row, SATURDAY, to, "", settings)
        one = the_date(row)
        assert one.ends_at - one.starts_at == timedelta(hours=hours)
        assert (one.all_day, one.end_known, one.is_long) == (all_day, end_known, False)
        assert one.starts_at.astimezone(zone).date() == SUNDAY
        assert one.list_at == one.ends_at


def test_a_date_is_added_beside_the_rhythm_and_only_once_a_day(town: Town, settings: Settings) -> None:
    row = town.published(schedule=weekly(SATURDAY, count=2))
    with transaction():
        add_date(SYSTEM, row, THREE_O_CLOCK, "特別の回です", settings)
    one = the_date(row, SUNDAY)
    assert (one.added, one.touched, one.listed, one.note, one.category) == (True, True, True, "特別の回です", "eat")
    with pytest.raises(Invalid, match="もう予定に"), transaction():
        add_date(SYSTEM, row, THREE_O_CLOCK, "", settings)
    with pytest.raises(Invalid, match="もう予定に"), transaction():
        add_date(SYSTEM, row, NewTime(day=SATURDAY, starts=time(20), ends=time(21)), "", settings)


def test_one_date_added_twice_at_the_same_moment_is_there_once_and_the_second_hears_why(store: Flask, settings: Settings) -> None:
    row = Town(settings).published()
    public_id, number = row.public_id, row.id

    def act() -> str:
        try:
            with transaction():
                add_date(SYSTEM, db.session.get_one(Gathering, number), THREE_O_CLOCK, "", settings)
        except Invalid:
            return "もう予定に"
        return public_id

    assert sorted(together(store, *[act] * 3)) == sorted([public_id, "もう予定に", "もう予定に"])
    assert db.session.scalar(select(func.count(Occurrence.id))) == 2


def test_what_is_over_or_unknown_is_not_changed_and_the_sentence_says_why(town: Town, settings: Settings, monday: datetime) -> None:
    row = town.published()
    yesterday = NewTime(day=days_from_monday(-1), starts=time(10), ends=time(12))
    before = everything()
    for act in (cancel_date, mark_full, confirm_date):
        with pytest.raises(Invalid, match="見つかりませんでした"), transaction():
            act(SYSTEM, row, SUNDAY, "", settings)
    with pytest.raises(Invalid, match="過ぎています"), transaction():
        move_date(SYSTEM, row, SATURDAY, yesterday, "", settings)
    with pytest.raises(Invalid, match="過ぎています"), transaction():
        add_date(SYSTEM, row, yesterday, "", settings)
    with clock.hold(monday + timedelta(days=6)):
        for act in (cancel_date, mark_full, confirm_date):
            with pytest.raises(WrongState, match="もう終わって"), transaction():
                act(SYSTEM, row, SATURDAY, "", settings)
        with pytest.raises(WrongState, match="もう終わって"), transaction():
            restore_date(SYSTEM, row, SATURDAY, settings)
        with pytest.raises(WrongState, match="もう終わって"), transaction():
            move_date(SYSTEM, row, SATURDAY, NewTime(day=SATURDAY + timedelta(days=9), starts=None, ends=None), "", settings)
    assert everything() == before


def test_a_date_that_is_running_can_still_be_cancelled(town: Town, settings: Settings, monday: datetime) -> None:
    row = town.published(schedule=once(days_from_monday(0), time(8), time(10)))
    with transaction():
        cancel_date(SYSTEM, row, days_from_monday(0), "", settings)
    assert the_date(row, days_from_monday(0)).state == "cancelled"


def dates_of(row: Gathering) -> list[date]:
    return list(db.session.scalars(select(Occurrence.day).where(Occurrence.gathering_id == row.id).order_by(Occurrence.day)))


def test_dates_of_a_rhythm_are_made_up_to_the_horizon_and_not_beyond(town: Town, settings: Settings) -> None:
    row = town.published(schedule=weekly(SATURDAY))
    horizon = days_from_monday(settings.policy.horizon_days)
    made = dates_of(row)
    assert made[0] == SATURDAY
    assert all((later - earlier).days == 7 for earlier, later in zip(made, made[1:], strict=False))
    assert horizon - timedelta(days=7) < made[-1] <= horizon
    assert row.materialised_until == horizon


def test_holidays_are_left_out_when_the_host_wants_it(town: Town) -> None:
    thursdays = {"first": date(2026, 12, 3), "schedule": weekly(date(2026, 12, 3), skip_holidays=True, skip_new_year=True)}
    made = dates_of(town.published(schedule=thursdays["schedule"]))
    assert date(2027, 2, 4) in made
    assert date(2027, 2, 11) not in made  # 建国記念の日
    assert date(2026, 12, 31) not in made


def test_picked_days_are_made_however_far_away_they_are(town: Town, settings: Settings) -> None:
    far = days_from_monday(settings.policy.horizon_days + 200)
    picked = Schedule(rhythm=Rhythm.DATES, first_day=SATURDAY, starts=time(10), ends=time(12), dates=(SUNDAY, far))
    assert dates_of(town.published(schedule=picked)) == [SATURDAY, SUNDAY, far]
    assert dates_of(town.published(schedule=once(far))) == [far]


def test_several_days_are_one_date_with_a_shelf_of_its_own(town: Town, settings: Settings) -> None:
    row = town.published(schedule=once(SATURDAY, time(10), time(16), span_days=8))
    one = the_date(row)
    assert one.is_long
    assert one.list_at == one.starts_at
    assert one.ends_at.astimezone(settings.city.zone).date() == SATURDAY + timedelta(days=8)


def test_making_the_dates_again_changes_nothing(town: Town, settings: Settings) -> None:
    row = town.published(schedule=weekly(SATURDAY))
    with transaction():
        cancel_date(SYSTEM, row, SATURDAY, "", settings)
        add_date(SYSTEM, row, THREE_O_CLOCK, "", settings)
    before = everything()
    with transaction():
        make_dates(row, settings)
    assert everything() == before


@pytest.mark.parametrize(
    "hour, part", [(0, "morning"), (11, "morning"), (12, "afternoon"), (16, "afternoon"), (17, "evening"), (23, "evening")]
)
def test_the_part_of_the_day_follows_the_beginning(hour: int, part: str) -> None:
    assert part_of_day(datetime(2026, 12, 5, hour, 59)) == part  # noqa: DTZ001
