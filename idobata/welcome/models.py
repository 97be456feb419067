"""Tables of the welcome mark and of staff notes. No page of the town reads them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from idobata.gatherings.models import Gathering
from idobata.store.database import Model
from idobata.store.types import UTCDateTime


class WelcomeMark(Model):
    """The mark of one gathering, one row each.

    `picture` is what the gathering said when it was assessed: the mark holds for that. `consent_*` say who agreed, when, how, and to
    which version of the words. What is public of it stands once more in `Gathering.first_step`.
    """

    __tablename__ = "welcome_marks"
    __table_args__ = (Index("ix_welcome_marks_state", "state", "state_at"),)

    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    state_at: Mapped[datetime] = mapped_column(UTCDateTime)
    criteria: Mapped[list[str]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(200), default="")
    how: Mapped[str] = mapped_column(String(10))
    department: Mapped[str] = mapped_column(String(80), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    by_label: Mapped[str] = mapped_column(String(120))
    assessed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    review_on: Mapped[date] = mapped_column(Date)
    picture: Mapped[dict[str, Any]] = mapped_column(JSON)
    lapsed_for: Mapped[str] = mapped_column(String(20), default="")
    changed_parts: Mapped[list[str]] = mapped_column(JSON, default=list)
    consent_how: Mapped[str] = mapped_column(String(10), default="")
    consent_by: Mapped[str] = mapped_column(String(120), default="")
    consent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    consent_version: Mapped[str] = mapped_column(String(12), default="")

    gathering: Mapped[Gathering] = relationship()


class StaffNote(Model):
    """What staff know of a gathering and would tell a colleague. Never public, never searched; erased on `ends_on`."""

    __tablename__ = "staff_notes"
    __table_args__ = (Index("ix_staff_notes_gathering", "gathering_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id", ondelete="CASCADE"))
    words: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    by_label: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_on: Mapped[date] = mapped_column(Date, index=True)
