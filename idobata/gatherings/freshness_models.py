"""Tables of freshness: who made sure of a gathering and how, and where the question to its host stands."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from idobata.store.database import Model
from idobata.store.types import UTCDateTime


class Assurance(Model):
    """Somebody made sure of a gathering. `who_label` says who as the log does; `note` is for staff only.

    The newest one is repeated in `Gathering.checked_at`.
    """

    __tablename__ = "assurances"
    __table_args__ = (Index("ix_assurances_gathering", "gathering_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    who_label: Mapped[str] = mapped_column(String(120))
    method: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(200), default="")


class Freshness(Model):
    """Where a gathering stands between two assurances. There is no row until something happens.

    `asked_at` is set while its host is being asked, `mails` and `mailed_at` belong to that question. `lively_at` is when the
    host last changed its dates. `paused_until` is the last day of a pause, `ended_on` the day on which its end was told.
    """

    __tablename__ = "freshness"

    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id", ondelete="CASCADE"), primary_key=True)
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    mails: Mapped[int] = mapped_column(SmallInteger, default=0)
    mailed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lively_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    unconfirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    paused_until: Mapped[date | None] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
