"""The table of what nobody but its host and the desk may read about somebody's home."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from idobata.store.database import Model


class PrivateHome(Model):
    """Where exactly a gathering at somebody's home takes place, and whom its host tells so.

    `told_to` (a `Telling`) is public, `exact_place` is private and erased 30 days after the last date. A table of its own, so that
    nothing that reads gatherings ever has it by the way.
    """

    __tablename__ = "private_homes"

    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id", ondelete="CASCADE"), primary_key=True)
    told_to: Mapped[str] = mapped_column(String(10))
    exact_place: Mapped[str] = mapped_column(String(200), default="")
