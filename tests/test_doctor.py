"""The doctor: says what a running site lacks, and never a secret."""

import smtplib
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from idobata.app import create_app
from idobata.doctor import Finding, examine
from idobata.house import read_settings
from idobata.hub.queries import DELIVER
from idobata.kernel import clock
from idobata.maps.tile_jobs import Tiles
from idobata.outside.http import Unreachable
from idobata.store.database import db
from idobata.store.migrating import step_back
from idobata.store.outbox import tell
from idobata.store.transaction import transaction

SECRET = "s3cret-" * 8


@pytest.fixture
def environment(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A production machine without mail."""
    monkeypatch.setattr(Tiles, "check", lambda self: None)
    for name, value in {
        "IDOBATA_CITY": "demo",
        "IDOBATA_DATA": str(tmp_path / "data"),
        "IDOBATA_DATABASE_URL": database_url,
        "IDOBATA_SECRET_KEY": SECRET,
        "IDOBATA_BASE_URL": "https://idobata.city.example",
    }.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def bad(findings: list[Finding]) -> str:
    return "\n".join(one.what for one in findings if not one.is_well)


def well(findings: list[Finding]) -> str:
    return "\n".join(one.what for one in findings if one.is_well)


@pytest.fixture
def mail_server() -> Iterator[int]:
    """A port where somebody answers like a mail server."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 test\r\n")
            for line in lines:
                connection.sendall(b"221 bye\r\n" if line.lower().startswith(b"quit") else b"250 ok\r\n")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    listener.close()
    thread.join(5)


def test_a_site_with_everything_is_well(environment: pytest.MonkeyPatch, mail_server: int) -> None:
    environment.setenv("IDOBATA_SMTP_URL", f"smtp://user:{SECRET}@127.0.0.1:{mail_server}")
    findings = examine()
    assert bad(findings) == ""
    assert all(word in well(findings) for word in ("database answers", "newest step", "data folder", "mail server answers"))
    assert SECRET not in well(findings)


def test_without_mail_nobody_can_sign_in_and_it_says_so(environment: pytest.MonkeyPatch) -> None:
    assert "IDOBATA_SMTP_URL" in bad(examine())


def test_a_mail_server_that_does_not_answer_is_said_without_its_password(environment: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    environment.setenv("IDOBATA_SMTP_URL", f"smtp://user:{SECRET}@127.0.0.1:{port}")
    said = bad(examine())
    assert "mail server does not answer" in said
    assert SECRET not in said
    assert issubclass(smtplib.SMTPException, OSError)


def test_a_database_behind_or_away_is_said(environment: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> None:
    step_back(database_url, "base")
    assert "run `idobata migrate`" in bad(examine())
    environment.setenv("IDOBATA_DATABASE_URL", f"postgresql+psycopg://user:{SECRET}@/nothing?host={tmp_path}")
    said = bad(examine())
    assert "database does not answer" in said
    assert SECRET not in said


def test_wrong_settings_are_all_named_at_once(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("IDOBATA_SECRET_KEY")
    environment.delenv("IDOBATA_BASE_URL")
    said = bad(examine())
    assert "IDOBATA_SECRET_KEY" in said
    assert "IDOBATA_BASE_URL" in said


def test_a_data_folder_that_is_none_is_said(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"a file stands in the way")
    assert "IDOBATA_DATA" in bad(examine())


def test_a_map_without_its_tiles_is_said_and_is_no_failure(environment: pytest.MonkeyPatch, mail_server: int) -> None:
    def gone(self: Tiles) -> None:
        raise Unreachable

    environment.setenv("IDOBATA_SMTP_URL", f"smtp://127.0.0.1:{mail_server}")
    environment.setattr(Tiles, "check", gone)
    findings = examine()
    assert bad(findings) == ""
    assert "map tiles cannot be had now (the host cannot be reached)" in well(findings)


def test_deliveries_of_feeds_that_nobody_makes_are_named(environment: pytest.MonkeyPatch) -> None:
    assert "subscribers of feeds are sent what is new" in well(examine())
    settings = read_settings(demo=False, production=True)
    with create_app(settings).app_context():
        with transaction(public=False):
            tell(DELIVER, {"subscription": 1}, run_at=clock.now() - timedelta(hours=2))
        db.session.remove()
        db.engine.dispose()
    assert "1 deliveries of feeds have been due for over an hour" in bad(examine())
