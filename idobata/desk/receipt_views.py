"""The receipt for a host: one sheet in large type with what was posted, the page's QR, how to call, and a code to read out."""

from flask import Blueprint, render_template, request

from idobata.desk.queries import desk_item
from idobata.gatherings.card_queries import Cards
from idobata.gatherings.models import Gathering
from idobata.gatherings.my_queries import coming_dates
from idobata.gatherings.proxy_actions import make_code
from idobata.gatherings.proxy_queries import code_made_at, may_make_code
from idobata.gatherings.spoken_code import shown
from idobata.gatherings.states import Publication
from idobata.kernel.errors import NotFound
from idobata.kernel.ids import is_public_id
from idobata.store.transaction import transaction
from idobata.web.guards import staff
from idobata.web.pages import current_actor, current_language, sentence
from idobata.web.qr_code import qr_code
from idobata.web.rooms import addresses, city_settings

blueprint = Blueprint("receipts", __name__)
# As many dates as fit on the sheet.
DATES = 6


@blueprint.get("/desk/receipts/<public_id>")
@staff
def show(public_id: str) -> str:
    """The sheet without a code: what was made once is shown once."""
    return _page(_known(public_id), "")


@blueprint.post("/desk/receipts/<public_id>")
@staff
def make(public_id: str) -> str:
    """The sheet with a new code. The one before no longer counts."""
    with transaction(public=False):
        code = make_code(current_actor(), _known(public_id), city_settings())
    return _page(_known(public_id), shown(code))


def _page(row: Gathering, code: str) -> str:
    settings, made_at = city_settings(), code_made_at(row)
    cards = Cards(settings, current_language(), sentence)
    address = addresses().gathering(row.public_id)
    return render_template(
        "desk/receipt.html",
        gathering=row,
        card=cards.gathering(row),
        dates=[cards.occurrence(one) for one in coming_dates(row)[:DATES]],
        waits=row.publication == Publication.IN_REVIEW,
        is_shown=row.publication == Publication.PUBLISHED,
        address=address,
        # Only the public address: whoever finds the sheet learns what everybody may know.
        page_code=qr_code(address),
        code=code,
        code_made=made_at.astimezone(settings.city.zone) if made_at else None,
        may_make=may_make_code(current_actor(), row),
        posted=request.args.get("done") == "posted" and not code,
    )


def _known(public_id: str) -> Gathering:
    if not is_public_id(public_id):
        raise NotFound
    return desk_item(public_id)
