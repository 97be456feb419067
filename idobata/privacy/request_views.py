"""Requests on paper: an administrator hands out or erases what is kept of somebody who cannot sign in.

Whom it is about travels in the body of each request and stands in no address, so no log of a server holds it.
"""

import json
from collections.abc import Iterator

from flask import Blueprint, Response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from idobata.kernel.errors import NotFound, WrongState
from idobata.kernel.text import clean_email
from idobata.kernel.words import N_
from idobata.privacy.forms import HandOutForm, RequestEraseForm, WhomForm
from idobata.privacy.own_queries import About, kept_about
from idobata.privacy.request_actions import erase_on_request, hand_out
from idobata.privacy.request_queries import whom_is_meant
from idobata.store.transaction import transaction
from idobata.web.guards import admins, fresh
from idobata.web.pages import current_actor, sentence, url
from idobata.web.rooms import city_settings

blueprint = Blueprint("requests_on_paper", __name__)
NOTHING_KEPT = N_("このアドレスでは、何も見つかりませんでした。つづりをたしかめてください。正しければ、その人の情報はここにはありません。")


@blueprint.get("/desk/data")
@admins
@fresh
def ask() -> str:
    """Asks whose data."""
    return render_template("privacy/request.html", form=WhomForm(), done=request.args.get("done") == "erased")


@blueprint.post("/desk/data")
@admins
@fresh
def look() -> str | tuple[str, int]:
    """What is kept of her, and what can be done."""
    whom, form = _whom()
    return _page(whom, form) if whom is not None else (render_template("privacy/request.html", form=form, done=False), 422)


@blueprint.post("/desk/data/file")
@admins
@fresh
def file() -> Response | str | tuple[str, int]:
    """All of it as a file, for a machine or for paper."""
    whom, form = _whom()
    if whom is None:
        return render_template("privacy/request.html", form=form, done=False), 422
    asked = HandOutForm(request.form)
    proof = asked.read()
    if proof is None:
        return _page(whom, form, hand_out_form=asked), 422
    with transaction(public=False):
        told = hand_out(current_actor(), whom, proof, city_settings())
    for_paper = request.form.get("as") == "text"
    text = "\n".join(_lines(told)) if for_paper else json.dumps(told, ensure_ascii=False, indent=2)
    response = Response(text + "\n", content_type="text/plain; charset=utf-8" if for_paper else "application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="data.{"txt" if for_paper else "json"}"'
    return response


@blueprint.post("/desk/data/erase")
@admins
@fresh
def erase() -> AnyResponse | str | tuple[str, int]:
    """Erase her."""
    whom, form = _whom()
    if whom is None:
        return render_template("privacy/request.html", form=form, done=False), 422
    asked = RequestEraseForm(request.form, prefix="erase-")
    read = asked.read_both(asks_fate=bool(kept_about(whom).published))
    if read is None:
        return _page(whom, form, erase_form=asked), 422
    try:
        with transaction():
            erase_on_request(current_actor(), whom, *read, city_settings())
    except WrongState as error:
        return _page(whom, form, erase_form=asked, warning=sentence(error.sentence)), 422
    return redirect(url("requests_on_paper.ask", done="erased"), 303)


def _whom() -> tuple[About | None, WhomForm]:
    form = WhomForm(request.form)
    typed = (form.whom.data or "").strip()
    try:
        email = clean_email(typed) if "@" in typed else None
    except ValueError:
        form.say(_("メールアドレスの形になっていないようです。もういちどたしかめてください（例：hanako@example.jp）。"))
        return None, form
    try:
        return whom_is_meant(typed, email), form
    except NotFound:
        form.say(_(NOTHING_KEPT))
        return None, form


def _page(
    whom: About,
    form: WhomForm,
    *,
    hand_out_form: HandOutForm | None = None,
    erase_form: RequestEraseForm | None = None,
    warning: str = "",
) -> str:
    return render_template(
        "privacy/request_kept.html",
        kept=kept_about(whom),
        on_paper=whom.person is None,
        count=len(whom.gatherings),
        whom=form.whom.data,
        hand_out_form=hand_out_form or HandOutForm(),
        erase_form=erase_form or RequestEraseForm(prefix="erase-"),
        warning=warning,
    )


def _lines(value: object, depth: int = 0) -> Iterator[str]:
    """A tree of values as lines that can be printed and read out."""
    pairs = (
        value.items()
        if isinstance(value, dict)
        else ((f"{at}.", one) for at, one in enumerate(value, 1))
        if isinstance(value, list)
        else ()
    )
    for name, one in pairs:
        if isinstance(one, dict | list):
            if one:
                yield f"{'  ' * depth}{name}"
                yield from _lines(one, depth + 1)
        elif one not in ("", None):
            yield f"{'  ' * depth}{name}: {one}"
