"""What a feed is made of, in words already chosen: each format (RSS, Atom, JSON Feed) only writes it down."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHead:
    """What a feed says of itself. All addresses are absolute; `page_url` is the list that people read.

    `author` is the site, `host` the name that stands in ids, `schema_url` where the form of the JSON feed is described. `hub_url` is the
    WebSub hub that knows of news at once, empty without one.
    """

    title: str
    description: str
    page_url: str
    self_url: str
    language: str
    author: str
    host: str
    schema_url: str
    hub_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryEvent:
    """One date of one gathering, for machines. Empty text and None: not known.

    Days stand for all-day gatherings (`end` is then the last day itself), moments in the city's zone for all others. `timezone` is its
    name. `state` is planned, confirmed, cancelled, moved or full; `moved_from` the day it was announced for before. `latitude` and
    `longitude` are degrees (WGS 84), both or neither. `calendar_url` is the gathering's own calendar file, an absolute address.
    """

    gathering_id: str
    start: date | datetime
    end: date | datetime | None
    timezone: str
    state: str
    note: str
    moved_from: date | None
    place: str
    address: str
    district: str
    latitude: float | None
    longitude: float | None
    online: bool
    organizer: str
    category: str
    kind: str
    is_free: bool
    fee: str
    signup: str
    first_step: bool
    calendar_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reuse:
    """Whether the words of an entry may be used beyond the site: `words` says it, `licence` and `licence_url` on what terms.

    Both are empty where nobody has allowed it. Facts (what, when, where) are everybody's in any case.
    """

    words: str
    licence: str = ""
    licence_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry. `guid` never changes, `link` may. `said_at` is when this was news: a stored moment, never the present one.

    `changed_at` is when its words were changed last, `line` says it in one plain line, `html` in full. `tags` and `author` may be empty;
    `event` and `reuse` are None where an entry is not one date of one gathering.
    """

    guid: str
    link: str
    said_at: datetime
    changed_at: datetime
    title: str
    line: str
    html: str
    tags: tuple[str, ...] = ()
    author: str = ""
    event: EntryEvent | None = None
    reuse: Reuse | None = None


@dataclass(frozen=True, slots=True)
class EntryList:
    """Entries, when the newest of them changed (None without any), and until when the list is true."""

    entries: tuple[FeedEntry, ...]
    changed_at: datetime | None
    turns_at: datetime

    @classmethod
    def of(cls, entries: Iterable[FeedEntry], turns_at: datetime) -> "EntryList":
        """A list of these; it changed when the newest of them did."""
        made = tuple(entries)
        return cls(made, max((one.changed_at for one in made), default=None), turns_at)


def falling(
    entries: Iterable[FeedEntry], moment_of: Callable[[FeedEntry], datetime] = lambda entry: entry.said_at
) -> Iterator[tuple[FeedEntry, datetime]]:
    """Entries from the newest to the oldest with moments that fall by at least a second each.

    Automatic posters remember the last moment they saw and skip what is not later; 300 gatherings of one import share theirs.
    An entry is never said to be newer than it is.
    """
    last: datetime | None = None
    for entry in sorted(entries, key=lambda one: (-moment_of(one).timestamp(), one.guid)):
        moment = moment_of(entry).astimezone(UTC).replace(microsecond=0)
        if last is not None and moment >= last:
            moment = last - timedelta(seconds=1)
        last = moment
        yield entry, moment
