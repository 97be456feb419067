"""Signing in with a password: a second, small way."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from idobata.accounts.entering_views import begin_here, lang, welcome
from idobata.accounts.forms import PasswordSignInForm
from idobata.accounts.password_actions import owner_of_hash, renew_hash
from idobata.accounts.password_queries import hash_by_email
from idobata.accounts.passwords import hash_of, is_outdated, is_right
from idobata.store.database import db
from idobata.store.rate_limits import allowed, mailbox_of, network_of
from idobata.store.transaction import transaction
from idobata.web.guards import public

blueprint = Blueprint("password", __name__)
TRIES_PER_NETWORK = 30
TRIES_PER_MAILBOX = 10


@blueprint.get("/sign-in/password")
@public
def ask() -> str | Response:
    """The page that asks for address and password."""
    then = request.args.get("then", "")
    if g.visit is not None:
        return redirect(url_for("accounts.sign_in", then=then or None, lang=lang()), 303)
    return _page(PasswordSignInForm(), then, 200)[0]


@blueprint.post("/sign-in/password")
@public
def take() -> Response | tuple[str, int]:
    """Sign in. An unknown address, a person without a password and a wrong one get the same words after the same time."""
    form, then = PasswordSignInForm(request.form), request.form.get("then", "")
    if not form.validate():
        return _page(form, then, 422)
    email, password = str(form.email.data), str(form.password.data)
    by_network = allowed("password", network_of(request.remote_addr), TRIES_PER_NETWORK)
    if not by_network or not allowed("password", mailbox_of(email), TRIES_PER_MAILBOX):
        return _page(form, then, 429, too_many=True)
    kept = hash_by_email(email)
    # Hashing takes a while; meanwhile nobody else's write shall wait for this connection.
    db.session.rollback()
    right = is_right(kept, password)
    stronger = hash_of(password) if right and kept is not None and is_outdated(kept) else None
    person, session = None, None
    if right and kept is not None:
        with transaction(public=False):
            person = owner_of_hash(email, kept)
            if person is not None:
                session = begin_here(person)
                if stronger is not None:
                    renew_hash(person.id, kept, stronger)
    if person is None or session is None:
        form.password.errors = [_("アドレスかパスワードがちがうようです。メールのリンクでもログインできます。")]
        return _page(form, then, 422)
    return welcome(person, session, then)


def _page(form: PasswordSignInForm, then: str, status: int, *, too_many: bool = False) -> tuple[str, int]:
    return render_template("accounts/password_sign_in.html", form=form, then=then, too_many=too_many), status
