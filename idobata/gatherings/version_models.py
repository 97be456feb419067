"""The table of versions: what a published gathering said, and what its host wants it to say."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from idobata.gatherings.models import Gathering
from idobata.store.database import Model
from idobata.store.deeds import LABEL_LENGTH
from idobata.store.types import UTCDateTime


class VersionState(StrEnum):
    """What became of a version.

    LIVE is what the town reads now. A change WAITS, is RETURNED with a reason, or its host TAKES it BACK. REPLACED: a later version
    took its place; it was public if it has a `live_at`.
    """

    LIVE = "live"
    WAITING = "waiting"
    RETURNED = "returned"
    TAKEN_BACK = "taken_back"
    REPLACED = "replaced"


class GatheringVersion(Model):
    """One version. The first is written when something changes for the first time: what never changed needs no second copy.

    `values` are the public words and nothing hidden (`version_values.py`); `typed` is what a waiting change needs besides to be
    written down later; `base_number` is the version it was made from. Personal: `made_by_*`. Ends with its gathering.
    """

    __tablename__ = "gathering_versions"
    __table_args__ = (UniqueConstraint("gathering_id", "number"), Index("ix_gathering_versions_queue", "state", "made_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(12))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    made_by_label: Mapped[str] = mapped_column(String(LABEL_LENGTH), default="")
    live_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    changed: Mapped[list[str]] = mapped_column(JSON, default=list)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    typed: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    base_number: Mapped[int | None] = mapped_column(Integer)
    reason_code: Mapped[str | None] = mapped_column(String(40))
    reason_words: Mapped[str] = mapped_column(Text, default="")

    gathering: Mapped[Gathering] = relationship()
