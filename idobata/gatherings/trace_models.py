"""What a post leaves behind for the desk to see a wave by, and the promise its poster gave."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from idobata.store.database import Model
from idobata.store.types import UTCDateTime


class Pledge(Model):
    """The moment at which the poster promised: no solicitation, no selling, no proselytising."""

    __tablename__ = "pledges"

    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    given_at: Mapped[datetime] = mapped_column(UTCDateTime)


class PostTrace(Model):
    """Where a post came from, only as a keyed pseudonym of the network; forgotten after some weeks."""

    __tablename__ = "post_traces"

    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    network: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class PostLink(Model):
    """A site that a post links to."""

    __tablename__ = "post_links"
    __table_args__ = (Index("ix_post_links_link", "link", "at"),)

    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    link: Mapped[str] = mapped_column(String(120), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
