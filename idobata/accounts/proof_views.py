"""「もういちど、本人の確認」: asked before what would hurt most in the hands of a thief.

Whoever has a second factor proves it by that; others by a mailed code or their password.
"""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from idobata.accounts.entering_views import lang
from idobata.accounts.forms import CodeForm, ProvePasswordForm, SecondForm
from idobata.accounts.mail_codes import MOST_TRIES
from idobata.accounts.password_queries import hash_of_person
from idobata.accounts.passwords import is_right
from idobata.accounts.proof_actions import mail_proof, prove_by_code
from idobata.accounts.second_actions import pass_by_code
from idobata.accounts.second_queries import second_of
from idobata.accounts.second_views import (
    PASSKEY_TRIES_PER_HOUR,
    may_try,
    proved_by_passkey,
    question_for_proof,
    this_party,
    wrong_code,
)
from idobata.accounts.session_actions import prove_session
from idobata.kernel import clock
from idobata.kernel.ids import token_hash
from idobata.store.database import db
from idobata.store.rate_limits import allowed
from idobata.store.transaction import transaction
from idobata.web.destinations import destination
from idobata.web.guards import FRESH_FOR, public
from idobata.web.pages import current_actor
from idobata.web.rooms import city_settings

blueprint = Blueprint("proof", __name__)
PASSWORD_TRIES_PER_HOUR = 10


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
    return _page(_form(), then, 200)[0]


@blueprint.post("/sign-in/again/mail")
@public
def mail() -> str | Response | tuple[str, int]:
    """Mail a code to the address of whoever is signed in and has no second factor."""
    then = request.form.get("then", "")
    elsewhere = _elsewhere(then)
    if elsewhere is not None:
        return elsewhere
    settings, actor = city_settings(), current_actor()
    if _by_second():
        return redirect(url_for("proof.ask", then=then or None, lang=lang()), 303)
    if not allowed("prove mail", str(actor.person_id), settings.policy.mails_per_hour_per_mailbox):
        return _page(_form(), then, 429, too_many=True)
    with transaction(public=False):
        mail_proof(actor, g.session_secret, settings)
    return redirect(url_for("proof.ask", then=then or None, sent=1, lang=lang()), 303)


@blueprint.post("/sign-in/again")
@public
def take() -> str | Response | tuple[str, int]:
    """Take the code: of the second factor, else of the mail."""
    then = request.form.get("then", "")
    elsewhere = _elsewhere(then)
    if elsewhere is not None:
        return elsewhere
    form = _form(sent=True)
    if not form.validate():
        return _page(form, then, 422)
    settings, by_second = city_settings(), _by_second()
    if not (may_try() if by_second else allowed("prove code", token_hash(g.session_secret), MOST_TRIES)):
        return _page(form, then, 429, too_many=True)
    with transaction(public=False):
        if by_second:
            proved = pass_by_code(current_actor(), str(form.code.data), settings)
            if proved:
                prove_session(g.visit.session_id)
        else:
            proved = prove_by_code(g.visit.session_id, g.session_secret, str(form.code.data), settings)
    if not proved:
        mailed = _("数字がちがうようです。いちばん新しいメールの数字を、もういちど入れてください。")
        form.code.errors = [wrong_code() if by_second else mailed]
        return _page(form, then, 422)
    return _proved(then)


@blueprint.post("/sign-in/again/options")
@public
def options() -> Response:
    """What the browser needs to use a passkey."""
    return question_for_proof()


@blueprint.post("/sign-in/again/passkey")
@public
def take_passkey() -> str | Response | tuple[str, int]:
    """Take the answer of a passkey."""
    then = request.form.get("then", "")
    elsewhere = _elsewhere(then)
    if elsewhere is not None:
        return elsewhere
    if not allowed("passkey", str(current_actor().person_id), PASSKEY_TRIES_PER_HOUR):
        return _page(_form(), then, 429, too_many=True)
    if not proved_by_passkey():
        return _page(_form(), then, 422, passkey_failed=True)
    with transaction(public=False):
        prove_session(g.visit.session_id)
    return _proved(then)


@blueprint.post("/sign-in/again/password")
@public
def take_password() -> str | Response | tuple[str, int]:
    """Take the password of somebody without a second factor."""
    then = request.form.get("then", "")
    elsewhere = _elsewhere(then)
    if elsewhere is not None:
        return elsewhere
    if _by_second():
        return redirect(url_for("proof.ask", then=then or None, lang=lang()), 303)
    person_id, form = int(current_actor().person_id or 0), ProvePasswordForm(request.form)
    if not allowed("prove password", str(person_id), PASSWORD_TRIES_PER_HOUR):
        return _page(_form(), then, 429, too_many=True)
    kept = hash_of_person(person_id)
    # Hashing takes a while; meanwhile nobody else's write shall wait for this connection.
    db.session.rollback()
    if not is_right(kept, form.password.data or ""):
        form.password.errors = [_("パスワードがちがうようです。")]
        return _page(_form(), then, 422, password_form=form)
    with transaction(public=False):
        prove_session(g.visit.session_id)
    return _proved(then)


def _proved(then: str) -> Response:
    # Without a place to go it was asked for in a tab of its own, beside the page that waits.
    return redirect(destination(then) if then else url_for("proof.ask", proved=1, lang=lang()), 303)


def _by_second() -> bool:
    """True for staff who have passed their second factor in this session: nothing weaker proves anything then."""
    return current_actor().is_staff


def _form(*, sent: bool = False) -> CodeForm | SecondForm:
    kind = SecondForm if _by_second() else CodeForm
    return kind(request.form if sent else None)


def _elsewhere(then: str) -> Response | None:
    """Where somebody belongs who has nothing to prove here: not signed in, or before the second factor she has."""
    if g.visit is None:
        return redirect(url_for("accounts.sign_in", then=then or None, lang=lang()), 303)
    if g.visit.owes_second and second_of(int(g.visit.actor.person_id or 0)).is_there:
        return redirect(url_for("second.ask", then=then or None, lang=lang()), 303)
    return None


def _page(
    form: CodeForm | SecondForm,
    then: str,
    status: int,
    *,
    too_many: bool = False,
    passkey_failed: bool = False,
    password_form: ProvePasswordForm | None = None,
) -> tuple[str, int]:
    person_id, by_second = int(current_actor().person_id or 0), _by_second()
    if password_form is None and not by_second and hash_of_person(person_id) is not None:
        password_form = ProvePasswordForm()
    return render_template(
        "accounts/again.html",
        form=form,
        more=[(password_form.password.id, words) for words in password_form.password.errors] if password_form else [],
        then=then,
        by_second=by_second,
        passkeys=by_second and this_party() is not None and bool(second_of(person_id).passkeys),
        password_form=password_form,
        sent=request.args.get("sent") == "1",
        proved=request.args.get("proved") == "1",
        too_many=too_many,
        passkey_failed=passkey_failed,
    ), status
