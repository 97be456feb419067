"""Tables of what staff typed in for a host, and of the code that she can read out on the phone."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from idobata.store.database import Model
from idobata.store.types import UTCDateTime


class ProxyPost(Model):
    """A gathering that came on paper, by phone or over the counter. All but `source` and `typed_at` is private.

    `host_*` is how the city reaches the host; it is erased 30 days after the last date.
    """

    __tablename__ = "proxy_posts"

    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id", ondelete="CASCADE"), primary_key=True)
    source: Mapped[str] = mapped_column(String(10))
    host_phone: Mapped[str] = mapped_column(String(60), default="")
    host_address: Mapped[str] = mapped_column(String(200), default="")
    host_email: Mapped[str] = mapped_column(String(254), default="", index=True)
    typed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    typed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))


class SpokenCode(Model):
    """A short code on a receipt. Only its keyed hash is kept: eight letters alone could be guessed from a plain one."""

    __tablename__ = "spoken_codes"

    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
