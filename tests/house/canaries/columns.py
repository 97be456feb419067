"""What each column of each table holds, as docs/columns.csv says: the one place where that is decided."""

import csv
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
COLUMNS_FILE = ROOT / "docs" / "columns.csv"

# Numbers, moments and codes: no word of a person stands in them, so they cannot hold a canary.
WORDLESS = frozenset({"key", "moment", "code"})
CLASSES = {
    "key": "an integer that never leaves the database",
    "moment": "a date or a time",
    "code": "a word of the program: a state, a kind, a slug, a flag, a count",
    "public": "words that are public by their nature",
    "words": "what a host wrote about a gathering: public while it is published, private before and after",
    "versions": "words of a gathering as they were, or as they are meant to become",
    "contact": "how to reach a host: public only where she says so",
    "home": "the exact place of somebody's home",
    "place": "words about a place: public when it is checked, or something published takes place there",
    "mailbox": "the mail address of a person",
    "name": "the name of a person",
    "staff-words": "what staff write about a post, to its host or for themselves",
    "notes": "what staff know of a gathering and would tell a colleague",
    "mark": "what staff found when they looked at a gathering as a first step: public once its host agreed",
    "report": "what a reader reported",
    "reporter": "how to reach a reader who reported",
    "deed": "what was done, in the log",
    "mail": "a letter, and to whom",
    "receipt": "the code on a host's paper",
    "index": "words cut for the search",
    "secret": "a key, a hash, a code: nobody sees it",
    "inner": "bookkeeping",
}


@cache
def classes() -> dict[tuple[str, str], str]:
    """The class of each column, by table and column."""
    return {(row["table"], row["column"]): row["class"] for row in _rows()}


@cache
def personal() -> frozenset[tuple[str, str]]:
    """The columns that may say something about a person."""
    return frozenset((row["table"], row["column"]) for row in _rows() if row["personal"] == "yes")


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with COLUMNS_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
