"""The database: one `db`, the base of all models, and how a connection begins."""

import sqlite3
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Gives every constraint a name, so that migrations can speak of it on both databases."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

if TYPE_CHECKING:

    class Model(DeclarativeBase):
        """What the type checker sees of `db.Model`, which is made when the program runs."""
else:
    Model = db.Model

# A table's own word for backups: its rows live no longer than a transaction, so none is kept and none comes back.
PASSING = {"passing": True}

# True while this thread of work is inside `transaction()`; read when a connection begins.
writing: ContextVar[bool] = ContextVar("writing", default=False)


def prepare_engine(engine: Engine) -> None:
    """Make SQLite safe for several workers; leave other databases as they are.

    A writing transaction takes the lock at once (BEGIN IMMEDIATE): a deferred one that turns into a writer fails with
    "database is locked" however long it would have waited. `synchronous=FULL` because WAL with NORMAL loses the last
    commits in a power cut.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        # SQLAlchemy, not the driver, says when a transaction begins.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("busy_timeout = 15000", "foreign_keys = ON", "synchronous = FULL", "cache_size = -32000", "secure_delete = ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing.get() else "BEGIN")


def set_wal(path: str) -> None:
    """Switch a SQLite file to WAL once, before any worker starts: doing it in several at a time fails."""
    connection = sqlite3.connect(path, timeout=15)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()
