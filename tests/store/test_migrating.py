"""Migrations: they say the same as the models, go forward and back with data, and bear several starts at once."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.exc import OperationalError

from idobata.accounts.models import Person
from idobata.gatherings.models import Gathering
from idobata.gatherings.version_actions import keep_live
from idobata.gatherings.version_queries import picture_of, versions_of
from idobata.kernel.actor import SYSTEM
from idobata.kernel.layout import migrations_folder
from idobata.store import search_index
from idobata.store.database import db
from idobata.store.migrating import database_kind, is_newest, migrate, revision, step_back
from idobata.store.transaction import transaction
from idobata.tables import metadata
from tests.harness.site import make_settings, store_on

# Neither is something a model can say: SQLite's search table with its shadows, and PostgreSQL's index of the vectors.
BY_HAND = ("search_fts", "ix_search_docs_vector")


def steps() -> list[str]:
    """All steps from the first to the newest."""
    return [step.revision for step in reversed(list(ScriptDirectory(str(migrations_folder())).walk_revisions()))]


def test_the_migrated_database_is_what_the_models_say(store: Flask) -> None:
    def looked_at(_thing: object, name: str | None, *_more: object) -> bool:
        return not (name or "").startswith(BY_HAND)

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": looked_at})
        assert compare_metadata(context, metadata()) == []


def test_there_is_one_line_of_steps_and_no_fork() -> None:
    script = ScriptDirectory(str(migrations_folder()))
    assert len(script.get_heads()) == 1
    assert len(steps()) == len(list(script.walk_revisions()))


def test_an_empty_database_is_at_no_step_and_a_migrated_one_at_the_newest(empty_database_url: str) -> None:
    assert revision(empty_database_url) is None
    assert not is_newest(empty_database_url)
    migrate(empty_database_url)
    assert revision(empty_database_url) == steps()[-1]
    assert is_newest(empty_database_url)
    migrate(empty_database_url)
    assert is_newest(empty_database_url)


def test_every_step_goes_back_and_forward_again_and_search_works_afterwards(database_url: str, monday: datetime) -> None:
    for _app in store_on(database_url):
        with transaction():
            db.session.add(Person(email="hanako@example.com", name="はなこ", created_at=monday))
            search_index.put(1, "夏祭り", "盆おどり")
    for target in [*reversed(steps()[:-1]), "base"]:
        step_back(database_url, target)
    engine = create_engine(database_url)
    left = set(inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    assert left == set()
    for step in steps():
        migrate(database_url, step)
    assert is_newest(database_url)
    for _app in store_on(database_url):
        with transaction():
            search_index.put(1, "夏祭り", "盆おどり")
        assert db.session.scalar(text("SELECT count(*) FROM search_docs")) == 1


def test_a_gathering_of_before_has_no_versions_and_gets_its_first_when_it_changes(
    database_url: str, monday: datetime, tmp_path: Path
) -> None:
    step = next(one for one in ScriptDirectory(str(migrations_folder())).walk_revisions() if one.path.endswith("_versions.py"))
    step_back(database_url, str(step.down_revision))
    old = {"public_id": "abcdefghjkmn", "publication": "published", "title": "将棋", "summary": "さします。", "host_name": "会"}
    old |= {"venue_kind": "online", "fee_kind": "free", "signup_kind": "none", "sequence": 0, "created_at": monday, "updated_at": monday}
    old |= {"published_at": monday, "schedule": '{"rhythm": "once", "first_day": "2026-12-05"}', "facts": "{}", "is_online": True}
    empty = ("body", "poster_email", "area_words", "online_url", "fee_words", "signup_words", "audience", "bring", "rain", "parking")
    empty += ("language", "contact_name", "contact_phone", "contact_email", "contact_url", "return_words")
    old |= dict.fromkeys(empty, "") | {f"contact_{kind}_public": False for kind in ("phone", "email", "url")}
    engine = create_engine(database_url)
    with engine.begin() as connection:
        columns, names = ", ".join(old), ", ".join(f":{name}" for name in old)
        connection.execute(text(f"INSERT INTO gatherings ({columns}) VALUES ({names})"), old)
    engine.dispose()
    migrate(database_url)
    for _app in store_on(database_url):
        row = db.session.scalars(select(Gathering)).one()
        assert (row.title, row.told_changes, versions_of(row)) == ("将棋", None, [])
        before = picture_of(row)
        with transaction():
            row.title = "将棋の会"
            keep_live(SYSTEM, row, before, make_settings(database_url, tmp_path))
        assert [one.values["title"] for one in versions_of(row)] == ["将棋の会", "将棋"]


def test_a_step_that_fails_leaves_nothing_half_done(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ScriptDirectory(str(migrations_folder())).get_revision(steps()[0]).module  # type: ignore[union-attr]
    assert module.FTS
    real = module.op.create_index

    def fails(name: str, *arguments: object, **options: object) -> None:
        if name == "ix_occurrences_list":
            raise RuntimeError
        real(name, *arguments, **options)

    monkeypatch.setattr("alembic.op.create_index", fails)
    with pytest.raises(RuntimeError):
        migrate(empty_database_url)
    monkeypatch.undo()
    engine = create_engine(empty_database_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    migrate(empty_database_url)
    assert is_newest(empty_database_url)


def test_processes_that_start_together_migrate_once(empty_database_url: str) -> None:
    command = "import sys; from idobata.store.migrating import migrate; sys.stdin.readline(); migrate(sys.argv[1])"
    workers = [
        subprocess.Popen([sys.executable, "-c", command, empty_database_url], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [worker.communicate("go\n", timeout=60)[1] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], said
    assert is_newest(empty_database_url)


def test_the_kind_of_a_database_is_told_and_none_for_one_that_does_not_answer(database_url: str, tmp_path: object) -> None:
    assert database_kind(database_url) == database_url.partition(":")[0].partition("+")[0]
    assert database_kind(f"postgresql+psycopg://nobody@/nothing?host={tmp_path}") is None
    assert database_kind(f"sqlite:///{tmp_path}/there/is/no/folder.sqlite3") is None


def test_a_database_that_is_not_there_is_an_error_and_not_an_empty_town(tmp_path: object) -> None:
    with pytest.raises(OperationalError):
        migrate(f"postgresql+psycopg://nobody@/nothing?host={tmp_path}")


def test_people_signed_in_before_there_were_second_factors_stay_signed_in(empty_database_url: str) -> None:
    migrate(empty_database_url, "0003")
    engine = create_engine(empty_database_url)
    at = datetime(2026, 11, 30, tzinfo=UTC)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO people (id, public_id, email, name, created_at) VALUES (1, 'abcdefghjkmn', 'hanako@example.com', '', :at)"),
            {"at": at},
        )
        connection.execute(
            text("INSERT INTO sessions (token_hash, person_id, created_at, seen_at, ends_at, data) VALUES ('x', 1, :at, :at, :at, '{}')"),
            {"at": at},
        )
    migrate(empty_database_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT second_at, proved_at FROM sessions")).one() == (None, None)
        assert connection.execute(text("SELECT signed_in_at FROM people")).one() == (None,)
    engine.dispose()
