"""The inventory of personal data says what the tables hold, and every end it names has somebody who brings it."""

import re
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask

from idobata.outside.worker import Worker
from idobata.privacy.shredding_actions import SHREDDERS
from idobata.web.rooms import WORKER
from tests.house.canaries.columns import personal

DOCS = Path(__file__).parents[2] / "docs"
NAMES = ("data-inventory.md", "data-inventory.ja.md")
ERASE = "erase"


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """What is said of the data does not hang on the database."""
    return sqlite_database_url


def rows(name: str) -> list[list[str]]:
    """The cells of the table."""
    lines = [line for line in (DOCS / name).read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def meant(names: list[str] | tuple[str, ...]) -> list[tuple[str, str]]:
    """The personal columns behind names like "people.email" and "people.*"."""
    found: list[tuple[str, str]] = []
    for name in names:
        table, _, column = name.partition(".")
        these = [one for one in sorted(personal()) if one[0] == table and column in ("*", one[1])]
        assert these, f"{name} is no personal column"
        found += these
    return found


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def ends(cell: str) -> set[str]:
    return set(re.findall(r"`\[([a-z ]+)\]`", cell))


@pytest.mark.parametrize("name", NAMES)
def test_every_personal_column_has_exactly_one_line(name: str) -> None:
    told = Counter(column for row in rows(name) for column in meant(codes(row[0])))
    assert sorted(personal() - told.keys()) == []
    assert [column for column, count in told.items() if count > 1] == []
    assert all(len(row) == 6 and all(row) for row in rows(name))


def test_both_languages_tell_of_the_same_ends() -> None:
    english, japanese = ([(codes(row[0]), ends(row[5])) for row in rows(name)] for name in NAMES)
    assert english == japanese


@pytest.mark.parametrize("name", NAMES)
def test_every_end_has_somebody_who_brings_it(name: str, app: Flask) -> None:
    worker: Worker = app.extensions[WORKER]
    known = {chore.name for chore in worker._chores} | {ERASE}
    for row in rows(name):
        assert ends(row[5]), row[0]
        assert ends(row[5]) <= known, row[0]
        assert ERASE in ends(row[5]), f"{row[0]}: whoever leaves must be able to take it along"


def test_every_personal_column_is_in_the_care_of_exactly_one_shredder() -> None:
    cared = Counter(column for one in SHREDDERS for column in meant(one.columns))
    assert sorted(personal() - cared.keys()) == [], "say in idobata/privacy/shredding_actions.py who lets go of it"
    assert [column for column, count in cared.items() if count > 1] == []
