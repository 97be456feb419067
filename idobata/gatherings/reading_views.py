"""What everybody reads: lists, the calendar, a gathering, a date, a group, a place, a district."""

from dataclasses import replace
from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from idobata.gatherings.card_queries import Cards, public_gathering, was_withdrawn
from idobata.gatherings.cards import GatheringCard
from idobata.gatherings.day_groups import by_day
from idobata.gatherings.event_data import event_data, glance_words, share_words
from idobata.gatherings.filters import Filters, read_filters
from idobata.gatherings.list_queries import COUNT_LIMIT, alternatives, count_wishes, find_dates
from idobata.gatherings.page_data import group_data, list_data, place_data
from idobata.gatherings.place_queries import access_group, place_details, public_place
from idobata.gatherings.pressing import (
    Chip,
    Reader,
    as_values,
    choices,
    chosen_chips,
    date_address,
    district_chips,
    first_step_chips,
    quick_chips,
)
from idobata.gatherings.wishes_words import chosen_words, dropped_words
from idobata.groups.card_queries import GroupCards
from idobata.groups.queries import group_by_slug, groups_by_name
from idobata.kernel import clock
from idobata.kernel.errors import NotFound
from idobata.kernel.ids import is_public_id
from idobata.kernel.settings import Category, District, Settings
from idobata.web.guards import public
from idobata.web.outward import outward
from idobata.web.pages import current_language, fresh_until, sentence, url, with_query
from idobata.web.rooms import addresses, city_settings

blueprint = Blueprint("gatherings", __name__)
GROUPS_PER_PAGE = 60
# How far back and ahead the calendar turns.
MONTHS_BACK = 12
MONTHS_AHEAD = 18


def reader_cards(settings: Settings) -> Cards:
    """Cards in the language of this request."""
    return Cards(settings, current_language(), sentence)


@blueprint.get("/gatherings")
@public
def search() -> str:
    """The list of what is to come, with all filters."""
    settings = city_settings()
    filters, broken = read_filters(request.args.items(multi=True), settings)
    values = as_values(filters)
    return _list_page(
        "gatherings/list.html",
        filters,
        broken,
        settings,
        kept=[(name, value) for name, value in filters.query() if name not in ("q", "page")],
        quick=quick_chips(filters, settings, _reader()),
        choices=choices(settings, _reader()),
        calendar_values={name: value for name, value in values.items() if name not in ("when", "from", "to", "page", "q")},
    )


@blueprint.get("/districts/<slug>")
@public
def district(slug: str) -> str:
    """What is to come in one district."""
    settings = city_settings()
    found = settings.district(slug)
    if found is None:
        raise NotFound
    filters, broken = read_filters([*((k, v) for k, v in request.args.items(multi=True) if k != "district"), ("district", slug)], settings)
    return _list_page(
        "gatherings/district.html", filters, broken, settings, district=found, district_chips=district_chips(settings, slug, _reader())
    )


@blueprint.get("/first-step")
@public
def first_step() -> str:
    """The gatherings that carry the welcome mark, as friendly invitations."""
    settings = city_settings()
    filters, broken = read_filters(
        [*((k, v) for k, v in request.args.items(multi=True) if k != "first_step"), ("first_step", "1")], settings
    )
    return _list_page("gatherings/first_step.html", filters, broken, settings, chips=first_step_chips(filters, settings, _reader()))


@blueprint.get("/groups")
@public
def groups() -> str:
    """All groups by name; those of a district or on a shelf only, when asked."""
    settings = city_settings()
    page = request.args.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and 0 < int(page[:5]) < 1000 else 1
    chosen_district = settings.district(request.args.get("district", ""))
    chosen_category = settings.category(request.args.get("category", ""))
    asked = {"district": chosen_district.slug if chosen_district else "", "category": chosen_category.slug if chosen_category else ""}
    rows = groups_by_name(GROUPS_PER_PAGE + 1, (number - 1) * GROUPS_PER_PAGE, **asked)
    # A check may run out when the day turns.
    fresh_until(clock.next_midnight(settings.city.zone))
    return render_template(
        "gatherings/groups.html",
        groups=GroupCards(settings, current_language(), sentence).lines(rows[:GROUPS_PER_PAGE]),
        category_chips=_narrowing("category", settings.categories, asked),
        district_chips=_narrowing("district", settings.districts, asked),
        asked=asked,
        district_name=_reader().named(chosen_district) if chosen_district else "",
        narrowed=bool(chosen_district or chosen_category),
        address=lambda page: _groups_address(asked, page=page),
        page=number,
        more=len(rows) > GROUPS_PER_PAGE,
    )


def _narrowing(name: str, things: tuple[Category, ...] | tuple[District, ...], asked: dict[str, str]) -> list[Chip]:
    """A chip for each; the chosen one takes itself back."""
    return [
        (_reader().named(one), _groups_address({**asked, name: "" if one.slug == asked[name] else one.slug}), one.slug == asked[name])
        for one in things
    ]


def _groups_address(asked: dict[str, str], page: int = 1) -> str:
    return url("gatherings.groups", **{name: value for name, value in asked.items() if value}, page=page if page > 1 else None)


@blueprint.get("/groups/<slug>")
@public
def group(slug: str) -> str:
    """A group: its words, how well the city knows it, and its gatherings."""
    settings = city_settings()
    row = group_by_slug(slug)
    if row is None:
        raise NotFound
    filters, broken = read_filters([*((k, v) for k, v in request.args.items(multi=True) if k != "group"), ("group", slug)], settings)
    # A check may run out when the day turns.
    fresh_until(clock.next_midnight(settings.city.zone))
    page = GroupCards(settings, current_language(), sentence).page(row)
    data = group_data(page, settings, addresses(), current_language())
    return _list_page("gatherings/group.html", filters, broken, settings, group=page, group_data=data)


@blueprint.get("/places/<public_id>")
@public
def place(public_id: str) -> str | Response:
    """A place: how to get there, how easily one gets in, and what happens there. An old entry leads to the one it was merged into."""
    settings = city_settings()
    row = public_place(public_id)
    if row.public_id != public_id:
        return redirect(with_query(url_for("gatherings.place", public_id=row.public_id)), 301)
    filters, broken = read_filters([*((k, v) for k, v in request.args.items(multi=True) if k != "place"), ("place", public_id)], settings)
    card, details, access = reader_cards(settings).place(row), place_details(row), access_group(row, sentence)
    there, not_there = ([one.words for one in words] for words in (access.yes, access.no))
    return _list_page(
        "gatherings/place.html",
        filters,
        broken,
        settings,
        place=card,
        details=details,
        access=access,
        place_data=place_data(card, settings, addresses(), phone=details.phone, website=details.url, there=there, not_there=not_there),
    )


@blueprint.get("/calendar")
@blueprint.get("/calendar/<month>")
@public
def calendar(month: str | None = None) -> str | Response:
    """A month at a glance; on a phone a list of days."""
    settings = city_settings()
    today = clock.today(settings.city.zone)
    first = _month(month, today)
    filters, broken = read_filters(request.args.items(multi=True), settings)
    earliest, latest = _months(today, -MONTHS_BACK), _months(today, MONTHS_AHEAD)
    if not earliest <= first <= latest:
        raise NotFound
    fresh_until(clock.next_midnight(settings.city.zone))
    shown = reader_cards(settings).month(first, filters)
    return render_template(
        "gatherings/calendar.html",
        month=shown,
        data=list_data((one for week in shown.weeks for day in week for one in day.occurrences), addresses(), current_language()),
        chosen_chips=chosen_chips(filters, settings, _reader(), "gatherings.calendar", month=month),
        values=as_values(filters),
        address=lambda one: date_address(one, url),
        broken=broken,
        before=_months(first, -1) if first > earliest else None,
        after=_months(first, 1) if first < latest else None,
        today=today,
    )


@blueprint.get("/gatherings/<public_id>")
@public
def show(public_id: str) -> str:
    """A gathering's own page."""
    return _gathering_page(public_id, None)


@blueprint.get("/gatherings/<public_id>/<day>")
@public
def show_date(public_id: str, day: str) -> str | Response:
    """One of its dates."""
    try:
        asked = date.fromisoformat(day)
    except ValueError:
        raise NotFound from None
    if asked.isoformat() != day:
        return redirect(url("gatherings.show_date", public_id=public_id, day=asked.isoformat()), 301)
    return _gathering_page(public_id, asked)


def read_gathering(public_id: str, day: date | None, cards: Cards) -> GatheringCard:
    """The card of a published gathering for whatever shows it, true until the next of its dates begins or ends. 404, or 410 when withdrawn."""
    if not is_public_id(public_id):
        raise NotFound
    try:
        row = public_gathering(public_id)
    except NotFound:
        if was_withdrawn(public_id):
            abort(410)
        raise
    card = cards.gathering(row, day)
    shown = [*card.upcoming, card.next_one] if card.next_one else card.upcoming
    turns = [moment for one in shown for moment in (one.starts_at, one.ends_at) if moment > clock.now()]
    fresh_until(min([*turns, clock.next_midnight(cards.zone)]))
    return card


def _gathering_page(public_id: str, day: date | None) -> str:
    settings = city_settings()
    card = read_gathering(public_id, day, reader_cards(settings))
    return render_template(
        "gatherings/show.html",
        gathering=card,
        preview=False,
        asked_day=day,
        now=clock.now(),
        address=lambda one: date_address(one, url),
        page=outward("gatherings.show_date", public_id=public_id, day=day.isoformat())
        if day and not card.has_one_date
        else outward("gatherings.show", public_id=public_id),
        glance=glance_words(card, current_language()),
        schema=event_data(card, settings, addresses(), current_language()),
        share=share_words(card, settings, addresses()),
    )


def _list_page(template: str, filters: Filters, broken: tuple[str, ...], settings: Settings, **more: object) -> str:
    found = find_dates(filters, settings)
    fresh_until(found.turns_at)
    filters = replace(filters, page=1)
    cards = reader_cards(settings).occurrences(found.rows)
    # A page beyond the last is answered with the last; the pager must say so.
    return render_template(
        template,
        found=found,
        data=list_data(
            cards,
            addresses(),
            current_language(),
            first=(found.page - 1) * settings.policy.list_page_size + 1,
            total=found.total if found.total < COUNT_LIMIT else None,
        ),
        filters=filters,
        days=by_day(cards, clock.today(settings.city.zone)),
        chosen=chosen_words(filters, settings, sentence, current_language()),
        chosen_chips=chosen_chips(filters, settings, _reader(), "gatherings.search"),
        broken=broken,
        alternatives=[
            (dropped_words(one.dropped, sentence), url("gatherings.search", **as_values(one.filters)), one.count)
            for one in (alternatives(filters, settings) if not found.rows else ())
        ],
        address=lambda one: date_address(one, url),
        count_limit=COUNT_LIMIT,
        counts=count_wishes(found),
        values=as_values(filters),
        today=clock.today(settings.city.zone),
        **more,
    )


def _reader() -> Reader:
    return Reader(current_language(), sentence, url)


def _month(month: str | None, today: date) -> date:
    if month is None:
        return today.replace(day=1)
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise NotFound from None


def _months(first: date, number: int) -> date:
    months = first.year * 12 + first.month - 1 + number
    return date(months // 12, months % 12 + 1, 1)
