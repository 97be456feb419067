"""Moving a whole list in time, so that an old file shows a living town: by whole weeks, so that every weekday stays."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from idobata.opendata.event_groups import EventGroup

_LONELY = timedelta(days=60)


def weeks_to_shift(groups: Iterable[EventGroup], today: date) -> int:
    """How many weeks to move all dates so that the first falls in the week of `today` (Monday to Sunday). Negative: back.

    One date in a hundred may lie alone long before all others: a year mistyped. Such strays are not the first, or else the town
    would stand empty until the others begin.
    """
    days = sorted(one.day for group in groups for one in group.dates)
    first = 0
    for at in range(1, len(days) // 100 + 1):
        if days[at] - days[at - 1] >= _LONELY:
            first = at
    return (_monday(today) - _monday(days[first])).days // 7 if days else 0


def shifted(groups: Iterable[EventGroup], weeks: int) -> tuple[EventGroup, ...]:
    """The same gatherings `weeks` weeks later. Dates in prose stay as typed; keys do not change."""
    by = timedelta(weeks=weeks)
    return tuple(
        replace(
            group,
            deadline=group.deadline and group.deadline + by,
            dates=tuple(
                replace(one, day=one.day + by, last_day=one.last_day + by, moved_to=one.moved_to and one.moved_to + by)
                for one in group.dates
            ),
        )
        for group in groups
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
