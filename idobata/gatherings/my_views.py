"""My page: what I posted, its state and its dates; cancelling, moving, changing, taking down."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from idobata.gatherings.change_actions import take_back
from idobata.gatherings.date_actions import add_date, cancel_date, confirm_date, mark_full, move_date, restore_date
from idobata.gatherings.date_forms import DateForm
from idobata.gatherings.done_words import DONE, OF_A_DATE, SHOWS_ALREADY, changed_code, changed_parts, is_changed, sent_code
from idobata.gatherings.event_data import share_words
from idobata.gatherings.form_page_views import (
    came_too_late,
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
from idobata.gatherings.host_queries import may_part_with
from idobata.gatherings.models import Gathering
from idobata.gatherings.my_change_views import open_change
from idobata.gatherings.my_queries import coming_dates, date_of, my_gatherings, one_of_mine, past_count
from idobata.gatherings.posting_actions import change, submit, withdraw
from idobata.gatherings.posting_forms import FREE_FACT, NO_SIGNUP_FACT, PostingForm
from idobata.gatherings.preview_queries import preview_change
from idobata.gatherings.rules import LIMITS
from idobata.gatherings.states import PUBLICATION_WORDS, Publication
from idobata.gatherings.stored_forms import form_data, stored_data, what_was
from idobata.gatherings.trust_queries import is_trusted
from idobata.gatherings.values import GatheringValues
from idobata.gatherings.version_queries import open_version, open_versions
from idobata.groups.queries import groups_of
from idobata.kernel import clock
from idobata.kernel.errors import Invalid, NotFound, WrongState
from idobata.kernel.text import TooLong, clean_line
from idobata.kernel.words import N_
from idobata.store.transaction import transaction
from idobata.web.form_guards import PRESS_AGAIN, TOO_MANY
from idobata.web.gate import keeps_words
from idobata.web.guards import signed_in
from idobata.web.pages import current_actor, current_language, sentence
from idobata.web.rooms import addresses, city_settings

# States in which a gathering waits for its host and not for the city.
AT_HOME = frozenset({Publication.DRAFT, Publication.WITHDRAWN})
_BADGES = {
    Publication.DRAFT: "draft",
    Publication.IN_REVIEW: "waiting",
    Publication.PUBLISHED: "published",
    Publication.WITHDRAWN: "withdrawn",
}
_MOST_PAGES = 1000


@signed_in
def my() -> str:
    """Everything I posted and everything of my groups."""
    asked = request.args.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and 0 < int(asked[:5]) < _MOST_PAGES else 1
    rows, more = my_gatherings(current_actor(), page)
    cards = reader_cards()
    return render_template(
        "posting/my.html",
        items=[(one.gathering, _state(one.gathering), cards.occurrence(one.next_one) if one.next_one else None) for one in rows],
        open_changes=open_versions(one.gathering for one in rows if one.gathering.publication == Publication.PUBLISHED),
        page=page,
        more=more,
        done=_done(),
    )


@signed_in
def manage(public_id: str) -> str | tuple[str, int]:
    """One of them: its state, what happens next, and its dates with their buttons."""
    return _manage_page(one_of_mine(current_actor(), public_id))


@signed_in
def edit(public_id: str) -> str | tuple[str, int]:
    """The form, filled."""
    row = one_of_mine(current_actor(), public_id)
    groups = groups_of(current_actor())
    if row.group is not None and row.group.id not in {group.id for group in groups}:
        groups.append(row.group)
    return form_page(PostingForm(city_settings(), groups=groups, signed_in=True, data=form_data(row)), editing=row)


@keeps_words
@signed_in
def save(public_id: str) -> str | Response | tuple[str, int]:
    """Whatever a button of the filled form asks."""
    row = one_of_mine(current_actor(), public_id)
    form, before, today = sent_form(editing=row), what_was(row), _today()
    if came_too_late():
        return form_page(form, 422, editing=row, warning=sentence(PRESS_AGAIN))
    do = pressed("preview", "save", "send", "dates", "find", "back")
    if do == "back":
        return form_page(form, editing=row)
    if do == "find":
        return search_page(form, editing=row)
    if do == "dates":
        schedule = form.read_schedule(today, before.first_day)
        return form_page(form, 200 if schedule else 422, editing=row, dates=schedule)
    # What is to be sent again must have a date left; what is only mended may have begun long ago.
    values = form.read_values(today, replace(before, first_day=None) if do == "send" else before)
    if values is None:
        return form_page(form, 422, editing=row)
    # Each sending is mailed to everybody who leads the group.
    if do == "send" and not may_send():
        return form_page(form, 429, editing=row, warning=sentence(TOO_MANY))
    values = with_register_place(values)
    try:
        if do == "preview":
            if not may_look():
                return form_page(form, 429, editing=row, warning=sentence(TOO_MANY))
            return preview_page(form, preview_change(current_actor(), row, values, city_settings(), reader_cards()), editing=row)
        return _save(public_id, values, send=do == "send")
    except Invalid as error:
        form.take(error.problems)
        return form_page(form, 422, editing=row)


@signed_in
def send_again(public_id: str) -> Response | str | tuple[str, int]:
    """Send a draft, or what was taken down, to the editors."""
    settings, actor = city_settings(), current_actor()
    row = one_of_mine(actor, public_id)
    if row.publication not in AT_HOME:
        return _back(public_id, "sent")
    form = PostingForm(settings, groups=[row.group] if row.group else [], signed_in=True, data=form_data(row))
    # Time may have passed since it was written: a gathering without a date to come is mended first.
    if form.read_values(_today()) is None:
        return form_page(form, 422, editing=row)
    if not may_send():
        return _manage_page(row, status=429, warning=sentence(TOO_MANY))
    with transaction():
        row = one_of_mine(actor, public_id)
        if row.publication in AT_HOME:
            submit(actor, row, settings)
    return _back(public_id, sent_code(row.publication))


@signed_in
def ask_withdraw(public_id: str) -> str:
    """Asks once whether it shall be taken down."""
    actor = current_actor()
    row = one_of_mine(actor, public_id)
    if not actor.may_edit() and not may_part_with(actor, row):
        raise NotFound
    return render_template("posting/withdraw.html", gathering=row)


@signed_in
def take_down(public_id: str) -> Response:
    """Take it down."""
    actor = current_actor()
    with transaction():
        withdraw(actor, one_of_mine(actor, public_id))
    return _back(public_id, "withdrawn")


@signed_in
def take_change_back(public_id: str) -> Response:
    """Take back a change that waits or came back; the page stays as it is."""
    actor = current_actor()
    with transaction():
        done = take_back(actor, one_of_mine(actor, public_id))
    return _back(public_id, "taken_back" if done else "same")


@signed_in
def cancel(public_id: str, day: str) -> Response | tuple[str, int]:
    """Cancel one date."""
    return _on_date(public_id, day, "cancelled", lambda row, on, note: cancel_date(current_actor(), row, on, note, city_settings()))


@signed_in
def restore(public_id: str, day: str) -> Response | tuple[str, int]:
    """Take a cancellation, a "full" or a "confirmed" back."""
    return _on_date(public_id, day, "restored", lambda row, on, _note: restore_date(current_actor(), row, on, city_settings()))


@signed_in
def full(public_id: str, day: str) -> Response | tuple[str, int]:
    """Say that a date is full."""
    return _on_date(public_id, day, "full", lambda row, on, note: mark_full(current_actor(), row, on, note, city_settings()))


@signed_in
def confirm(public_id: str, day: str) -> Response | tuple[str, int]:
    """Say that a date surely takes place."""
    return _on_date(public_id, day, "confirmed_date", lambda row, on, note: confirm_date(current_actor(), row, on, note, city_settings()))


@signed_in
def ask_move(public_id: str, day: str) -> str:
    """The form of a date's new time."""
    row = one_of_mine(current_actor(), public_id)
    card = reader_cards().occurrence(date_of(row, _day(day)))
    data = {
        "day": card.day.isoformat(),
        "starts": "" if card.all_day else card.starts_at.strftime("%H:%M"),
        "ends": card.ends_at.strftime("%H:%M") if card.end_known and not card.all_day else "",
        "all_day": card.all_day,
        "note": card.state_note,
    }
    return _move_page(row, day, DateForm(data=data))


@keeps_words
@signed_in
def move(public_id: str, day: str) -> Response | tuple[str, int]:
    """Move a date."""
    actor, form, on = current_actor(), DateForm(formdata=request.form), _day(day)
    row = one_of_mine(actor, public_id)
    date_of(row, on)
    to = None if came_too_late() else form.read(_today())
    if to is not None:
        try:
            with transaction():
                move_date(actor, one_of_mine(actor, public_id), on, to, str(form.note.data or ""), city_settings())
            return _back(public_id, "moved")
        except Invalid as error:
            form.take(error.problems)
    elif came_too_late():
        form.top.append(sentence(PRESS_AGAIN))
    return _move_page(row, day, form), 422


@keeps_words
@signed_in
def add(public_id: str) -> str | Response | tuple[str, int]:
    """Add a date."""
    actor, form = current_actor(), DateForm(formdata=request.form)
    to = None if came_too_late() else form.read(_today())
    row = one_of_mine(actor, public_id)
    if to is not None:
        try:
            with transaction():
                add_date(actor, one_of_mine(actor, public_id), to, str(form.note.data or ""), city_settings())
            return _back(public_id, "added")
        except Invalid as error:
            form.take(error.problems)
    elif came_too_late():
        form.top.append(sentence(PRESS_AGAIN))
    return _manage_page(row, form, status=422)


def add_to(blueprint: Blueprint) -> None:
    """Give the rooms of posting these addresses."""
    one, on_date = "/my/<public_id>", "/my/<public_id>/dates/<day>"
    for rule, endpoint, view, method in (
        ("/my", "my", my, "GET"),
        (one, "manage", manage, "GET"),
        (f"{one}/edit", "edit", edit, "GET"),
        (f"{one}/edit", "save", save, "POST"),
        (f"{one}/submit", "submit", send_again, "POST"),
        (f"{one}/withdraw", "ask_withdraw", ask_withdraw, "GET"),
        (f"{one}/withdraw", "withdraw", take_down, "POST"),
        (f"{one}/change/take-back", "take_change_back", take_change_back, "POST"),
        (f"{one}/dates", "add_date", add, "POST"),
        (f"{on_date}/cancel", "cancel_date", cancel, "POST"),
        (f"{on_date}/restore", "restore_date", restore, "POST"),
        (f"{on_date}/full", "fill_date", full, "POST"),
        (f"{on_date}/confirm", "confirm_date", confirm, "POST"),
        (f"{on_date}/move", "ask_move", ask_move, "GET"),
        (f"{on_date}/move", "move_date", move, "POST"),
    ):
        blueprint.add_url_rule(rule, endpoint, view, methods=[method])


def _manage_page(row: Gathering, form: DateForm | None = None, *, status: int = 200, warning: str = "") -> tuple[str, int]:
    settings, cards = city_settings(), reader_cards()
    rule = next((rule for rule in settings.rules if rule.code == row.return_code), None)
    published = row.publication == Publication.PUBLISHED
    page = render_template(
        "posting/manage.html",
        gathering=row,
        may_withdraw=current_actor().may_edit() or may_part_with(current_actor(), row),
        state=_state(row),
        change=open_change(row) if published else None,
        at_once=is_trusted(current_actor(), row, settings),
        reply=rule.reply if rule else "",
        dates=[(one.day.isoformat(), cards.occurrence(one)) for one in coming_dates(row)],
        past=past_count(row),
        share=share_words(cards.gathering(row), settings, addresses()) if published else "",
        form=form or DateForm(data=_usual_time(row)),
        adding=form is not None,
        done=_done(is_public=published),
        warning=warning,
        days=settings.policy.confirm_within_days,
        note_limit=LIMITS["note"],
    )
    return page, status


def _move_page(row: Gathering, day: str, form: DateForm) -> str:
    return render_template("posting/move.html", gathering=row, day=day, form=form, card=reader_cards().occurrence(date_of(row, _day(day))))


def _save(public_id: str, values: GatheringValues, *, send: bool) -> Response:
    settings, actor = city_settings(), current_actor()
    with transaction():
        row = one_of_mine(actor, public_id)
        told, was_open = row.facts, open_version(row) is not None
        changed = change(actor, row, values, settings)
        is_open = open_version(row) is not None
        if send and row.publication in AT_HOME:
            submit(actor, row, settings)
            return _back(public_id, sent_code(row.publication))
    if is_open:
        return _back(public_id, "change_sent" if changed else "change_same")
    if was_open and not changed:
        return _back(public_id, "taken_back")
    # "Free" and "no sign-up" follow from other answers; nobody wants to read that they "changed" too.
    if {**told, FREE_FACT: True, NO_SIGNUP_FACT: True} == {**values.facts, FREE_FACT: True, NO_SIGNUP_FACT: True}:
        changed -= {"facts"}
    return _back(public_id, changed_code(changed))


def _on_date(public_id: str, day: str, code: str, act: Callable[[Gathering, date, str], object]) -> Response | tuple[str, int]:
    actor, on = current_actor(), _day(day)
    row = one_of_mine(actor, public_id)
    date_of(row, on)
    try:
        note = clean_line(request.form.get("note", ""), limit=LIMITS["note"])
    except TooLong as error:
        words = N_("ひとことが%(length)s文字あります。%(limit)s文字までにしてください。")
        return _manage_page(row, status=422, warning=sentence(words, {"length": error.length, "limit": error.limit}))
    try:
        with transaction():
            act(one_of_mine(actor, public_id), on, note)
    except WrongState as error:
        return _manage_page(one_of_mine(actor, public_id), status=422, warning=sentence(error.sentence))
    return _back(public_id, code)


def _state(row: Gathering) -> tuple[str, str]:
    """The badge and the words of a publication state; a post that came back is told apart from a draft."""
    publication = Publication(row.publication)
    if publication is Publication.DRAFT and row.return_code:
        return "stale", sentence(N_("おたずねがあります"))
    return _BADGES[publication], sentence(PUBLICATION_WORDS[publication])


def _usual_time(row: Gathering) -> dict[str, object]:
    data = stored_data(row)
    return {name: data[name] for name in ("starts", "ends", "all_day")}


def _done(*, is_public: bool = False) -> list[str]:
    """What was just done, in words: a sentence, and what else is good to know about it."""
    code = request.args.get("done", "")
    if is_changed(code):
        parts = "、".join(sentence(words) for words in changed_parts(code))
        return [sentence(N_("直しました。"))] + ([sentence(N_("変わったところ：%(parts)s"), {"parts": parts})] if parts else [])
    if code not in DONE:
        return []
    return [sentence(DONE[code])] + ([sentence(SHOWS_ALREADY)] if is_public and code in OF_A_DATE else [])


def _back(public_id: str, code: str) -> Response:
    language = None if current_language() == "ja" else current_language()
    return redirect(url_for("posting.manage", public_id=public_id, done=code, lang=language), 303)


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise NotFound from None


def _today() -> date:
    return clock.today(city_settings().city.zone)
