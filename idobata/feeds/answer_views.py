"""How a document goes out: kept by everybody, asked about each time, named by its content."""

from collections.abc import Iterable
from hashlib import sha256
from urllib.parse import urlencode

from flask import Response, request

from idobata.feeds.document import Document
from idobata.feeds.entry import EntryList, FeedHead
from idobata.feeds.entry_formats import EntryFormat
from idobata.feeds.titles import feed_title
from idobata.feeds.twin_queries import entries_document
from idobata.feeds.wanted import Reader
from idobata.gatherings.filters import Filters, read_filters
from idobata.gatherings.wishes_words import chosen_words
from idobata.web.language import SOURCE
from idobata.web.pages import current_language, fresh_until, sentence
from idobata.web.rooms import addresses, city_settings

MOST = 200
"""As many entries or gatherings as one document may hold."""

Pairs = Iterable[tuple[str, str]]


def answer(document: Document, content_type: str, head: FeedHead, *, open_to_pages: bool = False) -> Response:
    """The response: strong ETag by content, 304 for who has it, `Last-Modified`, `Link` to itself and to the hub.

    `open_to_pages`: scripts on pages of other sites may read it.
    """
    fresh_until(document.turns_at)
    response = Response(document.body, content_type=content_type)
    # Kept by everybody, asked about each time: a cancellation must not wait in a browser's cache. Unchanged is a 304.
    response.headers["Cache-Control"] = "public, no-cache"
    links = (("self", head.self_url), ("hub", head.hub_url))
    response.headers["Link"] = ", ".join(f'<{address}>; rel="{name}"' for name, address in links if address)
    if open_to_pages:
        # Calendars and lists on other people's pages read it in the browser.
        response.headers["Access-Control-Allow-Origin"] = "*"
    response.set_etag(sha256(document.body).hexdigest()[:32])
    if document.changed_at is not None:
        response.last_modified = document.changed_at
    # By the ETag alone: a date that has passed takes an entry away without any change that a time could tell.
    if request.if_none_match:
        response.make_conditional(request)
    return response


def answer_entries(found: EntryList, head: FeedHead, form: EntryFormat) -> Response:
    """Entries in one format, whatever they tell of: the door for every feed that is not a list."""
    return answer(entries_document(found, head, form), form.content_type, head, open_to_pages=form.open_to_pages)


def reader() -> Reader:
    """The site in the language of this request."""
    return Reader(settings=city_settings(), addresses=addresses(), language=current_language(), translate=sentence)


def asked_filters(own: Pairs = ()) -> Filters:
    """The filters of the address; what the list itself stands for wins."""
    names = {name for name, _value in own}
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name not in names]
    filters, _broken = read_filters([*pairs, *own], city_settings())
    return filters


def asked_limit() -> int:
    """How many entries are wanted; anything that is no such number means as many as the city has set."""
    asked = request.args.get("limit", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0
    return number if 1 <= number <= MOST else city_settings().policy.feed_items


def head_of(path: str, page: str, filters: Filters, *, own: Pairs = (), names: Iterable[str] = ()) -> FeedHead:
    """The head of a document at `path`, about the page people read: titled by the site, `names` and the filters."""
    known = set(own)
    query = [pair for pair in filters.query() if pair not in known]
    wishes = [one.words for one in chosen_words(filters, city_settings(), sentence, current_language())]
    title = feed_title(reader().site_name, [*names, *wishes], current_language())
    return titled_head(title, absolute(path, query + _limit()), absolute(page, query))


def titled_head(title: str, self_url: str, page_url: str) -> FeedHead:
    """A head in the language of this request."""
    return FeedHead(
        title=title,
        description=city_settings().city.tagline or title,
        page_url=page_url,
        self_url=self_url,
        language=current_language(),
        author=reader().site_name,
        host=reader().host,
        schema_url=addresses().feed_schema(),
        hub_url=addresses().hub() if city_settings().policy.websub else "",
    )


def _limit() -> list[tuple[str, str]]:
    return [("limit", str(asked_limit()))] if asked_limit() != city_settings().policy.feed_items else []


def absolute(path: str, query: Pairs = ()) -> str:
    """An absolute address with the filters, in this language."""
    pairs = [*query] if current_language() == SOURCE else [*query, ("lang", current_language())]
    return f"{addresses().base_url}{path}" + (f"?{urlencode(pairs)}" if pairs else "")
