"""What was deleted is gone from the files too, not only from the tables."""

import sqlite3
from contextlib import closing

from sqlalchemy import Engine


def wipe_traces(engine: Engine) -> bool:
    """Take what was deleted out of the search index's old pages and out of the write-ahead log; False when a reader was in the way.

    On SQLite every connection overwrites what it deletes (`secure_delete`), but the index keeps the words of deleted documents until its
    parts are merged, and the log keeps the pages as they were until it is emptied. PostgreSQL does its part by its own vacuum.
    """
    if engine.dialect.name != "sqlite":
        return True
    with closing(sqlite3.connect(str(engine.url.database), timeout=15, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("INSERT INTO search_fts(search_fts) VALUES ('optimize')")
        # All rows written back, and the log cut to nothing.
        busy, _pages, _moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
