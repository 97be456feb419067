"""One file that holds everything the site keeps: the database as portable rows, safe to make while serving.

The secret key is not in it: it belongs to the machine, and nobody who finds a backup should have both.

The form is the same for both databases, so that a backup is also the way from SQLite to PostgreSQL.
"""

import gzip
import json
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import Date

from idobata.kernel.settings import Settings
from idobata.store.database import prepare_engine
from idobata.store.migrating import migrate, revision
from idobata.store.search_index import SearchDoc, vector_of
from idobata.store.tombstones import Tombstone, as_json, merge_tombstones, read_tombstones, stone_from
from idobata.store.types import UTCDateTime

FORMAT = "idobata-backup-1"
BATCH = 1000
# In place of a table's name: who was erased, so that a machine without the list erases her too.
ERASED = "*erased"


# What reading a file that is none of ours, or half of one, can end with.
_UNREADABLE = (ValueError, AttributeError, RecursionError, OSError, EOFError, zlib.error)
# Letters of one line, which is one row. A megabyte of a hostile file may unpack to a line of a thousand.
_LONGEST_LINE = 4_000_000


class BackupError(Exception):
    """The file is not a backup, or does not fit this version; the message says which."""


def make_backup(settings: Settings, metadata: MetaData, file: Path, say: Callable[[str], None]) -> int:
    """Write everything into `file`, readable by its owner only; returns its size in bytes.

    All tables are read in one transaction: the backup shows one moment, whatever is being written meanwhile.
    """
    part = file.with_name(file.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as raw, gzip.open(raw, "wt", encoding="utf-8") as out:
            _write(settings, metadata, out, say)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return file.stat().st_size


def restore_backup(settings: Settings, metadata: MetaData, file: Path, say: Callable[[str], None]) -> None:
    """Replace everything in the database by what `file` holds, in one transaction. Raises BackupError and leaves all as it was.

    Who was erased since is in it again; the caller erases her again by the stones beside the database, to which those of `file` are added.
    """
    with gzip.open(file, "rt", encoding="utf-8") as unpacked:
        lines = _lines(unpacked)
        try:
            head = json.loads(next(lines))
        except (*_UNREADABLE, StopIteration):
            raise BackupError("this file is not a backup of Idobata") from None
        if not isinstance(head, dict) or head.get("format") != FORMAT:
            raise BackupError("this file is not a backup of Idobata")
        url = settings.machine.database_url
        migrate(url)
        if head.get("revision") != revision(url):
            raise BackupError(f"this backup is of step {head.get('revision')}, the program is at step {revision(url)}")
        engine = _engine(url)
        stones: list[Tombstone] = []
        try:
            with engine.begin() as connection:
                with _log_unlocked(connection):
                    _empty(connection, metadata)
                    _fill(connection, metadata, lines, say, stones)
                    _drop_passing(connection, metadata)
                if engine.dialect.name == "postgresql":
                    _count_on(connection, metadata)
                # Before the commit: who was erased must not be back without her stone.
                merge_tombstones(settings.machine.data, stones)
        except (*_UNREADABLE, LookupError, TypeError, SQLAlchemyError) as error:
            raise BackupError(f"this backup is broken or cut short ({type(error).__name__}); nothing was changed") from None
        finally:
            engine.dispose()


def _write(settings: Settings, metadata: MetaData, out: IO[str], say: Callable[[str], None]) -> None:
    head = {
        "format": FORMAT,
        "revision": revision(settings.machine.database_url),
        "city": settings.city.slug,
    }
    print(json.dumps(head), file=out)
    for stone in read_tombstones(settings.machine.data).values():
        print(json.dumps([ERASED, as_json(stone)]), file=out)
    engine = _engine(settings.machine.database_url)
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        for table in (one for one in metadata.sorted_tables if not one.info.get("passing")):
            count = 0
            for row in connection.execution_options(yield_per=BATCH).execute(select(*_columns(table))):
                print(json.dumps([table.name, dict(zip(row._fields, map(_plain, row), strict=True))], ensure_ascii=False), file=out)
                count += 1
            say(f"  {table.name}: {count:,}")
    engine.dispose()


@contextmanager
def _log_unlocked(connection: Connection) -> Iterator[None]:
    """Let the deed log be replaced as a whole inside a block; nothing else may (its triggers refuse it)."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE deeds DISABLE TRIGGER USER"))
        yield
        connection.execute(text("ALTER TABLE deeds ENABLE TRIGGER USER"))
        return
    triggers = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'deeds'")).all()
    for trigger in triggers:
        connection.execute(text(f'DROP TRIGGER "{trigger.name}"'))
    yield
    for trigger in triggers:
        connection.exec_driver_sql(trigger.sql)


def _engine(url: str) -> Engine:
    engine = create_engine(url)
    # Begins a real transaction on SQLite too: without one each query would see its own moment.
    prepare_engine(engine)
    return engine


def _count_on(connection: Connection, metadata: MetaData) -> None:
    """Let PostgreSQL number new rows after the restored ones."""
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
            highest = connection.scalar(select(func.max(column)))
            if sequence and highest:
                connection.execute(select(func.setval(sequence, highest)))


def _columns(table: Table) -> list[Any]:
    return [column for column in table.columns if column.name != "vector"]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, (datetime, date)) else value


def _empty(connection: Connection, metadata: MetaData) -> None:
    for table in reversed(metadata.sorted_tables):
        connection.execute(table.delete())


def _drop_passing(connection: Connection, metadata: MetaData) -> None:
    """Filling the tables has set off their triggers; what those noted is told by the restored rows already."""
    for table in metadata.sorted_tables:
        if table.info.get("passing"):
            connection.execute(table.delete())


def _lines(unpacked: IO[str]) -> Iterator[str]:
    while line := unpacked.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise ValueError("a line is too long")
        yield line


def _fill(connection: Connection, metadata: MetaData, lines: Iterator[str], say: Callable[[str], None], stones: list[Tombstone]) -> None:
    tables = metadata.tables
    waiting: list[dict[str, Any]] = []
    current: Table | None = None
    counts: dict[str, int] = {}
    for line in lines:
        name, values = json.loads(line)
        if name == ERASED:
            if (stone := stone_from(values)) is not None:
                stones.append(stone)
            continue
        table = tables[name]
        if table is not current or len(waiting) >= BATCH:
            _insert(connection, current, waiting)
            current, waiting = table, []
        waiting.append(_read(table, values))
        counts[name] = counts.get(name, 0) + 1
    _insert(connection, current, waiting)
    for name, count in counts.items():
        say(f"  {name}: {count:,}")


def _insert(connection: Connection, table: Table | None, rows: list[dict[str, Any]]) -> None:
    if table is not None and rows:
        connection.execute(insert(table), rows)


def _read(table: Table, values: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for name, value in values.items():
        kind = table.columns[name].type
        if value is not None and isinstance(kind, UTCDateTime):
            value = datetime.fromisoformat(value)
        elif value is not None and isinstance(kind, Date):
            value = date.fromisoformat(value)
        read[name] = value
    if table.name == SearchDoc.__tablename__:
        # The one column that differs between the databases is made anew.
        read["vector"] = vector_of(read["title"].split(), read["body"].split())
    return read
