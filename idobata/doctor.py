"""Checks what a running site needs, and says what is wrong. Never shows a secret."""

import smtplib
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from idobata.app import create_app
from idobata.house import read_settings
from idobata.hub.queries import count_overdue
from idobata.kernel.settings import Settings
from idobata.kernel.settings_reader import SettingsError
from idobata.maps.tile_jobs import Tiles
from idobata.outside.http import OutsideError
from idobata.store.database import db
from idobata.store.migrating import database_kind, is_newest

TIMEOUT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    is_well: bool
    what: str


def examine() -> list[Finding]:
    """Look at settings, database and mail, as production would use them."""
    try:
        settings = read_settings(demo=False, production=True)
    except SettingsError as error:
        return [Finding(False, f"settings: {problem}") for problem in error.problems]
    return [
        Finding(True, f"settings of {settings.city.english_name}"),
        *_database(settings),
        _data_folder(settings),
        _mail(settings),
        _map(settings),
    ]


def _database(settings: Settings) -> list[Finding]:
    url = settings.machine.database_url
    kind = database_kind(url)
    if kind is None:
        return [Finding(False, "the database does not answer")]
    found = [Finding(True, f"the database answers ({kind})")]
    newest = is_newest(url)
    found.append(Finding(newest, "the database is at its newest step" if newest else "the database is behind: run `idobata migrate`"))
    if newest:
        found += _hub(settings)
        found.append(Finding(True, "the log of deeds is a chain: `idobata verify-log` reads it whole and names a row that was changed"))
    return found


def _hub(settings: Settings) -> list[Finding]:
    if not settings.policy.websub:
        return [Finding(True, "feeds have no hub, as [policy] says")]
    try:
        app = create_app(settings)
    except OSError:
        return []  # the data folder cannot be written, which is said beside this
    with app.app_context():
        overdue = count_overdue()
        db.session.remove()
        db.engine.dispose()
    if overdue:
        return [Finding(False, f"{overdue:,} deliveries of feeds have been due for over an hour: is a worker running?")]
    return [Finding(True, "subscribers of feeds are sent what is new")]


def _data_folder(settings: Settings) -> Finding:
    probe = settings.machine.data / ".doctor"
    try:
        settings.machine.data.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        return Finding(False, f"the data folder cannot be written ({error.strerror})")
    return Finding(True, "the data folder can be written")


def _mail(settings: Settings) -> Finding:
    if not settings.machine.smtp_url:
        return Finding(False, "IDOBATA_SMTP_URL is not set: no mail can be sent, and nobody can confirm a post or sign in")
    parts = urlsplit(settings.machine.smtp_url)
    host = parts.hostname or "localhost"
    try:
        if parts.scheme == "smtps":
            with smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS) as server:
                server.noop()
        else:
            with smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT_SECONDS) as server:
                server.noop()
    except (OSError, smtplib.SMTPException, socket.gaierror) as error:
        return Finding(False, f"the mail server does not answer ({type(error).__name__})")
    return Finding(True, "the mail server answers")


def _map(settings: Settings) -> Finding:
    """Never a reason to fail: without tiles the map shows places and districts on plain ground."""
    tiles = Tiles(settings)
    if not tiles.is_on:
        return Finding(True, "the map is without tiles, as [map] says")
    try:
        tiles.check()
    except OutsideError as error:
        return Finding(True, f"map tiles cannot be had now ({error}): the map shows its plain ground")
    return Finding(True, "map tiles can be had")
