"""A40: what was erased does not come back from a backup, on either database, nor on another machine."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from idobata.accounts.models import Person
from idobata.accounts.queries import actor_of
from idobata.cli import cli
from idobata.gatherings.models import Gathering
from idobata.kernel.settings import Settings
from idobata.outside.worker import Worker
from idobata.privacy.erasing_actions import erase_again, erase_myself
from idobata.privacy.leaving import Fate
from idobata.store.backup import make_backup, restore_backup
from idobata.store.database import db
from idobata.store.tombstones import FILE_NAME, read_tombstones
from idobata.store.transaction import transaction
from idobata.tables import metadata
from idobata.web.rooms import WORKER
from tests.harness.site import BASE_URL, SECRET_KEY, Town, everything, make_settings

MANY = 100
SONG = "kanaria"


def crowd(town: Town) -> None:
    """A hundred who will leave, each with a post, and two who will stay."""
    for number in range(MANY):
        person = town.person(f"{SONG}{number}@example.com", f"{SONG}{number}")
        town.waiting(person, title=f"{SONG}の会{number}", contact_phone=f"{SONG}{number}")
    town.waiting(town.person("stays@example.com", "のこる人"), title="のこる会")


def all_leave(settings: Settings) -> None:
    for person in db.session.scalars(select(Person).where(Person.email.startswith(SONG))).all():
        with transaction():
            erase_myself(actor_of(person), Fate.TAKE_DOWN, settings)


def singing() -> int:
    return str(everything()).count(SONG)


def nothing(_words: str) -> None:
    pass


def test_a_hundred_erased_people_do_not_come_back(app: Flask, town: Town, settings: Settings, tmp_path: Path) -> None:
    before = tmp_path / "before.backup"
    crowd(town)
    make_backup(settings, metadata(), before, nothing)
    all_leave(settings)
    assert singing() == 0
    db.session.remove()
    restore_backup(settings, metadata(), before, nothing)
    assert db.session.scalar(select(func.count(Person.id)).where(Person.email.startswith(SONG))) == MANY, "the backup did hold them"
    assert erase_again(settings) == MANY
    assert singing() == 0
    assert db.session.scalars(select(Gathering.title)).all() == ["のこる会"]
    assert erase_again(settings) == 0


def test_a_machine_that_lost_the_list_gets_it_from_a_newer_backup(app: Flask, town: Town, settings: Settings, tmp_path: Path) -> None:
    before, after = tmp_path / "before.backup", tmp_path / "after.backup"
    person = town.person(f"{SONG}@example.com", SONG)
    make_backup(settings, metadata(), before, nothing)
    with transaction():
        erase_myself(person, Fate.KEEP, settings)
    make_backup(settings, metadata(), after, nothing)
    (settings.machine.data / FILE_NAME).unlink()
    db.session.remove()
    restore_backup(settings, metadata(), after, nothing)
    assert len(read_tombstones(settings.machine.data)) == 1
    restore_backup(settings, metadata(), before, nothing)
    assert erase_again(settings) == 1
    assert singing() == 0


def test_the_worker_finds_whom_the_command_left(app: Flask, town: Town, settings: Settings, tmp_path: Path) -> None:
    """The machine stopped between the restore and the second erasure."""
    before = tmp_path / "before.backup"
    person = town.person(f"{SONG}@example.com", SONG)
    make_backup(settings, metadata(), before, nothing)
    with transaction():
        erase_myself(person, Fate.KEEP, settings)
    db.session.remove()
    restore_backup(settings, metadata(), before, nothing)
    worker: Worker = app.extensions[WORKER]
    worker.run_until_empty()
    assert singing() == 0


def test_a_broken_backup_brings_no_stones(app: Flask, town: Town, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "broken.backup"
    person = town.person(f"{SONG}@example.com", SONG)
    with transaction():
        erase_myself(person, Fate.KEEP, settings)
    make_backup(settings, metadata(), file, nothing)
    (settings.machine.data / FILE_NAME).unlink()
    file.write_bytes(file.read_bytes()[:-20])
    db.session.remove()
    with pytest.raises(Exception, match="nothing was changed"):
        restore_backup(settings, metadata(), file, nothing)
    assert read_tombstones(settings.machine.data) == {}


def test_the_command_erases_again_and_leaves_nothing_in_the_files(
    sqlite_only: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = sqlite_only.config["SQLALCHEMY_DATABASE_URI"]
    settings = make_settings(url, tmp_path / "data")
    environment = {
        "IDOBATA_DATA": str(settings.machine.data),
        "IDOBATA_DATABASE_URL": url,
        "IDOBATA_BASE_URL": BASE_URL,
        "IDOBATA_SECRET_KEY": SECRET_KEY,
        "IDOBATA_CITY": "demo",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    town = Town(settings)
    person = town.person(f"{SONG}@example.com", SONG)
    town.waiting(person, title=f"{SONG}の会")
    said = CliRunner().invoke(cli, ["backup", str(tmp_path / "before.backup")])
    assert said.exit_code == 0, said.output
    with transaction():
        erase_myself(person, Fate.KEEP, settings)
    db.session.remove()
    said = CliRunner().invoke(cli, ["restore", str(tmp_path / "before.backup"), "--yes"])
    assert said.exit_code == 0, said.output
    assert "1 who had been erased since were erased again" in said.output
    folder = Path(str(db.engine.url.database)).parent
    assert [one for one in folder.iterdir() if SONG.encode() in one.read_bytes()] == []
    assert singing() == 0
