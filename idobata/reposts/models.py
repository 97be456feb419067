"""Tables of reposts, of what they tell of, of the ledger, and of the stop switch."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from idobata.accounts.models import Person
from idobata.gatherings.models import Gathering
from idobata.kernel.ids import new_public_id
from idobata.store.database import Model
from idobata.store.types import UTCDateTime


class Repost(Model):
    """One text for one channel about one or several gatherings.

    `frozen` is what was true of each date when it was proposed (`snapshot.freeze`), `seal` the digest of that, the text and the channel;
    both are empty before. `said` holds the words of whoever
    returned it, `overtaken_at` when it fell back by itself because a gathering changed.
    """

    __tablename__ = "reposts"
    __table_args__ = (Index("ix_reposts_state", "state", "changed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    channel: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    proposed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    said: Mapped[str] = mapped_column(Text, default="")
    overtaken_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    frozen: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    seal: Mapped[str] = mapped_column(String(64), default="")

    proposed_by: Mapped[Person | None] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    items: Mapped[list["RepostItem"]] = relationship(back_populates="repost", order_by="RepostItem.id", passive_deletes=True)


class RepostItem(Model):
    """A date of a gathering that a repost tells of."""

    __tablename__ = "repost_items"
    __table_args__ = (UniqueConstraint("repost_id", "gathering_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    repost_id: Mapped[int] = mapped_column(ForeignKey("reposts.id", ondelete="CASCADE"))
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id", ondelete="CASCADE"), index=True)
    day: Mapped[date] = mapped_column(Date)

    repost: Mapped[Repost] = relationship(back_populates="items")
    gathering: Mapped[Gathering] = relationship()


class Told(Model):
    """A line of the ledger: one channel was told of one date, or it was decided that it need not be.

    `truth` is what its readers know since then (`snapshot.Truth`) and `until` when that is over for everybody. `kind` is one of
    `ledger.Kind`. `seal` is that of the repost. `words` say why nothing was needed. `gathering_id` is empty when the gathering was erased.
    """

    __tablename__ = "repost_ledger"
    __table_args__ = (Index("ix_repost_ledger_until", "until"), Index("ix_repost_ledger_at", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(12))
    repost_id: Mapped[int | None] = mapped_column(ForeignKey("reposts.id", ondelete="SET NULL"), index=True)
    gathering_id: Mapped[int | None] = mapped_column(ForeignKey("gatherings.id", ondelete="SET NULL"), index=True)
    truth: Mapped[dict[str, Any]] = mapped_column(JSON)
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    seal: Mapped[str] = mapped_column(String(64), default="")
    link: Mapped[str] = mapped_column(String(2000), default="")
    words: Mapped[str] = mapped_column(String(300), default="")

    by: Mapped[Person | None] = relationship()
    repost: Mapped[Repost | None] = relationship()
    gathering: Mapped[Gathering | None] = relationship()


class OutgoingStop(Model):
    """From when to when nothing goes out, by whose word and why. One is enough; all that are open end together."""

    __tablename__ = "outgoing_stops"
    __table_args__ = (Index("ix_outgoing_stops_open", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    words: Mapped[str] = mapped_column(String(300))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)

    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])
