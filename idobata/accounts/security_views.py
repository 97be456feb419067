"""「ログインの設定」: where one is signed in, the mail address, a password, the second factor."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import abort
from werkzeug.wrappers import Response

from idobata.accounts.address_actions import NEW_ADDRESS, take_new_address, wish_for_new_address
from idobata.accounts.entering_views import lang
from idobata.accounts.forms import AddressForm, PasswordForm
from idobata.accounts.password_actions import remove_password, set_password
from idobata.accounts.password_queries import password_since
from idobata.accounts.password_rules import problem_of
from idobata.accounts.passwords import hash_of
from idobata.accounts.queries import open_link_of, person_by_email
from idobata.accounts.second_actions import make_recovery_codes, remove_code_app, remove_passkey
from idobata.accounts.second_queries import second_of
from idobata.accounts.second_views import codes_page
from idobata.accounts.session_actions import end_session_of, end_sessions
from idobata.accounts.session_queries import sessions_of
from idobata.kernel.errors import NotFound
from idobata.kernel.words import N_
from idobata.store.database import db
from idobata.store.rate_limits import allowed, mailbox_of
from idobata.store.transaction import transaction
from idobata.web.guards import fresh, signed_in
from idobata.web.pages import current_actor, sentence, url
from idobata.web.rooms import city_settings
from idobata.web.sessions import cookie_name, drop_cookie

blueprint = Blueprint("security", __name__)
CHANGES_PER_HOUR = 5

DONE = {
    "ended": N_("そのログインを終わらせました。"),
    "alone": N_("ほかのログインを、すべて終わらせました。"),
    "address": N_("メールアドレスを変えました。ほかのログインは、すべて終わらせました。"),
    "password": N_("パスワードを決めました。ほかのログインは、すべて終わらせました。"),
    "no_password": N_("パスワードをなくしました。ほかのログインは、すべて終わらせました。"),
    "second": N_("もうひとつの確認を足しました。ほかのログインは、すべて終わらせました。"),
    "less": N_("外しました。ほかのログインは、すべて終わらせました。"),
    "asked": N_("新しいアドレスにメールをお送りしました。その中のリンクを、このブラウザで開いてください。"),
}


@blueprint.get("/my/security")
@signed_in
def security() -> str:
    """Everything about signing in, on one page."""
    return _security_page(PasswordForm(), 200)[0]


@blueprint.post("/my/security/password")
@signed_in
@fresh
def keep_password() -> Response | tuple[str, int]:
    """Set or change the password."""
    form, actor, settings = PasswordForm(request.form), current_actor(), city_settings()
    password = form.password.data or ""
    person = person_by_email(actor.email or "")
    problem = problem_of(password, settings, actor.email or "", person.name if person is not None else "")
    if problem is not None:
        form.password.errors = [sentence(problem.sentence, problem.values)]
        return _security_page(form, 422)
    if not allowed("set password", str(actor.person_id), CHANGES_PER_HOUR):
        form.password.errors = [_("1時間ほどおいてから、もういちど試してください。")]
        return _security_page(form, 429)
    # Hashing takes a while; meanwhile nobody else's write shall wait for this connection.
    db.session.rollback()
    hashed = hash_of(password)
    with transaction(public=False):
        set_password(actor, hashed, settings, session_id=g.visit.session_id)
    return _back("password")


@blueprint.post("/my/security/password/remove")
@signed_in
@fresh
def drop_password() -> Response:
    """Go on without a password."""
    with transaction(public=False):
        remove_password(current_actor(), city_settings(), session_id=g.visit.session_id)
    return _back("no_password")


@blueprint.post("/my/security/app/remove")
@signed_in
@fresh
def drop_app() -> Response:
    """Take the app away."""
    with transaction(public=False):
        remove_code_app(current_actor(), city_settings(), session_id=g.visit.session_id)
    return _back("less")


@blueprint.post("/my/security/passkeys/<public_id>/remove")
@signed_in
@fresh
def drop_key(public_id: str) -> Response:
    """Take a passkey away."""
    with transaction(public=False):
        remove_passkey(current_actor(), public_id, city_settings(), session_id=g.visit.session_id)
    return _back("less")


@blueprint.post("/my/security/codes")
@signed_in
@fresh
def new_codes() -> str:
    """New recovery codes, shown this once."""
    actor = current_actor()
    if not second_of(int(actor.person_id or 0)).is_there:
        raise NotFound
    with transaction(public=False):
        codes = make_recovery_codes(actor, city_settings())
    return codes_page(codes, url("security.security"))


@blueprint.get("/my/sessions")
@signed_in
def sessions() -> str:
    """Where one is signed in."""
    cards = sessions_of(int(current_actor().person_id or 0), g.visit.session_id)
    zone = city_settings().city.zone
    return render_template("accounts/sessions.html", cards=cards, zone=zone, done=_done())


@blueprint.post("/my/sessions/<handle>/end")
@signed_in
def end_one(handle: str) -> Response:
    """End one of one's own sessions."""
    with transaction(public=False):
        ended = end_session_of(int(current_actor().person_id or 0), handle)
    if not ended:
        raise NotFound
    if (g.csrf_holder or "").startswith(handle):
        response = redirect(url_for("pages.home", lang=lang()), 303)
        drop_cookie(response, cookie_name(city_settings().machine.base_url))
        return response
    return redirect(url_for("security.sessions", done="ended", lang=lang()), 303)


@blueprint.post("/my/sessions/end-others")
@signed_in
def end_others() -> Response:
    """End all sessions but this one."""
    with transaction(public=False):
        end_sessions(int(current_actor().person_id or 0), keep=g.visit.session_id)
    return redirect(url_for("security.sessions", done="alone", lang=lang()), 303)


@blueprint.get("/my/address")
@signed_in
@fresh
def address() -> str:
    """The form for a new mail address."""
    return _address_page(AddressForm(), 200)[0]


@blueprint.post("/my/address")
@signed_in
@fresh
def ask_address() -> Response | tuple[str, int]:
    """Mail a link to the new address."""
    form, actor = AddressForm(request.form), current_actor()
    if not form.validate():
        return _address_page(form, 422)
    email = str(form.email.data)
    if email == actor.email:
        form.email.errors = [_("いまと同じアドレスです。")]
        return _address_page(form, 422)
    settings = city_settings()
    own = allowed("new address", str(actor.person_id), CHANGES_PER_HOUR)
    if not own or not allowed("mail", mailbox_of(email), settings.policy.mails_per_hour_per_mailbox):
        return _address_page(form, 429, too_many=True)
    with transaction(public=False):
        wish_for_new_address(actor, email)
    return redirect(url_for("security.address", done="asked", lang=lang()), 303)


@blueprint.get("/my/address/<token>")
@signed_in
def open_address(token: str) -> str:
    """Shows the new address and a button."""
    link = open_link_of(NEW_ADDRESS, token)
    person = person_by_email(current_actor().email or "")
    if link is None or person is None or link.subject_id != person.public_id:
        abort(404)
    return render_template("accounts/open_address.html", token=token, email=link.email)


@blueprint.post("/my/address/<token>")
@signed_in
def take_address(token: str) -> Response:
    """Change the address."""
    with transaction(public=False):
        person = take_new_address(current_actor(), token, city_settings(), session_id=g.visit.session_id)
    if person is None:
        raise NotFound
    return redirect(url_for("security.security", done="address", lang=lang()), 303)


def _back(done: str) -> Response:
    return redirect(url_for("security.security", done=done, lang=lang()), 303)


def _security_page(form: PasswordForm, status: int) -> tuple[str, int]:
    actor = current_actor()
    return render_template(
        "accounts/security.html",
        form=form,
        second=second_of(int(actor.person_id or 0)) if actor.is_staff else None,
        since=password_since(int(actor.person_id or 0)),
        zone=city_settings().city.zone,
        done=_done(),
    ), status


def _address_page(form: AddressForm, status: int, *, too_many: bool = False) -> tuple[str, int]:
    return render_template("accounts/address.html", form=form, now=current_actor().email, too_many=too_many, done=_done()), status


def _done() -> str:
    words = DONE.get(request.args.get("done", ""))
    return sentence(words) if words else ""
