"""sitemap.xml (sitemaps.org 0.9): every page for everybody, in each language, with the day it was last changed where that is known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import quoteattr

from idobata.kernel.addresses import in_language
from idobata.kernel.words import SOURCE

# Things in one part. In two languages that is about a megabyte, which the page cache keeps; the format's own limit is 50,000.
PART = 2000
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass(frozen=True, slots=True)
class Entry:
    """A page or a part. `changed_at` is when its content was changed last; None where nobody knows."""

    address: str
    changed_at: datetime | None = None


def index_xml(parts: Iterable[Entry]) -> bytes:
    """The index of the parts."""
    rows = [f"<sitemap><loc>{_text(one.address)}</loc>{_changed(one)}</sitemap>" for one in parts]
    return "\n".join([_HEAD, f'<sitemapindex xmlns="{_NAMESPACE}">', *rows, "</sitemapindex>", ""]).encode()


def part_xml(entries: Iterable[Entry], languages: Sequence[str]) -> bytes:
    """One part. A page stands there once for each language, each time with all of them, as search engines ask for."""
    rows: list[str] = []
    for entry in entries:
        same = {code: in_language(entry.address, code) for code in languages}
        links = "".join(_link(code, href) for code, href in ({**same, "x-default": entry.address} if len(same) > 1 else {}).items())
        rows += [f"<url><loc>{_text(href)}</loc>{_changed(entry)}{links}</url>" for href in same.values() or [entry.address]]
    space = ' xmlns:xhtml="http://www.w3.org/1999/xhtml"' if len(languages) > 1 else ""
    return "\n".join([_HEAD, f'<urlset xmlns="{_NAMESPACE}"{space}>', *rows, "</urlset>", ""]).encode()


def in_order(languages: Sequence[str]) -> tuple[str, ...]:
    """The languages with the source first."""
    return (SOURCE, *(code for code in languages if code != SOURCE))


def _link(code: str, href: str) -> str:
    return f'<xhtml:link rel="alternate" hreflang="{code}" href={quoteattr(href)}/>'


def _changed(entry: Entry) -> str:
    return f"<lastmod>{entry.changed_at.replace(microsecond=0).isoformat()}</lastmod>" if entry.changed_at else ""


def _text(address: str) -> str:
    return address.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
