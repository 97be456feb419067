"""The demo's mail tray: what would have been mailed, so that a newcomer can follow every link. Demo and tests only."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from idobata.store.database import Model
from idobata.store.types import UTCDateTime


class TrayMail(Model):
    """A mail that was put into the tray and not sent."""

    __tablename__ = "tray_mails"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
