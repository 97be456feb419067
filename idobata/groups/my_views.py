"""My groups: founding one, its words, members, invitations, leaving it, ending it."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from idobata.gatherings.group_actions import follow_new_name, hand_over_posts
from idobata.groups.actions import change_group, end_group, found_group
from idobata.groups.card_queries import GroupCards
from idobata.groups.forms import GroupForm, InviteForm
from idobata.groups.member_actions import give_group_role, invite, leave, remove_member, revoke
from idobata.groups.models import Group, Membership
from idobata.groups.my_queries import my_groups, open_invitations, stage_of
from idobata.groups.page_views import PRESS_AGAIN, TOO_MANY, came_too_late, done_words, long_day, onward
from idobata.groups.queries import categories_of, group_for_member, members_of
from idobata.groups.roles import EDITOR, LEAD, ROLE_WORDS
from idobata.groups.standing import Standing, standing_of
from idobata.groups.succession import Stage
from idobata.groups.succession_actions import take_lead
from idobata.groups.values import LIMITS, MOST_LINKS
from idobata.kernel import clock
from idobata.kernel.errors import Invalid, NotFound, WrongState
from idobata.store.rate_limits import allowed, mailbox_of, network_of
from idobata.store.transaction import transaction
from idobata.web.gate import keeps_words
from idobata.web.guards import signed_in
from idobata.web.pages import current_actor, current_language, sentence
from idobata.web.rooms import addresses, city_settings

INVITED_PER_HOUR = 30


@signed_in
def groups() -> str:
    """The groups I am in."""
    rows = [(one.group, sentence(ROLE_WORDS[one.role]), one.stage) for one in my_groups(current_actor())]
    return render_template("groups/mine.html", rows=rows, done=done_words())


@signed_in
def ask_found() -> str:
    """The empty form."""
    form = GroupForm(city_settings(), new=True, data={"member_name": current_actor().label if "@" not in current_actor().label else ""})
    return _form_page(form, None)[0]


@keeps_words
@signed_in
def found() -> Response | tuple[str, int]:
    """Found it."""
    settings, actor = city_settings(), current_actor()
    form = GroupForm(settings, new=True, formdata=request.form)
    if came_too_late():
        form.top.append(sentence(PRESS_AGAIN))
        return _form_page(form, None, 422)
    values = form.read()
    if values is None:
        return _form_page(form, None, 422)
    if not allowed("group", network_of(request.remote_addr), settings.policy.posts_per_hour_per_address):
        form.top.append(sentence(TOO_MANY))
        return _form_page(form, None, 429)
    try:
        with transaction():
            group = found_group(actor, values, form.romaji.data or "", form.member_name.data or "", settings)
    except Invalid as error:
        form.take(error.problems)
        return _form_page(form, None, 422)
    return onward("groups.one", "founded", slug=group.slug)


@signed_in
def one(slug: str) -> str:
    """One of them: its members, its invitations, what a member can do."""
    return _group_page(*group_for_member(current_actor(), slug))[0]


@signed_in
def edit(slug: str) -> str:
    """The form of its words, filled."""
    group = _led(slug)
    data = {name: getattr(group, name) for name in ("name", "kana", "words", "district", "contact_hint")}
    data |= {"links": "\n".join(group.links), "categories": categories_of([group]).get(group.id, ())}
    return _form_page(GroupForm(city_settings(), new=False, data=data), group)[0]


@keeps_words
@signed_in
def save(slug: str) -> Response | tuple[str, int]:
    """Change its words."""
    settings, actor, group = city_settings(), current_actor(), _led(slug)
    form = GroupForm(settings, new=False, formdata=request.form)
    if came_too_late():
        form.top.append(sentence(PRESS_AGAIN))
        return _form_page(form, group, 422)
    values = form.read()
    if values is None:
        return _form_page(form, group, 422)
    try:
        with transaction():
            group = _led(slug)
            changed = change_group(actor, group, values, settings)
            if "name" in changed:
                follow_new_name(group, settings)
    except Invalid as error:
        form.take(error.problems)
        return _form_page(form, _led(slug), 422)
    return onward("groups.one", "changed" if changed else "same", slug=slug)


@keeps_words
@signed_in
def send_invitation(slug: str) -> Response | str | tuple[str, int]:
    """Invite somebody: mail the link, or show it once."""
    settings, actor, group = city_settings(), current_actor(), _led(slug)
    _, mine = group_for_member(actor, slug)
    form = InviteForm(formdata=request.form)
    asked = None if came_too_late() else form.read()
    if came_too_late():
        form.top.append(sentence(PRESS_AGAIN))
    if asked is None:
        return _group_page(group, mine, 422, form=form)
    role, email = asked
    mail_ok = not email or allowed("mail", mailbox_of(email), settings.policy.mails_per_hour_per_mailbox)
    if not mail_ok or not allowed("invite", network_of(request.remote_addr), INVITED_PER_HOUR):
        form.top.append(sentence(TOO_MANY))
        return _group_page(group, mine, 429, form=form)
    try:
        with transaction(public=False):
            token = invite(actor, _led(slug), role, email, settings)
    except WrongState as error:
        return _group_page(*group_for_member(actor, slug), 409, warning=sentence(error.sentence))
    if email:
        return onward("groups.one", "invited", slug=slug)
    return render_template("groups/invited.html", group=group, role=sentence(ROLE_WORDS[role]), link=addresses().join_group(token))


@signed_in
def revoke_invitation(slug: str, invitation_id: str) -> Response:
    """End an invitation."""
    with transaction(public=False):
        revoke(current_actor(), _led(slug), invitation_id)
    return onward("groups.one", "revoked", slug=slug)


@signed_in
def change_role(slug: str, member_id: str) -> Response | tuple[str, int]:
    """Make somebody lead or editor."""
    actor = current_actor()
    try:
        with transaction(public=False):
            give_group_role(actor, _led(slug), member_id, request.form.get("role", ""))
    except WrongState as error:
        return _group_page(*group_for_member(actor, slug), 409, warning=sentence(error.sentence))
    return onward("groups.one", "role", slug=slug)


@signed_in
def ask_remove(slug: str, member_id: str) -> str:
    """Asks once whether a member shall go."""
    group = _led(slug)
    member = next((one for one in members_of(group) if one.public_id == member_id), None)
    if member is None or member.person_id == current_actor().person_id:
        raise NotFound
    return render_template("groups/remove.html", group=group, member=member)


@signed_in
def remove(slug: str, member_id: str) -> Response | tuple[str, int]:
    """Take a member out. What she posted for the group stays with it."""
    actor = current_actor()
    try:
        with transaction(public=False):
            group = _led(slug)
            person_id = remove_member(actor, group, member_id, city_settings())
            hand_over_posts(group, person_id, actor.person_id or 0)
    except WrongState as error:
        return _group_page(*group_for_member(actor, slug), 409, warning=sentence(error.sentence))
    return onward("groups.one", "removed", slug=slug)


@signed_in
def ask_leave(slug: str) -> str:
    """Asks once whether I want to leave."""
    group, mine = group_for_member(current_actor(), slug)
    return render_template("groups/leave.html", group=group, last_lead=mine.role == LEAD and _leads(group) == 1)


@signed_in
def go(slug: str) -> Response | tuple[str, int]:
    """Leave."""
    actor = current_actor()
    try:
        with transaction(public=False):
            group, mine = group_for_member(actor, slug)
            person_id = mine.person_id
            hand_over_posts(group, person_id, leave(actor, group))
    except WrongState as error:
        return _group_page(*group_for_member(actor, slug), 409, warning=sentence(error.sentence))
    return onward("groups.mine", "left")


@signed_in
def ask_end(slug: str) -> str:
    """Asks once whether the group shall end."""
    return render_template("groups/end.html", group=_led(slug))


@signed_in
def end(slug: str) -> Response:
    """End it."""
    with transaction():
        end_group(current_actor(), _led(slug), city_settings())
    return onward("groups.mine", "ended")


@signed_in
def carry_on(slug: str) -> Response | tuple[str, int]:
    """Take the lead while the leads are quiet."""
    actor = current_actor()
    try:
        with transaction(public=False):
            group, _mine = group_for_member(actor, slug)
            take_lead(actor, group, city_settings())
    except WrongState as error:
        return _group_page(*group_for_member(actor, slug), 409, warning=sentence(error.sentence))
    return onward("groups.one", "lead", slug=slug)


def add_to(blueprint: Blueprint) -> None:
    """Give these rooms their addresses."""
    group = "/my/groups/<slug>"
    for rule, endpoint, view, method in (
        ("/my/groups", "mine", groups, "GET"),
        ("/my/groups/new", "ask_found", ask_found, "GET"),
        ("/my/groups/new", "found", found, "POST"),
        (group, "one", one, "GET"),
        (f"{group}/edit", "edit", edit, "GET"),
        (f"{group}/edit", "save", save, "POST"),
        (f"{group}/invitations", "invite", send_invitation, "POST"),
        (f"{group}/invitations/<invitation_id>/revoke", "revoke", revoke_invitation, "POST"),
        (f"{group}/members/<member_id>/role", "change_role", change_role, "POST"),
        (f"{group}/members/<member_id>/remove", "ask_remove", ask_remove, "GET"),
        (f"{group}/members/<member_id>/remove", "remove", remove, "POST"),
        (f"{group}/leave", "ask_leave", ask_leave, "GET"),
        (f"{group}/leave", "leave", go, "POST"),
        (f"{group}/end", "ask_end", ask_end, "GET"),
        (f"{group}/end", "end", end, "POST"),
        (f"{group}/lead", "take_lead", carry_on, "POST"),
    ):
        blueprint.add_url_rule(rule, endpoint, view, methods=[method])


def _led(slug: str) -> Group:
    """A group the actor leads; NotFound for any other, whatever the reason."""
    group, mine = group_for_member(current_actor(), slug)
    if mine.role != LEAD:
        raise NotFound
    return group


def _leads(group: Group) -> int:
    return sum(one.role == LEAD for one in members_of(group))


def _group_page(group: Group, mine: Membership, status: int = 200, *, form: InviteForm | None = None, warning: str = "") -> tuple[str, int]:
    zone, members, stage = city_settings().city.zone, members_of(group), stage_of(group)
    leads = mine.role == LEAD
    page = render_template(
        "groups/one.html",
        group=group,
        card=GroupCards(city_settings(), current_language(), sentence).page(group),
        mine=mine,
        leads=leads,
        many_leads=sum(one.role == LEAD for one in members) > 1,
        members=[(one, sentence(ROLE_WORDS[one.role]), one.joined_at.astimezone(zone).date()) for one in members],
        other_role={LEAD: EDITOR, EDITOR: LEAD},
        role_words={role: sentence(words) for role, words in ROLE_WORDS.items()},
        invitations=[(row, row.ends_at.astimezone(zone).date()) for row in open_invitations(group)] if leads else [],
        asked=stage in (Stage.MEMBERS, Stage.CITY) and not leads,
        quiet=stage is not Stage.NONE and leads,
        form=form or InviteForm(),
        inviting=form is not None,
        long_day=long_day,
        done=done_words() if status == 200 else "",
        warning=warning,
    )
    return page, status


def _form_page(form: GroupForm, group: Group | None, status: int = 200) -> tuple[str, int]:
    today = clock.today(city_settings().city.zone)
    checked = group is not None and standing_of(group.checked_until, today) is Standing.CHECKED
    return render_template("groups/form.html", form=form, group=group, checked=checked, limits=LIMITS, most_links=MOST_LINKS), status
