"""Table of places."""

from datetime import datetime

from sqlalchemy import Float, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from idobata.kernel.ids import new_public_id
from idobata.store.database import Model
from idobata.store.types import UTCDateTime

FOLDED_LENGTH = 120


class Place(Model):
    """A venue. `folded_name` is the name as `kernel.text.fold_name` writes it, for finding twins. Degrees are WGS 84."""

    __tablename__ = "places"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(String(120))
    kana: Mapped[str] = mapped_column(String(120), default="")
    folded_name: Mapped[str] = mapped_column(String(FOLDED_LENGTH), index=True)
    address: Mapped[str] = mapped_column(String(200), default="")
    district: Mapped[str | None] = mapped_column(String(40), index=True)
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    phone: Mapped[str] = mapped_column(String(60), default="")
    url: Mapped[str] = mapped_column(String(2000), default="")
    access: Mapped[str] = mapped_column(Text, default="")
    landmark: Mapped[str] = mapped_column(String(200), default="")
    parking: Mapped[str] = mapped_column(String(300), default="")
    checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
