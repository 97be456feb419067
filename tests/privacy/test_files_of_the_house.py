"""What was erased is in no file of the house any more: not in the tables, not in the index, not in the write-ahead log."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete

from idobata.groups.models import Membership
from idobata.kernel import clock
from idobata.kernel.settings import Settings
from idobata.privacy.erasing_actions import erase_myself
from idobata.privacy.leaving import Fate
from idobata.store.database import db
from idobata.store.transaction import transaction
from tests.harness.site import MONDAY, Town
from tests.privacy.test_erasing import SONG, life_of


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """PostgreSQL keeps its files to itself, and cleans them by its own vacuum."""
    return sqlite_database_url


def test_nothing_of_her_is_left_in_any_file(app: Flask, town: Town, settings: Settings, work: Callable[[], int]) -> None:
    person, _rows = life_of(town, settings)
    file = Path(str(db.engine.url.database))
    folders = (file.parent, settings.machine.data)
    assert in_files(*folders) != []
    with transaction():
        erase_myself(person, Fate.KEEP, settings)
    work()
    assert in_files(*folders) == []


def in_files(*folders: Path) -> list[str]:
    return [str(one) for folder in folders for one in folder.rglob("*") if one.is_file() and SONG.encode() in one.read_bytes().lower()]


def test_time_alone_takes_everything_away(app: Flask, town: Town, settings: Settings, work: Callable[[], int]) -> None:
    """Nobody asked for anything; the worker lets go of all of it when its time has come."""
    life_of(town, settings)
    with transaction():
        db.session.execute(delete(Membership))
    folders = (Path(str(db.engine.url.database)).parent, settings.machine.data)
    longest = max(settings.policy.person_keep_days, settings.policy.log_names_keep_days, settings.policy.contact_keep_days)
    try:
        for days in (0, 1, longest + 200, longest + 205):
            db.session.rollback()
            clock.fix(MONDAY + timedelta(days=days))
            work()
            assert (in_files(*folders) == []) == (days > longest), days
    finally:
        clock.fix(MONDAY)
