"""Groups at the desk: whom the city knows, whom it checked until when, and groups that nobody leads any more."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from idobata.groups.actions import end_group
from idobata.groups.card_queries import GroupCards
from idobata.groups.check_actions import check_group, take_check_back
from idobata.groups.desk_queries import checks_of, desk_group, desk_groups, ending_soon, member_counts, without_lead
from idobata.groups.forms import CheckForm, InviteForm
from idobata.groups.member_actions import invite
from idobata.groups.models import Group
from idobata.groups.my_queries import open_invitations, stage_of
from idobata.groups.page_views import PRESS_AGAIN, came_too_late, done_words, long_day, onward
from idobata.groups.queries import members_of
from idobata.groups.roles import LEAD, ROLE_WORDS
from idobata.groups.standing import STANDING_WORDS, Standing, ends_soon
from idobata.groups.succession import Stage
from idobata.groups.succession_actions import name_lead
from idobata.kernel import clock
from idobata.kernel.errors import Invalid, WrongState
from idobata.kernel.text import clean_line
from idobata.kernel.words import N_
from idobata.store.transaction import transaction
from idobata.web.gate import keeps_words
from idobata.web.guards import editors
from idobata.web.pages import current_actor, current_language, sentence, url
from idobata.web.rooms import city_settings

FILTERS: dict[str, str] = {
    "": N_("すべて"),
    **{standing.value: words for standing, words in STANDING_WORDS.items()},
    "soon": N_("もうすぐ期限"),
    "ended": N_("活動を終えた団体"),
}
_LONGEST = 60


@editors
def groups() -> str:
    """Those that need somebody first, then all by name."""
    settings = city_settings()
    today = clock.today(settings.city.zone)
    chosen = request.args.get("standing", "")
    chosen = chosen if chosen in FILTERS else ""
    words = clean_line(request.args.get("q", "")[:_LONGEST], limit=_LONGEST * 4)
    typed = request.args.get("page", "1")
    found = desk_groups(chosen, words, today, int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1)
    return render_template(
        "desk/groups.html",
        leaderless=[(group, row.since.astimezone(settings.city.zone).date()) for group, row in without_lead()],
        soon=ending_soon(today),
        found=found,
        lines=_cards().lines(found.rows),
        members=member_counts(found.rows),
        filters=[
            (sentence(label), url("groups.desk", standing=code or None, q=words or None), code == chosen) for code, label in FILTERS.items()
        ],
        chosen=chosen,
        words=words,
        address=lambda page: url("groups.desk", standing=chosen or None, q=words or None, page=page if page > 1 else None),
        long_day=long_day,
        done=done_words(),
    )


@editors
def one(slug: str) -> str:
    """One group with everything the city knows of it."""
    return _page(desk_group(slug))[0]


@keeps_words
@editors
def check(slug: str) -> Response | tuple[str, int]:
    """Write down a check."""
    settings, group = city_settings(), desk_group(slug)
    form = CheckForm(settings, formdata=request.form)
    if came_too_late():
        form.top.append(sentence(PRESS_AGAIN))
        return _page(group, 422, form=form)
    said = form.read()
    if said is None:
        return _page(group, 422, form=form)
    try:
        with transaction():
            check_group(current_actor(), desk_group(slug), *said, settings)
    except Invalid as error:
        form.take(error.problems)
        return _page(desk_group(slug), 422, form=form)
    return onward("groups.desk_one", "checked", slug=slug)


@editors
def take_back(slug: str) -> Response:
    """The newest check holds no more."""
    with transaction():
        take_check_back(current_actor(), desk_group(slug), city_settings())
    return onward("groups.desk_one", "taken_back", slug=slug)


@editors
def new_lead(slug: str) -> Response:
    """Make a member the lead."""
    with transaction(public=False):
        name_lead(current_actor(), desk_group(slug), request.form.get("member", ""), city_settings())
    return onward("groups.desk_one", "named", slug=slug)


@keeps_words
@editors
def invite_lead(slug: str) -> Response | tuple[str, int]:
    """Invite somebody by mail to lead the group."""
    form = InviteForm(formdata=request.form)
    asked = None if came_too_late() else form.read()
    if came_too_late():
        form.top.append(sentence(PRESS_AGAIN))
    if asked is None or not asked[1]:
        if asked is not None:
            form.email.errors = [sentence(N_("招く人のメールアドレスを書いてください。"))]
        return _page(desk_group(slug), 422, invite_form=form)
    try:
        with transaction(public=False):
            invite(current_actor(), desk_group(slug), LEAD, asked[1], city_settings())
    except WrongState as error:
        form.top.append(sentence(error.sentence))
        return _page(desk_group(slug), 409, invite_form=form)
    return onward("groups.desk_one", "invited", slug=slug)


@editors
def ask_end(slug: str) -> str:
    """Asks once whether the group has stopped."""
    return render_template("desk/group_end.html", group=desk_group(slug))


@editors
def end(slug: str) -> Response:
    """Say that it has."""
    with transaction():
        end_group(current_actor(), desk_group(slug), city_settings())
    return onward("groups.desk_one", "ended", slug=slug)


def add_to(blueprint: Blueprint) -> None:
    """Give these rooms their addresses."""
    group = "/desk/groups/<slug>"
    for rule, endpoint, view, method in (
        ("/desk/groups", "desk", groups, "GET"),
        (group, "desk_one", one, "GET"),
        (f"{group}/check", "check", check, "POST"),
        (f"{group}/check/take-back", "take_check_back", take_back, "POST"),
        (f"{group}/lead", "name_lead", new_lead, "POST"),
        (f"{group}/invite", "invite_lead", invite_lead, "POST"),
        (f"{group}/end", "desk_ask_end", ask_end, "GET"),
        (f"{group}/end", "desk_end", end, "POST"),
    ):
        blueprint.add_url_rule(rule, endpoint, view, methods=[method])


def _page(group: Group, status: int = 200, *, form: CheckForm | None = None, invite_form: InviteForm | None = None) -> tuple[str, int]:
    settings = city_settings()
    zone, today, stage = settings.city.zone, clock.today(settings.city.zone), stage_of(group)
    names = {check.slug: check.english if current_language() == "en" else check.name for check in settings.group_checks}
    card = _cards().page(group)
    page = render_template(
        "desk/group.html",
        group=group,
        card=card,
        soon=ends_soon(group.checked_until, today),
        holds=card.standing == Standing.CHECKED,
        leaderless=stage is Stage.CITY,
        quiet=stage in (Stage.LEADS, Stage.MEMBERS),
        members=[
            (row, sentence(ROLE_WORDS[row.role]), row.joined_at.astimezone(zone).date(), row.role == LEAD) for row in members_of(group)
        ],
        invitations=[(row, sentence(ROLE_WORDS[row.role]), row.ends_at.astimezone(zone).date()) for row in open_invitations(group)],
        checks_done=[(row, [names.get(slug, slug) for slug in row.what]) for row in checks_of(group)],
        form=form or CheckForm(settings, data={"on": today.isoformat()}),
        checking=form is not None,
        invite_form=invite_form or InviteForm(),
        inviting=invite_form is not None,
        months=settings.policy.group_check_months,
        long_day=long_day,
        done=done_words() if status == 200 else "",
    )
    return page, status


def _cards() -> GroupCards:
    return GroupCards(city_settings(), current_language(), sentence)
