"""Tables of the hub: feeds somebody subscribed to, and who did."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from idobata.store.database import Model
from idobata.store.types import UTCDateTime


class HubTopic(Model):
    """A feed with subscribers, by the address it calls its own. `digest` is of what it said when it was looked at last.

    It is looked at anew when something public has changed since (`generation`), and when it changes by itself (`look_again_at`).
    """

    __tablename__ = "hub_topics"
    __table_args__ = (Index("ix_hub_topics_looked", "looked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(2000), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    generation: Mapped[int] = mapped_column(BigInteger)
    looked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    look_again_at: Mapped[datetime] = mapped_column(UTCDateTime)


class HubSubscription(Model):
    """Somebody who proved that she wants a feed sent to `callback`. Personal: `callback`.

    `asked` is the feed's address as she named it, `secret` is sealed or empty, `sent_digest` says what she was sent last, and
    `waiting_since` is set while a delivery waits in the outbox.
    """

    __tablename__ = "hub_subscriptions"
    __table_args__ = (UniqueConstraint("topic_id", "callback_key"), Index("ix_hub_subscriptions_waiting", "waiting_since"))

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("hub_topics.id", ondelete="CASCADE"))
    asked: Mapped[str] = mapped_column(String(2000))
    callback: Mapped[str] = mapped_column(String(2000))
    callback_key: Mapped[str] = mapped_column(String(64))
    secret: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    lease_until: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    sent_digest: Mapped[str] = mapped_column(String(64))
    waiting_since: Mapped[datetime | None] = mapped_column(UTCDateTime)

    topic: Mapped[HubTopic] = relationship()
