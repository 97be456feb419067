"""What was deleted is gone from the files too, not only from the tables."""

import sqlite3
import time
from contextlib import closing

from sqlalchemy import Engine

# Seconds a try may keep writers waiting behind it while a reader holds old pages, how often it is tried, and the pause between two tries.
_HOLD_UP, _TRIES, _PAUSE = 0.2, 25, 0.4
# Pages of the search index merged in one step, some milliseconds' work, and the seconds until the next: who waits to write asks again
# after up to a tenth of a second, and must find the door open.
_STEP, _REST = 50, 0.15


def wipe_traces(engine: Engine) -> bool:
    """Take what was deleted out of the search index's old pages and out of the write-ahead log; False when a reader was in the way.

    On SQLite every connection overwrites what it deletes (`secure_delete`), but the index keeps the words of deleted documents until its
    parts are merged, and the log keeps the pages as they were until it is emptied. Nobody who writes waits for long meanwhile: it goes in
    short steps. PostgreSQL does its part by its own vacuum.
    """
    if engine.dialect.name != "sqlite":
        return True
    with closing(sqlite3.connect(str(engine.url.database), timeout=15, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        _merge_index(connection)
        connection.execute(f"PRAGMA busy_timeout = {round(_HOLD_UP * 1000)}")
        for number in range(_TRIES):
            if number:
                time.sleep(_PAUSE)
            if _empty_log(connection):
                return True
    return False


def _merge_index(connection: sqlite3.Connection) -> None:
    """All parts of the index into one, step by step, as FTS5's documentation tells it: a negative number begins, positive ones go on."""
    pages = -_STEP
    while True:
        before = connection.total_changes
        connection.execute("INSERT INTO search_fts(search_fts, rank) VALUES ('merge', ?)", (pages,))
        # The command itself counts as one change.
        if connection.total_changes - before < 2:
            return
        pages = _STEP
        time.sleep(_REST)


def _empty_log(connection: sqlite3.Connection) -> bool:
    """All rows written back, and the log cut to nothing; False when somebody still reads old pages or writes."""
    busy, _pages, _moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
