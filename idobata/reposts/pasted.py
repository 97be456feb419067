"""Which gatherings somebody means who pastes their addresses, one a line."""

import re
from datetime import date

from idobata.kernel.ids import ALPHABET, ID_LENGTH

MOST = 20
_ONE = re.compile(rf"(?<![0-9A-Za-z])([{ALPHABET}]{{{ID_LENGTH}}})(?:/(\d{{4}}-\d{{2}}-\d{{2}}))?(?![0-9A-Za-z])")


def gatherings_in(typed: str) -> list[tuple[str, date | None]]:
    """Public ids with the day that stood in the address (None: the next one), each once, in order."""
    found: dict[tuple[str, date | None], None] = {}
    for public_id, day in _ONE.findall(typed[:20_000]):
        found[public_id, _day(day)] = None
    return list(found)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
