"""The hand-over sheet (しおり): one to three dates on one page of paper. It is kept nowhere, and nothing on it is about a person."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from idobata.gatherings.cards import OccurrenceCard
from idobata.gatherings.states import OccurrenceState, SignupKind
from idobata.kernel.addresses import Addresses
from idobata.kernel.ids import ALPHABET, is_public_id
from idobata.kernel.words import N_

MOST = 3
# So long after the last look at a gathering its date is handed over with a warning.
LOOKED_AT_LATELY = timedelta(days=90)
_CHOICE = re.compile(r"([^/]+)/(\d{4}-\d{2}-\d{2})")
_MARK = re.compile(f"[{ALPHABET}]{{3}}")


@dataclass(frozen=True, slots=True)
class Choice:
    """A date somebody chose, by the gathering's public id and the day it was announced for."""

    public_id: str
    day: date

    def __str__(self) -> str:
        return f"{self.public_id}/{self.day.isoformat()}"


def choice_of(one: OccurrenceCard) -> Choice:
    """How a form names a date."""
    return Choice(one.gathering_id, one.moved_from or one.day)


@dataclass(frozen=True, slots=True)
class PaperDate:
    """What the code on the paper says of one date. Raises ValueError for anything but an id and two marks of `gatherings.date_data`."""

    public_id: str
    day: date
    time_mark: str
    place_mark: str

    def __post_init__(self) -> None:
        if not (is_public_id(self.public_id) and _MARK.fullmatch(self.time_mark) and _MARK.fullmatch(self.place_mark)):
            raise ValueError("only an id and marks of our own may stand in a code")


class Doubt(StrEnum):
    """Why a date had better be looked at once more before its sheet is handed over."""

    CANCELLED = "cancelled"
    OVER = "over"
    FULL = "full"
    UNCONFIRMED = "unconfirmed"
    UNCHECKED = "unchecked"


DOUBT_WORDS: dict[Doubt, str] = {
    Doubt.CANCELLED: N_("この日は中止です。べつの日をえらんでください。"),
    Doubt.OVER: N_("この日は終わっています。べつの日をえらんでください。"),
    Doubt.FULL: N_("この日は満員です。行けるかどうか、先に主催にたずねてください。"),
    Doubt.UNCONFIRMED: N_("主催からの返事が、しばらくありません。渡す前に、電話でたしかめてください。"),
    Doubt.UNCHECKED: N_("90日のあいだ、だれもたしかめていません。渡す前に、電話でたしかめてください。"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a chosen date stands now. `looked_at`: when somebody last made sure of the gathering or published it."""

    state: str
    ends_at: datetime
    unconfirmed: bool
    looked_at: datetime


def doubts(standing: Standing, now: datetime) -> tuple[Doubt, ...]:
    """What to say before the sheet is handed over, the gravest first."""
    found = [
        (Doubt.CANCELLED, standing.state == OccurrenceState.CANCELLED),
        (Doubt.OVER, standing.ends_at <= now),
        (Doubt.FULL, standing.state == OccurrenceState.FULL),
        (Doubt.UNCONFIRMED, standing.unconfirmed),
        (Doubt.UNCHECKED, not standing.unconfirmed and now - standing.looked_at > LOOKED_AT_LATELY),
    ]
    return tuple(doubt for doubt, holds in found if holds)


def read_choices(sent: Iterable[str]) -> tuple[tuple[Choice, ...], bool]:
    """The chosen dates in the order they came, each once; and whether anything among them was no date at all."""
    found: dict[Choice, None] = {}
    broken = False
    for one in sent:
        match = _CHOICE.fullmatch(one)
        try:
            day = date.fromisoformat(match[2]) if match else None
        except ValueError:
            day = None
        if match is None or day is None or not is_public_id(match[1]):
            broken = True
        else:
            found[Choice(match[1], day)] = None
    return tuple(found), broken


def going_words(signup_kind: str, *, has_phone: bool, has_contact: bool) -> str:
    """Whether one just goes or asks first: the question somebody has who has never been there."""
    match SignupKind(signup_kind):
        case SignupKind.NONE:
            return N_("そのまま行けます")
        case SignupKind.OPTIONAL if has_phone:
            return N_("そのまま行けます（先に電話すると安心）")
        case SignupKind.OPTIONAL:
            return N_("そのまま行けます")
        case SignupKind.REQUIRED:
            words = N_("電話してから行きます") if has_phone else N_("申しこんでから行きます")
            return words if has_contact else N_("市に電話してから行きます")
        case _:
            return N_("電話でたずねてから行くと安心です") if has_phone else N_("市にたずねてから行くと安心です")


def sheet_address(printed: date, dates: Sequence[PaperDate], addresses: Addresses) -> str:
    """Where the code on the paper leads: `/s/#261130.k7m2x9pqrs4t-261205-x7qp2m`, one part for each date after the day of printing.

    Nothing but the site's own public page can come out, whatever goes in.
    """
    parts = [f"{one.public_id}-{one.day:%y%m%d}-{one.time_mark}{one.place_mark}" for one in dates]
    return addresses.sheet(".".join([f"{printed:%y%m%d}", *parts]))
