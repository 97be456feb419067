"""Backup and restore: one file holds everything, from either database to either, whatever happens meanwhile."""

import gzip
import json
import stat
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.filters import Filters
from idobata.gatherings.list_queries import find_dates
from idobata.gatherings.models import Gathering
from idobata.kernel.actor import SYSTEM
from idobata.kernel.settings import Settings
from idobata.outside.worker import Worker
from idobata.store.backup import FORMAT, BackupError, make_backup, restore_backup
from idobata.store.database import db
from idobata.store.deeds import Deed, record
from idobata.store.migrating import revision
from idobata.store.outbox import OutboxRow, tell
from idobata.store.transaction import transaction
from idobata.tables import metadata
from idobata.web.rooms import WORKER
from tests.harness.site import Town, days_from_monday, everything, make_settings, running, weekly


def keep(settings: Settings, file: Path) -> int:
    return make_backup(settings, metadata(), file, lambda _words: None)


def bring_back(settings: Settings, file: Path) -> None:
    restore_backup(settings, metadata(), file, lambda _words: None)


def portable() -> dict[str, list[tuple[object, ...]]]:
    """Everything but the one column that each database makes in its own way."""
    found = everything()
    vector = metadata().tables["search_docs"].columns.keys().index("vector")
    found["search_docs"] = [(*row[:vector], *row[vector + 1 :]) for row in found["search_docs"]]
    return found


@pytest.fixture
def on(tmp_path: Path, monday: datetime, request: pytest.FixtureRequest) -> Callable[[str], Iterator[tuple[Flask, Settings]]]:
    """Opens the site on a fresh database of a kind."""

    def opened(kind: str) -> Iterator[tuple[Flask, Settings]]:
        settings = make_settings(request.getfixturevalue(f"{kind}_database_url"), tmp_path / kind)
        for app in running(settings):
            with app.app_context():
                yield app, settings

    return opened


def fill(town: Town, app: Flask) -> None:
    row = town.published(title="夏祭り", schedule=weekly(days_from_monday(5)), facts={"drop-in": True}, body="絵文字😀と改行\nと\u3000𠮷")
    town.draft()
    with transaction():
        cancel_date(SYSTEM, row, days_from_monday(5), "雨", town.settings)
        tell("mail", {"to": "waiting@example.com", "text": "まだです"})
    worker: Worker = app.extensions[WORKER]
    worker.step()


@pytest.mark.parametrize("source, target", [("sqlite", "postgres"), ("postgres", "sqlite")])
def test_everything_goes_from_one_database_to_the_other_and_life_goes_on(
    on: Callable[[str], Iterator[tuple[Flask, Settings]]], tmp_path: Path, source: str, target: str
) -> None:
    file = tmp_path / "町の控え.backup"
    for app, settings in on(source):
        fill(Town(settings), app)
        before = portable()
        assert keep(settings, file) == file.stat().st_size
    for _app, settings in on(target):
        Town(settings).published(title="消えるもの")
        db.session.remove()
        bring_back(settings, file)
        assert portable() == before
        assert [row.gathering.title for row in find_dates(Filters(q="祭り"), settings).rows] == ["夏祭り", "夏祭り"]
        assert find_dates(Filters(q="消える"), settings).rows == ()
        later = Town(settings).published(title="あとから")
        assert db.session.scalar(select(func.count(Gathering.id))) == 3
        assert later.id == 3
        assert [row.gathering.title for row in find_dates(Filters(q="あとから"), settings).rows] == ["あとから"]


def test_a_town_is_brought_back_to_where_it_was(app: Flask, town: Town, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    fill(town, app)
    before = portable()
    keep(settings, file)
    town.published(title="あとから")
    db.session.remove()
    bring_back(settings, file)
    assert portable() == before


def test_the_file_is_its_owners_alone_and_holds_no_key(app: Flask, town: Town, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    fill(town, app)
    keep(settings, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.glob("backup*")) == [file]
    assert settings.machine.secret_key not in gzip.decompress(file.read_bytes()).decode()


def test_a_backup_made_while_people_write_shows_one_moment(store: Flask, settings: Settings, tmp_path: Path) -> None:
    """Each act writes a deed and a row of the outbox: a file with one and not the other would have caught half an act."""
    stop = threading.Event()
    failed: list[Exception] = []

    def write() -> None:
        with store.app_context():
            try:
                while not stop.is_set():
                    with transaction():
                        record(SYSTEM, "test", "thing", "1")
                        db.session.flush()
                        tell("mail", {})
            except Exception as error:
                failed.append(error)
            finally:
                db.session.remove()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        counts = []
        for number in range(4):
            file = tmp_path / f"backup-{number}"
            keep(settings, file)
            names = [json.loads(line)[0] for line in gzip.decompress(file.read_bytes()).decode().splitlines()[1:]]
            counts.append((names.count("deeds"), names.count("outbox")))
    finally:
        stop.set()
        writer.join(30)
    assert failed == []
    assert all(deeds == rows for deeds, rows in counts)
    assert counts[-1][0] > counts[0][0], "people could go on writing"
    assert db.session.scalar(select(func.count(Deed.id))) == db.session.scalar(select(func.count(OutboxRow.id)))


def test_a_file_that_is_no_backup_or_a_broken_one_changes_nothing(app: Flask, town: Town, settings: Settings, tmp_path: Path) -> None:
    good = tmp_path / "good"
    fill(town, app)
    keep(settings, good)
    whole = gzip.decompress(good.read_bytes()).decode()
    lines = whole.splitlines()
    head = json.loads(lines[0])
    packed = good.read_bytes()

    def text(*changed: str) -> bytes:
        return gzip.compress("\n".join(changed).encode())

    broken = {
        "empty": b"",
        "not gzip": b"hello",
        "a picture": bytes(range(256)),
        "cut in the middle": packed[: len(packed) // 2],
        "without its end": packed[:-6],
        "a bit turned": packed[:-40] + bytes([packed[-40] ^ 255]) + packed[-39:],
        "other text": text("hello"),
        "other json": text("[]"),
        "no revision": text(json.dumps({"format": FORMAT})),
        "other format": text(json.dumps({**head, "format": "other-1"}), *lines[1:]),
        "other step": text(json.dumps({**head, "revision": "9999"}), *lines[1:]),
        "a line that is no json": text(*lines[:4], "{", *lines[4:]),
        "a table nobody knows": text(*lines, json.dumps(["secrets", {"id": 1}])),
        "a column nobody knows": text(*lines, json.dumps(["deeds", {"nothing": 1}])),
        "a row twice": text(*lines, lines[-1]),
        "a line of another form": text(*lines, "7"),
    }
    before = portable()
    for name, content in broken.items():
        file = tmp_path / "broken"
        file.write_bytes(content)
        db.session.remove()
        with pytest.raises(BackupError):
            bring_back(settings, file)
        assert portable() == before, name


def test_a_restore_into_an_empty_folder_makes_the_database_first(town: Town, app: Flask, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    fill(town, app)
    keep(settings, file)
    url = f"sqlite:///{tmp_path}/new/idobata.sqlite3"
    elsewhere = replace(settings, machine=replace(settings.machine, database_url=url))
    bring_back(elsewhere, file)
    assert revision(url) == revision(settings.machine.database_url)


def test_a_failed_backup_leaves_the_last_good_one_and_no_rest(
    app: Flask, town: Town, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup"
    keep(settings, file)
    good = file.read_bytes()

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("idobata.store.backup._write", full)
    with pytest.raises(OSError, match="space"):
        keep(settings, file)
    assert file.read_bytes() == good
    assert list(tmp_path.glob("backup*")) == [file]
