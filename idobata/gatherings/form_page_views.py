"""The page of the posting form, shared by posting and changing: filled, asked about its next dates, or given back with sentences."""

from dataclasses import dataclass, replace
from datetime import timedelta

from flask import g, render_template, request

from idobata.gatherings.card_queries import Cards
from idobata.gatherings.cards import GatheringCard
from idobata.gatherings.event_data import share_words
from idobata.gatherings.first_visit import QUESTIONS
from idobata.gatherings.models import Gathering
from idobata.gatherings.my_queries import register_place_id
from idobata.gatherings.place_queries import is_shown, public_place, suggestions
from idobata.gatherings.posting_forms import DATE_FIELDS, PLEDGE, PostingForm, say
from idobata.gatherings.recurrence import slots
from idobata.gatherings.rhythm_words import rhythm_words
from idobata.gatherings.schedule import Schedule
from idobata.gatherings.trust_queries import is_trusted
from idobata.gatherings.values import GatheringValues, PlaceWords
from idobata.groups.queries import groups_of
from idobata.kernel import clock
from idobata.kernel.errors import NotFound
from idobata.kernel.holidays import JAPANESE_HOLIDAYS
from idobata.kernel.japanese_dates import span_words
from idobata.kernel.words import N_
from idobata.places.models import Place
from idobata.places.queries import place_by_public_id
from idobata.places.wording import where_words
from idobata.store.rate_limits import all_allowed, allowed, mailbox_of, network_of
from idobata.web.form_guards import TRAP, opened_stamp
from idobata.web.pages import current_actor, current_language, sentence, url
from idobata.web.rooms import addresses, city_settings

DATES_SHOWN = 5
# Far enough for five meetings of any rhythm a person would choose.
LOOK_AHEAD = timedelta(days=800)
# Looking is cheaper than sending, and people look often.
LOOKS_PER_POST = 10


@dataclass(frozen=True, slots=True)
class Frame:
    """A form that asks more than the public one: its template, the layout around it, and where it is sent."""

    template: str
    layout: str
    action: str


def empty_form(place: Place | None = None) -> PostingForm:
    """The form for whoever is asking, with nothing in it but the place where it was opened."""
    actor = current_actor()
    data = {"place_id": place.public_id, "place_name": place.name, "place_said": place.name} if place else None
    return PostingForm(city_settings(), groups=groups_of(actor), signed_in=actor.is_known, pledged=True, data=data)


def asked_place(public_id: str) -> Place | None:
    """The place a link to the form names; None for one the town does not know."""
    try:
        return public_place(public_id)
    except NotFound:
        return None


def search_page(form: PostingForm, *, editing: Gathering | None = None, frame: Frame | None = None) -> tuple[str, int]:
    """The form with the places that fit the name, to choose from: what the suggestions do, without a script."""
    typed = form.place_name.data or ""
    if not typed:
        say(form.place_name, N_("さがす場所の名前か、その一部を書いてください。"))
        return form_page(form, 422, editing=editing, frame=frame)
    return form_page(form, editing=editing, found_places=suggestions(typed), frame=frame)


def place_words(place: Place) -> str:
    """Where a place is, in one line."""
    return where_words(place.district, place.address, city_settings(), current_language())


def sent_form(*, editing: Gathering | None = None) -> PostingForm:
    """The form as it was just sent. An edited gathering may keep a group its editor is no member of."""
    actor = current_actor()
    groups = groups_of(actor)
    if editing is not None and editing.group is not None and editing.group.id not in {group.id for group in groups}:
        groups.append(editing.group)
    return PostingForm(
        city_settings(), groups=groups, signed_in=actor.is_known or editing is not None, pledged=editing is None, formdata=request.form
    )


def form_page(
    form: PostingForm,
    status: int = 200,
    *,
    editing: Gathering | None = None,
    dates: Schedule | None = None,
    warning: str = "",
    copied: bool = False,
    found_places: list[Place] | None = None,
    frame: Frame | None = None,
) -> tuple[str, int]:
    """The form. `dates` is a rhythm whose next dates are said below it; `warning` is said on top; `copied` from an earlier one;
    `found_places` are those to choose from after a search.

    `frame` is that of a form that asks more.
    """
    settings = city_settings()
    page = render_template(
        frame.template if frame else "posting/form.html",
        layout=frame.layout if frame else "layout/base.html",
        form=form,
        editing=editing,
        action=frame.action if frame else url("posting.edit", public_id=editing.public_id) if editing else url("posting.start"),
        picked=_picked(form),
        found_places=found_places,
        where_words=place_words,
        date_fields=[form[name] for name in DATE_FIELDS],
        fact_groups=_fact_groups(form),
        first_visit_questions=QUESTIONS,
        next_dates=next_dates(dates) if dates else None,
        rhythm=rhythm_words(dates, current_language()) if dates and dates.repeats else "",
        warning=warning,
        copied=copied,
        trap=TRAP,
        opened=opened_stamp(),
        days=settings.policy.confirm_within_days,
        at_once=editing is None or is_trusted(current_actor(), editing, settings),
    )
    return page, status


def preview_page(form: PostingForm, card: GatheringCard, *, editing: Gathering | None = None, action: str = "") -> str:
    """The real page of a gathering, with the buttons of a preview around it and every typed word behind it, sent to `action`."""
    return render_template(
        "posting/preview.html",
        gathering=card,
        asked_day=None,
        now=clock.now(),
        address=lambda _card: "#main",
        schema=None,
        share=share_words(card, city_settings(), addresses()),
        preview=True,
        editing=editing,
        action=action or (url("posting.edit", public_id=editing.public_id) if editing else url("posting.start")),
        # Asked once more where the post is signed off, so it is carried by a tick that can be seen.
        carried=[pair for pair in form.carried() if pair[0] != form.reuse_text.name],
        reuse=form.reuse_text,
        opened=opened_stamp(),
        asks_pledge=form.pledge is not None and not form.pledge.data,
        pledge_words=PLEDGE,
        email=form.email.data if form.email else "",
        days=city_settings().policy.confirm_within_days,
    )


def reader_cards() -> Cards:
    """Cards in the language of this request."""
    return Cards(city_settings(), current_language(), sentence)


def next_dates(schedule: Schedule) -> list[str]:
    """The next dates of a rhythm in words."""
    settings = city_settings()
    today = clock.today(settings.city.zone)
    first = max(today - timedelta(days=schedule.span_days), schedule.first_day)
    found = slots(schedule, settings.city.zone, first, first + LOOK_AHEAD, JAPANESE_HOLIDAYS)[:DATES_SHOWN]
    return [span_words(slot, current_language(), year=slot.day.year != today.year) for slot in found]


def with_register_place(values: GatheringValues) -> GatheringValues:
    """The values with the city's own entry for a place that the city has checked."""
    place = values.place
    known = register_place_id(place.name, values.district) if place.name and not place.public_id else ""
    return replace(values, place=PlaceWords(public_id=known, name=place.name)) if known else values


def pressed(*buttons: str) -> str:
    """The button that sent the form; the first one when it is none of ours."""
    return next((one for one in buttons if request.form.get("do") == one), buttons[0])


def came_too_late() -> bool:
    """True when the page was open so long that its token is no longer good."""
    return bool(g.csrf_failed)


def may_look() -> bool:
    """True while this network address has not looked at previews without pause."""
    return allowed("preview", network_of(request.remote_addr), city_settings().policy.posts_per_hour_per_address * LOOKS_PER_POST)


def may_send(email: str = "") -> bool:
    """True while this network address has not sent too much, nor too much was mailed to the mailbox behind `email`, if one is given."""
    policy = city_settings().policy
    mail = [("mail", mailbox_of(email), policy.mails_per_hour_per_mailbox)] if email else []
    return all_allowed(("post", network_of(request.remote_addr), policy.posts_per_hour_per_address), *mail)


def _picked(form: PostingForm) -> Place | None:
    """The place that was picked. The form then says its name, so that everybody reads what was chosen."""
    picked = form.picked_place()
    place = place_by_public_id(picked) if picked else None
    if place is None or not (current_actor().may_edit() or is_shown(place)):
        form.place_id.data = ""
        return None
    form.place_id.data, form.place_name.data, form.place_said.data = place.public_id, place.name, place.name
    return place


def _fact_groups(form: PostingForm) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Headings with (slug, question, answer)."""
    settings, english = city_settings(), current_language() == "en"
    names = {group.slug: group.english if english else group.name for group in settings.fact_groups}
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for fact in settings.facts:
        if fact.slug in form.facts.known:
            question = fact.english if english else fact.question
            groups.setdefault(fact.group, []).append((fact.slug, question, form.facts.answers.get(fact.slug, "")))
    return [(names.get(slug, slug), facts) for slug, facts in groups.items()]
