"""A part of a list for somebody who copies it: first all there is, then what changed, each part as long as asked for.

The cost follows the part, never the town: a copy is read along an index, changes along their numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, cast
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select

from idobata.api.cursors import Copying, Following, Position, from_text, to_text
from idobata.api.models import HEAD, MarkHead, PublicMark
from idobata.api.objects import Gathering, Gone, Group, Occurrence, Place
from idobata.store.database import db
from idobata.store.id_lists import among

Thing = Gathering | Occurrence | Group | Place
LAST_MARK = 2**31 - 1
# Where it is compared with an id, an empty one is never meant.
ROW_ID = cast("ColumnElement[int]", PublicMark.row_id.expression)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a copy: inner ids in order, and the key of where it ends; `last` when nothing comes after it."""

    ids: tuple[int, ...]
    key: str
    last: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """One change: its number and place, the public name of what changed, its row (None: gone), and when."""

    number: int
    id: int
    thing: str
    row_id: int | None
    at: datetime

    def in_zone(self, zone: ZoneInfo) -> "Mark":
        """The same with its moment in a zone."""
        return replace(self, at=self.at.astimezone(zone))


class Source(Protocol):
    """What can be copied."""

    @property
    def kind(self) -> str:
        """Its name in cursors."""

    def stretch(self, after: str, limit: int) -> Stretch:
        """What is wanted behind a key, in an order that no change disturbs. Raises BadCursor for a key that is none."""

    def changes(self, after: Following, limit: int) -> list[Mark]:
        """What changed after a position, of whatever is public or was, in order."""

    def wanted(self, ids: Sequence[int]) -> set[int]:
        """Which of these rows are wanted, by the filters."""

    def objects(self, ids: Sequence[int]) -> Mapping[int, Thing]:
        """The objects of these rows, by inner id; one without a mark is left out."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a list. One of the two cursors is there: `next` goes on, `later` asks for what changed since."""

    items: tuple[Thing | Gone, ...]
    next: str | None
    later: str | None


def read_part(source: Source, cursor: str, limit: int) -> Part:
    """The part a cursor stands for ("": from the beginning). Raises BadCursor, OldCursor."""
    # Before anything else is read: what changes while this reads has a greater number and comes again.
    number, epoch = db.session.execute(select(MarkHead.number, MarkHead.epoch).where(MarkHead.id == HEAD)).one()
    at = from_text(cursor, source.kind, epoch) if cursor else Copying(number, "")

    def part(items: Sequence[Thing | Gone], position: Position, *, more: bool) -> Part:
        text = to_text(source.kind, epoch, position)
        return Part(tuple(items), text if more else None, None if more else text)

    if isinstance(at, Copying):
        stretch = source.stretch(at.key, limit)
        found = source.objects(stretch.ids)
        items = [found[one] for one in stretch.ids if one in found]
        if not stretch.last:
            return part(items, Copying(at.start, stretch.key), more=True)
        # Whatever changed while the copy was being made follows at once, so that a copy without a next part is complete.
        return part(items, Following(at.start, LAST_MARK), more=number > at.start)
    marks = source.changes(at, limit + 1)
    shown = marks[:limit]
    known = source.objects(sorted(source.wanted([one.row_id for one in shown if one.row_id is not None])))
    changed = [known.get(one.row_id or 0) or Gone(id=one.thing, state="deleted", changed=one.at) for one in shown]
    return part(changed, Following(shown[-1].number, shown[-1].id) if shown else at, more=len(marks) > limit)


def changes_of(kind: str, after: Following, limit: int) -> list[Mark]:
    """What changed among gatherings, groups or places."""
    rows = select(PublicMark.number, PublicMark.id, PublicMark.thing, PublicMark.row_id, PublicMark.at)
    rows = rows.where(PublicMark.kind == kind, is_after(after, PublicMark.number.expression, PublicMark.id.expression))
    return [Mark(*row) for row in db.session.execute(rows.order_by(PublicMark.number, PublicMark.id).limit(limit))]


def changed_at(kind: str, ids: Sequence[int]) -> dict[int, datetime]:
    """When these rows changed last."""
    rows = select(PublicMark.row_id, PublicMark.at).where(PublicMark.kind == kind, among(list(ids), ROW_ID))
    return {row_id: at for row_id, at in db.session.execute(rows) if row_id is not None}


def is_after(position: Following, number: ColumnElement[int], mark: ColumnElement[int]) -> ColumnElement[bool]:
    """True for a change behind a position, in words that an index understands."""
    return (number >= position.number) & ((number > position.number) | (mark > position.mark))
