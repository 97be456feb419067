"""Wiping: deleted words are gone from the bytes of the files, and nobody who writes waits for it."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from idobata.store import wiping
from idobata.store.database import set_wal
from idobata.store.wiping import wipe_traces

# A merge goes through the words in their order: this one comes last.
SECRET = "zzhidden0x2f9"
INSERT = "INSERT INTO search_docs (doc_id, title, body, vector) VALUES (?, ?, '', '')"


@pytest.fixture
def file(sqlite_database_url: str) -> Path:
    """A migrated database in which a word was said, among many others, and taken back."""
    path = Path(sqlite_database_url.removeprefix("sqlite:///"))
    set_wal(str(path))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        # One by one and many words, so that the index has parts to merge, and more pages than one step.
        for number in range(60):
            many = " ".join(f"w{number}x{one}" for one in range(200))
            connection.execute(INSERT, (number, f"word{number} {SECRET if number == 7 else 'plain'} {many}"))
        connection.execute("DELETE FROM search_docs WHERE doc_id = 7")
    return path


@pytest.fixture
def engine(file: Path) -> Iterator[Engine]:
    """The engine the site would have."""
    made = create_engine(f"sqlite:///{file}")
    yield made
    made.dispose()


def holds(file: Path, word: str) -> bool:
    return any(word.encode() in one.read_bytes() for one in (file, file.with_name(f"{file.name}-wal")) if one.exists())


def test_a_word_that_was_taken_back_is_in_no_byte_of_the_files(file: Path, engine: Engine) -> None:
    assert holds(file, SECRET)
    assert wipe_traces(engine)
    assert not holds(file, SECRET)
    assert holds(file, "word8")
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM search_fts WHERE search_fts MATCH 'plain'").fetchone() == (59,)


def test_it_goes_on_in_steps_until_the_index_is_in_one_piece(file: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiping, "_STEP", 1)
    monkeypatch.setattr(wiping, "_REST", 0)
    assert wipe_traces(engine)
    assert not holds(file, SECRET)


def test_with_a_reader_in_the_way_it_says_so_and_whoever_posts_is_not_held_up(
    file: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiping, "_HOLD_UP", 0.05)
    monkeypatch.setattr(wiping, "_PAUSE", 0.05)
    monkeypatch.setattr(wiping, "_TRIES", 40)
    said: list[bool] = []
    with closing(sqlite3.connect(file, isolation_level=None)) as reader, closing(sqlite3.connect(file, timeout=5)) as writer:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM search_docs").fetchone()
        thread = threading.Thread(target=lambda: said.append(wipe_traces(engine)))
        thread.start()
        written = 0
        while thread.is_alive() and written < 2000:
            writer.execute(INSERT, (1000 + written, "said meanwhile"))
            writer.commit()
            written += 1
        thread.join()
    assert said == [False]
    assert written
