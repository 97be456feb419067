"""A month with the dates of one gathering, and which month a calendar opens at."""

from datetime import date, timedelta

from idobata.gatherings.cards import CalendarDay, CalendarMonth, OccurrenceCard
from idobata.kernel.holidays import JAPANESE_HOLIDAYS

# How far back and ahead the months turn, as the calendar of the site does.
MONTHS_BACK = 12
MONTHS_AHEAD = 18


def month_of(cards: tuple[OccurrenceCard, ...], first: date, today: date) -> CalendarMonth:
    """The month that begins on `first` in whole weeks from Sunday, with these dates in it."""
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    begin = first - timedelta(days=(first.weekday() + 1) % 7)
    end = last + timedelta(days=(5 - last.weekday()) % 7)
    days = [begin + timedelta(days=number) for number in range((end - begin).days + 1)]
    cells = tuple(
        CalendarDay(
            day=day,
            in_month=day.month == first.month,
            is_today=day == today,
            is_past=day < today,
            holiday=JAPANESE_HOLIDAYS.holiday_name(day) or "",
            occurrences=tuple(card for card in cards if card.day <= day <= card.last_day),
            more=0,
        )
        for day in days
    )
    return CalendarMonth(first=first, weeks=tuple(cells[at : at + 7] for at in range(0, len(cells), 7)))


def month_beside(first: date, number: int) -> date:
    """The month `number` months away."""
    months = first.year * 12 + first.month - 1 + number
    return date(months // 12, months % 12 + 1, 1)


def month_to_open(asked: date | None, usual: date, today: date) -> date:
    """The month a calendar shows: the one asked for when it can be turned to, else that of the day `usual`."""
    this = today.replace(day=1)
    if asked is not None and month_beside(this, -MONTHS_BACK) <= asked <= month_beside(this, MONTHS_AHEAD):
        return asked
    return usual.replace(day=1)


def turned(first: date, number: int, today: date) -> date | None:
    """The month beside, or None where the months end."""
    beside = month_beside(first, number)
    this = today.replace(day=1)
    return beside if month_beside(this, -MONTHS_BACK) <= beside <= month_beside(this, MONTHS_AHEAD) else None
