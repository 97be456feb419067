"""How the database goes about its questions: a plan that reads a whole table costs more the bigger the town is."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event

from idobata.store.database import db


@contextmanager
def plans(*verbs: str) -> Iterator[list[str]]:
    """The plan of each question that is asked meanwhile, in order; of other statements too, when their first words are given."""
    told: list[str] = []
    on_postgresql = db.engine.dialect.name == "postgresql"

    def note(connection: Connection, _cursor: object, statement: str, values: Any, *_more: object) -> None:
        driver = connection.connection.driver_connection
        if not statement.startswith(("SELECT", *verbs)) or driver is None:
            return
        if on_postgresql:
            # A small town is read from end to end, whatever indexes there are.
            driver.execute("SET LOCAL enable_seqscan = off")
        rows = driver.execute(f"EXPLAIN {'' if on_postgresql else 'QUERY PLAN'} {statement}", values).fetchall()
        told.append("\n".join(str(row[-1]) for row in rows))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def reads_all_of(plan: str, table: str, *, wide: tuple[str, ...] = ()) -> bool:
    """True when a plan goes through a table from end to end, or through all that is listed; or, where nothing ends it early, through all
    that has one value of a `wide` column."""
    whole = rf"SCAN {table}\b|(-> +)?Seq Scan on {table}\b"
    # "listed" alone narrows nothing down: nearly all of a town is.
    nearly = rf"SEARCH {table} USING (COVERING )?INDEX \w+ \(({'|'.join(('listed', *wide))})=\?\)$"
    return any(re.match(f"{whole}|{nearly}", line.strip()) for line in plan.split("\n"))
