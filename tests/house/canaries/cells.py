"""Puts a canary into every cell that holds words, and knows afterwards whose each one is."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import JSON, Column, Row, String, Table, Text, cast, func, select, update

from idobata.store.backup import _log_unlocked
from idobata.store.database import db
from idobata.store.transaction import transaction
from idobata.tables import metadata
from tests.house.canaries.columns import WORDLESS, classes

# A canary however it is written: in capitals or small, a phone number with or without hyphens, a hash, a secret.
SONG = re.compile(r"cnry-\w+-\w+-\d+|cnry\d{5}|0[57]0-?77\d\d-?\d{4}|[0-9a-f]{64}|[0-9a-f]{32}", re.IGNORECASE)
_FOLD = re.compile(r"\r?\n[ \t]")
# In these no letter stands for itself: a program reads them.
_CODE_KEYS = frozenset(
    ["role", "roles", "code", "reason", "fields", "state", "kind", "day", "act", "to_state", "from_state", "part", "schedule", "facts"]
    + ["venue_kind", "fee_kind", "signup_kind", "district", "category", "crowd", "public_id", "slug", "by"]
)
# A change told to readers keeps its two sides in words only for these; for the others they are codes.
_TOLD_IN_WORDS = frozenset({"title", "host", "place"})


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its class as the visibility table names it, and the people whose own it is."""

    table: str
    column: str
    row: str
    what: str
    owners: frozenset[int]
    song: str = ""


@dataclass(slots=True)
class Aviary:
    """All canaries by their song."""

    by_song: dict[str, Cell]

    def heard_in(self, text: str) -> set[Cell]:
        """The cells that sing in a text. Calendars fold their lines; that hides nobody."""
        songs = {_bare(found[0]) for found in SONG.finditer(unfolded(text))}
        return {self.by_song[song] for song in songs if song in self.by_song}

    def private(self) -> list[Cell]:
        """The cells that not everybody may see."""
        return [cell for cell in self.by_song.values() if cell.what not in ("public", "index")]


OTHER_SONGS = (("CNRY", "QNRY"), ("cnry", "qnry"), ("070-77", "070-78"))
StateOf = Callable[[Table, Row[Any]], str | None]


def plant(state_of: StateOf, skip: Iterable[tuple[str, str]] = ()) -> Aviary:
    """Write a canary into every cell of words of every row. `state_of` says the class of a row's words where it hangs on its state.

    Hashes and codes stay as they are (the site must go on working) and are listened for as they are.
    """
    aviary = Aviary({})
    owners = owners_of_rows()
    left = frozenset(skip)
    mailboxes: dict[object, tuple[str, object]] = {}
    number = 0
    with transaction(), _log_unlocked(db.session.connection()):
        for table in metadata().sorted_tables:
            for row in db.session.execute(select(table)).all():
                name = _name(table, row)
                changed: dict[str, object] = {}
                for column in table.columns:
                    what = classes()[table.name, column.name]
                    value = getattr(row, column.name)
                    if what in WORDLESS or (table.name, column.name) in left:
                        continue
                    cell = Cell(table.name, column.name, name, _what(what, table, column, row, state_of), owners[table.name, name])
                    if what == "secret" and _is_looked_up(column):
                        aviary.by_song[_bare(str(value))] = cell
                        continue
                    if not isinstance(column.type, String | Text | JSON):
                        continue
                    if what == "mailbox" and value in mailboxes:
                        # One address stays one, wherever it is kept: links and letters find their people by it.
                        song, changed[column.name] = mailboxes[value]
                        known = aviary.by_song[_bare(song)]
                        aviary.by_song[_bare(song)] = replace(known, owners=known.owners | cell.owners)
                        continue
                    number += 1
                    song, written = _canary(column, name, number, value)
                    if what == "mailbox" and value and "@" in str(written):
                        mailboxes[value] = (song, written)
                    if value == written or isinstance(column.type, JSON) and not value:
                        continue
                    changed[column.name] = written
                    aviary.by_song[_bare(song)] = replace(cell, song=song)
                if changed:
                    keys = [column == getattr(row, column.name) for column in table.primary_key]
                    db.session.execute(update(table).where(*keys).values(**changed))
    return aviary


def sing_otherwise(cells: Iterable[Cell]) -> int:
    """Change each cell's words into others of the same length, as if somebody had edited them; returns how many."""
    count = 0
    with transaction(), _log_unlocked(db.session.connection()):
        for cell in cells:
            if not cell.song:
                continue
            table = metadata().tables[cell.table]
            column = table.c[cell.column]
            keys = [cast(key, String) == value for key, value in zip(table.primary_key, cell.row.split("-"), strict=False)]
            changed = column
            for one, other in OTHER_SONGS:
                changed = func.replace(changed, one, other)
            count += db.session.execute(update(table).where(*keys).values({column: changed})).rowcount  # type: ignore[attr-defined]
    return count


def owners_of_rows() -> dict[tuple[str, str], frozenset[int]]:
    """Whose each row is, read from the foreign keys: a person's own, her gatherings', her groups'."""
    found: dict[tuple[str, str], frozenset[int]] = {}
    by_id: dict[tuple[str, int], frozenset[int]] = {}
    members: dict[int, set[int]] = {}
    tables = metadata().tables
    for group_id, person_id in db.session.execute(select(tables["memberships"].c.group_id, tables["memberships"].c.person_id)):
        members.setdefault(group_id, set()).add(person_id)
    for table in metadata().sorted_tables:
        for row in db.session.execute(select(table)).all():
            own: set[int] = {row.id} if table.name == "people" else set(members.get(row.id, ())) if table.name == "groups" else set()
            if table.name == "deeds":
                # The log outlives people, so it names them without a key.
                own.add(row.actor_id)
            for column in table.columns:
                value = getattr(row, column.name)
                for key in column.foreign_keys:
                    target = key.column.table.name
                    # Who takes part in a group knows its members; a place belongs to nobody.
                    own |= {value} if target == "people" else by_id.get((target, value), frozenset()) if target != "places" else set()
            key = getattr(row, "id", None)
            if key is not None:
                by_id[table.name, key] = frozenset(own)
            found[table.name, _name(table, row)] = frozenset(own - {None})
    for row in db.session.execute(select(tables["gatherings"])).all():
        if row.place_id is not None:
            # Who wrote a place into her post knows it.
            found["places", str(row.place_id)] |= found["gatherings", str(row.id)]
    return found


def _what(what: str, table: Table, column: Column[Any], row: Row[Any], state_of: StateOf) -> str:
    if what == "contact" and state_of(table, row) == "public":
        # The name goes with whichever way is shown.
        flags = [column.name] if column.name != "contact_name" else ["contact_phone", "contact_email", "contact_url"]
        return "public" if any(getattr(row, f"{one}_public") for one in flags) else what
    if what in ("words", "versions", "place", "mark") and column.name not in ("department", "picture"):
        return state_of(table, row) or what
    return what


def _is_looked_up(column: Column[Any]) -> bool:
    # What the site compares with must stay what it is, or nobody would be signed in and the log would be broken.
    return column.name.endswith(("hash", "digest", "salt")) or column.name == "key"


def _name(table: Table, row: Row[Any]) -> str:
    return "-".join(str(getattr(row, column.name)) for column in table.primary_key)


def _canary(column: Column[Any], row: str, number: int, value: object) -> tuple[str, object]:
    """The song, and what is written into the cell to make it sing."""
    table, name = column.table.name.replace("_", ""), column.name.replace("_", "")
    song = f"CNRY-{table}-{name}-{number}"
    if isinstance(column.type, JSON):
        return song, _sung(value, song)
    length = getattr(column.type, "length", None) or 10_000
    if "phone" in name:
        song = f"070-77{number // 10_000:02}-{number % 10_000:04}"
        return song, song
    if "mail" in name or name in ("recipient",):
        return song, f"{song}@canary.invalid".lower()
    if "url" in name:
        return song, f"https://canary.invalid/{song}"
    if len(song) > length:
        song = f"CNRY{number:05}"
    if "address" in name:
        return song, f"北町1丁目{number}番地 {song}"[:length]
    return song, song


def _sung(value: object, song: str) -> object:
    """A JSON value with the song in place of each of its words."""
    if isinstance(value, Mapping):
        if "part" in value and value["part"] not in _TOLD_IN_WORDS:
            return value
        return {key: one if key in _CODE_KEYS else _sung(one, song) for key, one in value.items()}
    if isinstance(value, list):
        return [_sung(one, song) for one in value]
    if isinstance(value, str):
        return f"https://canary.invalid/{song}" if value.startswith("http") else song
    return value


def _bare(song: str) -> str:
    return song.lower().replace("-", "")


def unfolded(text: str) -> str:
    """A text with the folded lines of a calendar made whole."""
    return _FOLD.sub("", text)


def as_text(answer_headers: object, body: bytes) -> str:
    """All that came back, as one text."""
    return f"{answer_headers}\n{body.decode('utf-8', 'replace')}"
