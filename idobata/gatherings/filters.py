"""What a reader asks of a list. Read from the address, written back into it; an unknown filter is ignored, a broken value is said."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, TypeVar

from idobata.kernel.ids import is_public_id
from idobata.kernel.settings import Settings
from idobata.kernel.text import clean_line

T = TypeVar("T", bound=str)
When = Literal["today", "tomorrow", "weekend", "week", "month"]
WHENS: tuple[When, ...] = ("today", "tomorrow", "weekend", "week", "month")
PARTS = ("morning", "afternoon", "evening")
LAST_PAGE = 500
QUERY_LENGTH = 100
EARLIEST, LATEST = 1900, 2200
SATURDAY = 5
FILTER_NAMES = (
    "q",
    "when",
    "from",
    "to",
    "district",
    "category",
    "weekday",
    "time",
    "fact",
    "free",
    "online",
    "no_signup",
    "first_step",
    "group",
    "place",
)
"""How the filters of every list stand in an address; a promise to outsiders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """A reader's wishes, all of them optional. `first` and `last` are inclusive days."""

    q: str = ""
    when: When | None = None
    first: date | None = None
    last: date | None = None
    district: str = ""
    category: str = ""
    weekday: int | None = None
    part: str = ""
    facts: tuple[str, ...] = ()
    free: bool = False
    online: bool = False
    no_signup: bool = False
    first_step: bool = False
    group: str = ""
    place: str = ""
    page: int = 1

    @property
    def is_empty(self) -> bool:
        """True when nothing is asked but a page."""
        return replace(self, page=1) == Filters()

    def query(self) -> list[tuple[str, str]]:
        """The filters as they stand in an address, in a fixed order, the page only when it is not the first."""
        pairs: list[tuple[str, str]] = []
        for name, value in (
            ("q", self.q),
            ("when", self.when or ""),
            ("from", self.first.isoformat() if self.first else ""),
            ("to", self.last.isoformat() if self.last else ""),
            ("district", self.district),
            ("category", self.category),
            ("weekday", "" if self.weekday is None else str(self.weekday)),
            ("time", self.part),
        ):
            if value:
                pairs.append((name, value))
        pairs += [("fact", slug) for slug in self.facts]
        pairs += [(name, "1") for name in ("free", "online", "no_signup", "first_step") if getattr(self, name)]
        pairs += [(name, getattr(self, name)) for name in ("group", "place") if getattr(self, name)]
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return pairs

    def days(self, today: date) -> tuple[date, date | None]:
        """The first and the last day meant; without a wish everything from today on."""
        first, last = self.first, self.last
        if self.when is not None:
            begin, end = span_of(self.when, today)
            first = max(first, begin) if first else begin
            last = min(last, end) if last else end
        return first or today, last


def span_of(when: When, today: date) -> tuple[date, date]:
    """The days a word means. On a Sunday "weekend" is that Sunday; "week" and "month" run to their last day."""
    weekday = today.weekday()
    match when:
        case "today":
            return today, today
        case "tomorrow":
            return today + timedelta(days=1), today + timedelta(days=1)
        case "weekend":
            saturday = today + timedelta(days=SATURDAY - weekday) if weekday <= SATURDAY else today
            return saturday, today + timedelta(days=6 - weekday)
        case "week":
            return today, today + timedelta(days=6 - weekday)
        case "month":
            return today, (today.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def read_filters(pairs: Iterable[tuple[str, str]], settings: Settings) -> tuple[Filters, tuple[str, ...]]:
    """Filters from an address's query, and the names of those whose value could not be used."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        if value.strip():
            values.setdefault(name, []).append(value.strip())
    reader = _Reader({name: given[-1] for name, given in values.items()})
    facts = tuple(dict.fromkeys(slug for slug in values.get("fact", []) if settings.fact(slug)))[:8]
    if len(facts) < len(set(values.get("fact", []))):
        reader.broken.append("fact")
    filters = Filters(
        q=reader.words("q"),
        when=reader.choice("when", WHENS),
        first=reader.day("from"),
        last=reader.day("to"),
        district=reader.known("district", settings.district),
        category=reader.known("category", settings.category),
        weekday=reader.number("weekday", 0, 6),
        part=reader.choice("time", PARTS) or "",
        facts=facts,
        free=reader.flag("free"),
        online=reader.flag("online"),
        no_signup=reader.flag("no_signup"),
        first_step=reader.flag("first_step"),
        group=reader.slug("group"),
        place=reader.public_id("place"),
        page=reader.number("page", 1, LAST_PAGE) or 1,
    )
    if filters.first and filters.last and filters.last < filters.first:
        reader.broken.append("to")
        filters = replace(filters, last=None)
    return filters, tuple(dict.fromkeys(reader.broken))


class _Reader:
    """Reads one value each and notes the names of those that cannot be used."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.broken: list[str] = []

    def words(self, name: str) -> str:
        return clean_line(self.values.get(name, "")[:QUERY_LENGTH], limit=QUERY_LENGTH * 4)

    def choice(self, name: str, choices: tuple[T, ...]) -> T | None:
        value = self.values.get(name)
        found = next((one for one in choices if one == value), None)
        if value is not None and found is None:
            self._no(name)
        return found

    def day(self, name: str) -> date | None:
        value = self.values.get(name)
        if value is None:
            return None
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
        # Python also reads 20261205 and 2026-W49-6; our address has one form.
        if day is None or day.isoformat() != value or not EARLIEST < day.year < LATEST:
            self._no(name)
            return None
        return day

    def known(self, name: str, find: Callable[[str], object]) -> str:
        value = self.values.get(name, "")
        if not value or find(value) is not None:
            return value
        self._no(name)
        return ""

    def number(self, name: str, least: int, most: int) -> int | None:
        value = self.values.get(name)
        if value is None:
            return None
        if value.isascii() and value.isdigit() and len(value) < 6 and least <= int(value) <= most:
            return int(value)
        self._no(name)
        return None

    def flag(self, name: str) -> bool:
        value = self.values.get(name)
        if value is not None and value not in ("0", "1"):
            self._no(name)
        return value == "1"

    def slug(self, name: str) -> str:
        value = self.values.get(name, "")
        if value and not (len(value) <= 60 and value.replace("-", "").isascii() and value.replace("-", "").isalnum()):
            self._no(name)
            return ""
        return value

    def public_id(self, name: str) -> str:
        value = self.values.get(name, "")
        if value and not is_public_id(value):
            self._no(name)
            return ""
        return value

    def _no(self, name: str) -> None:
        self.broken.append(name)
