"""The machine twins of lists: RSS and calendars, and the calendar of one gathering."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as ResponseBase

from idobata.feeds.feed_queries import CalendarList, FeedCards, FeedMaker, RssList
from idobata.feeds.icalendar_file import CalendarHead, to_ical
from idobata.feeds.rss import FeedHead, to_rss
from idobata.feeds.titles import feed_title
from idobata.gatherings.filters import Filters, read_filters
from idobata.gatherings.place_queries import public_place
from idobata.gatherings.wishes_words import chosen_words
from idobata.groups.queries import group_by_slug
from idobata.kernel import clock
from idobata.kernel.errors import NotFound
from idobata.kernel.ids import is_public_id
from idobata.web.guards import public
from idobata.web.language import SOURCE
from idobata.web.pages import current_language, fresh_until, sentence, with_query
from idobata.web.rooms import addresses, city_settings

blueprint = Blueprint("feeds", __name__)

MOST = 200
RSS_TYPE = "application/rss+xml; charset=utf-8"
ICS_TYPE = "text/calendar; charset=utf-8"
LOOK_AGAIN = timedelta(hours=1)


@blueprint.get("/gatherings.rss")
@public
def gatherings_rss() -> Response:
    """What is to come, with all filters of the list."""
    return _rss_of_list("/gatherings", [])


@blueprint.get("/gatherings.ics")
@public
def gatherings_ics() -> Response:
    """What is to come as a calendar, with all filters of the list."""
    return _calendar_of_list("/gatherings", [])


@blueprint.get("/calendar.ics")
@public
def calendar_ics() -> Response:
    """The same calendar where people guess it to be. Served and not redirected: some calendar programs follow no redirect."""
    return _calendar_of_list("/gatherings", [])


@blueprint.get("/first-step.rss")
@public
def first_step_rss() -> Response:
    """The gatherings that carry the welcome mark."""
    return _rss_of_list("/first-step", [("first_step", "1")])


@blueprint.get("/first-step.ics")
@public
def first_step_ics() -> Response:
    """The same as a calendar."""
    return _calendar_of_list("/first-step", [("first_step", "1")])


@blueprint.get("/groups/<slug>.rss")
@public
def group_rss(slug: str) -> Response:
    """What a group is going to do."""
    return _rss_of_list(f"/groups/{slug}", [("group", slug)], _group_name(slug))


@blueprint.get("/groups/<slug>.ics")
@public
def group_ics(slug: str) -> Response:
    """A group's calendar."""
    return _calendar_of_list(f"/groups/{slug}", [("group", slug)], _group_name(slug))


@blueprint.get("/places/<public_id>.rss")
@public
def place_rss(public_id: str) -> ResponseBase:
    """What is going to happen at a place."""
    row = public_place(public_id)
    if row.public_id != public_id:
        return _moved("feeds.place_rss", row.public_id)
    return _rss_of_list(f"/places/{public_id}", [("place", public_id)], row.name)


@blueprint.get("/places/<public_id>.ics")
@public
def place_ics(public_id: str) -> ResponseBase:
    """A place's calendar."""
    row = public_place(public_id)
    if row.public_id != public_id:
        return _moved("feeds.place_ics", row.public_id)
    return _calendar_of_list(f"/places/{public_id}", [("place", public_id)], row.name)


@blueprint.get("/districts/<slug>.rss")
@public
def district_rss(slug: str) -> Response:
    """What is to come in a district."""
    _district_must_be_known(slug)
    return _rss_of_list(f"/districts/{slug}", [("district", slug)])


@blueprint.get("/districts/<slug>.ics")
@public
def district_ics(slug: str) -> Response:
    """A district's calendar."""
    _district_must_be_known(slug)
    return _calendar_of_list(f"/districts/{slug}", [("district", slug)])


@blueprint.get("/feeds/new.rss")
@public
def new_rss() -> Response:
    """Each gathering once, when it joins: for machines that post by themselves."""
    filters = _filters([])
    found = _maker().joined(filters, _limit())
    return _rss(found, _title(filters, [_("新しく加わった集まり")]), "/feeds/new.rss", "/gatherings", filters)


@blueprint.get("/gatherings/<public_id>.ics")
@public
def gathering_ics(public_id: str) -> Response:
    """One gathering as a calendar.

    One that was taken down is answered with an empty calendar and not with 410: programs that get an error keep what they
    had, and would go on showing words and dates the town has withdrawn.
    """
    if not is_public_id(public_id):
        raise NotFound
    found = _maker().one_calendar(public_id)
    if found is None:
        return _calendar(CalendarList((), None, clock.now() + LOOK_AGAIN), _site_name(), f"/gatherings/{public_id}.ics", "/gatherings", [])
    title = found.series[0].title
    return _calendar(found, title, f"/gatherings/{public_id}.ics", f"/gatherings/{public_id}", [])


def _rss_of_list(path: str, of: list[tuple[str, str]], *names: str) -> Response:
    filters = _filters(of)
    return _rss(_maker().coming(filters, _limit()), _title(filters, names), f"{path}.rss", path, filters, of)


def _calendar_of_list(path: str, of: list[tuple[str, str]], *names: str) -> Response:
    filters = _filters(of)
    return _calendar(_maker().calendar(filters, _limit()), _title(filters, names), f"{path}.ics", path, _query(filters, of))


def _rss(found: RssList, title: str, path: str, page: str, filters: Filters, of: Iterable[tuple[str, str]] = ()) -> Response:
    query = _query(filters, of)
    head = FeedHead(
        title=title,
        description=city_settings().city.tagline or title,
        page_url=_address(page, query, limit=False),
        self_url=_address(path, query),
        language=current_language(),
    )
    fresh_until(found.turns_at)
    return _answer(to_rss(head, found.entries, sentence), RSS_TYPE, found.changed_at)


def _calendar(found: CalendarList, title: str, path: str, page: str, query: list[tuple[str, str]]) -> Response:
    settings = city_settings()
    head = CalendarHead(
        name=title,
        description=settings.city.tagline or title,
        page_url=_address(page, query, limit=False),
        self_url=_address(path, query),
        host=_host(),
        zone=settings.city.zone,
        language=current_language(),
    )
    fresh_until(found.turns_at)
    response = _answer(to_ical(head, found.series, sentence), ICS_TYPE, found.changed_at)
    # Calendars on other people's pages read it in the browser.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _answer(body: bytes, content_type: str, changed_at: datetime | None) -> Response:
    response = Response(body, content_type=content_type)
    # Kept by everybody, asked about each time: a cancellation must not wait in a browser's cache. Unchanged is a 304.
    response.headers["Cache-Control"] = "public, no-cache"
    response.set_etag(sha256(body).hexdigest()[:32])
    if changed_at is not None:
        response.last_modified = changed_at
    # By the ETag alone: a date that has passed takes an entry away without any change that a time could tell.
    if request.if_none_match:
        response.make_conditional(request)
    return response


def _maker() -> FeedMaker:
    settings = city_settings()
    return FeedMaker(settings, FeedCards(settings, current_language(), sentence), addresses(), _host())


def _filters(of: list[tuple[str, str]]) -> Filters:
    """The filters of the address; what the list itself stands for wins."""
    own = {name for name, _value in of}
    filters, _broken = read_filters(
        [*((name, value) for name, value in request.args.items(multi=True) if name not in own), *of], city_settings()
    )
    return filters


def _limit() -> int:
    asked = request.args.get("limit", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0
    return number if 1 <= number <= MOST else city_settings().policy.feed_items


def _query(filters: Filters, of: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The filters as they stand in an address of this list."""
    own = set(of)
    return [pair for pair in filters.query() if pair not in own]


def _address(path: str, query: list[tuple[str, str]], *, limit: bool = True) -> str:
    """An absolute address with the filters, in this language; a feed's own names its limit, too."""
    pairs = list(query)
    if limit and _limit() != city_settings().policy.feed_items:
        pairs.append(("limit", str(_limit())))
    if current_language() != SOURCE:
        pairs.append(("lang", current_language()))
    return f"{addresses().base_url}{path}" + (f"?{urlencode(pairs)}" if pairs else "")


def _title(filters: Filters, names: Iterable[str]) -> str:
    language = current_language()
    wishes = [one.words for one in chosen_words(filters, city_settings(), sentence, language)]
    return feed_title(_site_name(), [*names, *wishes], language)


def _site_name() -> str:
    city = city_settings().city
    return city.english_site_name if current_language() == "en" else city.site_name


def _host() -> str:
    return urlsplit(addresses().base_url).hostname or "localhost"


def _group_name(slug: str) -> str:
    group = group_by_slug(slug)
    if group is None:
        raise NotFound
    return group.name


def _moved(endpoint: str, public_id: str) -> ResponseBase:
    """To the same feed of the place that an old entry was merged into."""
    return redirect(with_query(url_for(endpoint, public_id=public_id)), 301)


def _district_must_be_known(slug: str) -> None:
    if city_settings().district(slug) is None:
        raise NotFound
