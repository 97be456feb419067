"""Nobody sees what is not hers: every private cell holds a canary, and every address is opened as everybody."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.accounts.models import Person
from idobata.accounts.queries import actor_of
from idobata.desk.actions import return_post
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import save_draft, submit
from idobata.gatherings.states import Publication
from idobata.gatherings.values import PlaceWords
from idobata.store.database import db
from idobata.store.generation import Generation
from idobata.store.transaction import transaction
from idobata.tables import metadata
from idobata.web.rooms import SETTINGS
from tests.harness.site import Town, days_from_monday, weekly
from tests.house.canaries import addresses
from tests.house.canaries.cast import ROLES
from tests.house.canaries.cells import sing_otherwise, unfolded
from tests.house.canaries.columns import CLASSES, classes, personal
from tests.house.canaries.opening import opened
from tests.house.canaries.town import Canaries
from tests.house.canaries.visibility import EVERY_ROUTE, EVERYBODY, NOTHING, allowed, is_allowed, lines
from tests.house.canaries.visiting import Heard, answers_alike, everything_public, walk


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Canaries]]:
    """The town full of canaries, as a city runs it (no demo)."""
    yield from opened(Path(tmp_path_factory.mktemp("canaries")))


@pytest.fixture(scope="module")
def heard(planted: tuple[Flask, Canaries]) -> Heard:
    """Everything that was heard on one walk through the whole town."""
    app, town = planted
    return walk(town, addresses.rules(app), list(ROLES))


def test_every_column_is_classified() -> None:
    """A new column stands in docs/columns.csv, or the build fails: somebody has to say who may see it."""
    there = {(table.name, column.name) for table in metadata().sorted_tables for column in table.columns}
    assert set(classes()) == there
    assert {name: what for name, what in classes().items() if what not in CLASSES} == {}
    assert personal() <= there


def test_every_route_has_a_line_in_the_table_and_every_line_a_route(planted: tuple[Flask, Canaries]) -> None:
    app, _town = planted
    there = {rule.rule for rule in addresses.rules(app) if "GET" in (rule.methods or ())}
    told = {line.route for line in lines()} - {EVERY_ROUTE}
    assert sorted(there - told) == [], "say in docs/visibility.csv who may see what there"
    assert sorted(told - there) == [], "these are gone; take the lines out"
    for line in lines():
        assert line.why, line
        assert set(line.roles) <= {*ROLES, EVERYBODY}, line
        assert set(line.what) <= {NOTHING, *CLASSES, *(f"own {one}" for one in CLASSES)}, line
        assert (line.what == (NOTHING,)) == (line.roles == (EVERYBODY,)), line


@pytest.mark.takes(60)
def test_no_canary_sings_where_the_table_does_not_allow_it(heard: Heard) -> None:
    assert {claim: example for claim, example in sorted(heard.claims.items()) if not is_allowed(claim)} == {}


def test_the_table_allows_nothing_that_nobody_sees(heard: Heard) -> None:
    used = heard.claims.keys() | {(EVERY_ROUTE, *claim[1:]) for claim in heard.claims}
    assert sorted(allowed() - used) == []


def test_nothing_else_went_wrong_on_the_way(heard: Heard) -> None:
    assert heard.faults == []
    assert heard.requests > 3000
    assert heard.statuses[200] > 500


def test_whoever_asks_for_another_kind_of_answer_gets_the_same(planted: tuple[Flask, Canaries]) -> None:
    """So the walk above, which asks for no kind, has heard them all."""
    app, town = planted
    assert answers_alike(app, town, ["anonymous", "editor"]) == []


def test_what_is_public_does_sing(planted: tuple[Flask, Canaries]) -> None:
    """So that the tests above cannot pass because no canary is ever heard."""
    _app, town = planted
    reader = town.visitors["anonymous"].client
    heard_there = town.aviary.heard_in(reader.get(f"/gatherings/{town.ids['gathering'][0]}").get_data(as_text=True))
    assert {("gatherings", "title"), ("gatherings", "contact_phone"), ("places", "address")} <= {
        (one.table, one.column) for one in heard_there
    }
    assert {one.what for one in heard_there} == {"public"}


def test_no_page_for_everybody_tells_by_a_number_who_is_behind_what(planted: tuple[Flask, Canaries]) -> None:
    """A06: random numbers hold no canary; one that stood on two pages would still say that both are the same person's."""
    app, town = planted
    hers = ("people", "memberships", "passkeys", "group_invitations", "report_cases", "appeals", "sweeps")
    tables = metadata().tables
    numbers = {number: name for name in hers for number in db.session.scalars(select(tables[name].c.public_id))}
    assert set(numbers.values()) >= set(hers) - {"passkeys"}
    found = {
        (path, numbers[number])
        for path, answer in everything_public(app, town).items()
        for number in set(re.findall(r"\b[0-9a-z]{12}\b", answer)) & numbers.keys()
        # Whoever opens an address says the number herself.
        if number not in path
    }
    assert found == set()


def test_searching_for_a_private_word_finds_what_a_word_finds_that_nobody_wrote(planted: tuple[Flask, Canaries]) -> None:
    """A01: a search is a question too. An answer that differs would tell what is not shown."""
    _app, town = planted
    reader = town.visitors["anonymous"].client
    private = [cell.song for cell in town.aviary.private() if cell.song]
    assert len(private) > 100
    for path in ("/gatherings", "/gatherings.rss", "/gatherings.ics"):
        for song in private[:: len(private) // 60]:
            other = song.replace("CNRY", "QNRY").replace("070-77", "070-78")
            found, nothing = (unfolded(reader.get(path, query_string={"q": one}).get_data(as_text=True)) for one in (song, other))
            assert found.replace(song, other) == nothing, song


def test_a_private_word_changes_no_public_byte(tmp_path: Path) -> None:
    """A02: neither a page nor a feed, no order, no date and no tag tells that something hidden was written or changed."""
    for app, town in opened(tmp_path):
        before = everything_public(app, town)
        assert len(before) > 150
        assert sing_otherwise(town.aviary.private()) > 300
        generation: Generation = app.extensions["idobata_generation"]
        generation.raise_()
        after = everything_public(app, town)
        holding_a_link = {path for path in before if path.startswith(("/post/confirm/", "/first-step/answer/"))}
        assert {path for path in before if before[path] != after[path]} <= holding_a_link


def test_what_was_never_shown_is_in_no_count_and_no_order(tmp_path: Path) -> None:
    """A07: beside something public of the same group, place, district and kind, by the same person and on the same days, it changes no
    byte: no number of a list, a filter, a month or a map, no order and no tag."""
    for app, town in opened(tmp_path):
        asks_first = replace(app.extensions[SETTINGS].policy, checked_groups_publish_at_once=False)
        there = Town(replace(app.extensions[SETTINGS], policy=asks_first))
        poster, member = (actor_of(db.session.get_one(Person, town.visitors[role].person_id)) for role in ("poster", "member"))
        shown = db.session.scalars(select(Gathering).where(Gathering.publication == Publication.PUBLISHED)).all()
        alike = [
            there.values(
                title=f"出ていない会 {row.id}",
                schedule=weekly(days_from_monday(5), count=4),
                place=PlaceWords(public_id=row.place.public_id, name=row.place.name, address=row.place.address),
                group_slug=row.group.slug if row.group else "",
                category=row.category or "",
                facts={"drop-in": True, "wheelchair": True},
                reuse_text=True,
            )
            for row in shown
            if row.place is not None
        ]
        assert any(values.group_slug for values in alike)
        before = everything_public(app, town)
        for values in alike:
            with transaction():
                drafted, *sent = (save_draft(member if values.group_slug else poster, values, "", there.settings) for _ in range(3))
                for row in sent:
                    submit(member if row.group_id else poster, row, there.settings)
            with transaction():
                return_post(there.staff(), sent[1], there.settings.rules[0].code, "わけ", there.settings)
            assert drafted.publication == Publication.DRAFT
        generation: Generation = app.extensions["idobata_generation"]
        generation.raise_()
        after = everything_public(app, town)
        # How many posts the city gave back is told there by its own will.
        assert {path for path in before if before[path] != after.get(path)} == {"/log"}


def test_postgresql_lets_nothing_slip_either(postgres_database_url: str, tmp_path: Path) -> None:
    """A smaller party on the other database: what is shown must not hang on how it sorts, joins and compares."""
    for app, town in opened(tmp_path, postgres_database_url):
        found = walk(town, addresses.rules(app), ["anonymous", "other_poster", "editor"], most=4)
        assert {claim: example for claim, example in sorted(found.claims.items()) if not is_allowed(claim)} == {}
        assert found.faults == []
