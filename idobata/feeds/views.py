"""The machine twins of lists, the feeds for machines that post by themselves, the calendar of one gathering, and how to subscribe.

Nothing here is written twice: each list of `LISTS` answers in each format of `TWINS`, each feed of `POSTER_FEEDS` in each format that
tells entries. A new list, format or feed is one line in its table.
"""

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as ResponseBase

from idobata.feeds.answer_views import absolute, answer, answer_entries, asked_filters, asked_limit, head_of, reader, titled_head
from idobata.feeds.calendar_queries import CalendarList, CalendarMaker
from idobata.feeds.entry_formats import ENTRY_FORMATS, EntryFormat
from idobata.feeds.entry_queries import EntryMaker
from idobata.feeds.json_feed import SCHEMA
from idobata.feeds.link_views import list_twins
from idobata.feeds.lists_queries import LISTS, ListKind
from idobata.feeds.poster_queries import POSTER_FEEDS, PosterFeed
from idobata.feeds.subscribe_views import subscribe
from idobata.feeds.twin_queries import CALENDAR_TYPE, TWINS, Twin, calendar_document
from idobata.feeds.wanted import Wanted
from idobata.kernel import clock
from idobata.kernel.errors import NotFound
from idobata.kernel.ids import is_public_id
from idobata.web.guards import public
from idobata.web.pages import sentence, with_query
from idobata.web.rooms import city_settings

blueprint = Blueprint("feeds", __name__)
LOOK_AGAIN = timedelta(hours=1)


def _view_of_list(kind: ListKind, twin: Twin) -> Callable[..., ResponseBase]:
    @public
    def view(**value: str) -> ResponseBase:
        key = next(iter(value.values()), "")
        one, own = kind.find(city_settings(), key), kind.own(key)
        if one.moved_to:
            return redirect(with_query(f"{one.moved_to}.{twin.suffix}"), 301)
        filters = asked_filters(own)
        head = head_of(f"{one.page}.{twin.suffix}", one.page, filters, own=own, names=[one.name])
        document = twin.make(Wanted(reader=reader(), filters=filters, limit=asked_limit(), head=head))
        return answer(document, twin.content_type, head, open_to_pages=twin.open_to_pages)

    return view


def _view_of_feed(feed: PosterFeed, form: EntryFormat) -> Callable[[], Response]:
    @public
    def view() -> Response:
        filters = asked_filters()
        head = head_of(f"/feeds/{feed.name}.{form.suffix}", feed.page, filters, names=[sentence(feed.title)])
        return answer_entries(feed.find(EntryMaker(reader()), filters, asked_limit()), head, form)

    return view


for _kind in LISTS:
    for _twin in TWINS:
        blueprint.add_url_rule(f"{_kind.rule}.{_twin.suffix}", f"{_kind.name}_{_twin.suffix}", _view_of_list(_kind, _twin))
for _feed in POSTER_FEEDS:
    for _form in ENTRY_FORMATS:
        blueprint.add_url_rule(f"/feeds/{_feed.name}.{_form.suffix}", f"{_feed.name}_{_form.suffix}", _view_of_feed(_feed, _form))


blueprint.add_url_rule("/subscribe", "subscribe", subscribe)
blueprint.add_app_template_global(list_twins)


@blueprint.get("/gatherings/<public_id>.ics")
@public
def gathering_ics(public_id: str) -> Response:
    """One gathering as a calendar.

    One that was taken down is answered with an empty calendar and not with 410: programs that get an error keep what they
    had, and would go on showing words and dates the town has withdrawn.
    """
    if not is_public_id(public_id):
        raise NotFound
    who = reader()
    found = CalendarMaker(who).one_calendar(public_id)
    if found is None:
        found, page, title = CalendarList((), None, clock.now() + LOOK_AGAIN), "/gatherings", who.site_name
    else:
        page, title = f"/gatherings/{public_id}", found.series[0].title
    head = titled_head(title, absolute(f"/gatherings/{public_id}.ics"), absolute(page))
    return answer(calendar_document(found, head, who), CALENDAR_TYPE, head, open_to_pages=True)


@blueprint.get("/feeds/json-feed.schema.json")
@public
def schema() -> Response:
    """The form of the JSON feeds, for those who write readers of them."""
    response = Response(SCHEMA, content_type="application/schema+json; charset=utf-8")
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
