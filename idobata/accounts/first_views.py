"""The door for the first administrator."""

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from idobata.accounts.entering_views import begin_here, welcome
from idobata.accounts.first_actions import become_first
from idobata.accounts.forms import FirstForm
from idobata.store.rate_limits import allowed, network_of
from idobata.store.transaction import transaction
from idobata.web.guards import public

blueprint = Blueprint("first", __name__)
TRIES_PER_HOUR = 10


@blueprint.get("/sign-in/first")
@public
def ask() -> str:
    """Asks for the address and the code of the console. The page is the same whether or not there is an administrator."""
    return _page(FirstForm(), 200)[0]


@blueprint.post("/sign-in/first")
@public
def take() -> Response | tuple[str, int]:
    """Make somebody the first administrator, and lead her to her second factor."""
    form = FirstForm(request.form)
    if not form.validate():
        return _page(form, 422)
    if not allowed("first", network_of(request.remote_addr), TRIES_PER_HOUR):
        return _page(form, 429, too_many=True)
    with transaction(public=False):
        person = become_first(str(form.email.data), str(form.code.data))
        session = begin_here(person) if person is not None else None
    if person is None or session is None:
        form.code.errors = [_("番号がちがうか、もう使えません。サイトを起動しなおすと、管理の人がまだいなければ、新しい番号が出ます。")]
        return _page(form, 422)
    return welcome(person, session, "/desk")


def _page(form: FirstForm, status: int, *, too_many: bool = False) -> tuple[str, int]:
    return render_template("accounts/first.html", form=form, too_many=too_many), status
