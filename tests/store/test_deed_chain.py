"""The chain of the deed log: whoever changes, deletes or slips in a row is found out, and a name can be taken out all the same."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.exc import DBAPIError

from idobata import cli
from idobata.kernel import chain, clock
from idobata.kernel.actor import SYSTEM, Actor
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.deeds import Deed, forget_actor, forget_details, record, verify
from idobata.store.migrating import migrate, step_back
from idobata.store.transaction import transaction
from tests.harness.site import MONDAY, store_on, together

HANAKO = Actor(label="はなこ", person_id=7)
TARO = Actor(label="たろう", person_id=8)


def three_deeds() -> None:
    with transaction():
        record(HANAKO, "gathering.drafted", "gathering", "abcdefghjkmn")
        record(HANAKO, "gathering.changed", "gathering", "abcdefghjkmn", fields=["title"], changes={"title": ["朝の会", "夜の会"]})
    with transaction():
        record(TARO, "desk.published", "gathering", "abcdefghjkmn")


def by_force(*statements: str) -> None:
    """What somebody with the database's own password does."""
    with db.engine.begin() as connection:
        unlock(connection)
        for statement in statements:
            connection.execute(text(statement))
    db.session.rollback()


def unlock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE deeds DISABLE TRIGGER USER"))
    else:
        for name in ("deeds_unchanged", "deeds_kept"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))


def ids() -> list[int]:
    return list(db.session.scalars(select(Deed.id).order_by(Deed.id)))


class TestAWholeChain:
    def test_each_deed_stands_on_the_one_before_and_the_head_is_the_last(self, store: Flask) -> None:
        assert verify().head == chain.BEGINNING
        three_deeds()
        rows = db.session.scalars(select(Deed).order_by(Deed.id)).all()
        assert [row.previous_hash for row in rows] == [chain.BEGINNING, rows[0].hash, rows[1].hash]
        found = verify()
        assert (found.count, found.head, found.broken_id, found.emptied) == (3, rows[2].hash, None, 0)

    def test_a_deed_that_was_not_done_leaves_no_gap(self, store: Flask) -> None:
        three_deeds()
        with pytest.raises(RuntimeError), transaction():  # noqa: PT012 - the act is what fails
            record(HANAKO, "gathering.withdrawn", "gathering", "abcdefghjkmn")
            raise RuntimeError
        with transaction():
            record(SYSTEM, "role.given", "person", "abcdefghjkmn", role="editor")
        found = verify()
        assert (found.count, found.broken_id) == (4, None)

    def test_twelve_who_write_at_once_make_one_chain(self, store: Flask) -> None:
        def act(number: int) -> Callable[[], None]:
            def one() -> None:
                with transaction():
                    record(Actor(label=f"人{number}", person_id=number), "gathering.drafted", "gathering", f"abcdefghjk{number:02}")
                    record(Actor(label=f"人{number}", person_id=number), "gathering.submitted", "gathering", f"abcdefghjk{number:02}")

            return one

        together(store, *(act(number) for number in range(12)))
        found = verify()
        assert (found.count, found.broken_id) == (24, None)

    def test_the_moment_is_bound_to_the_millionth_of_a_second(self, store: Flask) -> None:
        with clock.hold(MONDAY + timedelta(microseconds=123_457)), transaction():
            record(HANAKO, "gathering.drafted", "gathering", "abcdefghjkmn")
        assert verify().broken_id is None


class TestTampering:
    @pytest.mark.parametrize(
        "change",
        [
            "actor_label = 'はなご'",
            "actor_id = 9",
            "act = 'desk.publishee'",
            "thing_id = 'abcdefghjkmm'",
            "at = at_earlier",
            """detail = '{"fields": ["body"]}'""",
            "who_digest = replace(who_digest, substr(who_digest, 1, 1), 'x')",
            "hash = replace(hash, substr(hash, 64, 1), 'x')",
        ],
    )
    def test_one_byte_changed_is_named(self, store: Flask, change: str) -> None:
        three_deeds()
        second = ids()[1]
        earlier = "at - interval '1 second'" if db.engine.dialect.name == "postgresql" else "'2026-11-29 23:59:59.000000'"
        by_force(f"UPDATE deeds SET {change.replace('at_earlier', earlier)} WHERE id = {second}")
        assert verify().broken_id == second

    def test_a_deed_taken_out_of_the_middle_is_missed_by_the_next(self, store: Flask) -> None:
        three_deeds()
        _first, second, third = ids()
        by_force(f"DELETE FROM deeds WHERE id = {second}")
        found = verify()
        assert (found.broken_id, "taken out" in found.problem) == (third, True)

    def test_the_end_cut_off_is_missed_too(self, store: Flask) -> None:
        three_deeds()
        first, second, third = ids()
        by_force(f"DELETE FROM deeds WHERE id = {third}")
        found = verify()
        assert (found.broken_id, found.count) == (second, 2)
        by_force(f"DELETE FROM deeds WHERE id IN ({first}, {second})")
        assert verify().broken_id == 0

    def test_a_chain_written_anew_does_not_hold_the_head_somebody_noted(self, store: Flask) -> None:
        three_deeds()
        noted = verify().head
        assert verify(noted).knows
        by_force("DELETE FROM deeds", f"UPDATE deed_heads SET hash = '{chain.BEGINNING}', count = 0")
        three_deeds()
        found = verify(noted)
        assert (found.broken_id, found.knows) == (None, False)

    def test_a_name_put_where_one_was_taken_out_is_found(self, store: Flask) -> None:
        three_deeds()
        with transaction():
            forget_actor(7)
        by_force(f"UPDATE deeds SET actor_label = 'たろう', actor_id = 8 WHERE id = {ids()[0]}")
        assert verify().broken_id == ids()[0]


class TestTheDatabaseItselfRefuses:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE deeds SET actor_label = 'だれか'",
            "UPDATE deeds SET actor_label = '', who_salt = ''",  # half a name taken out
            "UPDATE deeds SET detail = '{}'",
            "UPDATE deeds SET hash = previous_hash",
            "UPDATE deeds SET at = '2020-01-01 00:00:00'",
            "DELETE FROM deeds",
        ],
    )
    def test_a_deed_is_neither_changed_nor_deleted(self, store: Flask, statement: str) -> None:
        three_deeds()
        with pytest.raises(DBAPIError, match="never changed"), transaction():
            db.session.execute(text(statement))
        assert verify().count == 3

    def test_not_even_all_at_once(self, store: Flask) -> None:
        if db.engine.dialect.name == "postgresql":
            with pytest.raises(DBAPIError, match="never changed"), transaction():
                db.session.execute(text("TRUNCATE deeds"))

    def test_a_second_chain_cannot_branch_off(self, store: Flask) -> None:
        three_deeds()
        columns = (
            "at, actor_id, actor_label, act, thing, thing_id, detail, who_salt, who_digest, detail_salt, detail_digest, previous_hash, hash"
        )
        with pytest.raises(DBAPIError), transaction():
            db.session.execute(text(f"INSERT INTO deeds ({columns}) SELECT {columns} FROM deeds WHERE id = {ids()[1]}"))


class TestTakingANameOut:
    def test_who_it_was_is_gone_what_was_done_stays_and_the_chain_holds(self, store: Flask) -> None:
        three_deeds()
        with transaction():
            assert forget_actor(7) == 2
        rows = db.session.scalars(select(Deed).order_by(Deed.id)).all()
        assert [(row.actor_label, row.actor_id) for row in rows] == [("", None), ("", None), ("たろう", 8)]
        assert [row.act for row in rows] == ["gathering.drafted", "gathering.changed", "desk.published"]
        found = verify()
        assert (found.broken_id, found.emptied) == (None, 2)

    def test_the_words_of_a_detail_can_go_too(self, store: Flask) -> None:
        three_deeds()
        with transaction():
            assert forget_details("gathering", "abcdefghjkmn") == 3
        assert {str(row) for row in db.session.scalars(select(Deed.detail))} == {"{}"}
        assert verify().broken_id is None

    def test_the_digest_alone_does_not_tell_the_name(self, store: Flask) -> None:
        three_deeds()
        with transaction():
            forget_actor(7)
        row = db.session.scalars(select(Deed).order_by(Deed.id)).first()
        assert row is not None
        assert row.who_digest != chain.who_digest("", 7, "はなこ")


class TestDeedsFromBefore:
    def test_they_get_their_place_in_the_chain_by_the_migration(self, database_url: str) -> None:
        step_back(database_url, "0001")
        engine = create_engine(database_url)
        with engine.begin() as connection:
            for number in range(3):
                connection.execute(
                    text(
                        "INSERT INTO deeds (at, actor_id, actor_label, act, thing, thing_id, detail) "
                        "VALUES (:at, 7, 'はなこ', 'gathering.changed', 'gathering', 'abcdefghjkmn', :detail)"
                    ),
                    {"at": f"2026-11-0{number + 1} 01:02:03.000004", "detail": '{"fields": ["title"], "changes": {"title": ["朝", "夜"]}}'},
                )
        engine.dispose()
        migrate(database_url)
        for _app in store_on(database_url):
            found = verify()
            assert (found.count, found.broken_id) == (3, None)
            with transaction():
                record(HANAKO, "gathering.withdrawn", "gathering", "abcdefghjkmn")
            assert verify().count == 4


class TestTheCommand:
    @pytest.fixture
    def run(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
        """Runs `verify-log` on the database of the test."""
        for name, value in {
            "IDOBATA_CITY": "demo",
            "IDOBATA_DATA": str(settings.machine.data),
            "IDOBATA_DATABASE_URL": settings.machine.database_url,
        }.items():
            monkeypatch.setenv(name, value)

        def command(*arguments: str) -> tuple[int, str]:
            done = CliRunner().invoke(cli.cli, ["verify-log", *arguments])
            return done.exit_code, done.output

        return command

    def test_it_prints_the_head_and_ends_well(self, inside: None, run: Callable[..., tuple[int, str]]) -> None:
        three_deeds()
        status, said = run()
        assert status == 0
        assert "3 deeds" in said
        assert f"head: {verify().head}" in said

    def test_a_changed_byte_is_named_and_the_status_is_one(self, inside: None, run: Callable[..., tuple[int, str]]) -> None:
        three_deeds()
        by_force(f"UPDATE deeds SET actor_label = 'はなご' WHERE id = {ids()[1]}")
        status, said = run()
        assert status == 1
        assert f"row {ids()[1]} is broken" in said

    def test_a_noted_head_that_is_gone_is_told(self, inside: None, run: Callable[..., tuple[int, str]]) -> None:
        three_deeds()
        assert run("--noted", verify().head)[0] == 0
        status, said = run("--noted", "f" * 64)
        assert status == 1
        assert "no link of this log" in said
