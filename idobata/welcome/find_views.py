"""The staff finder: gatherings that fit, on one screen. What is asked stands in the address and is kept nowhere."""

from flask import Blueprint, current_app, render_template, request

from idobata.gatherings.list_queries import COUNT_LIMIT
from idobata.gatherings.models import Gathering
from idobata.gatherings.pressing import Reader
from idobata.kernel import clock
from idobata.places.near_queries import places_with_a_point
from idobata.places.queries import place_by_public_id
from idobata.store.transaction import transaction
from idobata.web.guards import welfare
from idobata.web.pages import current_actor, current_language, sentence, url
from idobata.web.rooms import city_settings
from idobata.welcome.find import DISTANCES, read_wishes
from idobata.welcome.find_forms import chosen_chips, day_chips, find_address, find_choices, preset_chips
from idobata.welcome.find_queries import find_for_staff
from idobata.welcome.find_row_views import find_rows, origin_words
from idobata.welcome.models import StaffNote
from idobata.welcome.note_actions import read_notes_of

blueprint = Blueprint("find", __name__)
# Where the hand-over sheet takes the ticked dates; without that page there are no boxes.
SHEET = "/desk/sheet"
SHEET_HOLDS = 3
USUAL_KM = DISTANCES[1]
# Only by a press of its own: whoever reads a note is named in the log. No other link of the page takes it along.
OPEN_NOTES = "notes"


@blueprint.get("/desk/find")
@welfare
def find() -> str:
    """Gatherings that fit what was asked, and the form to ask."""
    settings, reader = city_settings(), Reader(current_language(), sentence, url)
    today = clock.today(settings.city.zone)
    wishes, broken = read_wishes(request.args.items(multi=True), settings, today)
    place = place_by_public_id(wishes.filters.place) if wishes.filters.place else None
    answer = find_for_staff(wishes, settings)
    opened = request.args.get(OPEN_NOTES) == "1"
    notes = _notes(answer.noted) if opened else {}
    rows, nearby = find_rows(answer, wishes.filters.facts, settings, notes)
    here = find_address(wishes, reader)
    return render_template(
        "welcome/find.html",
        wishes=wishes,
        filters=wishes.filters,
        broken=broken,
        found=answer.found,
        counts=answer.counts,
        count_limit=COUNT_LIMIT,
        rows=rows,
        nearby=nearby,
        start=origin_words(answer.origin, settings),
        choices=find_choices(settings, reader, places_with_a_point(wishes.filters.district), place),
        usual_km=wishes.km or ("" if wishes.filters.place else USUAL_KM),
        day_chips=day_chips(wishes, reader, today),
        preset_chips=preset_chips(wishes, settings, reader),
        chosen_chips=chosen_chips(wishes, settings, reader, place, today),
        page_address=lambda number: find_address(wishes.but(page=number), reader),
        open_notes="" if opened or not answer.noted else f"{here}{'&' if '?' in here else '?'}{OPEN_NOTES}=1",
        sheet=_sheet(),
        sheet_holds=SHEET_HOLDS,
    )


def _notes(gatherings: tuple[Gathering, ...]) -> dict[int, list[StaffNote]]:
    with transaction(public=False):
        return read_notes_of(current_actor(), gatherings, city_settings())


def _sheet() -> str:
    known = any(rule.rule == SHEET and "POST" in (rule.methods or ()) for rule in current_app.url_map.iter_rules())
    return SHEET if known else ""
