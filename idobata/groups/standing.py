"""How well the city knows a group, in three public words. It follows from dates alone, so it lapses by itself."""

import calendar
from datetime import date, timedelta
from enum import StrEnum

from idobata.kernel.words import N_

# A check that ends within this time is told to the leads and shown at the desk.
SOON = timedelta(days=30)


class Standing(StrEnum):
    """REGISTERED: nobody has checked yet. CHECKED: the city looked and it still holds. LAPSED: the check has run out."""

    REGISTERED = "registered"
    CHECKED = "checked"
    LAPSED = "lapsed"


STANDING_WORDS: dict[Standing, str] = {
    Standing.REGISTERED: N_("登録"),
    Standing.CHECKED: N_("確認済み"),
    Standing.LAPSED: N_("未確認"),
}


def standing_of(checked_until: date | None, today: date) -> Standing:
    """The standing on a day; `checked_until` is the last day a check holds, None when there was none."""
    if checked_until is None:
        return Standing.REGISTERED
    return Standing.CHECKED if today <= checked_until else Standing.LAPSED


def ends_soon(checked_until: date | None, today: date) -> bool:
    """True in the last month of a check."""
    return checked_until is not None and today <= checked_until <= today + SOON


def months_on(day: date, months: int) -> date:
    """The same day so many months later (before, when negative); the last of the month where that month is shorter."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
