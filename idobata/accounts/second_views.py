"""「もうひとつの確認」: the second factor of staff, asked at each sign-in and set up at the first."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from idobata.accounts.entering_views import lang, with_session
from idobata.accounts.forms import AppCodeForm, PasskeyNameForm, SecondForm
from idobata.accounts.one_time_codes import app_address, matching_step, picture_of, secret_for, spelled
from idobata.accounts.passkeys import Party, Question, added_key, ask_to_add, ask_to_prove, party_of, proved_key
from idobata.accounts.queries import person_by_email
from idobata.accounts.second_actions import (
    add_code_app,
    add_passkey,
    keep_challenge,
    make_recovery_codes,
    pass_by_code,
    pass_by_passkey,
    take_challenge,
)
from idobata.accounts.second_queries import known_keys, second_of
from idobata.accounts.session_actions import end_sessions, renew_session
from idobata.kernel import clock
from idobata.store.rate_limits import allowed
from idobata.store.transaction import transaction
from idobata.web.destinations import destination
from idobata.web.gate import recognise
from idobata.web.guards import FRESH_FOR, public
from idobata.web.pages import current_actor
from idobata.web.request_limits import loads_shallow
from idobata.web.rooms import city_settings

blueprint = Blueprint("second", __name__)
TRIES_PER_HOUR = 10
PASSKEY_TRIES_PER_HOUR = 60
PROVE, ADD = "prove", "add"
Answer = str | Response | tuple[str, int]


@blueprint.get("/sign-in/second")
@public
def ask() -> Answer:
    """Asks for the second factor."""
    then = request.args.get("then", "")
    return _not_here(then) or _ask_page(SecondForm(), then, 200)


@blueprint.post("/sign-in/second")
@public
def take() -> Answer:
    """Take the code of the app, or one from the paper."""
    then = request.form.get("then", "")
    elsewhere = _not_here(then)
    if elsewhere is not None:
        return elsewhere
    form = SecondForm(request.form)
    if not form.validate():
        return _ask_page(form, then, 422)
    if not may_try():
        return _ask_page(form, then, 429, too_many=True)
    session = None
    with transaction(public=False):
        if pass_by_code(current_actor(), str(form.code.data), city_settings()):
            session = renew_session(g.visit.session_id, second_passed=True)
    if session is None:
        form.code.errors = [wrong_code()]
        return _ask_page(form, then, 422)
    return _come_in(session, then)


@blueprint.post("/sign-in/second/options")
@public
def options() -> Response:
    """What the browser needs to use a passkey."""
    return question_for_proof() if g.visit is not None else _json("{}", 403)


@blueprint.post("/sign-in/second/passkey")
@public
def take_passkey() -> Answer:
    """Take the answer of a passkey."""
    then = request.form.get("then", "")
    elsewhere = _not_here(then)
    if elsewhere is not None:
        return elsewhere
    if not allowed("passkey", str(current_actor().person_id), PASSKEY_TRIES_PER_HOUR):
        return _ask_page(SecondForm(), then, 429, too_many=True)
    session = None
    if proved_by_passkey():
        with transaction(public=False):
            session = renew_session(g.visit.session_id, second_passed=True)
    if session is None:
        return _ask_page(SecondForm(), then, 422, passkey_failed=True)
    return _come_in(session, then)


@blueprint.get("/sign-in/second/set-up")
@public
def set_up() -> Answer:
    """Offers an app or a passkey."""
    then = request.args.get("then", "")
    return _not_to_set_up(then) or _set_up_page(AppCodeForm(), PasskeyNameForm(), then, 200)


@blueprint.post("/sign-in/second/set-up")
@public
def add_app() -> Answer:
    """Take an app whose first code is right."""
    then = request.form.get("then", "")
    elsewhere = _not_to_set_up(then)
    if elsewhere is not None:
        return elsewhere
    form = AppCodeForm(request.form)
    if not form.validate():
        return _set_up_page(form, PasskeyNameForm(), then, 422)
    if not may_try():
        return _set_up_page(form, PasskeyNameForm(), then, 429, too_many=True)
    settings = city_settings()
    secret = secret_for(settings.machine.secret_key, g.csrf_holder)
    step = matching_step(secret, str(form.code.data), clock.now())
    if step is None:
        form.code.errors = [_("数字がちがうようです。アプリにいま出ている数字を、もういちど入れてください。")]
        return _set_up_page(form, PasskeyNameForm(), then, 422)
    return _added(lambda: add_code_app(current_actor(), secret, step, settings), then)


@blueprint.post("/sign-in/second/set-up/options")
@public
def set_up_options() -> Response:
    """What the browser needs to make a passkey."""
    if _not_to_set_up("") is not None:
        return _json("{}", 403)
    actor, party = current_actor(), this_party()
    if party is None or actor.person_id is None:
        return _json("{}", 404)
    person = person_by_email(actor.email or "")
    if person is None:
        return _json("{}", 404)
    known = [key.credential_id for key in known_keys(person.id)]
    return _keep(ask_to_add(party, person.public_id, person.email, known), ADD)


@blueprint.post("/sign-in/second/set-up/passkey")
@public
def add_key() -> Answer:
    """Take a new passkey."""
    then = request.form.get("then", "")
    elsewhere = _not_to_set_up(then)
    if elsewhere is not None:
        return elsewhere
    form, party = PasskeyNameForm(request.form), this_party()
    if not form.validate():
        return _set_up_page(AppCodeForm(), form, then, 422)
    if not allowed("passkey", str(current_actor().person_id), PASSKEY_TRIES_PER_HOUR):
        return _set_up_page(AppCodeForm(), form, then, 429, too_many=True)
    with transaction(public=False):
        challenge = take_challenge(g.visit.session_id, ADD)
    key = added_key(party, answer_sent(), challenge) if party is not None and challenge is not None else None
    if key is None:
        return _set_up_page(AppCodeForm(), form, then, 422, passkey_failed=True)
    name = str(form.name.data) or _("パスキー")
    return _added(lambda: add_passkey(current_actor(), key, name, city_settings()), then)


def may_try() -> bool:
    """Count a try at a code: six digits are few, so an hour has few tries."""
    return allowed("second", str(current_actor().person_id), TRIES_PER_HOUR)


def wrong_code() -> str:
    """What is said of a wrong code."""
    return str(_("数字がちがうか、もう使われています。つぎの数字が出るのを待って、もういちど入れてください。"))


def this_party() -> Party | None:
    """This site as browsers know it; None where they offer no passkeys."""
    settings = city_settings()
    return party_of(settings.machine.base_url, settings.city.site_name)


def question_for_proof() -> Response:
    """Ask for one of this person's passkeys; the question is kept in the session."""
    party, keys = this_party(), known_keys(int(current_actor().person_id or 0))
    if party is None or not keys:
        return _json("{}", 404)
    return _keep(ask_to_prove(party, [key.credential_id for key in keys]), PROVE)


def proved_by_passkey() -> bool:
    """True when the answer that was sent is that of a passkey of this person to the question kept in this session."""
    party, actor = this_party(), current_actor()
    with transaction(public=False):
        challenge = take_challenge(g.visit.session_id, PROVE)
    if party is None or challenge is None:
        return False
    key = proved_key(party, answer_sent(), challenge, known_keys(int(actor.person_id or 0)))
    if key is None:
        return False
    with transaction(public=False):
        return pass_by_passkey(actor, key)


def answer_sent() -> object:
    """What the browser says a passkey answered; None when it is no JSON."""
    try:
        return loads_shallow(request.form.get("answer", "").encode())
    except ValueError:
        return None


def codes_page(codes: list[str], then: str) -> str:
    """The recovery codes, shown this once."""
    page: str = render_template("accounts/recovery_codes.html", codes=codes, then=then)
    return page


def _keep(question: Question, purpose: str) -> Response:
    with transaction(public=False):
        keep_challenge(g.visit.session_id, purpose, question.challenge)
    return _json(question.options, 200)


def _json(text: str, status: int) -> Response:
    return make_response(text, status, {"Content-Type": "application/json"})


def _come_in(session: tuple[str, Any], then: str) -> Response:
    recognise(session[0])
    return with_session(redirect(destination(then), 303), session)


def _added(add: Callable[[], None], then: str) -> Answer:
    """Add a factor; every other session ends, this one gets a new secret. The first time the recovery codes are shown."""
    actor, settings = current_actor(), city_settings()
    codes: list[str] = []
    with transaction(public=False):
        first = not second_of(int(actor.person_id or 0)).codes_left
        add()
        if first:
            codes = make_recovery_codes(actor, settings)
        end_sessions(int(actor.person_id or 0), keep=g.visit.session_id)
        session = renew_session(g.visit.session_id, second_passed=True)
    if session is None:
        return redirect(url_for("accounts.sign_in", lang=lang()), 303)
    recognise(session[0])
    if not codes:
        return with_session(redirect(url_for("security.security", done="second", lang=lang()), 303), session)
    return with_session(make_response(codes_page(codes, destination(then))), session)


def _not_here(then: str) -> Answer | None:
    """Where somebody belongs who is not asked for a second factor, or has none yet."""
    if g.visit is None:
        return redirect(url_for("accounts.sign_in", then=then or None, lang=lang()), 303)
    if not g.visit.owes_second:
        return redirect(destination(then), 303)
    if not second_of(g.visit.actor.person_id).is_there:
        return redirect(url_for("second.set_up", then=then or None, lang=lang()), 303)
    return None


def _not_to_set_up(then: str) -> Answer | None:
    """Where somebody belongs who may not add a factor now: it takes a fresh sign-in, and the factor one has already."""
    if g.visit is None:
        return redirect(url_for("accounts.sign_in", then=then or None, lang=lang()), 303)
    if g.visit.owes_second:
        has_one = second_of(g.visit.actor.person_id).is_there
        if has_one:
            return redirect(url_for("second.ask", then=then or None, lang=lang()), 303)
    elif not g.visit.actor.is_staff:
        return redirect(destination(then), 303)
    if clock.now() - g.visit.proved_at > FRESH_FOR:
        return redirect(url_for("proof.ask", then=url_for("second.set_up"), lang=lang()), 303)
    return None


def _ask_page(form: SecondForm, then: str, status: int, *, too_many: bool = False, passkey_failed: bool = False) -> tuple[str, int]:
    second = second_of(int(current_actor().person_id or 0))
    passkeys = bool(second.passkeys) and this_party() is not None
    return render_template(
        "accounts/second.html", form=form, then=then, second=second, passkeys=passkeys, too_many=too_many, passkey_failed=passkey_failed
    ), status


def _set_up_page(
    form: AppCodeForm, key_form: PasskeyNameForm, then: str, status: int, *, too_many: bool = False, passkey_failed: bool = False
) -> tuple[str, int]:
    settings = city_settings()
    secret = secret_for(settings.machine.secret_key, g.csrf_holder)
    address = app_address(secret, settings.city.site_name, current_actor().email or "")
    return render_template(
        "accounts/set_up_second.html",
        form=form,
        key_form=key_form,
        then=then,
        second=second_of(int(current_actor().person_id or 0)),
        address=address,
        picture=Markup(picture_of(address)),
        spelled=spelled(secret),
        passkeys=this_party() is not None,
        too_many=too_many,
        passkey_failed=passkey_failed,
    ), status
