"""What stands in an embed, read from the store: cards of a list, of one gathering, or a month."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from idobata.embeds.looks import Look, Wishes
from idobata.embeds.months import month_of, month_to_open
from idobata.embeds.sources import Source
from idobata.gatherings.card_queries import Cards, public_gathering, was_withdrawn
from idobata.gatherings.cards import CalendarMonth, GatheringCard, OccurrenceCard
from idobata.gatherings.filters import Filters, read_filters
from idobata.gatherings.list_queries import COUNT_LIMIT, find_dates
from idobata.gatherings.place_queries import public_place
from idobata.groups.queries import group_by_slug
from idobata.kernel import clock
from idobata.kernel.errors import NotFound
from idobata.kernel.settings import Settings


class Withdrawn(NotFound):
    """The town has seen this gathering once, and it was taken down since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The content of an embed, and until when it is true. `total` stops at `COUNT_LIMIT`, and then `many` is True.

    `month` is there in the look of a calendar alone, `gathering` where one gathering is shown.
    """

    cards: tuple[OccurrenceCard, ...]
    total: int
    turns_at: datetime
    many: bool = False
    month: CalendarMonth | None = None
    gathering: GatheringCard | None = None


def filters_of(source: Source, pairs: Iterable[tuple[str, str]], settings: Settings) -> tuple[Filters, tuple[str, ...]]:
    """The filters of an address; what the list itself stands for wins. And the names of those that could not be used."""
    own = source.own_filters()
    names = {name for name, _value in own}
    filters, broken = read_filters([*((name, value) for name, value in pairs if name not in names), *own], settings)
    return replace(filters, page=1), broken


def name_of(source: Source, settings: Settings, language: str) -> str:
    """What the source is called; empty for the list of everything. NotFound when there is no such thing, Withdrawn when it was taken down."""
    match source.kind:
        case "first-step":
            return settings.city.welcome_english if language == "en" else settings.city.welcome_label
        case "districts":
            district = settings.district(source.name)
            if district is None:
                raise NotFound
            return district.english if language == "en" else district.name
        case "groups":
            group = group_by_slug(source.name)
            if group is None:
                raise NotFound
            return group.name
        case "places":
            return public_place(source.name).name
        case "gathering":
            return _title(source)
        case _:
            return ""


def show(source: Source, filters: Filters, wishes: Wishes, cards: Cards) -> Shown:
    """The content of an embed. NotFound when its source is not there, Withdrawn when it was taken down."""
    if source.is_single:
        return _single(source, wishes, cards)
    if wishes.look is Look.CALENDAR:
        return _month(replace(filters, when=None, first=None, last=None), wishes, cards)
    found = find_dates(filters, cards.settings, size=wishes.count)
    return Shown(cards=cards.occurrences(found.rows), total=found.total, many=found.total >= COUNT_LIMIT, turns_at=found.turns_at)


def _month(filters: Filters, wishes: Wishes, cards: Cards) -> Shown:
    today = clock.today(cards.zone)
    month = cards.month(month_to_open(wishes.month, today, today), filters)
    return Shown(cards=(), total=0, turns_at=clock.next_midnight(cards.zone), month=month)


def _single(source: Source, wishes: Wishes, cards: Cards) -> Shown:
    _title(source)
    gathering = cards.gathering(public_gathering(source.name), source.day)
    dates = gathering.upcoming
    lead = gathering.next_one
    if lead is not None and lead not in dates:
        dates = (lead, *dates)
    now = clock.now()
    turns = [moment for one in dates for moment in (one.starts_at, one.ends_at) if moment > now]
    today = clock.today(cards.zone)
    month = None
    if wishes.look is Look.CALENDAR:
        month = month_of(dates, month_to_open(wishes.month, lead.day if lead else today, today), today)
    return Shown(
        cards=dates[: wishes.count or None],
        total=len(dates),
        turns_at=min([*turns, clock.next_midnight(cards.zone)]),
        month=month,
        gathering=gathering,
    )


def _title(source: Source) -> str:
    try:
        return public_gathering(source.name).title
    except NotFound:
        if was_withdrawn(source.name):
            raise Withdrawn from None
        raise


def day_of(text: str) -> date:
    """The day in an address. NotFound for anything but YYYY-MM-DD."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if day.isoformat() != text:
        raise NotFound
    return day
