"""Who is asked when leads go quiet: the whole table, without an app."""

from datetime import UTC, datetime, timedelta

import pytest

from idobata.groups.succession import PATIENCE, Stage, is_quiet, next_stage

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
LONG_AGO = datetime(2025, 11, 29, tzinfo=UTC)
LATELY = NOW - timedelta(days=300)
FRESH, OLD = NOW - timedelta(days=3), NOW - PATIENCE


@pytest.mark.parametrize(
    ("stage", "since", "last_sign", "others", "after"),
    [
        (Stage.NONE, None, LATELY, True, Stage.NONE),
        (Stage.NONE, None, LONG_AGO, True, Stage.LEADS),
        (Stage.NONE, None, LONG_AGO, False, Stage.LEADS),
        (Stage.LEADS, FRESH, LONG_AGO, True, Stage.LEADS),
        (Stage.LEADS, OLD, LONG_AGO, True, Stage.MEMBERS),
        (Stage.LEADS, OLD, LONG_AGO, False, Stage.CITY),
        (Stage.MEMBERS, FRESH, LONG_AGO, True, Stage.MEMBERS),
        (Stage.MEMBERS, OLD, LONG_AGO, True, Stage.CITY),
        (Stage.CITY, OLD, LONG_AGO, True, Stage.CITY),
        # A sign of life ends it, whatever the stage.
        (Stage.LEADS, OLD, NOW, True, Stage.NONE),
        (Stage.MEMBERS, OLD, NOW, True, Stage.NONE),
        (Stage.CITY, OLD, NOW, False, Stage.NONE),
        # Nobody is left to be asked first.
        (Stage.NONE, None, None, True, Stage.MEMBERS),
        (Stage.NONE, None, None, False, Stage.CITY),
        (Stage.LEADS, FRESH, None, True, Stage.MEMBERS),
        (Stage.MEMBERS, FRESH, None, True, Stage.MEMBERS),
        (Stage.MEMBERS, OLD, None, True, Stage.CITY),
        (Stage.CITY, FRESH, None, False, Stage.CITY),
    ],
)
def test_each_stage_leads_to_the_next(stage: Stage, since: datetime | None, last_sign: datetime | None, others: bool, after: Stage) -> None:
    assert next_stage(stage, since, last_sign, NOW, quiet_months=12, has_others=others) is after


@pytest.mark.parametrize(
    ("sign", "months", "quiet"),
    [
        (datetime(2025, 11, 30, 23, tzinfo=UTC), 12, True),
        (datetime(2025, 12, 1, tzinfo=UTC), 12, False),
        (datetime(2026, 10, 30, tzinfo=UTC), 1, True),
        (datetime(2026, 10, 31, tzinfo=UTC), 1, False),
    ],
)
def test_months_are_counted_on_the_calendar(sign: datetime, months: int, quiet: bool) -> None:
    assert is_quiet(sign, NOW, months) is quiet
