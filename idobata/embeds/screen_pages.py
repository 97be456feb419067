"""A screen in the town hall: which days it shows, and how their dates are laid on pages that can be read from four metres."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from idobata.gatherings.cards import OccurrenceCard
from idobata.gatherings.filters import span_of

SECONDS, LEAST_SECONDS, MOST_SECONDS = 15, 5, 120
# Rows on a page: so many can be read across the hall, and fewer where each brings its own code to scan.
ROWS, ROWS_WITH_CODES = 4, 2
PER_DAY = 12


@dataclass(frozen=True, slots=True)
class Page:
    """Dates of one day, `number` of `pages` of that day. `near` is today, tomorrow, weekend or later; `more` are left out of the day.

    `day` is None for what comes later than the days of the screen.
    """

    near: str
    day: date | None
    cards: tuple[OccurrenceCard, ...]
    number: int
    pages: int
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenWishes:
    """What a screen's address asks beside the filters. `each`: every date brings its own code."""

    seconds: int = SECONDS
    each: bool = False
    turn: int = 1

    def query(self) -> list[tuple[str, str]]:
        """The wishes as they stand in an address, without the page that is open."""
        pairs = [("seconds", str(self.seconds))] if self.seconds != SECONDS else []
        return pairs + ([("qr", "each")] if self.each else [])


# What these wishes are called in an address.
SCREEN_NAMES = ("seconds", "qr", "turn")


def read_screen_wishes(pairs: Iterable[tuple[str, str]]) -> ScreenWishes:
    """The wishes in an address; what cannot be used is as if it were not there."""
    values = {name: value.strip() for name, value in pairs}
    return ScreenWishes(
        seconds=_number(values.get("seconds", ""), LEAST_SECONDS, MOST_SECONDS) or SECONDS,
        each=values.get("qr") == "each",
        turn=_number(values.get("turn", ""), 1, 999) or 1,
    )


def days_shown(today: date) -> list[tuple[str, date]]:
    """Today, tomorrow, and what is left of the weekend behind them."""
    first, last = span_of("weekend", today)
    days = [("today", today), ("tomorrow", today + timedelta(days=1))]
    weekend = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return days + [("weekend", day) for day in weekend if day > today + timedelta(days=1)]


def laid_out(near: str, day: date | None, cards: tuple[OccurrenceCard, ...], rows: int, more: int = 0) -> list[Page]:
    """The pages of a day, filled evenly: five dates are three and two and not four and one."""
    if not cards:
        return []
    pages = -(-len(cards) // rows)
    least, extra = divmod(len(cards), pages)
    found: list[Page] = []
    at = 0
    for number in range(1, pages + 1):
        size = least + (1 if number <= extra else 0)
        found.append(Page(near, day, cards[at : at + size], number, pages, more if number == pages else 0))
        at += size
    return found


def _number(text: str, least: int, most: int) -> int | None:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1
    return number if least <= number <= most else None
