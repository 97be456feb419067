"""Makes believable words for big towns: titles, summaries, hosts, places and longer texts, the same for the same seed.

The words stand in `phrases.toml`. Repetition is fine; a sentence that nobody would say is not.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

PHRASES = Path(__file__).parent / "phrases.toml"

# Where a city has categories of its own, their gatherings speak like those of this one.
FALLBACK = "other"


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The words of one category. `subjects` maps a name to its lines, longest name first, so that a name inside another is not mistaken."""

    patterns: Sequence[str]
    manners: Sequence[str]
    closers: Sequence[str]
    subjects: Mapping[str, Sequence[str]]
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Phrases:
    shelves: Mapping[str, _Shelf]
    nicks: Sequence[str]
    plain: Sequence[str]
    openings: Sequence[str]
    middles: Sequence[str]
    endings: Sequence[str]
    surnames: Sequence[str]
    givens: Sequence[str]
    group_patterns: Sequence[str]
    spoken_patterns: Sequence[str]
    numerals: Sequence[str]
    place_patterns: Sequence[str]


@cache
def _phrases() -> _Phrases:
    read = tomllib.loads(PHRASES.read_text(encoding="utf-8"))
    common, body, people, places = (read.pop(name) for name in ("common", "body", "people", "places"))
    shelves = {}
    for slug, words in read.items():
        subjects = dict(sorted(words["subjects"].items(), key=lambda item: -len(item[0])))
        shelves[slug] = _Shelf(
            patterns=words["patterns"],
            manners=words["manners"],
            closers=(*common["closers"], *words["closers"]),
            subjects=subjects,
            names=tuple(subjects),
        )
    return _Phrases(
        shelves=shelves,
        nicks=common["nicks"],
        plain=common["plain"],
        openings=body["openings"],
        middles=body["middles"],
        endings=body["endings"],
        surnames=people["surnames"],
        givens=people["givens"],
        group_patterns=people["group_patterns"],
        spoken_patterns=people["spoken_patterns"],
        numerals=places["numerals"],
        place_patterns=places["patterns"],
    )


class PhraseBook:
    """Draws from the phrases with the chance it is given: the same seed and the same calls give the same words."""

    def __init__(self, random: Random) -> None:
        self._choice = random.choice
        self._chance = random.random
        self._sample = random.sample
        self._words = _phrases()

    def title(self, category: str) -> str:
        """A title for a gathering of this category (a slug; an unknown one speaks like `other`). At most 40 characters."""
        shelf = self._shelf(category)
        return self._choice(shelf.patterns).format(
            name=self._choice(shelf.names),
            manner=self._choice(shelf.manners),
            nick=self._choice(self._words.nicks),
        )

    def summary(self, category: str, title: str) -> str:
        """Two sentences that fit a title of this book; for any other title two that fit everything. At most 120 characters."""
        shelf = self._shelf(category)
        lines = next((lines for name, lines in shelf.subjects.items() if name in title), self._words.plain)
        return self._choice(lines) + self._choice(shelf.closers)

    def host_name(self) -> str:
        """A person, a group, or "the one who keeps the key"."""
        words = self._words
        surname = self._choice(words.surnames)
        kind = self._chance()
        if kind < 0.5:
            return f"{surname} {self._choice(words.givens)}"
        if kind < 0.65:
            return self._choice(words.spoken_patterns).format(surname=surname)
        return self._choice(words.group_patterns).format(surname=surname, nick=self._choice(words.nicks))

    def place_name(self, district_name: str) -> str:
        """A venue that could stand in this district; the district's name is in it."""
        words = self._words
        return self._choice(words.place_patterns).format(
            district=district_name,
            numeral=self._choice(words.numerals),
            nick=self._choice(words.nicks),
            surname=self._choice(words.surnames),
        )

    def body(self) -> str:
        """Five thoughts in two paragraphs, about 150 characters, true of any gathering."""
        first, second, third = self._sample(self._words.middles, 3)
        return f"{self._choice(self._words.openings)}{first}\n\n{second}{third}{self._choice(self._words.endings)}"

    def _shelf(self, category: str) -> _Shelf:
        return self._words.shelves.get(category) or self._words.shelves[FALLBACK]
