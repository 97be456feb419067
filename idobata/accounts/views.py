"""Signing in by a mailed link or its code, and out again."""

from datetime import timedelta

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from idobata.accounts.actions import SIGN_IN, sign_in_by_code, sign_in_by_link, wish_to_sign_in
from idobata.accounts.entering_views import asking_secret, begin_here, lang, welcome
from idobata.accounts.forms import CodeForm, SignInForm
from idobata.accounts.mail_codes import MOST_TRIES
from idobata.accounts.models import Person
from idobata.accounts.queries import actor_of, first_residents, open_link_of, staff_people
from idobata.accounts.role_words import ROLE_NAMES
from idobata.accounts.session_actions import end_session
from idobata.kernel import clock
from idobata.kernel.ids import new_token, token_hash
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.store.rate_limits import allowed, mailbox_of, network_of
from idobata.store.transaction import transaction
from idobata.web.destinations import destination
from idobata.web.guards import public
from idobata.web.pages import sentence
from idobata.web.rooms import city_settings
from idobata.web.sessions import asking_cookie_name, cookie_name, drop_cookie, set_cookie

blueprint = Blueprint("accounts", __name__)
SIGN_INS_PER_HOUR = 30


@blueprint.get("/sign-in")
@public
def sign_in() -> str | AnyResponse:
    """The page that asks for an address."""
    if g.visit is not None and g.visit.owes_second:
        return redirect(url_for("second.ask", then=request.args.get("then"), lang=lang()), 303)
    if current_user.is_authenticated:
        return redirect(destination(request.args.get("then", "")), 303)
    return _sign_in_page(SignInForm(), request.args.get("then", ""), 200)[0]


@blueprint.post("/sign-in")
@public
def send_link() -> str | AnyResponse | tuple[str, int]:
    """Mail a link and a code. The answer is the same for known and unknown addresses; the browser gets the secret that both are bound to."""
    settings = city_settings()
    form, then = SignInForm(request.form), request.form.get("then", "")
    if not form.validate():
        return _sign_in_page(form, then, 422)
    email = str(form.email.data)
    if not allowed("sign-in", network_of(request.remote_addr), SIGN_INS_PER_HOUR):
        return _sign_in_page(form, then, 429, too_many=True)
    secret = new_token()
    if allowed("mail", mailbox_of(email), settings.policy.mails_per_hour_per_mailbox):
        with transaction(public=False):
            wish_to_sign_in(email, token_hash(secret), then)
    response = redirect(url_for("accounts.link_sent", lang=lang()), 303)
    ends_at = clock.now() + timedelta(minutes=settings.policy.sign_in_link_minutes)
    set_cookie(response, asking_cookie_name(settings.machine.base_url), secret, ends_at)
    return response


@blueprint.get("/sign-in/sent")
@public
def link_sent() -> str:
    """Says that a mail is on its way, and has a field for its code."""
    return _sent_page(CodeForm(), 200)[0]


@blueprint.post("/sign-in/code")
@public
def take_code() -> AnyResponse | tuple[str, int]:
    """Sign in with the six digits. For an address nobody knows every code is as wrong as a wrong one."""
    form, secret = CodeForm(request.form), asking_secret()
    if not form.validate():
        return _sent_page(form, 422)
    if secret is None:
        return _sent_page(form, 410, ended=True)
    browser = token_hash(secret)
    if not allowed("sign-in code", browser, MOST_TRIES):
        return _sent_page(form, 410, ended=True)
    with transaction(public=False):
        found = sign_in_by_code(browser, str(form.code.data), city_settings())
        session = begin_here(found[0]) if found is not None else None
    if found is None or session is None:
        form.code.errors = [_("数字がちがうようです。いちばん新しいメールの数字を、もういちど入れてください。")]
        return _sent_page(form, 422)
    return welcome(found[0], session, found[1])


@blueprint.get("/sign-in/<token>")
@public
def open_link(token: str) -> str | tuple[str, int]:
    """Shows a button. Opening changes nothing, since mail scanners open links too."""
    return _link_page(token) or render_template("accounts/open_link.html", token=token)


@blueprint.post("/sign-in/<token>")
@public
def take_link(token: str) -> str | AnyResponse | tuple[str, int]:
    """Sign in; the link is used up. In a browser that did not ask for it nothing happens."""
    page = _link_page(token, 403)
    if page is not None:
        return page
    with transaction(public=False):
        found = sign_in_by_link(token, token_hash(asking_secret() or ""))
        session = begin_here(found[0]) if found is not None else None
    if found is None or session is None:
        return render_template("accounts/link_ended.html"), 410
    return welcome(found[0], session, found[1])


@blueprint.post("/sign-out")
@public
def sign_out() -> AnyResponse:
    """End this browser's session."""
    if g.session_secret:
        end_session(g.session_secret)
    response = redirect(url_for("pages.home", lang=lang()), 303)
    drop_cookie(response, cookie_name(city_settings().machine.base_url))
    return response


def _link_page(token: str, elsewhere: int = 200) -> str | tuple[str, int] | None:
    """What to say about a link that cannot be used here: it has ended, or was asked for in another browser. None when it can."""
    link = open_link_of(SIGN_IN, token)
    if link is None:
        return render_template("accounts/link_ended.html"), 410
    secret = asking_secret()
    if secret is None or token_hash(secret) != link.browser_hash:
        return render_template("accounts/link_elsewhere.html", form=CodeForm(), asked=secret is not None), elsewhere
    return None


def _sent_page(form: CodeForm, status: int, *, ended: bool = False) -> tuple[str, int]:
    minutes = city_settings().policy.sign_in_link_minutes
    return render_template("accounts/link_sent.html", form=form, minutes=minutes, ended=ended), status


def _sign_in_page(form: SignInForm, then: str, status: int, *, too_many: bool = False) -> tuple[str, int]:
    settings: Settings = city_settings()
    people = (
        [(person, _role_words(person)) for person in (*first_residents(2), *staff_people())]
        if settings.machine.demo and not too_many
        else []
    )
    return render_template("accounts/sign_in.html", form=form, demo_people=people, then=then, too_many=too_many), status


def _role_words(person: Person) -> str:
    """What a person of the demo is for: the roles in the city's words, or somebody who posts."""
    roles = actor_of(person).roles
    return "・".join(sentence(words) for role, words in ROLE_NAMES.items() if role in roles) or sentence(N_("投稿する人"))
