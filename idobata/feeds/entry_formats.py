"""The formats that tell entries. A new one is a module that writes it and a line here; lists and feeds for posters have it at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from idobata.feeds.atom import to_atom
from idobata.feeds.entry import FeedEntry, FeedHead
from idobata.feeds.json_feed import to_json_feed
from idobata.feeds.rss import to_rss


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFormat:
    """`suffix` ends the address, `label` is what people call it. `open_to_pages`: scripts on pages of other sites may read it."""

    suffix: str
    label: str
    content_type: str
    write: Callable[[FeedHead, Iterable[FeedEntry]], bytes]
    open_to_pages: bool = False


ENTRY_FORMATS = (
    EntryFormat(suffix="rss", label="RSS", content_type="application/rss+xml; charset=utf-8", write=to_rss),
    EntryFormat(suffix="atom", label="Atom", content_type="application/atom+xml; charset=utf-8", write=to_atom),
    EntryFormat(suffix="json", label="JSON", content_type="application/feed+json; charset=utf-8", write=to_json_feed, open_to_pages=True),
)
