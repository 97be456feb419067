"""Signing in by a mailed link, and out again."""

from datetime import datetime

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from idobata.accounts.actions import SIGN_IN, sign_in_by_link, wish_to_sign_in
from idobata.accounts.forms import SignInForm
from idobata.accounts.models import Person
from idobata.accounts.queries import link_is_open, staff_people
from idobata.accounts.session_actions import begin_session, end_session
from idobata.kernel.settings import Settings
from idobata.store.rate_limits import allowed, mailbox_of, network_of
from idobata.store.transaction import transaction
from idobata.web.destinations import destination
from idobata.web.guards import public
from idobata.web.pages import current_language
from idobata.web.rooms import city_settings
from idobata.web.sessions import cookie_name, drop_cookie, set_cookie

blueprint = Blueprint("accounts", __name__)
SIGN_INS_PER_HOUR = 30


@blueprint.get("/sign-in")
@public
def sign_in() -> str | AnyResponse:
    """The page that asks for an address."""
    if current_user.is_authenticated:
        return redirect(destination(request.args.get("then", "")), 303)
    return _sign_in_page(SignInForm(), 200)[0]


@blueprint.post("/sign-in")
@public
def send_link() -> str | AnyResponse | tuple[str, int]:
    """Mail a link. The answer is the same for known and unknown addresses."""
    settings = city_settings()
    form = SignInForm(request.form)
    if not form.validate():
        return _sign_in_page(form, 422)
    email = str(form.email.data)
    if not allowed("sign-in", network_of(request.remote_addr), SIGN_INS_PER_HOUR):
        return render_template("accounts/sign_in.html", form=form, demo_people=[], then="", too_many=True), 429
    if allowed("mail", mailbox_of(email), settings.policy.mails_per_hour_per_mailbox):
        with transaction(public=False):
            wish_to_sign_in(email)
    return redirect(url_for("accounts.link_sent", lang=_lang()), 303)


@blueprint.get("/sign-in/sent")
@public
def link_sent() -> str:
    """Says that a mail is on its way."""
    return render_template("accounts/link_sent.html", minutes=city_settings().policy.sign_in_link_minutes)


@blueprint.get("/sign-in/<token>")
@public
def open_link(token: str) -> str | tuple[str, int]:
    """Shows a button. Opening changes nothing, since mail scanners open links too."""
    if not link_is_open(SIGN_IN, token):
        return render_template("accounts/link_ended.html"), 410
    return render_template("accounts/open_link.html", token=token)


@blueprint.post("/sign-in/<token>")
@public
def take_link(token: str) -> AnyResponse | tuple[str, int]:
    """Sign in; the link is used up."""
    with transaction(public=False):
        person = sign_in_by_link(token)
        secret = begin_session(person, city_settings().policy) if person is not None else None
    if person is None or secret is None:
        return render_template("accounts/link_ended.html"), 410
    return _welcome(person, *secret, then="")


@blueprint.post("/sign-out")
@public
def sign_out() -> AnyResponse:
    """End this browser's session."""
    if g.session_secret:
        end_session(g.session_secret)
    response = redirect(url_for("pages.home", lang=_lang()), 303)
    drop_cookie(response, cookie_name(city_settings().machine.base_url))
    return response


def _sign_in_page(form: SignInForm, status: int) -> tuple[str, int]:
    settings: Settings = city_settings()
    people = staff_people() if settings.machine.demo else []
    return render_template(
        "accounts/sign_in.html", form=form, demo_people=people, then=request.args.get("then", ""), too_many=False
    ), status


def _welcome(person: Person, secret: str, ends_at: datetime, then: str) -> AnyResponse:
    response = redirect(destination(then, is_staff=bool(person.roles)), 303)
    set_cookie(response, cookie_name(city_settings().machine.base_url), secret, ends_at)
    return response


def _lang() -> str | None:
    return None if current_language() == "ja" else current_language()
