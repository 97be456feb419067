"""Coming into a group from outside: by an invitation, by founding one without an account, by the mail that asks whether it goes on."""

from datetime import datetime

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from idobata.accounts.queries import actor_of
from idobata.accounts.session_actions import begin_session
from idobata.groups.forms import AddressForm, NameForm
from idobata.groups.member_actions import join, join_invited
from idobata.groups.models import Group, GroupInvitation
from idobata.groups.my_queries import group_asked_by, invitation_behind, invitation_with_id
from idobata.groups.page_views import PRESS_AGAIN, TOO_MANY, came_too_late, done_words, onward
from idobata.groups.queries import role_in
from idobata.groups.roles import LEAD, ROLE_WORDS
from idobata.groups.succession_actions import still_going
from idobata.groups.welcome_actions import ask_welcome, take_welcome, welcome_behind
from idobata.store.rate_limits import allowed, mailbox_of, network_of
from idobata.store.transaction import transaction
from idobata.web.gate import keeps_words
from idobata.web.guards import public
from idobata.web.pages import current_actor, sentence, url
from idobata.web.rooms import city_settings
from idobata.web.sessions import cookie_name, set_cookie

ASKED_PER_HOUR = 20


@public
def start() -> Response | str:
    """What founding a group means, and the two ways to begin."""
    if current_actor().is_known:
        return redirect(url("groups.ask_found"), 303)
    return _start_page(AddressForm())[0]


@keeps_words
@public
def start_by_mail() -> Response | tuple[str, int]:
    """Mail somebody new the link to go on."""
    form = AddressForm(formdata=request.form)
    email, status = _address(form)
    if email is None:
        return _start_page(form, status)
    with transaction(public=False):
        ask_welcome(email, None, city_settings())
    return onward("groups.start", "mailed")


@public
def show_invitation(token: str) -> str | tuple[str, int]:
    """Says who invites to what, and shows the button. Opening changes nothing, since mail scanners open links too."""
    found = invitation_behind(token)
    return _ended() if found is None else _invitation_page(token, *found, AddressForm(), _own_name())


@keeps_words
@public
def accept(token: str) -> Response | tuple[str, int]:
    """Join."""
    found, actor = invitation_behind(token), current_actor()
    if found is None:
        return _ended()
    if not actor.is_known:
        return redirect(url("accounts.sign_in", then=url("groups.invitation", token=token).partition("?")[0]), 303)
    form = NameForm(formdata=request.form)
    name = None if came_too_late() else form.read()
    if came_too_late():
        form.top.append(sentence(PRESS_AGAIN))
    if name is None:
        return _invitation_page(token, *found, AddressForm(), form, 422)
    with transaction(public=False):
        group = join(actor, token, name, city_settings())
    return _ended() if group is None else onward("groups.one", "joined", slug=group.slug)


@keeps_words
@public
def accept_by_mail(token: str) -> Response | tuple[str, int]:
    """Mail somebody new the link to go on with an invitation."""
    found = invitation_behind(token)
    if found is None:
        return _ended()
    form = AddressForm(formdata=request.form)
    email, status = _address(form)
    if email is None:
        return _invitation_page(token, *found, form, _own_name(), status)
    with transaction(public=False):
        ask_welcome(email, found[0].public_id, city_settings())
    return onward("groups.invitation", "mailed", token=token)


@public
def show_welcome(token: str) -> str | tuple[str, int]:
    """Shows the button of the mail that proves an address."""
    is_open, invitation_id = welcome_behind(token)
    found = invitation_with_id(invitation_id) if invitation_id else None
    if not is_open or (invitation_id and found is None):
        return _ended()
    return _welcome_page(token, found[1] if found else None, NameForm())[0]


@keeps_words
@public
def enter(token: str) -> Response | tuple[str, int]:
    """Sign in with the proved address; then join, or go on to found."""
    settings = city_settings()
    is_open, invitation_id = welcome_behind(token)
    found = invitation_with_id(invitation_id) if invitation_id else None
    if not is_open or (invitation_id and found is None):
        return _ended()
    form = NameForm(formdata=request.form)
    name = None if came_too_late() else form.read()
    if came_too_late():
        form.top.append(sentence(PRESS_AGAIN))
    if name is None:
        return _welcome_page(token, found[1] if found else None, form, 422)
    with transaction(public=False):
        taken = take_welcome(token, name)
        group = join_invited(actor_of(taken[0]), taken[1], name, settings) if taken and taken[1] else None
        secret = begin_session(taken[0], settings.policy) if taken else None
    if secret is None:
        return _ended()
    return _signed_in(onward("groups.one", "joined", slug=group.slug) if group else redirect(url("groups.ask_found"), 303), *secret)


@public
def ask_still(token: str) -> str | tuple[str, int]:
    """The button of the mail that asks a quiet lead."""
    group = group_asked_by(token)
    return _ended() if group is None else render_template("groups/still.html", group=group, token=token, done=False)


@public
def answer_still(token: str) -> str | tuple[str, int]:
    """The group goes on."""
    with transaction(public=False):
        group = still_going(token)
    return _ended() if group is None else render_template("groups/still.html", group=group, token=token, done=True)


def add_to(blueprint: Blueprint) -> None:
    """Give these rooms their addresses."""
    for rule, endpoint, view, method in (
        ("/groups/start", "start", start, "GET"),
        ("/groups/start", "start_by_mail", start_by_mail, "POST"),
        ("/groups/join/<token>", "invitation", show_invitation, "GET"),
        ("/groups/join/<token>", "accept", accept, "POST"),
        ("/groups/join/<token>/mail", "accept_by_mail", accept_by_mail, "POST"),
        ("/groups/welcome/<token>", "welcome", show_welcome, "GET"),
        ("/groups/welcome/<token>", "enter", enter, "POST"),
        ("/groups/still/<token>", "ask_still", ask_still, "GET"),
        ("/groups/still/<token>", "answer_still", answer_still, "POST"),
    ):
        blueprint.add_url_rule(rule, endpoint, view, methods=[method])


def _address(form: AddressForm) -> tuple[str | None, int]:
    """The address to write to, or the status of the page that says what is wrong."""
    if came_too_late():
        form.top.append(sentence(PRESS_AGAIN))
        return None, 422
    email = form.read()
    if email is None:
        return None, 422
    policy = city_settings().policy
    network, mailbox = network_of(request.remote_addr), mailbox_of(email)
    if not allowed("sign-in", network, ASKED_PER_HOUR) or not allowed("mail", mailbox, policy.mails_per_hour_per_mailbox):
        form.top.append(sentence(TOO_MANY))
        return None, 429
    return email, 200


def _own_name() -> NameForm:
    actor = current_actor()
    return NameForm(data={"name": actor.label if actor.is_known and "@" not in actor.label else ""})


def _start_page(form: AddressForm, status: int = 200) -> tuple[str, int]:
    return render_template("groups/start.html", form=form, done=done_words() if status == 200 else ""), status


def _invitation_page(
    token: str, invitation: GroupInvitation, group: Group, form: AddressForm, name_form: NameForm, status: int = 200
) -> tuple[str, int]:
    page = render_template(
        "groups/join.html",
        token=token,
        group=group,
        role=sentence(ROLE_WORDS[invitation.role]),
        as_lead=invitation.role == LEAD,
        is_member=role_in(current_actor(), group.id) is not None,
        form=form,
        name_form=name_form,
        done=done_words() if status == 200 else "",
    )
    return page, status


def _welcome_page(token: str, group: Group | None, form: NameForm, status: int = 200) -> tuple[str, int]:
    return render_template("groups/welcome.html", token=token, group=group, form=form), status


def _signed_in(response: Response, secret: str, ends_at: datetime) -> Response:
    set_cookie(response, cookie_name(city_settings().machine.base_url), secret, ends_at)
    return response


def _ended() -> tuple[str, int]:
    """The same for a link that is unknown, used, taken back or too old."""
    return render_template("groups/link_ended.html"), 410
