"""What a screen shows, read from the store."""

from dataclasses import dataclass, replace
from datetime import datetime

from idobata.embeds.screen_pages import PER_DAY, ROWS, ROWS_WITH_CODES, Page, days_shown, laid_out
from idobata.gatherings.card_queries import Cards
from idobata.gatherings.filters import Filters
from idobata.gatherings.list_queries import find_dates
from idobata.kernel import clock


@dataclass(frozen=True, slots=True)
class Screen:
    """The pages of a screen in their order, and until when they are true."""

    pages: tuple[Page, ...]
    turns_at: datetime


def read_screen(filters: Filters, cards: Cards, *, each: bool) -> Screen:
    """Today, tomorrow and the weekend; where nothing is on then, what comes next. What nobody has confirmed lately is left out, as in feeds."""
    rows = ROWS_WITH_CODES if each else ROWS
    bare = replace(filters, when=None, first=None, last=None, page=1)
    pages: list[Page] = []
    turns = [clock.next_midnight(cards.zone)]
    for near, day in days_shown(clock.today(cards.zone)):
        found = find_dates(replace(bare, first=day, last=day), cards.settings, size=PER_DAY, only_confirmed=True)
        turns.append(found.turns_at)
        shown = cards.occurrences(found.rows)
        # What has been open for days is shown once, today.
        of_day = shown if near == "today" else tuple(one for one in shown if one.day == day)
        of_day = tuple(sorted(of_day, key=lambda one: (one.day == day, one.starts_at)))
        pages += laid_out(near, day, of_day, rows, max(0, found.total - len(shown)))
    if not pages:
        found = find_dates(bare, cards.settings, size=rows, only_confirmed=True)
        turns.append(found.turns_at)
        pages = laid_out("later", None, cards.occurrences(found.rows), rows)
    return Screen(tuple(pages), min(turns))
