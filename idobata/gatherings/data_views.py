"""What programs, and our own scripts, read of a gathering's dates."""

import json
from datetime import date

from flask import Blueprint, Response

from idobata.gatherings.date_data import date_data
from idobata.gatherings.reading_views import read_gathering, reader_cards
from idobata.kernel import clock
from idobata.kernel.errors import NotFound
from idobata.web.guards import public
from idobata.web.pages import current_language
from idobata.web.rooms import addresses, city_settings

blueprint = Blueprint("data", __name__)


@blueprint.get("/gatherings/<public_id>/<day>.json")
@public
def one_date(public_id: str, day: str) -> Response:
    """One date. 404 and 410 as on its page."""
    try:
        asked = date.fromisoformat(day)
    except ValueError:
        raise NotFound from None
    if asked.isoformat() != day:
        raise NotFound
    card = read_gathering(public_id, asked, reader_cards(city_settings()))
    if card.next_one is None:
        raise NotFound
    data = date_data(card, card.next_one, clock.now(), current_language(), addresses())
    return Response(json.dumps(data, ensure_ascii=False, separators=(",", ":")), content_type="application/json; charset=utf-8")
