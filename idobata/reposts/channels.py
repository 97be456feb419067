"""The ways in which the city tells of a gathering beyond its own page, and what each of them lets through."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from idobata.kernel.settings import Channel


class ChannelKind(StrEnum):
    """What kind of channel it is; the value stands in settings and in the database."""

    MASTODON = "mastodon"
    BLUESKY = "bluesky"
    LINE = "line"
    X = "x"
    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    THREADS = "threads"
    KOHO = "koho"
    """The city's printed paper, 広報: counted in rows of the column."""
    ANNOUNCEMENT = "announcement"
    """What is read aloud in a hall or on a telephone line: counted in seconds."""
    WEBHOOK = "webhook"


class Unit(StrEnum):
    """What a channel counts."""

    WEIGHTED = "weighted"
    """Half-width letters; a Japanese letter is two, an address 23."""
    LETTERS = "letters"
    """What a reader takes for one letter (grapheme)."""
    UTF16 = "utf16"
    ROWS = "rows"
    SECONDS = "seconds"


UNITS: dict[ChannelKind, Unit] = {
    ChannelKind.MASTODON: Unit.LETTERS,
    ChannelKind.BLUESKY: Unit.LETTERS,
    ChannelKind.LINE: Unit.UTF16,
    ChannelKind.X: Unit.WEIGHTED,
    # Neither says how it counts: UTF-16 units are never fewer than letters, so what fits here fits there.
    ChannelKind.FACEBOOK: Unit.UTF16,
    ChannelKind.INSTAGRAM: Unit.UTF16,
    ChannelKind.THREADS: Unit.LETTERS,
    ChannelKind.KOHO: Unit.ROWS,
    ChannelKind.ANNOUNCEMENT: Unit.SECONDS,
    ChannelKind.WEBHOOK: Unit.LETTERS,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a channel lets through. `most` is in its own unit, `bytes` in UTF-8; 0 means: not limited.

    `line` is the width of what is counted in pieces: letters in a row of the paper, letters read aloud in a minute.
    """

    most: int
    bytes: int = 0
    hashtags: int = 0
    line: int = 0


def limits_of(channel: Channel) -> Limits:
    """What the city's settings say of this channel."""
    return Limits(channel.limit, channel.bytes, channel.hashtags, channel.line)


def channel_of(channels: Iterable[Channel], kind: ChannelKind) -> Channel | None:
    """The city's settings for this kind; None where the city does not use it."""
    return next((one for one in channels if one.kind == kind), None)
