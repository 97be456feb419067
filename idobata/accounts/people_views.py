"""「職員」: who has which role. For administrators, who have just proved that it is they."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from idobata.accounts.entering_views import lang
from idobata.accounts.forms import RoleForm
from idobata.accounts.models import Person
from idobata.accounts.people_actions import appoint, dismiss
from idobata.accounts.people_queries import colleagues, person_by_public_id
from idobata.accounts.role_words import ROLE_NAMES
from idobata.accounts.second_actions import reset_second
from idobata.kernel.actor import Role
from idobata.kernel.errors import NotFound
from idobata.kernel.words import N_
from idobata.store.transaction import transaction
from idobata.web.guards import admins, fresh
from idobata.web.pages import current_actor, sentence
from idobata.web.rooms import city_settings

blueprint = Blueprint("people", __name__)

DONE = {
    "given": N_("役割をわたしました。本人に、メールでお知らせします。"),
    "taken": N_("役割を外しました。いまのログインは終わり、本人にメールでお知らせします。"),
    "reset": N_("もうひとつの確認を、はじめからにしました。本人に、メールでお知らせします。"),
}


@blueprint.get("/desk/people")
@admins
@fresh
def show() -> str:
    """Everybody with a role."""
    return _page(_form(), 200)[0]


@blueprint.post("/desk/people")
@admins
@fresh
def give() -> Response | tuple[str, int]:
    """Give somebody a role."""
    form = _form()
    if not form.validate():
        return _page(form, 422)
    with transaction(public=False):
        given = appoint(current_actor(), str(form.email.data), Role(str(form.role.data)), city_settings())
    if not given:
        form.email.errors = [_("この人は、もうこの役割をもっています。")]
        return _page(form, 422)
    return _back("given")


@blueprint.post("/desk/people/<public_id>/remove")
@admins
@fresh
def take(public_id: str) -> Response:
    """Take a role away."""
    with transaction(public=False):
        dismiss(current_actor(), _person(public_id), _role(), city_settings())
    return _back("taken")


@blueprint.post("/desk/people/<public_id>/reset")
@admins
@fresh
def reset(public_id: str) -> Response:
    """Let a colleague who has lost her phone begin anew."""
    with transaction(public=False):
        person = _person(public_id)
        # One's own is changed in one's own settings, where the last one stays.
        if not person.roles or person.id == current_actor().person_id:
            raise NotFound
        reset_second(current_actor(), person, city_settings())
    return _back("reset")


def _person(public_id: str) -> Person:
    person = person_by_public_id(public_id)
    if person is None:
        raise NotFound
    return person


def _role() -> Role:
    try:
        return Role(request.form.get("role", ""))
    except ValueError:
        raise NotFound from None


def _form() -> RoleForm:
    return RoleForm(request.form if request.method == "POST" else None)


def _back(done: str) -> Response:
    # Whoever has just taken her own role away finds the page of residents.
    return redirect(url_for("people.show", done=done, lang=lang()), 303)


def _page(form: RoleForm, status: int) -> tuple[str, int]:
    names = {role: sentence(words) for role, words in ROLE_NAMES.items()}
    words = DONE.get(request.args.get("done", ""))
    zone = city_settings().city.zone
    cards = colleagues()
    page = render_template(
        "accounts/people.html",
        form=form,
        cards=cards,
        names=names,
        zone=zone,
        done=sentence(words) if words else "",
        me=current_actor().email,
    )
    return page, status
