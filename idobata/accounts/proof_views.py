"""「もういちど、本人の確認」: asked before what would hurt most in the hands of a thief."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from idobata.accounts.entering_views import lang
from idobata.accounts.forms import CodeForm
from idobata.accounts.mail_codes import MOST_TRIES
from idobata.accounts.proof_actions import mail_proof, prove_by_code
from idobata.kernel import clock
from idobata.kernel.ids import token_hash
from idobata.store.rate_limits import allowed
from idobata.store.transaction import transaction
from idobata.web.destinations import destination
from idobata.web.guards import FRESH_FOR, public
from idobata.web.pages import current_actor
from idobata.web.rooms import city_settings

blueprint = Blueprint("proof", __name__)


@blueprint.get("/sign-in/again")
@public
def ask() -> str | Response:
    """Asks again who is there; who has just told is led on."""
    then = request.args.get("then", "")
    elsewhere = _elsewhere(then)
    if elsewhere is not None:
        return elsewhere
    if clock.now() - g.visit.proved_at <= FRESH_FOR and then:
        return redirect(destination(then), 303)
    return _page(CodeForm(), then, 200)[0]


@blueprint.post("/sign-in/again/mail")
@public
def mail() -> str | Response | tuple[str, int]:
    """Mail a code to the address of whoever is signed in."""
    then = request.form.get("then", "")
    elsewhere = _elsewhere(then)
    if elsewhere is not None:
        return elsewhere
    settings, actor = city_settings(), current_actor()
    if not allowed("prove mail", str(actor.person_id), settings.policy.mails_per_hour_per_mailbox):
        return _page(CodeForm(), then, 429, too_many=True)
    with transaction(public=False):
        mail_proof(actor, g.session_secret, settings)
    return redirect(url_for("proof.ask", then=then or None, sent=1, lang=lang()), 303)


@blueprint.post("/sign-in/again")
@public
def take() -> str | Response | tuple[str, int]:
    """Take the code."""
    then = request.form.get("then", "")
    elsewhere = _elsewhere(then)
    if elsewhere is not None:
        return elsewhere
    form = CodeForm(request.form)
    if not form.validate():
        return _page(form, then, 422)
    if not allowed("prove code", token_hash(g.session_secret), MOST_TRIES):
        return _page(form, then, 429, too_many=True)
    with transaction(public=False):
        proved = prove_by_code(g.visit.session_id, g.session_secret, str(form.code.data), city_settings())
    if not proved:
        form.code.errors = [_("数字がちがうようです。いちばん新しいメールの数字を、もういちど入れてください。")]
        return _page(form, then, 422)
    return redirect(destination(then), 303)


def _elsewhere(then: str) -> Response | None:
    """Where somebody belongs who has nothing to prove again: not signed in, or before her second factor."""
    if g.visit is None:
        return redirect(url_for("accounts.sign_in", then=then or None, lang=lang()), 303)
    if g.visit.owes_second:
        return redirect(url_for("second.ask", then=then or None, lang=lang()), 303)
    return None


def _page(form: CodeForm, then: str, status: int, *, too_many: bool = False) -> tuple[str, int]:
    page = render_template("accounts/again.html", form=form, then=then, sent=request.args.get("sent") == "1", too_many=too_many)
    return page, status
