"""What the template of a hand-over sheet is given: words that are ready to print, and nothing that says for whom."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from idobata.welcome.sheet_sketch import Sketch


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPart:
    """One date as the sheet shows it. `lines` are (heading, words) in the order of a visit; `state` is empty unless something must be said.

    `value` is the date as a form names it, `doubts` are for whoever makes the sheet and not on the paper.
    """

    value: str
    day: date
    title: str
    when: Markup
    where: Markup
    district: Markup
    state: Markup
    going: Markup
    fee: Markup
    lines: tuple[tuple[Markup, str], ...]
    facts: tuple[Markup, ...]
    sketch: Sketch | None
    contact: tuple[tuple[Markup, str], ...]
    address: str
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Our own words around the dates, with their readings where they are wanted."""

    heading: Markup
    printed: str
    money: Markup
    memo: Markup
    lost: Markup
    living: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The finished sheet. `code` is a drawing of `address`; `office` is whom to call."""

    parts: tuple[SheetPart, ...]
    frame: Frame
    code: Markup
    address: str
    office: str
    furigana: bool
