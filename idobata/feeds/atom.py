"""Atom (RFC 4287). feedgen writes it; where it would do harm is said beside what is done instead."""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from feedgen.feed import FeedGenerator

from idobata.feeds.entry import FeedEntry, FeedHead, falling
from idobata.feeds.event_extension import EventEntryExtension, EventExtension
from idobata.feeds.titles import one_line

log = logging.getLogger(__name__)

# Atom wants a date even where nothing is in the feed; the present moment would make each answer another.
_NEVER = datetime(2026, 1, 1, tzinfo=UTC)


def to_atom(head: FeedHead, entries: Iterable[FeedEntry]) -> bytes:
    """The feed, newest entry first. Equal input gives equal bytes. An entry that cannot be written is left out and logged.

    `published` and `updated` of the entries fall by a second at least: validators warn of equal ones, and posters skip them.
    """
    feed = FeedGenerator()
    feed.register_extension("ev", EventExtension, EventEntryExtension)
    feed.load_extension("geo")
    feed.id(feed_id(head))
    feed.title(one_line(head.title) or head.page_url)
    feed.subtitle(one_line(head.description))
    feed.link(href=head.page_url, rel="alternate", type="text/html")
    feed.link(href=head.self_url, rel="self", type="application/atom+xml")
    if head.hub_url:
        feed.link(href=head.hub_url, rel="hub")
    feed.language(head.language)
    # An entry without an author of its own is the site's.
    feed.author(name=one_line(head.author) or head.host)
    feed.generator("Idobata")
    moments: list[datetime] = []
    told = list(entries)
    changed = {entry.guid: moment for entry, moment in falling(told, lambda entry: entry.changed_at)}
    for entry, said_at in falling(told):
        item = feed.add_entry(order="append")
        try:
            _fill(item, entry, min(said_at, changed[entry.guid]), changed[entry.guid])
            # feedgen would find out only when the whole feed is written, and then give nothing at all.
            item.atom_entry()
        except Exception as error:
            feed.remove_entry(item)
            # The guid and the kind of error; an error's own words may quote what somebody typed.
            log.warning("left %s out of a feed: %s", entry.guid, type(error).__name__)
            continue
        moments.append(changed[entry.guid])
    feed.updated(max(moments, default=_NEVER))
    atom: bytes = feed.atom_str()
    return atom


def feed_id(head: FeedHead) -> str:
    """An id that stays as long as the feed is asked for with the same filters, whatever its address begins with."""
    address = urlsplit(head.self_url)
    return f"tag:{head.host},2026:feed{address.path}" + (f"?{address.query}" if address.query else "")


def _fill(item: Any, entry: FeedEntry, said_at: datetime, changed_at: datetime) -> None:
    item.id(entry.guid)
    item.title(entry.title)
    item.published(said_at)
    item.updated(changed_at)
    item.ev.links.append({"href": entry.link, "rel": "alternate", "type": "text/html"})
    item.summary(entry.line)
    # Escaped text and not CDATA, which cannot hold "]]>".
    item.content(entry.html, type="html")
    for tag in entry.tags:
        item.category(term=tag)
    if entry.author:
        item.author(name=entry.author)
    if entry.reuse is not None:
        item.rights(entry.reuse.words)
        if entry.reuse.licence_url:
            item.ev.links.append({"href": entry.reuse.licence_url, "rel": "license"})
    event = entry.event
    if event is None:
        return
    item.ev.links.append({"href": event.calendar_url, "rel": "related", "type": "text/calendar"})
    item.ev.tell(event)
    if event.latitude is not None and event.longitude is not None:
        item.geo.point(f"{event.latitude:.6f} {event.longitude:.6f}")
