"""Where somebody who copies the town stands. Opaque to others: they hand back what they were given.

First the copy is made, in an order that does not depend on changes; `start` is the number of changes when it began. From then on changes are
followed by their number. A change while the copy is being made has a greater number than `start`, so it comes afterwards.
"""

import base64
import binascii
import re
from dataclasses import dataclass

_FORM = "1"
_LONGEST = 200
_NUMBER = re.compile(r"[0-9]{1,18}")
_EPOCH = re.compile(r"[0-9a-f]{16}")


class BadCursor(Exception):
    """No cursor of ours, or not one for this list."""


class OldCursor(Exception):
    """A cursor of before the site was restored from a backup: what it counts does not exist any more."""


@dataclass(frozen=True, slots=True)
class Copying:
    """The copy has come as far as `key` ("" at its beginning); `start` is the number of changes when it began."""

    start: int
    key: str


@dataclass(frozen=True, slots=True)
class Following:
    """All changes up to `number` are known, and of that number those up to the mark `mark`."""

    number: int
    mark: int


Position = Copying | Following


def to_text(kind: str, epoch: str, at: Position) -> str:
    """The cursor for a list of `kind`."""
    parts = (_FORM, kind, epoch, "c", at.start, at.key) if isinstance(at, Copying) else (_FORM, kind, epoch, "f", at.number, at.mark)
    return base64.urlsafe_b64encode("|".join(map(str, parts)).encode()).decode().rstrip("=")


def from_text(text: str, kind: str, epoch: str) -> Position:
    """The position a cursor stands for. Raises BadCursor, OldCursor."""
    if not text.isascii() or len(text) > _LONGEST:
        raise BadCursor
    try:
        parts = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode("ascii").split("|")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise BadCursor from None
    if len(parts) != 6 or parts[:2] != [_FORM, kind] or not _EPOCH.fullmatch(parts[2]) or not _NUMBER.fullmatch(parts[4]):
        raise BadCursor
    if parts[2] != epoch:
        raise OldCursor
    if parts[3] == "c":
        return Copying(int(parts[4]), parts[5])
    if parts[3] == "f" and _NUMBER.fullmatch(parts[5]) and int(parts[5]) < 2**31:
        return Following(int(parts[4]), int(parts[5]))
    raise BadCursor
