"""Profile files: an official list of columns as data, read alike by import, export and the dictionary. A new list is a new file."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, TypeVar

from idobata.kernel.layout import config_folder

PROFILE_FOLDER = config_folder() / "opendata"
FORMATS = frozenset(
    ("line", "text", "called_off", "rest", "day", "clock", "moment", "number", "degrees", "list", "flag", "yes_no", "fixed")
)
"""How a column may be written; `written_cells.py` says what each does."""

_PROFILE_KEYS = frozenset(("kind", "name", "label", "english", "columns", "history"))
_COLUMN_KEYS = frozenset(("header", "also", "tells", "format", "about", "example", "value"))

T = TypeVar("T", bound=StrEnum)


class ProfileError(ValueError):
    """A profile file that cannot be used; the message names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """One column: its official header, what it tells and how, and other headers seen for it.

    `about` and `example` are its line in the dictionary. `value` is what every cell holds where the format is "fixed".
    """

    header: str
    tells: T
    format: str = "line"
    also: tuple[str, ...] = ()
    about: str = ""
    example: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of the columns or the data set on a day."""

    day: date
    words: str


@dataclass(frozen=True, slots=True)
class Profile(Generic[T]):
    """A form of a list: `name` for commands, `stem` for addresses, `label` and `english` for people, the columns in their official order."""

    stem: str
    name: str
    label: str
    english: str
    columns: tuple[Column[T], ...]
    history: tuple[Change, ...] = ()

    def header_of(self, tells: T) -> str:
        """The official header of a column; empty when the form has none."""
        return next((column.header for column in self.columns if column.tells is tells), "")

    @property
    def told(self) -> frozenset[T]:
        """Everything that has a column of its own."""
        return frozenset(column.tells for column in self.columns)


def fold_header(header: str) -> str:
    """A header without width, case, brackets, spaces and signs: 「名称（カナ）」 and "名称_カナ" are the same."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", header)).casefold()


def read_profiles(folder: Path, kind: str, vocabulary: type[T]) -> tuple[Profile[T], ...]:
    """The profiles of one kind ("gatherings", "places") in a folder, in the order of their file names.

    Raises `ProfileError` for the first file with a mistake in it.
    """
    found = [(file, _table(file)) for file in sorted(folder.glob("*.toml"))]
    profiles = tuple(_profile(file, table, vocabulary) for file, table in found if table.get("kind") == kind)
    names = [profile.name for profile in profiles]
    if double := sorted({name for name in names if names.count(name) > 1}):
        raise ProfileError(f"{folder}: two files of {kind} are named {double[0]!r}")
    if odd := [file.name for file, table in found if table.get("kind") not in ("gatherings", "places")]:
        raise ProfileError(f'{folder / odd[0]}: kind must be "gatherings" or "places"')
    return profiles


def _table(file: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"{file}: {error}") from error
    if unknown := sorted(set(table) - _PROFILE_KEYS):
        raise ProfileError(f"{file}: {unknown[0]} is no key of a profile")
    return table


def _profile(file: Path, table: dict[str, Any], vocabulary: type[T]) -> Profile[T]:
    columns = table.get("columns")
    if not isinstance(columns, list) or not columns:
        raise ProfileError(f"{file}: has no [[columns]]")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", file.stem):
        raise ProfileError(f"{file}: the file's name stands in addresses: small letters, digits, hyphens")
    read = tuple(_column(file, place, one, vocabulary) for place, one in enumerate(columns, start=1))
    headers = [fold_header(column.header) for column in read]
    if double := next((column.header for column in read if headers.count(fold_header(column.header)) > 1), ""):
        raise ProfileError(f"{file}: the header {double!r} comes twice")
    texts = {key: str(table.get(key, "")) for key in ("name", "label", "english")}
    if missing := [key for key, words in texts.items() if not words]:
        raise ProfileError(f"{file}: {missing[0]} is missing")
    return Profile(file.stem, texts["name"], texts["label"], texts["english"], read, _history(file, table.get("history", [])))


def _history(file: Path, told: object) -> tuple[Change, ...]:
    """The changes, the latest first."""
    changes: list[Change] = []
    for one in told if isinstance(told, list) else [told]:
        if not isinstance(one, dict) or set(one) != {"day", "words"} or type(one["day"]) is not date:
            raise ProfileError(f'{file}: each [[history]] has a day (2026-12-05, without quotes) and "words"')
        changes.append(Change(one["day"], str(one["words"])))
    return tuple(sorted(changes, key=lambda change: change.day, reverse=True))


def _column(file: Path, place: int, table: dict[str, Any], vocabulary: type[T]) -> Column[T]:
    where = f"{file}: column {place}"
    if unknown := sorted(set(table) - _COLUMN_KEYS):
        raise ProfileError(f"{where}: {unknown[0]} is no key of a column")
    header, tells, form = (str(table.get(key, "")) for key in ("header", "tells", "format"))
    if not fold_header(header):
        raise ProfileError(f"{where}: header is missing")
    if tells not in set(vocabulary):
        raise ProfileError(f"{where} ({header}): {tells!r} is nothing a column can tell")
    if form not in FORMATS:
        raise ProfileError(f"{where} ({header}): {form!r} is no format")
    return Column(
        header,
        vocabulary(tells),
        form,
        tuple(str(other) for other in table.get("also", ())),
        str(table.get("about", "")),
        str(table.get("example", "")),
        str(table.get("value", "")),
    )
