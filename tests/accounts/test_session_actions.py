"""Signed-in browsers: how long they stay, and what ends them."""

from datetime import datetime, timedelta

from sqlalchemy import select

from idobata.accounts.models import Person, SessionRow
from idobata.accounts.session_actions import begin_session, end_session, person_of_session
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.transaction import transaction
from tests.harness.site import Town

SECOND = timedelta(seconds=1)


class Browser:
    """One signed-in browser."""

    def __init__(self, actor: Actor, settings: Settings) -> None:
        self.settings = settings
        with transaction(public=False):
            self.secret, self.ends_at = begin_session(db.session.get_one(Person, actor.person_id), settings.policy)

    def is_known(self, at: datetime) -> bool:
        db.session.rollback()
        with clock.hold(at):
            return person_of_session(self.secret, self.settings.policy) is not None


def test_a_resident_stays_for_a_month_without_a_click(town: Town, settings: Settings, monday: datetime) -> None:
    browser = Browser(town.person(), settings)
    end = monday + timedelta(days=settings.policy.resident_days)
    assert browser.ends_at == end
    assert browser.is_known(end - SECOND)
    assert not browser.is_known(end)


def test_staff_who_go_on_clicking_stay_until_the_day_is_over(town: Town, settings: Settings, monday: datetime) -> None:
    browser = Browser(town.staff(), settings)
    step = timedelta(minutes=settings.policy.staff_idle_minutes - 1)
    end = monday + timedelta(hours=settings.policy.staff_hours)
    at = monday
    while at + step < end:
        at += step
        assert browser.is_known(at)
    assert browser.is_known(end - SECOND)
    assert not browser.is_known(end)


def test_staff_who_walk_away_are_signed_out_for_good(town: Town, settings: Settings, monday: datetime) -> None:
    browser = Browser(town.staff(), settings)
    idle = timedelta(minutes=settings.policy.staff_idle_minutes)
    assert browser.is_known(monday + idle)
    assert not browser.is_known(monday + 2 * idle + SECOND)
    assert not browser.is_known(monday + timedelta(minutes=1)), "the session is gone, not asleep"


def test_signing_out_ends_this_browser_and_no_other(town: Town, settings: Settings, monday: datetime) -> None:
    hanako = town.person()
    here, there = Browser(hanako, settings), Browser(hanako, settings)
    end_session(here.secret)
    assert not here.is_known(monday)
    assert there.is_known(monday)


def test_a_click_at_the_moment_of_signing_out_does_not_bring_the_session_back(town: Town, settings: Settings, monday: datetime) -> None:
    browser = Browser(town.person(), settings)
    end_session(browser.secret)
    assert not browser.is_known(monday + timedelta(minutes=5))
    assert db.session.scalar(select(SessionRow.id)) is None


def test_a_suspended_person_is_nobody_at_once(town: Town, settings: Settings, monday: datetime) -> None:
    hanako = town.person()
    browser = Browser(hanako, settings)
    with transaction():
        db.session.get_one(Person, hanako.person_id).suspended_at = monday
    assert not browser.is_known(monday)


def test_seen_is_written_once_a_minute_and_not_with_each_click(town: Town, settings: Settings, monday: datetime) -> None:
    browser = Browser(town.person(), settings)
    seen: list[datetime] = []
    for seconds in (1, 30, 60, 61, 62, 130):
        browser.is_known(monday + timedelta(seconds=seconds))
        db.session.rollback()
        seen.append(db.session.scalars(select(SessionRow.seen_at)).one())
    assert [(at - monday).total_seconds() for at in seen] == [0, 0, 0, 61, 61, 130]


def test_a_made_up_secret_is_nobody(town: Town, settings: Settings) -> None:
    Browser(town.person(), settings)
    for secret in ["", "made-up", "あ", "\x00", "x" * 99]:
        assert person_of_session(secret, settings.policy) is None


def test_the_secret_itself_is_not_in_the_database(town: Town, settings: Settings) -> None:
    browser = Browser(town.person(), settings)
    row = db.session.scalars(select(SessionRow)).one()
    assert all(browser.secret not in str(getattr(row, column.key)) for column in SessionRow.__table__.columns)
