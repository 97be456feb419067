"""Tables of reports and their cases, appeals, and what was hidden, one by one or in one act."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from idobata.gatherings.models import Gathering
from idobata.kernel.ids import new_public_id
from idobata.store.database import Model
from idobata.store.types import UTCDateTime

_OPEN = text("closed_at IS NULL")


class ReportCase(Model):
    """All that was reported about one gathering until somebody closes it. At most one is open for each."""

    __tablename__ = "report_cases"
    __table_args__ = (
        Index("uq_report_cases_open", "gathering_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_report_cases_closed", "closed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id", ondelete="CASCADE"), index=True)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    host_asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))

    gathering: Mapped[Gathering] = relationship()
    reports: Mapped[list["Report"]] = relationship(back_populates="case", order_by="Report.id", passive_deletes=True)


class Report(Model):
    """What one reader said. `day_key` and `source` are keyed pseudonyms of the network address, for a day and for good; nobody can read
    an address out of them. `email` is only there when an answer was wished for; the host never sees any of this.
    """

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("case_id", "day_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("report_cases.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text, default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    day_key: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(40), index=True)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    case: Mapped[ReportCase] = relationship(back_populates="reports")


class Appeal(Model):
    """A host asks the city to look again at what was given back or taken down. At most one is open for each gathering."""

    __tablename__ = "appeals"
    __table_args__ = (
        Index("uq_appeals_open", "gathering_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_appeals_closed", "closed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    refused_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    granted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(Text, default="")

    gathering: Mapped[Gathering] = relationship()


class Sweep(Model):
    """Many posts refused or hidden in one act, which can be taken back in one act."""

    __tablename__ = "sweeps"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    count: Mapped[int]
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Hold(Model):
    """A gathering that the city holds back, and what it was before. `ended_at` is set when the hold is over, whatever ended it."""

    __tablename__ = "holds"

    id: Mapped[int] = mapped_column(primary_key=True)
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id", ondelete="CASCADE"), index=True)
    sweep_id: Mapped[int | None] = mapped_column(ForeignKey("sweeps.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    was: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(40))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
