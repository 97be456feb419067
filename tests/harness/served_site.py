"""A site that is really served: the whole application behind its page cache on a free port of this machine, with the demo town in it."""

import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from idobata.app import create_app
from idobata.demo.seeding_actions import seed_town
from idobata.kernel import clock
from idobata.kernel.layout import config_folder
from idobata.kernel.settings import Settings
from idobata.kernel.settings_reader import read
from idobata.outside.worker import Worker
from idobata.store.database import db
from idobata.web.rooms import SETTINGS, WORKER
from tests.harness.site import MONDAY, without_tiles

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ServedSite:
    """A running site. Its clock stands still on a Monday morning; its worker works when it is told to."""

    address: str
    app: Flask

    @property
    def settings(self) -> Settings:
        """The demo city's settings, with the address it is served at."""
        settings: Settings = self.app.extensions[SETTINGS]
        return settings

    def work(self) -> int:
        """Do what waits in the outbox; returns how many rows that was."""
        worker: Worker = self.app.extensions[WORKER]
        return worker.run_until_empty()

    def inside(self, act: Callable[[], T]) -> T:
        """Do something with the site's own database, as a job of the site would."""
        with self.app.app_context():
            try:
                return act()
            finally:
                db.session.remove()


class _Quiet(WSGIRequestHandler):
    """Says nothing about requests: what went wrong is told by the test."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="session")
def demo_town_file(migrated_sqlite_file: Path, database_folder: Path) -> Path:
    """A SQLite database with the demo town as it is on that Monday. Copy it; do not open it."""
    file = database_folder / "demo-town.sqlite3"
    shutil.copyfile(migrated_sqlite_file, file)
    with tempfile.TemporaryDirectory(dir=database_folder) as data, _monday():
        app = create_app(_settings(file, Path(data), "http://127.0.0.1:8000"))
        with app.app_context():
            seed_town(app.extensions[SETTINGS])
            db.session.remove()
            db.engine.dispose()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # all of it in the one file that is copied
    return file


@pytest.fixture(scope="module")
def served_site(demo_town_file: Path, database_folder: Path) -> Iterator[ServedSite]:
    """The demo town, served to this module's tests alone: what one of them changes, the next ones see."""
    with serving(demo_town_file, database_folder) as site:
        yield site


@contextmanager
def serving(demo_town_file: Path, database_folder: Path, host: str = "127.0.0.1") -> Iterator[ServedSite]:
    """Serve a copy of the demo town on this machine, under `host` as its own name."""
    with tempfile.TemporaryDirectory(dir=database_folder) as folder, _monday():
        data = Path(folder)
        file = data / "idobata.sqlite3"
        shutil.copyfile(demo_town_file, file)
        # The port is known only when the door is open, and the app wants to know its address when it is made.
        server = make_server("127.0.0.1", 0, _not_yet, threaded=True, request_handler=_Quiet)
        address = f"http://{host}:{server.port}"
        app = create_app(_settings(file, data, address))
        server.app = app
        thread = threading.Thread(target=server.serve_forever, name="served site", daemon=True)
        thread.start()
        try:
            yield ServedSite(address, app)
        finally:
            _close(server, thread)
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


def _close(server: BaseWSGIServer, thread: threading.Thread) -> None:
    server.shutdown()
    thread.join(10)
    server.server_close()


def _not_yet(environ: object, start_response: Callable[..., object]) -> list[bytes]:
    raise RuntimeError("the site is not open yet")


def _settings(file: Path, data: Path, address: str) -> Settings:
    environ = {"IDOBATA_DATA": str(data), "IDOBATA_DATABASE_URL": f"sqlite:///{file}", "IDOBATA_BASE_URL": address}
    return without_tiles(read("demo", environ, config_folder(), demo=True, production=False))


@contextmanager
def _monday() -> Iterator[None]:
    clock.fix(MONDAY)
    try:
        yield
    finally:
        clock.fix(None)
