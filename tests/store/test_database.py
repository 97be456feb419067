"""The database: what every connection may rely on, on SQLite and on PostgreSQL."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError

from idobata.accounts.models import Person
from idobata.groups.models import Membership
from idobata.store.database import db
from idobata.store.mail_tray import TrayMail
from idobata.store.transaction import transaction

NOON_IN_NAGASAKI = datetime(2026, 12, 5, 12, 0, tzinfo=timezone(timedelta(hours=9)))


def a_mail(at: datetime) -> TrayMail:
    return TrayMail(at=at, recipient="hanako@example.com", subject="題", text="文")


def test_a_row_cannot_point_at_a_row_that_is_not_there(store: Flask) -> None:
    with pytest.raises(IntegrityError), transaction():
        db.session.add(Membership(group_id=404, person_id=404, role="lead", joined_at=NOON_IN_NAGASAKI))


def test_a_moment_without_a_zone_is_refused_before_it_reaches_the_database(store: Flask) -> None:
    with pytest.raises(StatementError, match="time zone"), transaction():
        db.session.add(a_mail(datetime(2026, 12, 5, 12, 0)))  # noqa: DTZ001
    assert db.session.scalar(select(TrayMail.id)) is None


def test_a_moment_comes_back_as_the_same_moment_in_utc(store: Flask) -> None:
    with transaction():
        db.session.add(a_mail(NOON_IN_NAGASAKI))
    db.session.expire_all()
    at = db.session.scalar(select(TrayMail.at))
    assert at == NOON_IN_NAGASAKI
    assert at is not None
    assert at.tzinfo is UTC
    assert at.hour == 3


def test_moments_are_compared_as_moments_whatever_zone_they_are_asked_in(store: Flask) -> None:
    with transaction():
        db.session.add(a_mail(NOON_IN_NAGASAKI))
    just_before = datetime(2026, 12, 5, 2, 59, 59, tzinfo=UTC)
    same_in_new_york = NOON_IN_NAGASAKI.astimezone(timezone(timedelta(hours=-5)))
    assert db.session.scalar(select(TrayMail.id).where(TrayMail.at > just_before)) is not None
    assert db.session.scalar(select(TrayMail.id).where(TrayMail.at == same_in_new_york)) is not None
    assert db.session.scalar(select(TrayMail.id).where(TrayMail.at > same_in_new_york)) is None


def test_an_address_belongs_to_one_person_only(store: Flask) -> None:
    with pytest.raises(IntegrityError), transaction():
        db.session.add_all(Person(email="hanako@example.com", name="", created_at=NOON_IN_NAGASAKI) for _ in range(2))


@pytest.mark.parametrize(
    "pragma, value",
    [("foreign_keys", 1), ("synchronous", 2), ("busy_timeout", 15000), ("secure_delete", 1), ("journal_mode", "wal")],
)
def test_a_sqlite_connection_keeps_every_commit_and_waits_for_others(sqlite_only: Flask, pragma: str, value: object) -> None:
    """FULL (2): in WAL with NORMAL the last commits are lost in a power cut."""
    assert db.session.scalar(text(f"PRAGMA {pragma}")) == value
