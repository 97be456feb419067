"""Tables of what changed in public, in the order of commits.

Triggers of the database write a `PublicNote` whenever a column that readers can see changes, whoever changes it and however. At the end of the
same transaction the notes become marks with the next number (`marking_actions.py`), so notes are never there for anybody else.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from idobata.store.database import PASSING, Model
from idobata.store.types import UTCDateTime

# The one row of `mark_heads`.
HEAD = 1


class MarkHead(Model):
    """The number of the last commit that changed something public: one row, locked by whoever is about to commit the next.

    `epoch` is random and another after a restore: numbers counted before it mean nothing any more.
    """

    __tablename__ = "mark_heads"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger)
    epoch: Mapped[str] = mapped_column(String(20))


class PublicNote(Model):
    """Something public may have changed in this transaction. `kind` is one of `marking_actions.NOTES`, `row_id` the inner id of the row."""

    __tablename__ = "public_notes"
    __table_args__ = ({"info": PASSING},)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    row_id: Mapped[int]


class PublicMark(Model):
    """A gathering, place or group the town can read or could read once, and when that changed last.

    `thing` is its public name in addresses and stays for good; `row_id` is its row, None while it can't be read.
    """

    __tablename__ = "public_marks"
    __table_args__ = (
        UniqueConstraint("kind", "thing"),
        Index("ix_public_marks_order", "kind", "number", "id"),
        Index("ix_public_marks_row", "kind", "row_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    thing: Mapped[str] = mapped_column(String(60))
    row_id: Mapped[int | None]
    number: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class DateMark(Model):
    """A date of a gathering the town can read or could read once. `mark_id` is the gathering's mark, `occurrence_id` None while it can't."""

    __tablename__ = "date_marks"
    __table_args__ = (
        UniqueConstraint("mark_id", "day"),
        Index("ix_date_marks_order", "number", "id"),
        Index("ix_date_marks_occurrence", "occurrence_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mark_id: Mapped[int] = mapped_column(ForeignKey("public_marks.id", ondelete="CASCADE"))
    day: Mapped[date] = mapped_column(Date)
    occurrence_id: Mapped[int | None]
    number: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
