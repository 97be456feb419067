"""How an embed looks: read from its address, written back into it. What cannot be used is left out, and its name is said."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")
THEMES = ("auto", "light", "dark")
SIZES = ("small", "medium", "large")
COLORS = ("ground", "ink", "accent")
MOST = 50
NEXT = 3
_HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_MONTH = re.compile(r"\d{4}-\d{2}")


class Look(StrEnum):
    """The shapes an embed comes in."""

    LIST = "list"
    CARDS = "cards"
    CALENDAR = "calendar"
    NEXT = "next"


# How many dates each look shows when nobody says; a calendar shows its month, and "next" is what its name says.
_USUAL = {Look.LIST: 10, Look.CARDS: 6, Look.CALENDAR: 0, Look.NEXT: NEXT}
# CSS pixels that hold the usual content at a width of about 400 without a script; one line, one card, one block.
_FRAME, _LINE, _CARD, _BLOCK, _MONTH_HEIGHT, _ONE = 150, 62, 132, 92, 470, 360


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What an embed's address asks. Colours are `#rrggbb` or empty, `limit` is 0 where the look's own number counts.

    `fit`: it tells the page around it how high it is, by a script; without that it has no script at all.
    """

    look: Look
    theme: str = "auto"
    size: str = "medium"
    ground: str = ""
    ink: str = ""
    accent: str = ""
    heading: bool = True
    fit: bool = False
    limit: int = 0
    month: date | None = None

    @property
    def count(self) -> int:
        """How many dates are shown."""
        return NEXT if self.look is Look.NEXT else self.limit or _USUAL[self.look]

    def colors(self) -> list[tuple[str, str]]:
        """What a style sheet must know, as it stands in an address."""
        found = [(name, value) for name, value, usual in (("theme", self.theme, "auto"), ("size", self.size, "medium")) if value != usual]
        return found + [(name, getattr(self, name)[1:]) for name in COLORS if getattr(self, name)]

    def query(self, usual: Look) -> list[tuple[str, str]]:
        """The wishes as they stand in an address, in a fixed order; what is usual is left out."""
        pairs = [("look", self.look.value)] if self.look is not usual else []
        if self.limit and self.look in (Look.LIST, Look.CARDS):
            pairs.append(("limit", str(self.limit)))
        if self.month is not None and self.look is Look.CALENDAR:
            pairs.append(("month", self.month.isoformat()[:7]))
        pairs += self.colors()
        pairs += [("heading", "0")] if not self.heading else []
        return pairs + ([("fit", "1")] if self.fit else [])


# What these wishes are called in an address: as here.
WISH_NAMES = tuple(one.name for one in fields(Wishes))


def read_wishes(pairs: Iterable[tuple[str, str]], usual: Look) -> tuple[Wishes, tuple[str, ...]]:
    """The wishes in an address, and the names of those that could not be used. `usual` is the look without a word."""
    values = {name: value.strip() for name, value in pairs if value.strip()}
    broken: list[str] = []

    def one(name: str, choices: dict[str, T], otherwise: T) -> T:
        if name in values and values[name] not in choices:
            broken.append(name)
        return choices.get(values.get(name, ""), otherwise)

    def color(name: str) -> str:
        found = as_color(values.get(name, ""))
        if name in values and not found:
            broken.append(name)
        return found

    wishes = Wishes(
        look=one("look", {look.value: look for look in Look}, usual),
        theme=one("theme", {theme: theme for theme in THEMES}, "auto"),
        size=one("size", {size: size for size in SIZES}, "medium"),
        ground=color("ground"),
        ink=color("ink"),
        accent=color("accent"),
        heading=one("heading", {"1": True, "0": False}, True),
        fit=one("fit", {"1": True, "0": False}, False),
        limit=one("limit", {str(number): number for number in range(1, MOST + 1)}, 0),
        month=_month(values.get("month", "")),
    )
    if "month" in values and wishes.month is None:
        broken.append("month")
    return wishes, tuple(broken)


def as_color(text: str) -> str:
    """`#rrggbb` of what somebody typed: with or without `#`, three digits or six; empty when it is no such thing."""
    found = _HEX.fullmatch(text.strip())
    if not found:
        return ""
    digits = found[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def sensible_height(wishes: Wishes, *, single: bool = False) -> int:
    """How high a frame is made where no script sizes it, in CSS pixels. `single`: one gathering and not a list."""
    match wishes.look:
        case Look.CALENDAR:
            height = _MONTH_HEIGHT
        case Look.NEXT:
            height = _FRAME + NEXT * _BLOCK
        case Look.CARDS if single:
            height = _ONE
        case Look.CARDS:
            height = _FRAME + min(wishes.count, 4) * _CARD
        case Look.LIST:
            height = _FRAME + min(wishes.count, 8) * _LINE
    return round(height * {"small": 0.9, "medium": 1.0, "large": 1.2}[wishes.size] / 10) * 10


def _month(text: str) -> date | None:
    if not (text.isascii() and _MONTH.fullmatch(text)):
        return None
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
