"""Reads a city's settings once: config/default.toml ← config/cities/<city>.toml ← environment. Names every mistake, then refuses."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from idobata.kernel.settings import Settings
from idobata.kernel.settings_environment import read_machine
from idobata.kernel.settings_rules import BLOCKS, COUNTED_IN_PIECES, KEPT_DAYS, LISTS, PLACEHOLDERS, Rule

_Table = dict[str, Any]


class SettingsError(Exception):
    """Why the site does not start. `problems` holds one English sentence for each mistake, with its file and key."""

    def __init__(self, problems: list[str]) -> None:
        what = "this mistake is mended" if len(problems) == 1 else f"these {len(problems)} mistakes are mended"
        super().__init__("\n".join([f"The site does not start until {what}:", *(f"  - {problem}" for problem in problems)]))
        self.problems = problems


def read(city: str, environ: Mapping[str, str], config_folder: Path, *, demo: bool, production: bool) -> Settings:
    """The settings of `city`, checked. Raises `SettingsError` with all mistakes at once.

    `demo` makes a secret key once and keeps it in the data folder. `production` needs a secret key and a base URL from the
    environment and refuses a fixed clock. With neither, both may be missing (commands that serve nothing).
    """
    if demo and production:
        raise ValueError("a demo is not production")
    problems: list[str] = []
    files = _Files(config_folder, problems)
    values = files.merged(city)
    if values is None:
        blocks: dict[str, _Table] = {}
        lists: dict[str, list[_Table]] = {}
    else:
        reader = _Reader(files, problems)
        reader.unknown_keys((), values, [*BLOCKS, *LISTS])
        blocks = {name: reader.block((name,), values.get(name, {}), rules) for name, (_, rules) in BLOCKS.items()}
        lists = {name: reader.blocks(name, values.get(name), rules, unique) for name, (_, rules, unique) in LISTS.items()}
        reader.compare(blocks, lists)
    zone = blocks.get("city", {}).get("zone")
    machine = read_machine(environ, _home(config_folder), zone, demo=demo, production=production, problems=problems)
    if problems or machine is None:
        raise SettingsError(problems)
    made: dict[str, Any] = {name: kind(**blocks[name]) for name, (kind, _) in BLOCKS.items() if name not in ("city", "pages")}
    made |= {name: tuple(kind(**one) for one in lists[name]) for name, (kind, _, _) in LISTS.items()}
    city_kind = BLOCKS["city"][0]
    return Settings(city=city_kind(slug=city, **blocks["city"]), pages=_filled(blocks), machine=machine, **made)


class _Files:
    """The two files of a city, laid over each other, remembering which file said what."""

    def __init__(self, folder: Path, problems: list[str]) -> None:
        self._folder = folder
        self._problems = problems
        self._city_values: _Table = {}
        self._default_name = self._shown(folder / "default.toml")
        self._city_name = self._default_name

    def merged(self, city: str) -> _Table | None:
        """The values of both files, or None when one cannot be read."""
        default = self._load(self._folder / "default.toml")
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", city):
            self._problems.append(f"environment: IDOBATA_CITY: {city!r} is no name of a city file (small letters, digits, hyphens)")
            return None
        path = self._folder / "cities" / f"{city}.toml"
        self._city_name = self._shown(path)
        if not path.is_file():
            known = sorted(one.stem for one in (self._folder / "cities").glob("*.toml"))
            self._problems.append(
                f"{self._city_name}: there is no such file{_nearest(city, known)}; there are: {', '.join(known) or 'none'}"
            )
            return None
        own = self._load(path)
        if default is None or own is None:
            return None
        self._city_values = own
        return {
            name: {**default.get(name, {}), **own[name]}
            if isinstance(default.get(name), dict) and isinstance(own.get(name), dict)
            else own.get(name, default.get(name))
            for name in dict.fromkeys((*default, *own))
        }

    def source(self, path: tuple[str, ...]) -> str:
        """The file to open for the value at `path`; for a value nobody gave, the city's own file."""
        here: object = self._city_values
        for step in path[:2]:
            if not isinstance(here, dict) or step not in here:
                return self._default_name
            here = here[step]
        return self._city_name

    @property
    def city_name(self) -> str:
        return self._city_name

    def _load(self, path: Path) -> _Table | None:
        shown = self._shown(path)
        try:
            # Editors on Windows put a mark in front that TOML does not know.
            return tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except OSError as error:
            self._problems.append(f"{shown}: cannot be read ({error.strerror})")
        except UnicodeDecodeError as error:
            self._problems.append(f"{shown}: is not UTF-8 (byte {error.start + 1}); save it as UTF-8")
        except tomllib.TOMLDecodeError as error:
            self._problems.append(f"{shown}: is not TOML: {error}")
        return None

    def _shown(self, path: Path) -> str:
        return path.relative_to(self._folder.parent).as_posix()


class _Reader:
    """Takes values through their rules and collects what is wrong."""

    def __init__(self, files: _Files, problems: list[str]) -> None:
        self._files = files
        self._problems = problems

    def block(self, path: tuple[str, ...], table: object, rules: Mapping[str, Rule], entry: str = "") -> _Table:
        """The checked values of one table; what is wrong is left out."""
        if not isinstance(table, dict):
            self._tell(path, f"must be a table {f'[[{path[0]}]]' if entry else f'[{path[0]}]'}", entry)
            return {}
        self.unknown_keys(path, table, rules, entry)
        read: _Table = {}
        for key, rule in rules.items():
            if key not in table:
                self._problems.append(f"{self._missing_in(path)}: {_dotted(path, entry, key)}: is missing")
                continue
            try:
                read[key] = rule(table[key])
            except ValueError as error:
                self._tell((*path, key), str(error), entry)
        return read

    def blocks(self, name: str, tables: object, rules: Mapping[str, Rule], unique: str) -> list[_Table]:
        """The checked values of a list of tables."""
        if not isinstance(tables, list) or not tables:
            where = self._files.city_name if tables is None else self._files.source((name,))
            self._problems.append(f"{where}: {name}: at least one [[{name}]] is needed")
            return []
        read = [self.block((name,), table, rules, f"[{place}]") for place, table in enumerate(tables, start=1)]
        for key in dict.fromkeys((unique, "name")):
            self._doubles(name, key, read)
        return read

    def unknown_keys(self, path: tuple[str, ...], table: Mapping[str, object], known: Iterable[str], entry: str = "") -> None:
        """Every key that nobody reads, with the nearest that somebody does."""
        names = list(known)
        for key in table:
            if key not in names:
                self._tell((*path, key), f"is not a setting{_nearest(key, names)}", entry)

    def compare(self, blocks: Mapping[str, _Table], lists: Mapping[str, list[_Table]]) -> None:
        """What only shows when two values are seen together."""
        contact = blocks["contact"]
        if contact.get("phone") == "" and contact.get("email") == "":
            self._problems.append(f"{self._files.city_name}: contact: a phone or an email is needed, so that people can ask")
        if blocks["map"].get("tiles") and blocks["map"].get("attribution") == "":
            self._tell(("map", "attribution"), "must say whose map it is while there are tiles")
        for place, channel in enumerate(lists["channels"], start=1):
            if channel.get("kind") in COUNTED_IN_PIECES and channel.get("line") == 0:
                self._tell(("channels", "line"), f"must be at least 1 for {channel['kind']}", f"[{place}]")
        groups = [one["slug"] for one in lists["fact_groups"] if "slug" in one]
        for place, fact in enumerate(lists["facts"], start=1):
            group = fact.get("group")
            if group is not None and group not in groups:
                self._tell(("facts", "group"), f"{group!r} is no slug of [[fact_groups]]{_nearest(group, groups)}", f"[{place}]")

    def _doubles(self, name: str, key: str, read: list[_Table]) -> None:
        first: dict[str, int] = {}
        for place, one in enumerate(read, start=1):
            if key in one and first.setdefault(one[key], place) != place:
                self._tell((name, key), f"{one[key]!r} comes twice (first in entry {first[one[key]]})", f"[{place}]")

    def _missing_in(self, path: tuple[str, ...]) -> str:
        # An entry of a list is complete or not where it stands; a table is filled up by the city.
        return self._files.source(path) if path[0] in LISTS else self._files.city_name

    def _tell(self, path: tuple[str, ...], what: str, entry: str = "") -> None:
        source = self._files.source(path[:1] if entry else path)
        self._problems.append(f"{source}: {_dotted(path[:1], entry, *path[1:])}: {what}")


def _dotted(path: tuple[str, ...], entry: str, *rest: str) -> str:
    return ".".join(("".join((*path, entry)), *rest))


def _nearest(name: str, known: Iterable[str]) -> str:
    found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {found[0]}?" if found else ""


def _home(config_folder: Path) -> Path:
    # In a checkout the data lies beside the program wherever it is started from; installed, where it is started.
    return config_folder.parent if (config_folder.parent / "pyproject.toml").is_file() else Path.cwd()


def _filled(blocks: Mapping[str, _Table]) -> dict[str, str]:
    city, contact = blocks["city"], blocks["contact"]
    days = {word: f"{blocks['policy'][key]:,}" for word, key in KEPT_DAYS.items()}
    words = {"site": city["site_name"], "city": city["name"], **contact, **days}
    return {name: _fill(text, {key: words[key] for key in PLACEHOLDERS}) for name, text in blocks["pages"].items()}


def _fill(text: str, words: Mapping[str, str]) -> str:
    lines: list[str] = []
    for line in text.split("\n"):
        used = [words[key] for key in words if f"{{{key}}}" in line]
        if used and not any(used):
            # 「電話：」 without a number would only raise a question.
            continue
        lines.append(re.sub(r"\{(\w+)\}", lambda found: words.get(found[1], found[0]), line))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
