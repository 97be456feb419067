"""What every page needs: the names templates know, until when a page is true, links that keep the reader's language."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, g, request, url_for
from flask_babel import gettext
from flask_login import current_user
from jinja2 import StrictUndefined
from markupsafe import Markup, escape

from idobata.kernel import clock, japanese_dates
from idobata.kernel.actor import Actor
from idobata.kernel.markup import plain_summary, to_html
from idobata.kernel.settings import Settings
from idobata.web.assets import Assets
from idobata.web.covers import cover_numbers
from idobata.web.csrf import CsrfGate
from idobata.web.language import SOURCE

# Kana and kanji; punctuation that both scripts share says nothing.
_JAPANESE = re.compile("[ぁ-ゖァ-ヺー一-鿿㐀-䶿々〆]")


def set_up(app: Flask, settings: Settings, assets: Assets, gate: CsrfGate) -> None:
    """Make templates strict and give them their names."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    # Everything is escaped, whatever a template's file is called.
    app.jinja_env.autoescape = True

    app.jinja_env.globals.update(
        settings=settings,
        assets=assets,
        url=url,
        cover_numbers=cover_numbers,
        csrf_token=lambda: gate.token(getattr(g, "csrf_holder", "")),
        current_language=current_language,
        welcome_label=lambda: settings.city.welcome_english if current_language() == "en" else settings.city.welcome_label,
        other_language_url=other_language_url,
        lang_of=lang_of,
        day_in_words=day_in_words,
        past_day_in_words=lambda day: _past(day, japanese_dates.day_words, settings),
        past_month_day=lambda day: _past(day, japanese_dates.month_day, settings),
        time_in_words=time_in_words,
        month_day=lambda day: japanese_dates.month_day(day, current_language()),
        said=said,
        map_link=map_link,
        absolute=lambda path: settings.machine.base_url + path,
    )
    app.jinja_env.filters.update(typed=to_html, typed_link=typed_link, summary=lambda text, limit: plain_summary(text, limit))

    @app.context_processor
    def _names() -> dict[str, Any]:
        return {"actor": current_actor(), "language": current_language(), "here": request.path}


def with_query(address: str) -> str:
    """`address` with everything this request was asked, for a page that has moved."""
    asked = urlencode(list(request.args.items(multi=True)))
    return f"{address}?{asked}" if asked else address


def current_actor() -> Actor:
    """Who is asking."""
    actor: Actor = current_user.actor
    return actor


def current_language() -> str:
    """The language this page is written in."""
    return str(getattr(g, "language", SOURCE))


def url(endpoint: str, **values: Any) -> str:
    """An address on this site that keeps the reader's language."""
    if current_language() != SOURCE and "lang" not in values and endpoint != "static_files.asset":
        values["lang"] = current_language()
    return url_for(endpoint, **values)


def other_language_url(language: str) -> str:
    """This very page, with everything it was asked, in another language."""
    if request.endpoint is None:
        return str(url_for("pages.home", lang=None if language == SOURCE else language))
    # Built from the address itself: a query may hold names that mean something to `url_for`.
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    query = urlencode(asked if language == SOURCE else [*asked, ("lang", language)])
    return quote(request.path) + (f"?{query}" if query else "")


def lang_of(words: str) -> Markup:
    """The attribute for an element that holds somebody's own words: ` lang="ja"` where they are Japanese and the page is not, else nothing.

    A screen reader then says them in the right voice, and a browser writes them in the right letters.
    """
    return Markup(' lang="ja"') if current_language() != SOURCE and _JAPANESE.search(words) else Markup()


def said(words: str) -> Markup:
    """Somebody's own words where there is no element to carry `lang_of`. Empty stays empty."""
    mark = lang_of(words)
    return Markup("<span{}>{}</span>").format(mark, words) if mark else escape(words)


def day_in_words(day: date) -> str:
    """「12月5日（土）」, "Sat, 5 Dec"."""
    return japanese_dates.day_words(day, current_language())


def _past(day: date, words: Callable[..., str], settings: Settings) -> str:
    """A day behind us, with its year unless it is this one: 「11月1日」 of last year is no sign of being looked after."""
    return words(day, current_language(), year=day.year != clock.today(settings.city.zone).year)


def time_in_words(at: datetime) -> str:
    """「午前10時」, "10:00": the time of day of a moment, as the moment carries it."""
    return japanese_dates.time_words(time(at.hour, at.minute), current_language())


def fresh_until(moment: datetime | None) -> None:
    """Say until when the page being made is true; None keeps it out of the page cache. The earliest word counts."""
    known: datetime | None = getattr(g, "fresh_until", None)
    g.keep_page = moment is not None
    if moment is not None:
        g.fresh_until = min(known, moment) if known else moment


def sentence(words: str, values: Mapping[str, object] | None = None) -> str:
    """A marked sentence in the reader's language."""
    translated: str = gettext(words)
    return translated % values if values else translated


def map_link(latitude: float, longitude: float) -> str:
    """The Geospatial Information Authority's map at a point. A link only: no reader's browser asks a foreign host unasked."""
    return f"https://maps.gsi.go.jp/#17/{latitude:.6f}/{longitude:.6f}/"


def typed_link(address: str) -> Markup | str:
    """An address somebody typed, as a link; empty stays empty."""
    return Markup('<a class="u-url" href="{0}" rel="nofollow ugc noopener">{0}</a>').format(address) if address else ""
