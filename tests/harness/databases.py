"""A fresh, migrated, empty database for each test that asks for one: SQLite, PostgreSQL, or one after the other."""

import importlib
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.harness import scratch
from tests.harness.postgres import PostgresServer

_POSTGRES_FIXTURES = {"postgres_server", "postgres_url", "postgres_database_url", "empty_postgres_url", "migrated_postgres_template"}
_KINDS = ("sqlite", "postgresql")


def migrate(url: str) -> None:
    """Bring a database to the newest step, with the code under test."""
    # Found at the last moment: tests without a database run even when this part of the house is broken.
    importlib.import_module("idobata.store.migrating").migrate(url)


@pytest.fixture(scope="session")
def database_folder() -> Iterator[Path]:
    """Where the SQLite files of the run live."""
    with scratch.folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def migrated_sqlite_file(database_folder: Path) -> Path:
    """A migrated, empty SQLite database. Copy it; do not open it."""
    file = database_folder / "template.sqlite3"
    migrate(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # all of it in the one file that is copied
    return file


@pytest.fixture(scope="session")
def migrated_postgres_template(postgres_server: PostgresServer) -> str:
    """The name of a migrated, empty PostgreSQL database. Create from it; do not connect to it."""
    name = postgres_server.create()
    migrate(postgres_server.url(name))
    return name


@pytest.fixture
def sqlite_database_url(migrated_sqlite_file: Path, database_folder: Path) -> Iterator[str]:
    """A fresh migrated SQLite database, for tests that need any database and not both."""
    with tempfile.TemporaryDirectory(dir=database_folder) as folder:
        file = Path(folder) / "idobata.sqlite3"
        shutil.copyfile(migrated_sqlite_file, file)
        yield f"sqlite:///{file}"


@pytest.fixture
def postgres_database_url(migrated_postgres_template: str, postgres_server: PostgresServer) -> Iterator[str]:
    """A fresh migrated PostgreSQL database."""
    name = postgres_server.create(migrated_postgres_template)
    yield postgres_server.url(name)
    postgres_server.give_back(name)


@pytest.fixture(params=_KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database; the test runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue("sqlite_database_url" if request.param == "sqlite" else "postgres_database_url")
    return url


@pytest.fixture
def empty_sqlite_url(database_folder: Path) -> Iterator[str]:
    """The URL of a SQLite file that does not exist yet."""
    with tempfile.TemporaryDirectory(dir=database_folder) as folder:
        yield f"sqlite:///{Path(folder) / 'idobata.sqlite3'}"


@pytest.fixture
def empty_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A PostgreSQL database without any table."""
    name = postgres_server.create()
    yield postgres_server.url(name)
    postgres_server.give_back(name)


@pytest.fixture(params=_KINDS)
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """A database without any table, on SQLite and on PostgreSQL: for tests of the migrations themselves."""
    url: str = request.getfixturevalue("empty_sqlite_url" if request.param == "sqlite" else "empty_postgres_url")
    return url


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that needs PostgreSQL, so that `-m "not postgres"` leaves it out."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        both = parameters.get("database_url", parameters.get("empty_database_url"))
        if both == "postgresql" or names & _POSTGRES_FIXTURES:
            item.add_marker("postgres")
