"""Which days are public holidays in Japan."""

from datetime import date
from functools import lru_cache
from typing import Protocol

import jpholiday

# The holiday law is of July 1948; equinoxes are forecasts, and further out nobody plans a gathering.
FIRST_YEAR = 1949
LAST_YEAR = 2099


class HolidayCalendar(Protocol):
    """Whatever knows the public holidays. Rules ask for this, so that a test can bring its own."""

    def holiday_name(self, day: date) -> str | None:
        """The name of the public holiday on `day`, or None on an ordinary day."""
        ...


class JapaneseHolidays:
    """The holidays of the Japanese law, with substitute days (振替休日) and days between (国民の休日)."""

    def holiday_name(self, day: date) -> str | None:
        """The name as calendars print it; None on an ordinary day and outside 1949–2099."""
        return _name(day) if FIRST_YEAR <= day.year <= LAST_YEAR else None


# Asking the library costs about 0.2 ms a day; the bound is some twenty years of days.
@lru_cache(maxsize=8192)
def _name(day: date) -> str | None:
    name: str | None = jpholiday.is_holiday_name(day)
    # The library says 「春分の日 振替休日」; no printed calendar does.
    return "振替休日" if name is not None and name.endswith("振替休日") else name


JAPANESE_HOLIDAYS = JapaneseHolidays()
