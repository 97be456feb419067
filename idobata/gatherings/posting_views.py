"""Posting: the form, its preview, sending it, and the link that confirms the address behind it."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from idobata.accounts.devices import device_words
from idobata.accounts.session_actions import begin_session
from idobata.gatherings import my_views
from idobata.gatherings.claiming_actions import ask_again, claim_draft
from idobata.gatherings.done_words import sent_code
from idobata.gatherings.form_page_views import (
    asked_place,
    came_too_late,
    empty_form,
    form_page,
    may_look,
    may_send,
    pressed,
    preview_page,
    reader_cards,
    search_page,
    sent_form,
    with_register_place,
)
from idobata.gatherings.models import Gathering
from idobata.gatherings.my_queries import mailed_link, one_of_mine, posted_just_now
from idobata.gatherings.posting_actions import ask_to_confirm, confirm_post, save_draft, submit
from idobata.gatherings.posting_forms import PostingForm
from idobata.gatherings.preview_queries import preview_new
from idobata.gatherings.recurrence import next_day_after
from idobata.gatherings.schedule import Rhythm, Schedule
from idobata.gatherings.states import Publication
from idobata.gatherings.stored_forms import stored_data
from idobata.gatherings.trace_actions import leave_trace, note_pledge, refuse_crowded_links
from idobata.gatherings.values import GatheringValues
from idobata.groups.queries import groups_of
from idobata.kernel import clock
from idobata.kernel.errors import Invalid
from idobata.kernel.holidays import JAPANESE_HOLIDAYS
from idobata.store.rate_limits import network_of
from idobata.store.transaction import transaction
from idobata.web.form_guards import PRESS_AGAIN, TOO_FAST, TOO_MANY, TRAPPED, came_too_fast, was_trapped
from idobata.web.gate import keeps_words
from idobata.web.guards import public
from idobata.web.pages import current_actor, current_language, fresh_until, sentence
from idobata.web.rooms import city_settings
from idobata.web.sessions import cookie_name, set_cookie

blueprint = Blueprint("posting", __name__)
my_views.add_to(blueprint)
FORM_KEPT = timedelta(minutes=10)


@blueprint.get("/post")
@public
def start() -> str | Response | tuple[str, int]:
    """The form, empty or copied from an earlier gathering of one's own."""
    earlier = request.args.get("from")
    if earlier is None:
        # The empty form is the same for all who have no session: fifty people who open it at once are given one page.
        # Its token lives for days, so some minutes in the page cache take nothing from it.
        fresh_until(min(clock.now() + FORM_KEPT, clock.next_midnight(city_settings().city.zone)))
        return form_page(empty_form(asked_place(request.args.get("place", ""))))
    actor = current_actor()
    if not actor.is_known:
        return redirect(url_for("accounts.sign_in", then=f"/my/{earlier}"), 303)
    row = one_of_mine(actor, earlier)
    form = PostingForm(city_settings(), groups=groups_of(actor), signed_in=True, pledged=True, data=copied_data(row, _today()))
    return form_page(form, copied=True)


@blueprint.post("/post")
@public
@keeps_words
def send() -> str | Response | tuple[str, int]:
    """Whatever a button of the form asks: next dates, preview, back to the form, keep, send."""
    form = sent_form()
    if came_too_late():
        return form_page(form, 422, warning=sentence(PRESS_AGAIN))
    do = pressed("preview", "send", "draft", "dates", "find", "back")
    if do == "back":
        return form_page(form)
    if do == "find":
        return search_page(form)
    if do == "dates":
        schedule = form.read_schedule(_today())
        return form_page(form, 200 if schedule else 422, dates=schedule)
    if was_trapped():
        return form_page(form, 429, warning=sentence(TRAPPED))
    values = form.read_values(_today())
    # A preview may be looked at without the promise; it is asked for again there.
    if values is None or (do != "preview" and form.lacks_pledge()):
        return form_page(form, 422)
    if do != "preview" and not current_actor().is_known and came_too_fast():
        return form_page(form, 429, warning=sentence(TOO_FAST))
    values = with_register_place(values)
    try:
        return _preview(form, values) if do == "preview" else _send(form, values, do)
    except Invalid as error:
        form.take(error.problems)
        return form_page(form, 422)


@blueprint.get("/post/sent")
@public
def sent() -> str:
    """Says what happens next, when, and who answers."""
    policy = city_settings().policy
    return render_template("posting/sent.html", hours=policy.confirm_link_hours, days=policy.confirm_within_days)


@blueprint.get("/post/confirm/<token>")
@public
def open_link(token: str) -> str | tuple[str, int]:
    """Shows a button. Opening changes nothing, since mail scanners open links too."""
    link = mailed_link(token)
    if link is None or not link.is_open or link.gathering is None:
        return _link_ended(token)
    return render_template("posting/confirm.html", token=token, gathering=link.gathering, days=city_settings().policy.confirm_within_days)


@blueprint.post("/post/confirm/<token>")
@public
def take_link(token: str) -> Response | tuple[str, int]:
    """Take the link: the address is proved. The post goes to the editors, or stays a draft when its poster wants to go on writing."""
    settings = city_settings()
    only_keep = request.form.get("do") == "keep"
    with transaction():
        taken = claim_draft(token) if only_keep else confirm_post(token, settings)
        secret = begin_session(taken[0], settings.policy, device=device_words(request.headers.get("User-Agent", ""))) if taken else None
    if taken is None or secret is None:
        return _link_ended(token)
    return _welcome(taken[1], *secret, "kept" if only_keep else "confirmed")


@blueprint.post("/post/confirm/<token>/again")
@public
def resend(token: str) -> Response | tuple[str, int]:
    """Mail a new link in place of one that has ended, to the same address, while the draft still waits."""
    settings = city_settings()
    link = mailed_link(token)
    if link is None or link.gathering is None:
        return _link_ended(token)
    if not may_send(link.email):
        return render_template("posting/link_ended.html", token=token, waits=True, too_many=True), 429
    with transaction(public=False):
        mailed = ask_again(link.gathering, settings)
    return redirect(url_for("posting.sent", lang=_lang()), 303) if mailed else _link_ended(token)


def copied_data(row: Gathering, today: date) -> dict[str, object]:
    """An earlier gathering as the beginning of a new one, with the next date it would have."""
    data = stored_data(row)
    schedule = Schedule.from_json(row.schedule)
    after = today if schedule.repeats else max([today, schedule.first_day, *schedule.dates])
    following = next_day_after(replace(schedule, until=None, count=None), after, JAPANESE_HOLIDAYS)
    picked = {name: "" for name in data if name.startswith("date_")}
    data |= {**picked, "more_dates": "", "until": "", "count": "", "last_day": "", "day": following.isoformat() if following else ""}
    if schedule.rhythm is Rhythm.DATES:
        data["rhythm"] = Rhythm.ONCE.value
    if following and schedule.span_days:
        data["last_day"] = date.fromordinal(following.toordinal() + schedule.span_days).isoformat()
    return data


def _preview(form: PostingForm, values: GatheringValues) -> str | tuple[str, int]:
    if not may_look():
        return form_page(form, 429, warning=sentence(TOO_MANY))
    return preview_page(form, preview_new(current_actor(), values, city_settings(), reader_cards()))


def _send(form: PostingForm, values: GatheringValues, do: str) -> Response | tuple[str, int]:
    settings, actor = city_settings(), current_actor()
    email = str(form.email.data) if form.email else ""
    if not may_send(email):
        return form_page(form, 429, warning=sentence(TOO_MANY))
    with transaction():
        gathering = posted_just_now(actor, email, values)
        if gathering is None:
            refuse_crowded_links(actor, values, settings)
            gathering = save_draft(actor, values, email, settings)
            leave_trace(gathering, values, network_of(request.remote_addr), settings)
            note_pledge(gathering)
            if not actor.is_known:
                ask_to_confirm(gathering, settings)
        if actor.is_known and do == "send" and gathering.publication == Publication.DRAFT:
            submit(actor, gathering, settings)
    if not actor.is_known:
        return redirect(url_for("posting.sent", lang=_lang()), 303)
    done = sent_code(gathering.publication) if do == "send" else "kept"
    return redirect(url_for("posting.manage", public_id=gathering.public_id, done=done, lang=_lang()), 303)


def _link_ended(token: str) -> tuple[str, int]:
    link = mailed_link(token)
    row = link.gathering if link else None
    waits = row is not None and row.poster_id is None and row.publication == Publication.DRAFT
    return render_template("posting/link_ended.html", token=token, waits=waits, too_many=False), 410


def _welcome(gathering: Gathering, secret: str, ends_at: datetime, done: str) -> Response:
    response = redirect(url_for("posting.manage", public_id=gathering.public_id, done=done, lang=_lang()), 303)
    set_cookie(response, cookie_name(city_settings().machine.base_url), secret, ends_at)
    return response


def _today() -> date:
    return clock.today(city_settings().city.zone)


def _lang() -> str | None:
    return None if current_language() == "ja" else current_language()
