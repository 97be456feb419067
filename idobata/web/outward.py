"""What a page tells those who pass it on or look it up: its one address, the same page in other languages, and where it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, url_for
from markupsafe import Markup

from idobata.kernel.addresses import in_language
from idobata.kernel.words import SOURCE
from idobata.web.pages import current_language
from idobata.web.rooms import addresses, city_settings

# Open Graph names a language with its country.
_LOCALES = {"ja": "ja_JP", "en": "en_US"}


@dataclass(frozen=True, slots=True)
class Outward:
    """A page's one address (absolute), the same in every language as (code, address), and the languages as Open Graph writes them.

    `oembed` is where other sites ask what to show of it; for lists and gatherings alone.
    """

    address: str
    languages: tuple[tuple[str, str], ...]
    locale: str
    other_locales: tuple[str, ...]
    oembed: str


def set_up(app: Flask) -> None:
    """Give templates these words."""
    app.jinja_env.globals.update(outward=outward, crumbs_data=crumbs_data)


def outward(endpoint: str, **values: Any) -> Outward:
    """The addresses of a page for everybody. `values` are the parts of its address and what makes it another page: filters and `page`."""
    page = addresses().base_url + url_for(endpoint, **values, lang=None)
    here, offered = current_language(), city_settings().city.languages
    languages = [(code, in_language(page, code)) for code in offered] if len(offered) > 1 else []
    if languages:
        languages.append(("x-default", in_language(page, SOURCE)))
    others = tuple(_LOCALES.get(code, code) for code in offered if code != here)
    address = in_language(page, here)
    oembed = addresses().base_url + url_for("oembed.oembed", url=address)
    return Outward(address, tuple(languages), _LOCALES.get(here, here), others, oembed)


def crumbs_data(crumbs: Iterable[tuple[str | Markup, str]]) -> dict[str, object]:
    """schema.org BreadcrumbList of what a page shows as its crumbs: (words, href); the last one is this page and may be without an href."""
    base = addresses().base_url
    items: list[dict[str, object]] = []
    for place, (words, href) in enumerate(crumbs, 1):
        plain = words.striptags() if isinstance(words, Markup) else words
        items.append({"@type": "ListItem", "position": place, "name": plain} | ({"item": base + href} if href else {}))
    return {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items}
