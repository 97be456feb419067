"""My data: what the site keeps about me, the file with all of it, and the way out."""

import json

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from idobata.kernel.errors import WrongState
from idobata.privacy.erasing_actions import erase_myself
from idobata.privacy.forms import EraseForm
from idobata.privacy.own_queries import Kept, everything_about, what_is_kept
from idobata.store.transaction import transaction
from idobata.web.guards import fresh, signed_in
from idobata.web.pages import current_actor, sentence
from idobata.web.rooms import city_settings
from idobata.web.sessions import cookie_name, drop_cookie

blueprint = Blueprint("privacy", __name__)


@blueprint.get("/my/data")
@signed_in
def data() -> str:
    """What is kept of me."""
    return render_template("privacy/data.html", kept=what_is_kept(current_actor()))


@blueprint.get("/my/data/export.json")
@signed_in
@fresh
def export() -> Response:
    """All of it in one file."""
    settings = city_settings()
    text = json.dumps(everything_about(current_actor(), settings), ensure_ascii=False, indent=2)
    response = Response(text + "\n", mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@blueprint.get("/my/data/erase")
@signed_in
@fresh
def ask_erase() -> str:
    """Says what goes and what stays, and asks."""
    return _erase_page(EraseForm(), what_is_kept(current_actor()))


@blueprint.post("/my/data/erase")
@signed_in
@fresh
def erase() -> str | AnyResponse | tuple[str, int]:
    """Erase me. The answer is the last page this session sees."""
    form, kept = EraseForm(request.form), what_is_kept(current_actor())
    fate = form.read(asks_fate=bool(kept.published))
    if fate is None:
        return _erase_page(form, kept), 422
    settings = city_settings()
    try:
        with transaction():
            erase_myself(current_actor(), fate, settings)
    except WrongState as error:
        return _erase_page(form, kept, warning=sentence(error.sentence)), 422
    response = Response(render_template("privacy/erased.html"))
    drop_cookie(response, cookie_name(settings.machine.base_url))
    return response


def _erase_page(form: EraseForm, kept: Kept, *, warning: str = "") -> str:
    return render_template("privacy/erase.html", form=form, kept=kept, warning=warning)
