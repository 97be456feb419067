"""One date of a gathering as data: when and where it is now, and what changed lately. Public, small, and the same for everybody.

The two `marks` are short names for "exactly this time" and "exactly this place". Whoever wrote them down earlier (the printed sheet does,
in its code) can tell later whether anything changed, and the site need not remember what was printed.
"""

import hashlib
from datetime import datetime

from idobata.gatherings.cards import GatheringCard, OccurrenceCard
from idobata.kernel.addresses import Addresses
from idobata.kernel.ids import ALPHABET
from idobata.kernel.japanese_dates import span_words

# 31³ marks: one change in 30,000 would pass unseen, and the time and place themselves are shown all the same.
MARK_LENGTH = 3


def date_data(card: GatheringCard, one: OccurrenceCard, now: datetime, language: str, addresses: Addresses) -> dict[str, object]:
    """`one` is a date of `card`. `over` is said by the site's clock; `next` is the next date on which it takes place, if another."""
    later = next((other for other in card.upcoming if other.state != "cancelled" and _announced(other) != _announced(one)), None)
    return {
        "id": card.public_id,
        "day": _announced(one),
        "url": addresses.occurrence(card.public_id, one.moved_from or one.day),
        "title": card.title,
        "state": one.state,
        "note": one.state_note,
        "over": one.ends_at <= now,
        "unconfirmed": card.unconfirmed,
        "starts_at": one.day.isoformat() if one.all_day else one.starts_at.isoformat(),
        "ends_at": None if one.all_day or not one.end_known else one.ends_at.isoformat(),
        "when": span_words(one, language),
        "place": {
            "name": card.place.name if card.place else one.place_name,
            "district": card.district_name,
            "address": card.place.address if card.place else "",
        },
        "next": {"day": _announced(later), "when": span_words(later, language)} if later else None,
        "changes": [
            {"day": line.day.isoformat(), "part": line.part, "words": line.words, "before": line.before, "after": line.after}
            for line in card.recent_changes
        ],
        "marks": {"time": time_mark(one), "place": place_mark(card, one)},
    }


def time_mark(one: OccurrenceCard) -> str:
    """Differs as soon as the date begins or, if its end is known, ends at another moment."""
    end = one.ends_at.isoformat() if one.end_known else ""
    return _mark(f"{one.starts_at.isoformat()}/{end}/{one.all_day}")


def place_mark(card: GatheringCard, one: OccurrenceCard) -> str:
    """Differs as soon as people meet elsewhere. The same in every language."""
    if card.place is not None:
        return _mark(f"place {card.place.name}")
    # A private home is known by its area alone; the words for "online" are the reader's.
    return _mark(f"area {one.place_name}" if card.place_note else "online")


def _announced(one: OccurrenceCard) -> str:
    return (one.moved_from or one.day).isoformat()


def _mark(words: str) -> str:
    number = int.from_bytes(hashlib.sha256(words.encode()).digest()[:8])
    letters = ""
    for _ in range(MARK_LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        letters += ALPHABET[rest]
    return letters
