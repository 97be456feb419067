"""Whoever leaves leaves nothing behind, and time alone takes the rest: looked for in every byte of every file."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from idobata.groups.models import Membership
from idobata.kernel import clock
from idobata.kernel.settings import Settings
from idobata.outside.worker import Worker
from idobata.store.database import db
from idobata.store.transaction import transaction
from idobata.web.rooms import SETTINGS, WORKER
from tests.harness.site import MONDAY, token_on
from tests.house.canaries.cast import STAFF
from tests.house.canaries.cells import Cell
from tests.house.canaries.columns import personal
from tests.house.canaries.opening import opened
from tests.house.canaries.town import Canaries


@pytest.fixture
def planted(tmp_path: Path) -> Iterator[tuple[Flask, Canaries]]:
    """The town full of canaries."""
    yield from opened(tmp_path)


def in_files(app: Flask, cells: list[Cell]) -> set[str]:
    """Which columns of these cells still sing somewhere in the folder of the site."""
    settings: Settings = app.extensions[SETTINGS]
    db.session.rollback()
    found = b"".join(one.read_bytes() for one in settings.machine.data.rglob("*") if one.is_file()).lower()
    return {f"{cell.table}.{cell.column} of row {cell.row}" for cell in cells if cell.song and cell.song.lower().encode() in found}


def work(app: Flask) -> None:
    worker: Worker = app.extensions[WORKER]
    for chore in worker._chores:
        chore.due = None
    worker.run_until_empty()


def leave(client: FlaskClient, **choice: str) -> int:
    """Take the two steps."""
    token = token_on(client.get("/my/data/erase"))
    return client.post("/my/data/erase", data={"csrf_token": token, "sure": "y", **choice}).status_code


# Who of the city checked a gathering is that colleague's name, not the host's.
OF_STAFF = {("assurances", "who_label")}


def hers(town: Canaries, role: str) -> list[Cell]:
    """The personal cells that are hers and no other resident's."""
    person, staff = town.visitors[role].person_id, {town.visitors[one].person_id for one in STAFF}
    return [
        cell
        for cell in town.aviary.by_song.values()
        if cell.owners - staff == {person} and (cell.table, cell.column) in personal() - OF_STAFF and not _of_the_town(cell)
    ]


def _of_the_town(cell: Cell) -> bool:
    # A place that the city checked, or where something is going on, is nobody's own.
    return cell.table == "places" and cell.what == "public"


@pytest.mark.parametrize("role", ["poster", "other_poster"])
def test_whoever_leaves_leaves_nothing_behind(planted: tuple[Flask, Canaries], role: str) -> None:
    app, town = planted
    mine, theirs = hers(town, role), hers(town, "other_poster" if role == "poster" else "poster")
    tables = {cell.table for cell in mine}
    assert {"people", "gatherings", "deeds", "occurrences", "assurances", "proxy_posts", "private_homes"} <= tables
    assert len(in_files(app, mine)) > 30
    before = in_files(app, theirs)
    assert leave(town.visitors[role].client, fate="take_down") == 200
    work(app)
    assert in_files(app, mine) == set()
    assert in_files(app, theirs) == before, "what is somebody else's stays"


def test_whoever_leaves_a_group_takes_herself_out_of_it(planted: tuple[Flask, Canaries]) -> None:
    app, town = planted
    member = town.visitors["member"].person_id
    name = [
        cell
        for cell in town.aviary.by_song.values()
        if cell.owners == {member} and (cell.table, cell.column) in personal() and cell.table != "gatherings"
    ]
    assert leave(town.visitors["member"].client) == 200
    work(app)
    assert in_files(app, name) == set()
    page = town.visitors["anonymous"].client.get("/groups/minato-shogi").get_data(as_text=True)
    assert "CNRY-gatherings-title" in page, "the group's gathering goes on"


def test_time_alone_takes_everything_away(planted: tuple[Flask, Canaries]) -> None:
    """Of residents without a group nothing is left, though nobody asked for anything."""
    app, town = planted
    settings: Settings = app.extensions[SETTINGS]
    with transaction():
        db.session.execute(delete(Membership))
    residents = {town.visitors[role].person_id for role in ("poster", "other_poster")}
    cells = [
        cell
        for cell in town.aviary.by_song.values()
        # What was public stays in the town's memory, without its host.
        if cell.owners and cell.owners <= residents and (cell.table, cell.column) in personal() and cell.what != "public"
    ]
    assert len(in_files(app, cells)) > 60
    policy = settings.policy
    longest = max(policy.person_keep_days, policy.contact_keep_days, policy.log_names_keep_days)
    for days in (1, 60, longest + 60, longest + 61):
        clock.fix(MONDAY + timedelta(days=days))
        work(app)
    assert in_files(app, cells) == set()
