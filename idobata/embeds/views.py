"""Small pages for frames on other sites, their style sheet and the script that sizes them."""

from collections.abc import Iterable
from datetime import date, timedelta
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as ResponseBase

from idobata.embeds.embed_queries import Withdrawn, day_of, filters_of, name_of, show
from idobata.embeds.looks import Look, Wishes, read_wishes
from idobata.embeds.months import turned
from idobata.embeds.palette import root_rules
from idobata.embeds.sources import Source
from idobata.embeds.wording import heading_words
from idobata.gatherings.card_queries import Cards
from idobata.gatherings.cards import OccurrenceCard
from idobata.gatherings.day_groups import by_day
from idobata.gatherings.filters import Filters
from idobata.gatherings.place_queries import public_place
from idobata.gatherings.pressing import date_address
from idobata.kernel import clock
from idobata.kernel.errors import NotFound
from idobata.kernel.ids import is_public_id
from idobata.web.assets import Asset, Assets, minify_css
from idobata.web.framing import lend_to_others, let_others_frame
from idobata.web.guards import public
from idobata.web.language import SOURCE
from idobata.web.pages import current_language, fresh_until, sentence, url, with_query
from idobata.web.rooms import ASSETS, addresses, city_settings

blueprint = Blueprint("embeds", __name__)
A_DAY = timedelta(days=1)
AN_HOUR = timedelta(hours=1)


@blueprint.get("/embed/gatherings")
@public
def gatherings() -> Response:
    """What is to come, with all filters of the list."""
    return _embed(Source("gatherings"))


@blueprint.get("/embed/first-step")
@public
def first_step() -> Response:
    """The gatherings that carry the welcome mark."""
    return _embed(Source("first-step"))


@blueprint.get("/embed/districts/<slug>")
@public
def district(slug: str) -> Response:
    """A district."""
    return _embed(Source("districts", slug))


@blueprint.get("/embed/groups/<slug>")
@public
def group(slug: str) -> Response:
    """A group."""
    return _embed(Source("groups", slug))


@blueprint.get("/embed/places/<public_id>")
@public
def place(public_id: str) -> ResponseBase:
    """A place. An old entry leads to the one it was merged into."""
    try:
        row = public_place(public_id)
    except NotFound:
        return _gone(404)
    if row.public_id != public_id:
        return redirect(with_query(url_for("embeds.place", public_id=row.public_id)), 301)
    return _embed(Source("places", public_id))


@blueprint.get("/embed/gatherings/<public_id>")
@public
def gathering(public_id: str) -> Response:
    """One gathering."""
    return _embed(Source("gathering", public_id)) if is_public_id(public_id) else _gone(404)


@blueprint.get("/embed/gatherings/<public_id>/<day>")
@public
def gathering_date(public_id: str, day: str) -> Response:
    """One gathering, led by one of its dates."""
    try:
        return _embed(Source("gathering", public_id, day_of(day))) if is_public_id(public_id) else _gone(404)
    except NotFound:
        return _gone(404)


@blueprint.get("/embed/look.css")
@public
def look() -> Response:
    """The style sheet, with the colours and the size its address asks for: an embed has no style inside it."""
    wishes, _broken = read_wishes(request.args.items(multi=True), Look.LIST)
    base = _asset("embed/look.css").body.decode()
    css = root_rules(wishes, city_settings().look.primary) + minify_css(base)
    response = Response(css, content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={round(A_DAY.total_seconds())}"
    fresh_until(clock.now() + A_DAY)
    return lend_to_others(response)


@blueprint.get("/embed/idobata.js")
@public
def sizing_script() -> Response:
    """The script that other sites load once; it gives each of our frames the height its content has."""
    return _script("js/embed/idobata.js")


@blueprint.get("/embed/height.js")
@public
def height_script() -> Response:
    """The script inside an embed that tells its height."""
    return _script("js/embed/height.js")


def _embed(source: Source) -> Response:
    settings = city_settings()
    usual = Look.CARDS if source.is_single else Look.LIST
    wishes, _broken = read_wishes(request.args.items(multi=True), usual)
    cards = Cards(settings, current_language(), sentence)
    try:
        name = name_of(source, settings, current_language())
        filters, _broken = filters_of(source, request.args.items(multi=True), settings)
        shown = show(source, filters, wishes, cards)
    except Withdrawn:
        return _gone(410)
    except NotFound:
        return _gone(404)
    today = clock.today(settings.city.zone)
    asked = _query(source, filters)
    month = shown.month.first if shown.month else None
    page = render_template(
        f"embeds/{'one' if source.is_single and wishes.look is Look.CARDS else wishes.look.value}.html",
        heading=heading_words(name, source, filters, settings, sentence, current_language()),
        shown=shown,
        wishes=wishes,
        days=by_day(shown.cards, today),
        today=today,
        page_url=_real(source.path, asked),
        address=_date_address,
        day_address=lambda day: _day_address(source, filters, day),
        month_address=lambda number: _turned(source, asked, wishes, usual, turned(month, number, today)) if month else "",
        **_frame(wishes),
    )
    fresh_until(shown.turns_at)
    return let_others_frame(make_response(page), script=wishes.fit)


def _gone(status: int) -> Response:
    """What a frame shows whose list or gathering is not there: in the same shape, since a refused frame would be a grey hole."""
    wishes, _broken = read_wishes(request.args.items(multi=True), Look.LIST)
    fresh_until(None)
    page = render_template("embeds/gone.html", wishes=wishes, withdrawn=status == 410, page_url=_real("/gatherings", []), **_frame(wishes))
    return let_others_frame(make_response(page, status), script=wishes.fit)


def _frame(wishes: Wishes) -> dict[str, object]:
    """What the frame of every embed wants to know."""
    version = _asset("embed/look.css").etag.strip('"')[:12]
    pairs = [*wishes.colors(), ("v", version)]
    return {"style": f"{url_for('embeds.look')}?{urlencode(pairs)}", "home": _real("/", [])}


def _date_address(card: OccurrenceCard) -> str:
    return addresses().base_url + date_address(card, url)


def _query(source: Source, filters: Filters) -> list[tuple[str, str]]:
    own = set(source.own_filters())
    return [pair for pair in filters.query() if pair not in own]


def _day_address(source: Source, filters: Filters, day: date) -> str:
    """What the list shows on one day; of a single gathering the page of that date."""
    if source.is_single:
        return _real(f"/gatherings/{source.name}/{day.isoformat()}", [])
    days = [("from", day.isoformat()), ("to", day.isoformat())]
    return _real("/gatherings", [*(pair for pair in filters.query() if pair[0] not in ("when", "from", "to")), *days])


def _real(path: str, query: Iterable[tuple[str, str]]) -> str:
    """The absolute address of a real page, in this language."""
    return addresses().base_url + _in_language(path, query)


def _turned(source: Source, asked: list[tuple[str, str]], wishes: Wishes, usual: Look, month: date | None) -> str:
    """The same calendar in another month, inside the frame; empty where the months end."""
    if month is None:
        return ""
    pairs = [pair for pair in wishes.query(usual) if pair[0] != "month"]
    return _in_language(source.embed_path, [*asked, *pairs, ("month", month.isoformat()[:7])])


def _in_language(path: str, query: Iterable[tuple[str, str]]) -> str:
    pairs = list(query) + ([("lang", current_language())] if current_language() != SOURCE else [])
    return path + (f"?{urlencode(pairs)}" if pairs else "")


def _script(name: str) -> Response:
    response = Response(_asset(name).body, content_type="text/javascript; charset=utf-8")
    # Its address stays, so a browser asks again after an hour.
    response.headers["Cache-Control"] = f"public, max-age={round(AN_HOUR.total_seconds())}"
    fresh_until(clock.now() + A_DAY)
    return lend_to_others(response)


def _asset(name: str) -> Asset:
    assets: Assets = current_app.extensions[ASSETS]
    return assets.named(name)
