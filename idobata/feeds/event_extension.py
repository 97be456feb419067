"""What feedgen cannot say by itself: the RSS event module, and dates of entries without touching the process's locale.

feedgen writes every date between two calls of `setlocale`, which belongs to the whole process: with several threads one of them
may be left in a foreign locale. So dates are written here.
"""

from datetime import date, datetime
from email.utils import format_datetime
from typing import Any

from feedgen.ext.base import BaseEntryExtension, BaseExtension

from idobata.feeds.entry import EntryEvent

EVENT_NAMESPACE = "http://purl.org/rss/1.0/modules/event/"
_ATOM = "http://www.w3.org/2005/Atom"


class EventExtension(BaseExtension):  # type: ignore[misc]  # feedgen has no types
    """Announces the `ev:` names in the feed, says when the newest of its entries changed, and names the hub.

    Given a hub as a link, feedgen would make it the channel's own address.
    """

    def __init__(self) -> None:
        self.changed_at: datetime | None = None
        self.hub_url = ""

    def extend_ns(self) -> dict[str, str]:
        """The prefix that everybody knows the module by."""
        return {"ev": EVENT_NAMESPACE}

    def extend_rss(self, feed: Any) -> Any:
        """Add `lastBuildDate` to the channel (an empty feed has none), and the hub."""
        if self.hub_url:
            feed[0].append(feed.makeelement(f"{{{_ATOM}}}link", {"rel": "hub", "href": self.hub_url}))
        if self.changed_at is not None:
            _append(feed[0], "lastBuildDate", rss_date(self.changed_at))
        return feed


class EventEntryExtension(BaseEntryExtension):  # type: ignore[misc]  # feedgen has no types
    """`pubDate` (RSS) and the `ev:` elements of one entry. What is empty or None is not written.

    Days stand for all-day gatherings (`end` is then the last day itself), aware moments for all others.
    """

    def __init__(self) -> None:
        self.published_at: datetime | None = None
        self.start: date | datetime | None = None
        self.end: date | datetime | None = None
        self.location = ""
        self.organizer = ""
        self.kind = ""
        self.links: list[dict[str, str]] = []

    def extend_rss(self, entry: Any) -> Any:
        """Add the elements to an item."""
        if self.published_at is not None:
            _append(entry, "pubDate", rss_date(self.published_at))
        return self._tell(entry)

    def extend_atom(self, entry: Any) -> Any:
        """Add the elements to an entry of Atom, which has dates of its own, and its links: feedgen forgets what they are for."""
        for link in self.links:
            entry.append(entry.makeelement("link", link))
        return self._tell(entry)

    def tell(self, event: EntryEvent) -> None:
        """Take from an event what the elements say."""
        self.start, self.end = event.start, event.end
        self.location = " ".join(part for part in (event.place, event.address) if part)
        self.organizer, self.kind = event.organizer, event.kind

    def _tell(self, entry: Any) -> Any:
        for name, value in (
            ("startdate", self.start.isoformat() if self.start else ""),
            ("enddate", self.end.isoformat() if self.end else ""),
            ("location", self.location),
            ("organizer", self.organizer),
            ("type", self.kind),
        ):
            if value:
                _append(entry, f"{{{EVENT_NAMESPACE}}}{name}", value)
        return entry


def rss_date(moment: datetime) -> str:
    """A moment as RSS writes it: "Sat, 05 Dec 2026 13:00:00 +0900"."""
    return format_datetime(moment)


def _append(parent: Any, name: str, text: str) -> None:
    # feedgen's own helper cannot be imported before something else has loaded lxml.etree; every element can make another.
    element = parent.makeelement(name)
    element.text = text
    parent.append(element)
