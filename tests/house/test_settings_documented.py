"""Every setting is read, commented where it stands and explained in docs/settings.md; nothing is explained that does not exist."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from idobata.kernel.settings import City, Machine, Settings
from idobata.kernel.settings_environment import KNOWN, PREFIX
from idobata.kernel.settings_rules import BLOCKS, LISTS, PLACEHOLDERS

ROOT = Path(__file__).parents[2]
DEFAULT_TEXT = (ROOT / "config" / "default.toml").read_text(encoding="utf-8")
DEFAULT: dict[str, Any] = tomllib.loads(DEFAULT_TEXT)
DOCS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

ONLY_THE_CITY_SAYS = {
    "city": {"name", "english_name", "prefecture", "code", "latitude", "longitude"},
    "contact": {"department"},
    "districts": {"slug", "name", "kana", "english"},
}
# Made of what is read, not read itself.
MADE = {City: {"slug"}}
TABLES = [*BLOCKS, *LISTS]


def rules_of(table: str) -> set[str]:
    return set(BLOCKS[table][1] if table in BLOCKS else LISTS[table][1])


def documented(table: str) -> dict[str, str]:
    """The keys of a table's section in the docs, with the rest of their row."""
    heading = f"## [{table}]" if table in BLOCKS else f"## [[{table}]]"
    section = DOCS.split(heading, 1)[1].split("\n## ", 1)[0]
    return dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", section, re.MULTILINE))


@pytest.mark.parametrize("table", TABLES)
def test_every_key_is_explained_and_every_explained_key_is_read(table: str) -> None:
    assert set(documented(table)) == rules_of(table)


@pytest.mark.parametrize("table", TABLES)
def test_the_defaults_hold_every_key_but_those_only_a_city_can_say(table: str) -> None:
    given = DEFAULT.get(table, {})
    entries = given if isinstance(given, list) else [given]
    for entry in entries:
        assert set(entry) == rules_of(table) - ONLY_THE_CITY_SAYS.get(table, set())


def test_the_defaults_hold_no_table_that_nobody_reads() -> None:
    assert set(DEFAULT) <= set(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_every_field_of_the_settings_is_read(table: str) -> None:
    kind = BLOCKS[table][0] if table in BLOCKS else LISTS[table][0]
    if kind is not dict:
        assert {field.name for field in fields(kind)} - MADE.get(kind, set()) == rules_of(table)


def test_every_part_of_the_settings_is_read() -> None:
    assert {field.name for field in fields(Settings)} == {*TABLES, "machine"}


@pytest.mark.parametrize("table", sorted(DEFAULT))
def test_every_key_of_the_defaults_has_a_comment(table: str) -> None:
    heading = re.search(rf"^\[\[?{table}\]\]?$", DEFAULT_TEXT, re.MULTILINE)
    assert heading is not None
    # In a list the first entry is commented, the others repeat it.
    lines = re.split(r"^\[", DEFAULT_TEXT[heading.end() :], maxsplit=1, flags=re.MULTILINE)[0].split("\n")
    for key in rules_of(table) - ONLY_THE_CITY_SAYS.get(table, set()):
        [place] = [place for place, line in enumerate(lines) if line.startswith(f"{key} = ")]
        behind = re.sub(r'"[^"]*"', "", lines[place])
        assert " # " in behind or lines[place - 1].startswith("# "), f"{table}.{key}"


@pytest.mark.parametrize("table", [name for name in BLOCKS if name != "pages"])
def test_the_docs_name_the_defaults_as_they_are(table: str) -> None:
    for key, row in documented(table).items():
        told = row.split(" | ", 1)[0]
        value = DEFAULT[table].get(key)
        if value is None:
            assert told == "required", key
        elif value == "":
            assert told == "empty", key
        elif isinstance(value, bool):
            assert told == f"`{str(value).lower()}`", key
        elif isinstance(value, list):
            assert told == f"`{str(value)}`".replace("'", '"'), key
        else:
            assert told.strip("`") == str(value), key


def test_every_variable_is_explained() -> None:
    section = DOCS.split("## The machine\n", 1)[1]
    assert set(re.findall(r"^\| `(IDOBATA_\w+)` \|", section, re.MULTILINE)) == {PREFIX + name for name in KNOWN}
    # Each says something about the machine, but for the one that names the city's file.
    assert len(fields(Machine)) == len(KNOWN) - 1 + len({"demo"})


def test_every_place_to_fill_in_is_explained() -> None:
    assert all(f"`{{{name}}}`" in DOCS and f"{{{name}}}" in DEFAULT_TEXT for name in PLACEHOLDERS)
