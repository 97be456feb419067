"""Brings a database to the newest step. One at a time, before any worker starts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from idobata.kernel.layout import migrations_folder
from idobata.store.database import set_wal

# Any fixed number will do: it names our lock among the advisory locks of a PostgreSQL database.
_LOCK = 4_205_101


def migrate(url: str, to: str = "head") -> None:
    """Run every step that is missing up to `to` ("head": all). Safe when several processes call it at once."""
    with _connection(url) as connection:
        command.upgrade(_config(connection), to)


def step_back(url: str, to: str) -> None:
    """Go back to step `to` ("base": nothing left). For tests of the steps; a running site only goes forward."""
    with _connection(url) as connection:
        command.downgrade(_config(connection), to)


def revision(url: str) -> str | None:
    """The step a database is at; None for an empty one."""
    with _connection(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def database_kind(url: str) -> str | None:
    """ "sqlite" or "postgresql" when the database answers, else None."""
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        return engine.dialect.name
    except SQLAlchemyError:
        return None
    finally:
        engine.dispose()


def is_newest(url: str) -> bool:
    """True when no step is missing."""
    return revision(url) == ScriptDirectory(str(migrations_folder())).get_current_head()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _connection(url: str) -> Iterator[Connection]:
    parsed = make_url(url)
    sqlite = parsed.get_backend_name() == "sqlite"
    if sqlite and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        set_wal(parsed.database)
    engine = create_engine(parsed, poolclass=NullPool, connect_args={"timeout": 60} if sqlite else {})
    try:
        with engine.connect() as connection:
            if sqlite:
                connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
                connection.exec_driver_sql("BEGIN EXCLUSIVE")
            else:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield connection
            connection.commit()
    finally:
        engine.dispose()
