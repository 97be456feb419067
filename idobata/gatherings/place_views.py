"""Suggestions of places while somebody types. Without a script the form asks the same by a button."""

from datetime import timedelta

from flask import Blueprint, Response, jsonify, request

from idobata.gatherings.form_page_views import place_words
from idobata.gatherings.place_queries import suggestions
from idobata.kernel import clock
from idobata.web.guards import public
from idobata.web.pages import fresh_until

blueprint = Blueprint("picker", __name__)
# Letters that are looked for; a name is no longer.
MOST_TYPED = 40
KEPT = timedelta(minutes=10)


@blueprint.get("/places/suggest")
@public
def suggest() -> Response:
    """At most eight places the town may read about whose name or kana holds `q`. The same for everybody, so it may be kept."""
    found = suggestions(request.args.get("q", "")[:MOST_TYPED])
    answer = jsonify(
        places=[{"id": place.public_id, "name": place.name, "kana": place.kana, "where": place_words(place)} for place in found]
    )
    fresh_until(clock.now() + KEPT)
    # A browser asks once a minute for the same letters, however fast somebody types and deletes.
    answer.headers["Cache-Control"] = "public, max-age=60"
    return answer
