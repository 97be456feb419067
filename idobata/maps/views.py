"""The map with its list, and the tiles it is drawn on."""

import hashlib
from dataclasses import replace

from flask import Blueprint, Flask, Response, current_app, render_template, request

from idobata.gatherings.card_queries import Cards
from idobata.gatherings.filters import read_filters
from idobata.gatherings.list_queries import COUNT_LIMIT, alternatives
from idobata.gatherings.pressing import Reader, as_values, choices, chosen_chips, date_address, district_chips, quick_chips
from idobata.gatherings.wishes_words import chosen_words, dropped_words
from idobata.kernel.settings import Settings
from idobata.maps.queries import town_map
from idobata.maps.tile_grid import box_around
from idobata.maps.tile_jobs import Tiles
from idobata.store.database import db
from idobata.web.guards import public
from idobata.web.pages import current_language, fresh_until, sentence, url
from idobata.web.rooms import city_settings

blueprint = Blueprint("maps", __name__)
TILES = "idobata_tiles"
# The source is asked again after a month; a browser may be a week behind that.
TILE_SECONDS = 7 * 24 * 3600


def set_up(app: Flask, settings: Settings) -> None:
    """Give the app its tiles."""
    app.extensions[TILES] = Tiles(settings)


@blueprint.get("/map")
@public
def show() -> str:
    """The list by place, and the map that is drawn from it."""
    settings = city_settings()
    filters, broken = read_filters(request.args.items(multi=True), settings)
    filters = replace(filters, page=1)
    found = town_map(filters, Cards(settings, current_language(), sentence))
    fresh_until(found.turns_at)
    reader = Reader(current_language(), sentence, url)
    values = as_values(filters)
    return render_template(
        "maps/show.html",
        found=found,
        filters=filters,
        values=values,
        calendar_values={name: value for name, value in values.items() if name not in ("when", "from", "to", "q")},
        kept=[(name, value) for name, value in filters.query() if name != "q"],
        chosen=chosen_words(filters, settings, sentence, current_language()),
        chosen_chips=chosen_chips(filters, settings, reader, "maps.show"),
        quick=quick_chips(filters, settings, reader, "maps.show"),
        choices=choices(settings, reader),
        districts=district_chips(settings, filters.district, reader),
        broken=broken,
        alternatives=[
            (dropped_words(one.dropped, sentence), url("maps.show", **as_values(one.filters)), one.count)
            for one in (alternatives(filters, settings) if not found.count else ())
        ],
        address=lambda one: date_address(one, url),
        count_limit=COUNT_LIMIT,
        box=box_around(settings.city.latitude, settings.city.longitude, settings.map.radius_km),
    )


@blueprint.get("/map/tiles/<int:z>/<int:x>/<int:y>.png")
@public
def tile(z: int, x: int, y: int) -> Response:
    """One picture of the map. 204 when it cannot be had now: the map shows its plain ground there, and asks again later."""
    # Whoever is signed in has been looked up; while a foreign host is asked, no connection to the database is held.
    db.session.remove()
    tiles: Tiles = current_app.extensions[TILES]
    found = tiles.tile(z, x, y)
    if found is None:
        return Response(status=204, headers={"Cache-Control": "no-store"})
    response = Response(found.body, content_type=found.content_type)
    response.headers["Cache-Control"] = f"public, max-age={TILE_SECONDS}"
    response.set_etag(hashlib.sha256(found.body).hexdigest()[:32])
    response.make_conditional(request)
    return response
