"""A list of dates under its days."""

from datetime import date

from idobata.gatherings.cards import OccurrenceCard


def by_day(cards: tuple[OccurrenceCard, ...], today: date) -> list[tuple[date | None, list[OccurrenceCard]]]:
    """Cards under day headings; None heads those of several days that have begun already."""
    days: dict[date | None, list[OccurrenceCard]] = {}
    for card in cards:
        heading = None if card.day < today and card.last_day > card.day else card.day
        days.setdefault(heading, []).append(card)
    return [(heading, sorted(group, key=lambda card: (card.unconfirmed, card.starts_at))) for heading, group in days.items()]
