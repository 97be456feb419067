"""The API itself: read-only, without a key, for everybody and for pages of others too."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as ResponseBase

from idobata import __version__
from idobata.api.answer_views import open_to_pages, send_json
from idobata.api.composing import Composer, turns_at
from idobata.api.cursors import BadCursor, OldCursor
from idobata.api.endpoints import MOST, ROOT, USUAL
from idobata.api.objects import (
    Category,
    CategoryList,
    DistrictList,
    Dropped,
    Fact,
    FactList,
    Gathering,
    GatheringPage,
    GroupPage,
    OccurrencePage,
    PlacePage,
)
from idobata.api.openapi import document
from idobata.api.paging_queries import Source, read_part
from idobata.api.register_queries import Groups, Places
from idobata.api.schema import as_json
from idobata.api.town_queries import Gatherings, Occurrences, one_occurrence
from idobata.gatherings import models
from idobata.gatherings.card_queries import Cards, public_gathering, was_withdrawn
from idobata.gatherings.filters import Filters, read_filters
from idobata.gatherings.place_queries import public_place
from idobata.groups.queries import group_by_slug
from idobata.kernel import clock
from idobata.kernel.errors import NotFound
from idobata.kernel.ids import is_public_id
from idobata.kernel.words import N_
from idobata.web.errors import problem
from idobata.web.guards import public
from idobata.web.pages import current_language, fresh_until, sentence, with_query
from idobata.web.rooms import addresses, city_settings

blueprint = Blueprint("api", __name__)
LOOK_AGAIN = timedelta(minutes=10)
DROPPED = N_("%(name)sの値は使えないため、なしでお答えしました。")
BAD_CURSOR = (
    N_("つづきの目じるしを読みとれませんでした"),
    N_("前の答えの next か later のアドレスを、そのまま使ってください。はじめからなら、cursorなしで開いてください。"),
)
OLD_CURSOR = (
    N_("つづきの目じるしが古くなりました"),
    N_("こちらのデータを入れ直したためです。cursorなしではじめから読み、いまあるものだけを残してください。"),
)


blueprint.after_request(open_to_pages)


@blueprint.get(f"{ROOT}/gatherings")
@public
def gatherings() -> Response:
    """Gatherings, each with its next dates."""
    filters, broken = _filters()
    return _part(lambda: Gatherings(_cards(), _composer(), filters), GatheringPage, broken)


@blueprint.get(f"{ROOT}/gatherings/<public_id>")
@public
def gathering(public_id: str) -> Response:
    """One gathering."""
    return _answer(_one_gathering(public_id))


@blueprint.get("/gatherings/<public_id>.json")
@public
def one_gathering_page(public_id: str) -> Response:
    """The same beside its page. 404 and 410 as the page."""
    return _answer(_one_gathering(public_id))


@blueprint.get(f"{ROOT}/occurrences")
@public
def occurrences() -> Response:
    """Dates of gatherings."""
    filters, broken = _filters()
    return _part(lambda: Occurrences(_cards(), _composer(), filters), OccurrencePage, broken)


@blueprint.get(f"{ROOT}/occurrences/<public_id>/<day>")
@public
def occurrence(public_id: str, day: str) -> Response:
    """One date."""
    try:
        asked = date.fromisoformat(day)
    except ValueError:
        raise NotFound from None
    if asked.isoformat() != day:
        raise NotFound
    found = one_occurrence(_published(public_id), asked, _cards(), _composer())
    if found is None:
        raise NotFound
    return _answer(found)


@blueprint.get(f"{ROOT}/groups")
@public
def groups() -> Response:
    """Groups with a page."""
    filters, broken = _filters("district", "category")
    return _part(lambda: Groups(_cards(), _composer(), filters.district, filters.category), GroupPage, broken)


@blueprint.get(f"{ROOT}/groups/<slug>")
@public
def group(slug: str) -> Response:
    """One group."""
    row = group_by_slug(slug)
    found = Groups(_cards(), _composer()).objects([row.id]) if row is not None else {}
    if row is None or row.id not in found:
        raise NotFound
    return _answer(found[row.id])


@blueprint.get(f"{ROOT}/places")
@public
def places() -> Response:
    """Places the town may read about."""
    filters, broken = _filters("district")
    return _part(lambda: Places(_cards(), _composer(), filters.district), PlacePage, broken)


@blueprint.get(f"{ROOT}/places/<public_id>")
@public
def place(public_id: str) -> ResponseBase:
    """One place. One that was merged leads to the other."""
    row = public_place(public_id)
    if row.public_id != public_id:
        return redirect(with_query(url_for("api.place", public_id=row.public_id)), 301)
    found = Places(_cards(), _composer()).objects([row.id])
    if row.id not in found:
        raise NotFound
    return _answer(found[row.id])


@blueprint.get(f"{ROOT}/categories")
@public
def categories() -> Response:
    """The city's categories."""
    name_of = _composer().name_of
    rows = city_settings().categories
    return _answer(CategoryList(items=tuple(Category(slug=one.slug, name=name_of(one), color=one.color, hint=one.hint) for one in rows)))


@blueprint.get(f"{ROOT}/districts")
@public
def districts() -> Response:
    """The city's districts."""
    return _answer(DistrictList(items=tuple(_composer().named(one) for one in city_settings().districts)))


@blueprint.get(f"{ROOT}/facts")
@public
def facts() -> Response:
    """The city's welcome facts."""
    composer, settings = _composer(), city_settings()
    headings = {one.slug: composer.named(one) for one in settings.fact_groups}
    rows = tuple(Fact(slug=one.slug, name=composer.name_of(one), group=headings[one.group]) for one in settings.facts)
    return _answer(FactList(items=rows))


@blueprint.get(f"{ROOT}/openapi.json")
@public
def openapi() -> Response:
    """The document: made of the same table and the same objects as the answers."""
    fresh_until(clock.next_midnight(city_settings().city.zone))
    return send_json(document(city_settings(), __version__))


def _one_gathering(public_id: str) -> Gathering:
    row = _published(public_id)
    found = Gatherings(_cards(), _composer(), Filters()).objects([row.id])
    if row.id not in found:
        raise NotFound
    return found[row.id]


def _published(public_id: str) -> models.Gathering:
    if not is_public_id(public_id):
        raise NotFound
    try:
        return public_gathering(public_id)
    except NotFound:
        if was_withdrawn(public_id):
            abort(410)
        raise


def _part(source: Callable[[], Source], answer: Callable[..., object], broken: tuple[str, ...]) -> Response:
    """A part of a list; with a cursor that is none, what to do instead."""
    limit, bad_limit = _limit()
    try:
        part = read_part(source(), request.args.get("cursor", ""), limit)
    except BadCursor:
        return problem(400, *map(sentence, BAD_CURSOR))
    except OldCursor:
        return problem(410, *map(sentence, OLD_CURSOR))
    names = (*broken, *bad_limit)
    response = _answer(
        answer(
            items=part.items,
            next=_with_cursor(part.next),
            later=_with_cursor(part.later),
            warnings=tuple(Dropped(parameter=name, words=sentence(DROPPED, {"name": name})) for name in names),
        ),
        part.items,
    )
    if part.next:
        response.headers["Link"] = f'<{_with_cursor(part.next)}>; rel="next"'
    return response


def _answer(answer: object, items: Iterable[object] = ()) -> Response:
    # Dates leave when they are over (where no end is known, soon after), standings and told changes when the day turns.
    now = clock.now()
    fresh_until(min([*turns_at([answer, *items], now), now + LOOK_AGAIN, clock.next_midnight(city_settings().city.zone)]))
    return send_json(as_json(answer))


def _with_cursor(cursor: str | None) -> str | None:
    """This very address with another cursor."""
    if cursor is None:
        return None
    query = [(name, value) for name, value in request.args.items(multi=True) if name != "cursor"]
    return f"{addresses().base_url}{request.path}?{urlencode([*query, ('cursor', cursor)])}"


def _filters(*only: str) -> tuple[Filters, tuple[str, ...]]:
    """The filters of the address (only these names, if any are given), and the names of those that could not be used."""
    pairs = request.args.items(multi=True)
    return read_filters([(name, value) for name, value in pairs if name != "page" and (not only or name in only)], city_settings())


def _limit() -> tuple[int, tuple[str, ...]]:
    asked = request.args.get("limit")
    if asked is None:
        return USUAL, ()
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0
    return (number, ()) if 1 <= number <= MOST else (USUAL, ("limit",))


def _cards() -> Cards:
    return Cards(city_settings(), current_language(), sentence)


def _composer() -> Composer:
    return Composer(city_settings(), current_language(), addresses())
