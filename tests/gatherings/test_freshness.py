"""When a host is asked, reminded, and when a gathering is called unconfirmed: the whole table, without an app."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from idobata.gatherings.freshness import CALLING_TIME, MOST_MAILS, PATIENCE, Step, Watch, next_step
from tests.harness.site import MONDAY

EVERY = timedelta(days=90)
TODAY = MONDAY.date()


def days_ago(number: float) -> datetime:
    return MONDAY - timedelta(days=number)


def step(sign: float, mails: int = 0, mailed: float | None = None, **more: Any) -> Step:
    mailed_at = None if mailed is None else days_ago(mailed)
    watch = Watch(**{"last_sign": days_ago(sign), "has_address": True, "mails": mails, "mailed_at": mailed_at, **more})
    return next_step(watch, MONDAY, TODAY, EVERY)


@pytest.mark.parametrize(
    ("sign", "mails", "mailed", "then"),
    [
        (0, 0, None, Step.NOTHING),
        (89.9, 0, None, Step.NOTHING),
        (90, 0, None, Step.ASK),
        (900, 0, None, Step.ASK),
        (90, 1, 0, Step.NOTHING),
        (99, 1, 9.9, Step.NOTHING),
        (100, 1, 10, Step.REMIND),
        (110, 2, 9.9, Step.NOTHING),
        (110, 2, 10, Step.REMIND),
        (120, 3, 9.9, Step.NOTHING),
        (120, 3, 10, Step.LAPSE),
        # The site was down for two months: the host still gets every mail and the time to answer it.
        (200, 1, 70, Step.REMIND),
        # Asked along with another one before its own time had come.
        (80, 1, 12, Step.NOTHING),
        # She changed a date after the mail had left.
        (3, 2, 15, Step.NOTHING),
    ],
)
def test_a_host_with_an_address(sign: float, mails: int, mailed: float | None, then: Step) -> None:
    assert step(sign, mails, mailed) is then


@pytest.mark.parametrize(("sign", "then"), [(90, Step.NOTHING), (119.9, Step.NOTHING), (120, Step.LAPSE), (500, Step.LAPSE)])
def test_a_host_without_an_address_is_never_mailed_and_there_is_time_to_call(sign: float, then: Step) -> None:
    assert timedelta(days=30) == CALLING_TIME
    assert step(sign, has_address=False) is then


@pytest.mark.parametrize(
    ("until", "then"), [(date(2026, 12, 1), Step.NOTHING), (TODAY, Step.NOTHING), (date(2026, 11, 29), Step.ASK), (None, Step.ASK)]
)
def test_nobody_is_asked_about_a_rest_until_it_is_over(until: date | None, then: Step) -> None:
    assert step(200, paused_until=until) is then


def test_what_is_unconfirmed_already_waits_for_an_answer_and_nothing_else() -> None:
    assert step(500, 3, 50, is_unconfirmed=True) is Step.NOTHING


def test_followed_step_by_step_a_silent_host_gets_three_mails_and_then_the_word() -> None:
    told: list[tuple[int, Step]] = []
    mails, mailed_at, sign = 0, None, days_ago(0)
    for day in range(200):
        now = MONDAY + timedelta(days=day)
        watch = Watch(last_sign=sign, has_address=True, mails=mails, mailed_at=mailed_at)
        found = next_step(watch, now, now.date(), EVERY)
        if found is Step.NOTHING:
            continue
        told.append((day, found))
        if found is Step.LAPSE:
            break
        mails, mailed_at = mails + 1, now
    assert told == [(90, Step.ASK), (100, Step.REMIND), (110, Step.REMIND), (120, Step.LAPSE)]
    assert (mails, PATIENCE) == (MOST_MAILS, timedelta(days=10))
