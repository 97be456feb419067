"""A form writes only what it asks; a request without our token writes nothing; and reading writes nothing at all."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from idobata.kernel import clock
from idobata.store.deeds import Deed
from idobata.web.gate import FOR_MACHINES, KEEPS_WORDS
from tests.harness.site import MONDAY
from tests.house.canaries import addresses
from tests.house.canaries.answering import send_to_all, told_too_much
from tests.house.canaries.cast import ROLES
from tests.house.canaries.columns import classes
from tests.house.canaries.opening import opened
from tests.house.canaries.photograph import Photograph, rows
from tests.house.canaries.posting import RuleOf, all_forms, bare_forms, difference, every_column
from tests.house.canaries.town import Canaries
from tests.house.canaries.visiting import written

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Who holds every form there is: one of each kind of resident, and the two kinds of staff that may do most.
WRITERS = ["anonymous", "poster", "lead", "member", "editor", "admin"]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Canaries]]:
    """The town full of canaries."""
    yield from opened(Path(tmp_path_factory.mktemp("forms")))


def test_without_a_token_of_ours_nothing_is_written_by_anybody(planted: tuple[Flask, Canaries]) -> None:
    app, town = planted
    before, count = rows(), 0
    attempts: list[dict[str, str]] = [{}, {"csrf_token": "x"}, {**every_column(), "do": "save"}]
    with written() as statements:
        for rule in addresses.rules(app):
            for method in sorted((rule.methods or set()) - SAFE):
                path = next(addresses.real(rule, town))
                for role in ROLES:
                    for data in attempts if role in WRITERS else attempts[-1:]:
                        answer = town.visitors[role].client.open(path, method=method, data=data)
                        # A form that gives back what was typed asks first who is there.
                        keeps_words = getattr(app.view_functions[rule.endpoint], KEEPS_WORDS, False)
                        if getattr(app.view_functions[rule.endpoint], FOR_MACHINES, False):
                            # Programs have no token; they are told that this is no request of theirs, and browsers are refused.
                            assert answer.status_code in (400, 403), (role, method, path)
                            continue
                        assert answer.status_code in ((303, 403, 404, 409, 410, 422) if keeps_words else (403,)), (role, method, path)
                        count += 1
    assert statements == []
    assert rows() == before
    assert count > 500


def test_reading_everything_writes_nothing(planted: tuple[Flask, Canaries]) -> None:
    """For somebody signed in two things may change: when her session was last seen, and that she read what colleagues noted."""
    app, town = planted
    before, readable = rows(), [rule for rule in addresses.rules(app) if "GET" in (rule.methods or ())]
    with written() as statements:
        for rule in readable:
            for path in addresses.real(rule, town):
                town.visitors["anonymous"].client.get(path)
    assert statements == []
    assert rows() == before
    clock.fix(MONDAY + timedelta(minutes=5))
    for role in ROLES[1:]:
        for rule in readable:
            town.visitors[role].client.get(next(addresses.real(rule, town)))
    clock.fix(MONDAY)
    after = rows()
    assert {name for name in before if before[name] != after[name]} <= {"sessions", "deeds", "deed_heads"}
    assert len(after["sessions"]) == len(before["sessions"])
    # Reading what colleagues noted is itself an act, and logged as one.
    names = [column.name for column in Deed.__table__.columns]
    told = [name for name in names if classes()["deeds", name] != "secret" and not name.endswith("hash")]
    act = told.index("act")
    assert {row[act] for row in after["deeds"] - before["deeds"]} == {"'note.read'"}


@pytest.mark.takes(45)
def test_an_answer_to_what_is_sent_tells_no_more_than_the_page_it_belongs_to(planted: tuple[Flask, Canaries]) -> None:
    app, town = planted
    photograph = Photograph(app)
    heard = send_to_all(town, addresses.rules(app), list(ROLES), photograph)
    photograph.put_back()
    assert told_too_much(heard, app) == {}
    assert heard.faults == []
    assert heard.requests > 2000
    # Forms that were sent empty come back with what is wrong, and with what their own host wrote.
    assert heard.statuses[422] > 100
    assert ("/my/<public_id>/edit", "editor", "words") in heard.claims or ("/desk/<public_id>/return", "editor", "words") in heard.claims


@pytest.mark.takes(45)
def test_no_form_takes_a_column_it_does_not_ask_for(planted: tuple[Flask, Canaries]) -> None:
    app, town = planted
    photograph, extra = Photograph(app), every_column()
    forms = list(all_forms(town, addresses.rules(app), WRITERS, RuleOf(app)))
    reached = {one.rule for one in forms}
    assert len(reached) > 40
    forms += bare_forms(town, addresses.rules(app), WRITERS, reached)
    faults = [found for one in forms if (found := difference(one, photograph, extra))]
    photograph.put_back()
    assert faults == []
    assert {one.rule for one in forms} >= {rule.rule for rule in addresses.rules(app) if "POST" in (rule.methods or ())}
