"""What a repost says of a date, frozen: enough to tell later whether it is still true, and no word of anybody."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any


class Standing(StrEnum):
    """Whether a date takes place."""

    ON = "on"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    """Its gathering is not public any more."""


class Change(StrEnum):
    """What readers of an earlier post have to be told."""

    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    TIME = "time"
    PLACE = "place"
    TIME_AND_PLACE = "time_and_place"
    BACK = "back"
    """It was said to be off, and takes place after all."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of one date of a gathering at one moment.

    `day` is its address; `starts` and `ends` are moments in UTC (ISO 8601), empty where the date is gone. `where` is a digest of
    place and manner of taking part: an address of a room or an area of a home is not kept. `sequence` is the gathering's own.
    """

    gathering: str
    day: str
    standing: str
    starts: str
    ends: str
    all_day: bool
    end_known: bool
    where: str
    sequence: int

    def date(self) -> date:
        """The day that is its address."""
        return date.fromisoformat(self.day)

    def gone(self) -> "Truth":
        """The same when its gathering is not there any more."""
        return replace(self, standing=Standing.WITHDRAWN.value)

    def plain(self) -> dict[str, Any]:
        """The values, to be stored."""
        return asdict(self)

    @classmethod
    def stored(cls, plain: Mapping[str, Any]) -> "Truth":
        """The values as they were stored."""
        return cls(**plain)


def difference(before: Truth, now: Truth) -> Change | None:
    """What has changed for somebody who means to come; None when all that was said still holds."""
    if now.standing == Standing.WITHDRAWN:
        return None if before.standing != Standing.ON else Change.WITHDRAWN
    if now.standing == Standing.CANCELLED:
        return None if before.standing != Standing.ON else Change.CANCELLED
    if before.standing != Standing.ON:
        return Change.BACK
    time = (before.starts, before.ends, before.all_day, before.end_known) != (now.starts, now.ends, now.all_day, now.end_known)
    place = before.where != now.where
    if time and place:
        return Change.TIME_AND_PLACE
    return Change.TIME if time else Change.PLACE if place else None


def freeze(truths: Sequence[Truth]) -> list[dict[str, Any]]:
    """What is true of each date, to be stored beside the text."""
    return [truth.plain() for truth in truths]


def seal_of(channel: str, text: str, frozen: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 (hex) of exactly what somebody says yes to: the channel, the text, and what was true then."""
    return digest({"channel": channel, "text": text, "gatherings": list(frozen)})


def digest(plain: object) -> str:
    """SHA-256 (hex) of plain values; the order of names does not matter."""
    return sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def truths_in(frozen: Sequence[Mapping[str, Any]]) -> tuple[Truth, ...]:
    """What a snapshot says of each date."""
    return tuple(Truth.stored(one) for one in frozen)
