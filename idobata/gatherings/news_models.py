"""The table of news: each public change of a gathering, as it was told."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from idobata.gatherings.models import Gathering
from idobata.store.database import Model
from idobata.store.types import UTCDateTime


class GatheringNews(Model):
    """One public change, kept as long as readers are told of it.

    Of one date: `day` is its address, `number` its sequence after the change, `state_before` and `starts_before` what it was.
    Of all that a gathering says: `number` is the version that went live, `told` what readers are told of it, in the form of
    `Gathering.told_changes`. Personal: `told`, as far as a host's words are.
    """

    __tablename__ = "gathering_news"
    __table_args__ = (Index("ix_gathering_news_at", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    number: Mapped[int] = mapped_column(Integer)
    told: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    day: Mapped[date | None] = mapped_column(Date)
    state_before: Mapped[str] = mapped_column(String(10), default="")
    starts_before: Mapped[datetime | None] = mapped_column(UTCDateTime)
    all_day_before: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())

    gathering: Mapped[Gathering] = relationship()
