"""The info screen: what a monitor in the town hall shows by itself, all day."""

from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request

from idobata.embeds.embed_queries import filters_of
from idobata.embeds.screen_pages import read_screen_wishes
from idobata.embeds.screen_queries import read_screen
from idobata.embeds.sources import Source
from idobata.gatherings.card_queries import Cards
from idobata.gatherings.filters import Filters
from idobata.gatherings.place_queries import public_place
from idobata.gatherings.pressing import date_address
from idobata.gatherings.wishes_words import chosen_words
from idobata.groups.queries import group_by_slug
from idobata.kernel import clock
from idobata.kernel.errors import NotFound
from idobata.web.assets import Assets
from idobata.web.guards import public
from idobata.web.language import SOURCE
from idobata.web.pages import current_language, fresh_until, sentence, url
from idobata.web.qr_code import qr_code
from idobata.web.rooms import ASSETS, addresses, city_settings

blueprint = Blueprint("screen", __name__)
DAYS = ("when", "from", "to", "page")


@blueprint.get("/screen")
@public
def show() -> Response:
    """Large pages that turn by themselves: today, tomorrow, the weekend. Filters as in every list, but for the days."""
    settings = city_settings()
    wishes = read_screen_wishes(request.args.items(multi=True))
    asked = [(name, value) for name, value in request.args.items(multi=True) if name not in DAYS]
    filters, _broken = filters_of(Source("gatherings"), asked, settings)
    screen = read_screen(filters, Cards(settings, current_language(), sentence), each=wishes.each)
    now = clock.now().astimezone(settings.city.zone)
    page_url = addresses().base_url + _with("/gatherings", filters.query())
    turn = (wishes.turn - 1) % max(1, len(screen.pages))
    page = render_template(
        "embeds/screen.html",
        pages=screen.pages,
        wishes=wishes,
        turn=turn,
        next_url=_with("/screen", [*filters.query(), *wishes.query(), ("turn", str((turn + 1) % max(1, len(screen.pages)) + 1))]),
        heading=_names(filters),
        now=now,
        page_url=page_url,
        host=urlsplit(page_url).netloc,
        page_code=qr_code(page_url),
        code_of=lambda one: qr_code(addresses().base_url + date_address(one, url)),
    )
    # Without a script the clock is the one on the page.
    fresh_until(min(screen.turns_at, clock.now().replace(second=0, microsecond=0) + timedelta(minutes=1)))
    return make_response(page)


@blueprint.get("/screen/clock")
@public
def time_of_day() -> Response:
    """What time it is: monitors wake up with any clock."""
    response = jsonify(now=clock.now().astimezone(city_settings().city.zone).isoformat(timespec="milliseconds"))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/screen/worker.js")
@public
def worker() -> Response:
    """The service worker that keeps the last screen for a start without a network. It looks at this one page and its files."""
    assets: Assets = current_app.extensions[ASSETS]
    response = Response(assets.named("js/screen/worker.js").body, content_type="text/javascript; charset=utf-8")
    response.headers["Service-Worker-Allowed"] = "/screen"
    response.headers["Cache-Control"] = "public, no-cache"
    fresh_until(clock.now() + timedelta(days=1))
    return response


def _names(filters: Filters) -> str:
    """What the screen is narrowed to, in words; empty for all gatherings."""
    names = [one.words for one in chosen_words(filters, city_settings(), sentence, current_language())]
    group = group_by_slug(filters.group) if filters.group else None
    return "・".join([*([group.name] if group else []), *_place_name(filters), *names])


def _place_name(filters: Filters) -> list[str]:
    try:
        return [public_place(filters.place).name] if filters.place else []
    except NotFound:
        return []


def _with(path: str, pairs: list[tuple[str, str]]) -> str:
    pairs = pairs + ([("lang", current_language())] if current_language() != SOURCE else [])
    return path + (f"?{urlencode(pairs)}" if pairs else "")
