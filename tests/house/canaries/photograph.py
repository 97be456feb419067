"""The whole database as it was, to be put back after each act, and as text to compare."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from random import Random

import pytest
from flask import Flask
from sqlalchemy.engine import make_url

from idobata.store.database import db
from idobata.store.generation import Generation
from idobata.tables import metadata
from tests.house.canaries.columns import classes

Rows = dict[str, frozenset[tuple[str, ...]]]


class Photograph:
    """A SQLite database at one moment."""

    def __init__(self, app: Flask) -> None:
        """Take it. Inside an application context."""
        self._app = app
        self._file = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database or ""
        self._kept = sqlite3.connect(":memory:")
        db.session.remove()
        with closing(sqlite3.connect(self._file)) as now:
            now.backup(self._kept)

    def put_back(self) -> None:
        """Make everything as it was."""
        db.session.remove()
        db.engine.dispose()
        with closing(sqlite3.connect(self._file)) as now:
            now.execute("PRAGMA synchronous = OFF")
            self._kept.backup(now)
        generation: Generation = self._app.extensions["idobata_generation"]
        generation.raise_()


def rows() -> Rows:
    """Every row of every table, secrets and hashes apart: those are drawn anew each time."""
    db.session.rollback()
    found: Rows = {}
    for table in metadata().sorted_tables:
        columns = [
            column for column in table.columns if classes()[table.name, column.name] != "secret" and not column.name.endswith("hash")
        ]
        found[table.name] = frozenset(tuple(map(repr, row)) for row in db.session.execute(db.select(*columns)))
    return found


@contextmanager
def same_dice(number: int = 1) -> Iterator[None]:
    """Draw the same ids and secrets each time, so that two acts can be compared."""
    dice = Random(number)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("secrets.choice", dice.choice)
        patch.setattr("secrets.token_urlsafe", lambda size=32: "".join(dice.choices("abcdefghjkmnp", k=size * 4 // 3)))
        patch.setattr("secrets.randbelow", dice.randrange)
        yield
