"""RSS 2.0. feedgen is used here, in `atom.py` and in `event_extension.py` only; its faults are worked around and said where they are."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from feedgen.feed import FeedGenerator

from idobata.feeds.entry import FeedEntry, FeedHead, falling
from idobata.feeds.event_extension import EventEntryExtension, EventExtension
from idobata.feeds.titles import one_line

log = logging.getLogger(__name__)

CHECK_AGAIN_AFTER = 60
"""Minutes after which a reader may ask again."""


def to_rss(head: FeedHead, entries: Iterable[FeedEntry]) -> bytes:
    """The feed, newest entry first. Equal input gives equal bytes. An entry that cannot be written is left out and logged."""
    feed = FeedGenerator()
    feed.register_extension("ev", EventExtension, EventEntryExtension)
    feed.load_extension("dc")
    feed.load_extension("geo")
    # Both must be there, or there is no feed at all.
    title = one_line(head.title) or head.page_url
    feed.title(title)
    feed.description(one_line(head.description) or title)
    # Only the last link of all becomes the channel's, and feedgen does not ask what it is for: the page comes last.
    feed.link(href=head.self_url, rel="self", type="application/rss+xml")
    feed.link(href=head.page_url, rel="alternate")
    feed.ev.hub_url = head.hub_url
    feed.language(head.language)
    feed.ttl(CHECK_AGAIN_AFTER)
    feed.generator("Idobata")
    # feedgen stamps the moment of writing, so that no two answers would be equal, and has no way to say no.
    feed._FeedGenerator__rss_lastBuildDate = None
    for entry, said_at in falling(entries):
        item = feed.add_entry(order="append")
        try:
            _fill(item, entry, said_at)
            # feedgen would find out only when the whole feed is written, and then give nothing at all.
            item.rss_entry()
        except Exception as error:
            feed.remove_entry(item)
            # The guid and the kind of error; an error's own words may quote what somebody typed.
            log.warning("left %s out of a feed: %s", entry.guid, type(error).__name__)
            continue
        feed.ev.changed_at = feed.ev.changed_at or said_at
    rss: bytes = feed.rss_str()
    return rss


def _fill(item: Any, entry: FeedEntry, said_at: datetime) -> None:
    item.title(entry.title)
    item.link(href=entry.link)
    item.guid(entry.guid, permalink=False)
    item.description(entry.line)
    # Escaped text and not CDATA, which cannot hold "]]>".
    item.content(entry.html)
    for tag in entry.tags:
        item.category(term=tag)
    if entry.author:
        # RSS's own author is an e-mail address; nobody's belongs here.
        item.dc.dc_creator(entry.author)
    if entry.reuse is not None:
        item.dc.dc_rights(entry.reuse.words)
    item.ev.published_at = said_at
    event = entry.event
    if event is None:
        return
    item.ev.tell(event)
    if event.latitude is not None and event.longitude is not None:
        item.geo.point(f"{event.latitude:.6f} {event.longitude:.6f}")
