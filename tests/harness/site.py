"""A running site for a test: settings, app, a client that inspects every page, and builders for what the test is about."""

import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, has_app_context
from werkzeug.test import TestResponse

from idobata.accounts.actions import find_or_make_person, give_role
from idobata.accounts.queries import actor_of, person_by_email
from idobata.accounts.session_actions import begin_session
from idobata.app import create_app
from idobata.desk.actions import publish
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import save_draft, submit
from idobata.gatherings.schedule import Rhythm, Schedule
from idobata.gatherings.values import GatheringValues, PlaceWords
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM, Actor, Role
from idobata.kernel.layout import config_folder
from idobata.kernel.settings import Settings
from idobata.kernel.settings_environment import read_machine
from idobata.kernel.settings_reader import read
from idobata.outside.worker import Worker
from idobata.store.database import db, prepare_engine
from idobata.store.transaction import transaction
from idobata.tables import metadata
from idobata.web.rooms import SETTINGS, WORKER
from idobata.web.sessions import cookie_name
from tests.harness.inspecting_client import InspectingClient
from tests.harness.made_once import CompiledOnce, packed_once

T = TypeVar("T")
TOKYO = ZoneInfo("Asia/Tokyo")
# A Monday morning in Japan, far from any holiday; tests that need another moment hold the clock themselves.
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=TOKYO)
BASE_URL = "http://127.0.0.1:8000"
# Given, so that reading the settings writes no key file.
SECRET_KEY = "a key of the tests, known to everybody and worth nothing"


@pytest.fixture
def monday() -> Iterator[datetime]:
    """Hold the clock on a Monday morning for the whole process, threads included."""
    clock.fix(MONDAY)
    yield MONDAY
    clock.fix(None)


@pytest.fixture
def store(database_url: str, monday: datetime) -> Iterator[Flask]:
    """The store alone, without any page: an open application context on a fresh database, on a Monday morning."""
    yield from store_on(database_url)


@pytest.fixture
def sqlite_only(sqlite_database_url: str, monday: datetime) -> Iterator[Flask]:
    """The store alone on SQLite, for what only SQLite does."""
    yield from store_on(sqlite_database_url)


def store_on(database_url: str) -> Iterator[Flask]:
    """A Flask app that knows nothing but a database, with its context open."""
    app = Flask("store")
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


def together(app: Flask, *acts: Callable[[], T]) -> list[T]:
    """Do all acts at the same moment, each in a thread with its own session; returns what they return, raises what they raise."""
    barrier = threading.Barrier(len(acts))

    def one(act: Callable[[], T]) -> T:
        with app.app_context():
            try:
                barrier.wait(60)
                return act()
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """The demo city on a fresh database, once on SQLite and once on PostgreSQL."""
    return make_settings(database_url, tmp_path)


def make_settings(database_url: str, data: Path) -> Settings:
    """The demo city's settings for a given database and folder."""
    environ = {
        "IDOBATA_DATA": str(data),
        "IDOBATA_DATABASE_URL": database_url,
        "IDOBATA_BASE_URL": BASE_URL,
        "IDOBATA_SECRET_KEY": SECRET_KEY,
    }
    problems: list[str] = []
    machine = read_machine(environ, data, TOKYO, demo=True, production=False, problems=problems)
    assert machine is not None, problems
    return replace(_demo_city(), machine=machine)


@cache
def _demo_city() -> Settings:
    """The city's two files are read once; only the machine differs from test to test."""
    environ = {"IDOBATA_BASE_URL": BASE_URL, "IDOBATA_SECRET_KEY": SECRET_KEY}
    return without_tiles(read("demo", environ, config_folder(), demo=True, production=False))


def without_tiles(settings: Settings) -> Settings:
    """The same with a map on plain ground: no test asks the world for pictures."""
    return replace(settings, map=replace(settings.map, tiles=""))


@pytest.fixture
def app(settings: Settings, monday: datetime) -> Iterator[Flask]:
    """The application on a fresh database, on a Monday morning."""
    yield from running(settings)


def running(settings: Settings) -> Iterator[Flask]:
    """An app whose connections are closed at the end. What costs time and is the same for each (packed files, templates) is shared."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("idobata.app.Assets", packed_once)
        app = create_app(settings)
    app.jinja_env.bytecode_cache = CompiledOnce()
    app.test_client_class = InspectingClient
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> InspectingClient:
    """A reader without an account. Every page it fetches is inspected."""
    client = app.test_client()
    assert isinstance(client, InspectingClient)
    return client


def new_client(app: Flask) -> InspectingClient:
    """Another browser."""
    client = app.test_client()
    assert isinstance(client, InspectingClient)
    return client


def signed_in(app: Flask, actor: Actor) -> InspectingClient:
    """The browser of somebody who has signed in. Inside an application context."""
    client = new_client(app)
    settings: Settings = app.extensions[SETTINGS]
    with transaction(public=False):
        person = person_by_email(actor.email or "")
        assert person is not None
        secret, _ends_at = begin_session(person, settings.policy, second_passed=True)
    client.set_cookie(cookie_name(settings.machine.base_url), secret)
    return client


def token_on(page: TestResponse) -> str:
    """The token of a page's forms."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.get_data(as_text=True))
    assert found, f"{page.request.path} has no form with a token"
    return found[1]


def press(client: InspectingClient, path: str, at: str = "", **data: Any) -> TestResponse:
    """Open the page `at` (else `path`) and send its form to `path`, as a browser does."""
    return client.post(path, data={"csrf_token": token_on(client.get(at or path)), **data})


def everything() -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, to show that nothing was written. Inside an application context."""
    db.session.rollback()
    return {table.name: sorted(tuple(map(repr, row)) for row in db.session.execute(table.select())) for table in metadata().sorted_tables}


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    """Inside an application context, for tests of actions and queries. (pytest-playwright has a `context` of its own.)"""
    with app.app_context():
        yield
        db.session.remove()


@pytest.fixture
def work(app: Flask) -> Callable[[], int]:
    """Does what waits in the outbox and returns how many rows it did."""
    worker: Worker = app.extensions[WORKER]

    def until_empty() -> int:
        if has_app_context():
            # The worker empties SQLite's log, and would wait fifteen seconds for a test that goes on reading.
            db.session.rollback()
        done = worker.run_until_empty()
        if has_app_context():
            # SQLite goes on showing a reader the moment at which it began to read.
            db.session.rollback()
        return done

    return until_empty


class Town:
    """Makes people and gatherings through the same actions that people use. Only inside an application context."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._count = 0

    def person(self, email: str = "hanako@example.com", name: str = "はなこ") -> Actor:
        """A resident who has posted before."""
        with transaction():
            return actor_of(find_or_make_person(email, name))

    def staff(self, role: Role = Role.EDITOR, email: str = "") -> Actor:
        """A member of staff."""
        with transaction():
            person = give_role(SYSTEM, email or f"{role}@city.example.com", role)
            # Her name stands in the head of every page she opens; the office has no place there, even in a name.
            person.name = person.name or ("つぼみさん" if role is Role.WELFARE else f"{role}さん")
            return actor_of(person)

    def values(self, **changes: Any) -> GatheringValues:
        """Values of an ordinary gathering next Saturday at ten, with what the test is about changed."""
        self._count += 1
        plain = GatheringValues(
            title=f"朝のおにぎりと将棋 {self._count}",
            summary="おにぎりを食べて、将棋をさします。",
            host_name="みなと将棋会",
            schedule=once(date(2026, 12, 5)),
            place=PlaceWords(name="みどり公民館"),
            district="kitamachi",
            category="eat",
        )
        return replace(plain, **changes)

    def draft(self, poster: Actor | None = None, **changes: Any) -> Gathering:
        """A gathering somebody has begun to write."""
        poster = poster or self.person()
        with transaction():
            return save_draft(poster, self.values(**changes), poster.email or "", self.settings)

    def waiting(self, poster: Actor | None = None, **changes: Any) -> Gathering:
        """A gathering that waits at the desk."""
        poster = poster or self.person()
        with transaction():
            row = save_draft(poster, self.values(**changes), poster.email or "", self.settings)
            submit(poster, row, self.settings)
            return row

    def published(self, poster: Actor | None = None, **changes: Any) -> Gathering:
        """A gathering the town can read."""
        editor = self.staff()
        poster = poster or self.person()
        with transaction():
            row = save_draft(poster, self.values(**changes), poster.email or "", self.settings)
            submit(poster, row, self.settings)
            publish(editor, row, self.settings)
            return row


def once(day: date, starts: time | None = time(10), ends: time | None = time(12), **more: Any) -> Schedule:
    """A schedule of one day."""
    return Schedule(rhythm=Rhythm.ONCE, first_day=day, starts=starts, ends=ends, **more)


def trusting(settings: Settings) -> Settings:
    """The same city, where everybody's changes go live at once."""
    return replace(settings, policy=replace(settings.policy, trusted_after_posts=0))


def weekly(first: date, *weekdays: int, starts: time = time(10), ends: time = time(12), **more: Any) -> Schedule:
    """A weekly schedule; without weekdays on that of the first day."""
    return Schedule(rhythm=Rhythm.WEEKLY, first_day=first, starts=starts, ends=ends, weekdays=weekdays or (first.weekday(),), **more)


@pytest.fixture
def town(inside: None, settings: Settings) -> Town:
    """Builders of people and gatherings."""
    return Town(settings)


def days_from_monday(number: int) -> date:
    """A day counted from the held Monday."""
    return MONDAY.date() + timedelta(days=number)
