"""Counts from listings alone, on both databases."""

from datetime import datetime, time, timedelta

import pytest

from idobata.gatherings.date_actions import cancel_date
from idobata.kernel import clock
from idobata.kernel.actor import Actor, Role
from idobata.kernel.settings import Settings
from idobata.store.transaction import transaction
from idobata.welcome.gaps_queries import DAYS, NEVER, gaps, marks_by_age
from idobata.welcome.mark import Consent, How, MarkState
from idobata.welcome.mark_actions import Assessment, note_mark, record_consent
from tests.harness.site import Town, days_from_monday, once, weekly

FOUND = Assessment(criteria=("alone_is_fine",), how=How.VISIT)
SATURDAY = days_from_monday(5)


@pytest.fixture
def social(town: Town) -> Actor:
    return town.staff(Role.WELFARE)


def test_a_gathering_counts_once_for_each_hour_it_meets(town: Town, settings: Settings) -> None:
    town.published(district="minato", schedule=weekly(SATURDAY, 5, 6, count=8), facts={"quiet": True, "stroller": False})
    town.published(district="minato", schedule=weekly(SATURDAY, starts=time(19), ends=time(21), count=2), facts={"quiet": True})
    found = gaps(settings, marked_only=False)
    assert found.hours == {("minato", 5, "morning"): 1, ("minato", 6, "morning"): 1, ("minato", 5, "evening"): 1}
    assert found.totals == {"minato": 2}
    assert found.facts["quiet", "minato"] == 2
    assert found.facts.get(("stroller", "minato"), 0) == 0
    assert (found.facts["free", "minato"], found.facts["no-signup", "minato"]) == (2, 2)


def test_only_what_takes_place_within_four_weeks(town: Town, settings: Settings) -> None:
    town.published(schedule=once(days_from_monday(DAYS - 1)))
    town.published(schedule=once(days_from_monday(DAYS)))
    cancelled = town.published(schedule=once(SATURDAY))
    town.waiting(schedule=once(SATURDAY))
    with transaction():
        cancel_date(town.staff(), cancelled, SATURDAY, "雨", settings)
    assert sum(gaps(settings, marked_only=False).totals.values()) == 1


def test_marked_ones_by_themselves_and_marks_by_state_and_age(town: Town, social: Actor, settings: Settings, monday: datetime) -> None:
    marked, noted = town.published(district="minato", schedule=weekly(SATURDAY, count=30)), town.published()
    town.published()
    with transaction():
        for row in (marked, noted):
            note_mark(social, row, FOUND, settings)
        record_consent(social, marked, Consent.PHONE, settings)
    assert gaps(settings, marked_only=True).totals == {"minato": 1}
    assert sum(gaps(settings, marked_only=False).totals.values()) == 3
    assert marks_by_age() == {(MarkState.MARKED, 0): 1, (MarkState.NOTED, 0): 1}
    with clock.hold(monday + timedelta(days=100)):
        assert marks_by_age() == {(MarkState.MARKED, 2): 1, (MarkState.NOTED, 2): 1}


def test_checks_by_age(town: Town, settings: Settings, monday: datetime) -> None:
    with transaction():
        for days in (1, 30, 31, 181):
            town_row = town.published()
            town_row.checked_at = monday - timedelta(days=days)
        town.published().checked_at = None
    assert gaps(settings, marked_only=False).checks == {0: 2, 1: 1, 3: 1, NEVER: 1}
