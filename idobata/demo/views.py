"""The demo's back door: the mail tray, signing in as anybody, and all components on one page. Registered in the demo only."""

from flask import Blueprint, abort, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from idobata.accounts.devices import device_words
from idobata.accounts.people_queries import person_by_public_id
from idobata.accounts.queries import actor_of, person_by_email
from idobata.accounts.session_actions import begin_session
from idobata.demo.queries import mail_by_number, newest_mails
from idobata.demo.sample_forms import samples
from idobata.kernel.ids import is_public_id
from idobata.store.database import db
from idobata.store.transaction import transaction
from idobata.web.destinations import destination
from idobata.web.guards import demo_only
from idobata.web.rooms import WORKER, city_settings
from idobata.web.sessions import cookie_name, set_cookie

blueprint = Blueprint("demo", __name__, url_prefix="/-")
SHOWN = 50


@blueprint.get("/mail")
@demo_only
def mail() -> str:
    """The mails that would have been sent, newest first."""
    # Somebody who just pressed "send" wants to see the mail now, not within a second. We read no longer meanwhile: the work of the
    # day empties SQLite's log, and would wait fifteen seconds for ourselves.
    db.session.rollback()
    current_app.extensions[WORKER].run_until_empty(100)
    return render_template("demo/mail.html", mails=newest_mails(SHOWN))


@blueprint.get("/mail/<int:number>")
@demo_only
def one_mail(number: int) -> str:
    """One mail with its links."""
    found = mail_by_number(number) if number < 2**31 else None
    if found is None:
        abort(404)
    return render_template("demo/one_mail.html", mail=found)


@blueprint.post("/sign-in")
@demo_only
def sign_in() -> Response:
    """Sign in as one of the demo's people, who is named by her public id or her address."""
    who, email = request.form.get("who", ""), request.form.get("email", "")
    # The page says neither address nor role of anybody: an address of the city may hold a word of the office.
    person = person_by_public_id(who) if is_public_id(who) else person_by_email(email) if email.isprintable() else None
    if person is None:
        abort(404)
    settings = city_settings()
    with transaction(public=False):
        secret, ends_at = begin_session(
            person, settings.policy, device=device_words(request.headers.get("User-Agent", "")), second_passed=True
        )
    response = redirect(destination(request.form.get("then", ""), actor=actor_of(person)), 303)
    set_cookie(response, cookie_name(settings.machine.base_url), secret, ends_at)
    return response


@blueprint.get("/patterns")
@demo_only
def patterns() -> str:
    """Every component, for looking at."""
    return render_template("patterns.html", samples=samples(city_settings()))
