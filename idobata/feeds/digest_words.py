"""The week in one entry: 「この週末の井戸端 12/5(土)〜12/6(日)：24件」, with a line for each gathering."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from idobata.feeds.titles import marked, one_line
from idobata.gatherings.cards import OccurrenceCard
from idobata.kernel.japanese_dates import clock_words, day_words, short_day
from idobata.kernel.words import N_, Translate

WEEK = timedelta(days=7)
SATURDAY = 5
WEEKEND = N_("この週末の井戸端")
# A line that is read aloud or shown in a preview; the entry itself names more.
NAMED_IN_LINE = 3


@dataclass(frozen=True, slots=True)
class DigestDay:
    """A day of a digest: what it names, and how many there are besides, counted as far as a list counts."""

    day: date
    cards: tuple[OccurrenceCard, ...]
    more: int


def last_moments(now: datetime, zone: ZoneInfo, weekday: int, hour: int, count: int) -> tuple[datetime, ...]:
    """The last `count` moments at which a digest came out, the newest first. The city's clock counts, also where it is put forward."""
    local = now.astimezone(zone)
    day = local.date() - timedelta(days=(local.weekday() - weekday) % 7)
    if datetime.combine(day, time(hour), zone) > now:
        day -= WEEK
    return tuple(datetime.combine(day - back * WEEK, time(hour), zone) for back in range(count))


def weekend_after(day: date) -> tuple[date, date]:
    """The Saturday and the Sunday that "this weekend" means on `day`, Monday to Saturday."""
    saturday = day + timedelta(days=(SATURDAY - day.weekday()) % 7)
    return saturday, saturday + timedelta(days=1)


def digest_title(name: str, first: date, last: date, count: int, capped: bool, language: str, translate: Translate) -> str:
    """「この週末の井戸端 12/5(土)〜12/6(日)：24件」."""
    dash = " – " if language == "en" else "〜"
    days = f"{short_day(first, language)}{dash}{short_day(last, language)}"
    number = translate(N_("%(count)s件以上") if capped else N_("%(count)s件")) % {"count": f"{count:,}"}
    return f"{one_line(name)} {days}" + (" " if language == "en" else "：") + number


def digest_line(days: Sequence[DigestDay], language: str, translate: Translate) -> str:
    """The first few by name, in one plain line."""
    cards = [card for one in days for card in one.cards]
    named = [one_line(card.title) for card in cards[:NAMED_IN_LINE]]
    rest = len(cards) - len(named) + sum(one.more for one in days)
    words = (", " if language == "en" else "、").join(named)
    return words + (translate(N_("、ほか%(count)s件")) % {"count": rest} if rest else "")


def digest_html(
    days: Sequence[DigestDay], link: str, address_of: dict[tuple[str, datetime], str], language: str, translate: Translate
) -> str:
    """A heading for each day, a line for each gathering, and the way to the list. `address_of` is by (id, start) of a card."""
    parts: list[Markup] = []
    for one in (day for day in days if day.cards):
        lines = [
            Markup('<li><a href="{}">{}</a></li>').format(
                address_of[card.gathering_id, card.starts_at], _card_line(card, one.day, language, translate)
            )
            for card in one.cards
        ]
        if one.more:
            lines.append(Markup("<li>{}</li>").format(translate(N_("ほか%(count)s件")) % {"count": one.more}))
        parts += [Markup("<h3>{}</h3>").format(day_words(one.day, language)), Markup("<ul>{}</ul>").format(Markup("").join(lines))]
    parts.append(Markup('<p><a href="{}">{}</a></p>').format(link, translate(N_("ぜんぶ見る"))))
    return str(Markup("\n").join(parts))


def _card_line(card: OccurrenceCard, day: date, language: str, translate: Translate) -> str:
    begins_here = card.day == day
    words = one_line(card.title) if card.all_day or not begins_here else f"{clock_words(card.starts_at.time())} {one_line(card.title)}"
    if card.last_day > card.day:
        words += (
            f" ({short_day(card.day, language)} – {short_day(card.last_day, language)})"
            if language == "en"
            else (f"（{short_day(card.day)}〜{short_day(card.last_day)}）")
        )
    place = one_line(card.place_name)
    return marked(words + (f" @{place}" if place else ""), card.state, translate)
