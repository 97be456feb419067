"""Somebody leaves: what every part of the house needs to know to let go of her."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from idobata.kernel.settings import Settings

# In place of the host of a gathering that stays when its host has left.
SOMEBODY = "地域の有志"
# In place of the title of one that went with her.
GONE = "掲載をやめた集まり"
# Shorter words stand in too many others to be somebody's.
_SHORTEST_NEEDLE = 2


class Fate(StrEnum):
    """What becomes of the published gatherings somebody posted for herself."""

    TAKE_DOWN = "take_down"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Leaving:
    """Who leaves, how she can be found, and what she wishes for her gatherings.

    `alone` are the ids of gatherings she posted for herself, `for_groups` of those she posted for a group.
    """

    person_id: int
    public_id: str
    email: str
    name: str
    fate: Fate
    at: datetime
    settings: Settings
    alone: tuple[int, ...] = ()
    for_groups: tuple[int, ...] = ()


def names(text: str, address: str) -> bool:
    """True when a text holds this very mail address, and not only a longer one with it inside (`a@b.example` is not `aa@b.example`)."""
    return re.search(rf"(?<![\w.!#$%&'*+/=?^`{{|}}~-]){re.escape(address)}(?![\w-]|\.\w)", text, re.ASCII) is not None


def without(text: str, needles: tuple[str, ...]) -> str:
    """A text without the given words, wherever they stand."""
    for needle in sorted({one.strip() for one in needles}, key=len, reverse=True):
        if len(needle) >= _SHORTEST_NEEDLE:
            text = text.replace(needle, "")
    return text
