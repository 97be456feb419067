"""Posting for somebody else at the desk, and making such a post one's own with the code from its receipt."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from idobata.desk.actions import publish
from idobata.gatherings.form_page_views import (
    Frame,
    came_too_late,
    form_page,
    pressed,
    preview_page,
    reader_cards,
    search_page,
    with_register_place,
)
from idobata.gatherings.preview_queries import preview_new
from idobata.gatherings.proxy_actions import claim, post_for_host
from idobata.gatherings.proxy_forms import ProxyForm
from idobata.gatherings.states import Publication
from idobata.kernel import clock
from idobata.kernel.errors import Invalid
from idobata.kernel.words import N_
from idobata.store.rate_limits import allowed, network_of, was_often
from idobata.store.transaction import transaction
from idobata.web.form_guards import PRESS_AGAIN
from idobata.web.gate import keeps_words
from idobata.web.guards import signed_in, staff
from idobata.web.pages import current_actor, sentence, url
from idobata.web.rooms import city_settings

blueprint = Blueprint("proxy", __name__)

# Wrong codes in an hour: of one person, and of one network address.
WRONG_CODES = 10
WRONG_CODES_OF_NETWORK = 30
NO_SUCH_CODE = N_("この合言葉の集まりは見つかりませんでした。紙をもういちどたしかめてください。")
TOO_MANY_CODES = N_("まちがった合言葉が続いたので、1時間ほど入れられません。いそぐときは市の担当に電話してください。")


@blueprint.get("/desk/post")
@staff
def start() -> tuple[str, int]:
    """The form, empty."""
    return _page(ProxyForm(city_settings()))


@blueprint.post("/desk/post")
@keeps_words
@staff
def send() -> Response | str | tuple[str, int]:
    """Whatever a button of the form asks: next dates, preview, back to the form, send, publish at once."""
    settings, actor = city_settings(), current_actor()
    form = ProxyForm(settings, formdata=request.form)
    if came_too_late():
        return _page(form, 422, warning=sentence(PRESS_AGAIN))
    do = pressed("preview", "send", "publish", "dates", "find", "back")
    today = clock.today(settings.city.zone)
    if do == "back":
        return _page(form)
    if do == "find":
        return search_page(form, frame=_frame())
    if do == "dates":
        schedule = form.read_schedule(today)
        return form_page(form, 200 if schedule else 422, dates=schedule, frame=_frame())
    values, host = form.read_values(today), form.read_host()
    if values is None or host is None:
        return _page(form, 422)
    values = with_register_place(values)
    try:
        if do == "preview":
            card = preview_new(actor, values, settings, reader_cards())
            return preview_page(form, card, action=url("proxy.start"))
        with transaction():
            row = post_for_host(actor, values, host, settings)
            if do == "publish" and actor.may_edit() and row.publication == Publication.IN_REVIEW:
                publish(actor, row, settings)
    except Invalid as error:
        form.take(error.problems)
        return _page(form, 422)
    return redirect(url("receipts.show", public_id=row.public_id, done="posted"), 303)


@blueprint.get("/my/claim")
@signed_in
def ask_code() -> str:
    """The page that asks for the code of a receipt."""
    return render_template("posting/claim.html", problem="", typed="")


@blueprint.post("/my/claim")
@signed_in
def take_code() -> Response | tuple[str, int]:
    """Make the gathering behind the code one's own. Wrong codes are counted."""
    actor = current_actor()
    typed = request.form.get("code", "")[:60]
    sources = ((f"claim-{actor.person_id}", WRONG_CODES), (f"claim-{network_of(request.remote_addr)}", WRONG_CODES_OF_NETWORK))
    if any(was_often("wrong-code", source, most) for source, most in sources):
        return render_template("posting/claim.html", problem=sentence(TOO_MANY_CODES), typed=typed), 429
    with transaction(public=False):
        row = claim(actor, typed, city_settings())
    if row is None:
        for source, most in sources:
            allowed("wrong-code", source, most)
        return render_template("posting/claim.html", problem=sentence(NO_SUCH_CODE), typed=typed), 422
    return redirect(url("posting.manage", public_id=row.public_id, done="claimed"), 303)


def _page(form: ProxyForm, status: int = 200, *, warning: str = "") -> tuple[str, int]:
    return form_page(form, status, warning=warning, frame=_frame())


def _frame() -> Frame:
    return Frame("posting/for_host.html", "desk/frame.html", url("proxy.start"))
