"""The deed log: who did what, written with the deed and only with it."""

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM, Actor
from idobata.store.database import db
from idobata.store.deeds import Deed, record
from idobata.store.transaction import transaction

HANAKO = Actor(label="はなこ", person_id=7, email="hanako@example.com")


def test_a_deed_says_who_did_what_to_which_thing_and_when(store: Flask) -> None:
    with transaction():
        record(HANAKO, "date.cancelled", "gathering", "abcdefghjkmn", day="2026-12-05")
    deed = db.session.scalars(select(Deed)).one()
    assert (deed.actor_id, deed.actor_label, deed.act, deed.thing, deed.thing_id) == (
        7,
        "はなこ",
        "date.cancelled",
        "gathering",
        "abcdefghjkmn",
    )
    assert deed.at == clock.now()
    assert deed.detail == {"day": "2026-12-05"}


def test_a_deed_that_was_not_done_is_not_in_the_log(store: Flask) -> None:
    with pytest.raises(RuntimeError), transaction():  # noqa: PT012 - the act is what fails
        record(SYSTEM, "gathering.withdrawn", "gathering", "abcdefghjkmn")
        raise RuntimeError
    assert db.session.scalar(select(Deed.id)) is None


def test_the_machine_itself_has_a_name_in_the_log(store: Flask) -> None:
    with transaction():
        record(SYSTEM, "role.given", "person", "abcdefghjkmn")
    deed = db.session.scalars(select(Deed)).one()
    assert (deed.actor_id, deed.actor_label) == (None, "system")


def test_somebody_known_only_by_a_very_long_address_can_act_too(store: Flask) -> None:
    """PostgreSQL refuses what is longer than its column; the deed itself must not fail for that."""
    address = f"{'a' * 64}@{'b' * 60}.{'c' * 60}.example"
    with transaction():
        record(Actor(label=address, person_id=7, email=address), "group.added", "group", "abcdefghjkmn")
    assert address.startswith(db.session.scalars(select(Deed.actor_label)).one())
