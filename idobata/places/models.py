"""Tables of places."""

from datetime import datetime

from sqlalchemy import JSON, Float, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from idobata.kernel.ids import new_public_id
from idobata.store.database import Model
from idobata.store.types import UTCDateTime

FOLDED_LENGTH = 120


class Place(Model):
    """A venue. Degrees are WGS 84.

    `folded_name` and `folded_kana` are name and kana as `kernel.text.fold_name` writes them, for finding. `access_facts` maps a
    slug of `places.access_facts` to yes or no; what is not in it has not been asked. `checked_at` and `checked_how` (a key of
    `places.values.CHECKED_HOW`) say when and how the city made sure of it. `source_key` is set for imported ones.
    """

    __tablename__ = "places"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(String(120))
    kana: Mapped[str] = mapped_column(String(120), default="")
    folded_name: Mapped[str] = mapped_column(String(FOLDED_LENGTH), index=True)
    folded_kana: Mapped[str] = mapped_column(String(FOLDED_LENGTH), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    district: Mapped[str | None] = mapped_column(String(40), index=True)
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    phone: Mapped[str] = mapped_column(String(60), default="")
    url: Mapped[str] = mapped_column(String(2000), default="")
    access: Mapped[str] = mapped_column(Text, default="")
    landmark: Mapped[str] = mapped_column(String(200), default="")
    parking: Mapped[str] = mapped_column(String(300), default="")
    opening: Mapped[str] = mapped_column(String(300), default="")
    access_facts: Mapped[dict[str, bool]] = mapped_column(JSON, default=dict)
    access_note: Mapped[str] = mapped_column(String(500), default="")
    checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    checked_how: Mapped[str] = mapped_column(String(20), default="")
    source_key: Mapped[str | None] = mapped_column(String(120), unique=True, index=True)
    source_digest: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)


class MergedPlace(Model):
    """The old entry of two that were one place: it stays as a pointer, so that printed links, feeds and imports still arrive.

    `into_id` is always an entry that is not merged itself.
    """

    __tablename__ = "merged_places"

    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), primary_key=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    merged_at: Mapped[datetime] = mapped_column(UTCDateTime)
