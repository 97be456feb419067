"""What is done again and again: dates of the coming months, drafts nobody confirmed."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from idobata.gatherings.date_actions import NewTime, cancel_date, move_date
from idobata.gatherings.models import Gathering, GatheringFact, Occurrence
from idobata.gatherings.posting_actions import withdraw
from idobata.gatherings.upkeep_actions import STEP, extend_dates, forget_old_drafts
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.search_index import SearchDoc
from idobata.store.transaction import transaction
from tests.harness.site import Town, days_from_monday, everything, once, together, weekly

SATURDAY = days_from_monday(5)
WEEK = timedelta(days=7)


def dates_of(row: Gathering) -> dict[date, tuple[str, datetime]]:
    db.session.rollback()
    found = db.session.scalars(select(Occurrence).where(Occurrence.gathering_id == row.id).order_by(Occurrence.day))
    return {one.day: (one.state, one.starts_at) for one in found}


def test_as_time_goes_by_new_weeks_are_added_and_nothing_old_is_changed(town: Town, settings: Settings, monday: datetime) -> None:
    row = town.published(schedule=weekly(SATURDAY))
    with transaction():
        cancel_date(SYSTEM, row, SATURDAY + 10 * WEEK, "", settings)
        move_date(
            SYSTEM, row, SATURDAY + 11 * WEEK, NewTime(day=SATURDAY + 11 * WEEK + timedelta(days=1), starts=None, ends=None), "", settings
        )
    before = dates_of(row)
    assert extend_dates(settings) == 0
    with clock.hold(monday + STEP):
        assert extend_dates(settings) == 0, "a few weeks at a time, not a day a day"
    with clock.hold(monday + STEP + timedelta(days=1)):
        assert extend_dates(settings) == 1
        assert extend_dates(settings) == 0
    after = dates_of(row)
    assert {day: after[day] for day in before} == before
    assert sorted(set(after) - set(before)) == [max(before) + WEEK, max(before) + 2 * WEEK]


def test_a_site_that_was_down_for_a_year_makes_up_for_the_days_between(town: Town, settings: Settings, monday: datetime) -> None:
    row = town.published(schedule=weekly(SATURDAY))
    with clock.hold(monday + timedelta(days=400)):
        extend_dates(settings)
    made = sorted(dates_of(row))
    assert made[0] == SATURDAY
    assert all(later - earlier == WEEK for earlier, later in zip(made, made[1:], strict=False))
    assert made[-1] > days_from_monday(400 + settings.policy.horizon_days - 7)


def test_courses_that_have_ended_and_single_days_gain_nothing(town: Town, settings: Settings, monday: datetime) -> None:
    rows = [
        town.published(schedule=weekly(SATURDAY, count=3)),
        town.published(schedule=weekly(SATURDAY, until=SATURDAY + WEEK)),
        town.published(),
    ]
    before = [dates_of(row) for row in rows]
    for days in (30, 60, 400):
        with clock.hold(monday + timedelta(days=days)):
            assert extend_dates(settings) == 3
            assert extend_dates(settings) == 0
    assert [dates_of(row) for row in rows] == before


def test_only_what_is_up_is_extended(town: Town, settings: Settings, monday: datetime) -> None:
    gone, waiting = town.published(schedule=weekly(SATURDAY)), town.waiting(schedule=weekly(SATURDAY))
    with transaction():
        withdraw(SYSTEM, gone)
    before = everything()
    with clock.hold(monday + timedelta(days=30)):
        assert extend_dates(settings) == 0
    assert waiting.publication == "in_review"
    assert everything() == before


def test_many_gatherings_are_extended_in_small_transactions(
    town: Town, settings: Settings, monday: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [town.published(schedule=weekly(SATURDAY)) for _ in range(5)]
    monkeypatch.setattr("idobata.gatherings.upkeep_actions.BATCH", 2)
    with clock.hold(monday + timedelta(days=30)):
        assert extend_dates(settings) == 5
    assert len({max(dates_of(row)) for row in rows}) == 1


def test_two_workers_that_extend_at_the_same_moment_get_on(store: Flask, settings: Settings, monday: datetime) -> None:
    town = Town(settings)
    rows = [town.published(schedule=weekly(SATURDAY)) for _ in range(4)]
    for days in (30, 60, 90):
        clock.fix(monday + timedelta(days=days))
        together(store, *[lambda: extend_dates(settings)] * 3)
    made = [sorted(dates_of(row)) for row in rows]
    assert all(one == made[0] for one in made)
    assert made[0][-1] > days_from_monday(90 + settings.policy.horizon_days - 7)


def test_drafts_nobody_confirmed_are_forgotten_with_every_word(town: Town, settings: Settings, monday: datetime) -> None:
    old = town.draft(facts={"drop-in": True})
    old_id = old.id
    kept = timedelta(days=settings.policy.draft_keep_days)
    with clock.hold(monday + kept - timedelta(seconds=1)):
        assert forget_old_drafts(settings) == 0
    with clock.hold(monday + timedelta(days=1)):
        town.draft(schedule=once(days_from_monday(50)))
    with clock.hold(monday + kept + timedelta(seconds=1)):
        assert forget_old_drafts(settings) == 1
    for count in (func.count(GatheringFact.fact), func.count(Occurrence.id).filter(Occurrence.gathering_id == old_id)):
        assert db.session.scalar(select(count)) == 0
    assert db.session.scalars(select(SearchDoc.doc_id)).all() == db.session.scalars(select(Gathering.id)).all()


def test_what_was_sent_once_is_never_forgotten(town: Town, settings: Settings, monday: datetime) -> None:
    town.waiting()
    town.published()
    with transaction():
        town.waiting().publication = "draft"  # given back by an editor
    with clock.hold(monday + timedelta(days=1000)):
        assert forget_old_drafts(settings) == 0
    assert db.session.scalar(select(func.count(Gathering.id))) == 3
