"""Tables of gatherings, their welcome facts and their dates."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, SmallInteger, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from idobata.accounts.models import Person
from idobata.groups.models import Group
from idobata.kernel.ids import new_public_id
from idobata.places.models import Place
from idobata.store.database import Model
from idobata.store.types import UTCDateTime

# Calendars tell cancelled dates for weeks; this index holds only those.
_CANCELLED = text("state = 'cancelled'")
# Few gatherings carry the welcome mark, and their list is short in any town.
_FIRST_STEP_SQLITE, _FIRST_STEP_POSTGRESQL = text("first_step IS 1"), text("first_step IS true")
# Where one gathering in twenty is online, a list of those begins with them.
_ONLINE_SQLITE, _ONLINE_POSTGRESQL = text("is_online IS 1"), text("is_online IS true")


class Gathering(Model):
    """What is true each time: title, host, place, rhythm.

    `sequence` counts changes of time, place or state for calendars. `source_key` is set for imported ones.
    `facts` maps a welcome fact to yes or no; what is not in it has not been asked. `host_changed_at` is set when the host changes something after it was confirmed, until an editor has looked.
    `told_changes` is what readers are told of the last two weeks' changes (`told_changes.py`).
    `first_step` is set while it carries the welcome mark; `first_step_words` is the public reason for it.
    `reuse_text`: its host lets others use its words beyond the site, under the city's licence.
    The private columns are `poster_*`, `contact_*` without their `_public` flag, and `return_*`.
    """

    __tablename__ = "gatherings"
    __table_args__ = (
        Index("ix_gatherings_queue", "publication", "submitted_at"),
        Index("ix_gatherings_new", "publication", "published_at"),
        Index("ix_gatherings_horizon", "publication", "materialised_until"),
        Index("ix_gatherings_checked", "publication", "checked_at"),
        Index("ix_gatherings_online", "is_online", sqlite_where=_ONLINE_SQLITE, postgresql_where=_ONLINE_POSTGRESQL),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    publication: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(80))
    summary: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text, default="")
    host_name: Mapped[str] = mapped_column(String(80))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"), index=True)
    poster_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    poster_email: Mapped[str] = mapped_column(String(254), default="")
    venue_kind: Mapped[str] = mapped_column(String(10))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    area_words: Mapped[str] = mapped_column(String(120), default="")
    is_online: Mapped[bool] = mapped_column(Boolean, default=False)
    online_url: Mapped[str] = mapped_column(String(2000), default="")
    district: Mapped[str | None] = mapped_column(String(40))
    category: Mapped[str | None] = mapped_column(String(40))
    fee_kind: Mapped[str] = mapped_column(String(10))
    fee_yen: Mapped[int | None] = mapped_column(Integer)
    fee_words: Mapped[str] = mapped_column(String(200), default="")
    signup_kind: Mapped[str] = mapped_column(String(10))
    signup_words: Mapped[str] = mapped_column(String(1000), default="")
    audience: Mapped[str] = mapped_column(String(200), default="")
    bring: Mapped[str] = mapped_column(String(300), default="")
    rain: Mapped[str] = mapped_column(String(200), default="")
    parking: Mapped[str] = mapped_column(String(300), default="")
    language: Mapped[str] = mapped_column(String(100), default="")
    contact_name: Mapped[str] = mapped_column(String(80), default="")
    contact_phone: Mapped[str] = mapped_column(String(60), default="")
    contact_phone_public: Mapped[bool] = mapped_column(Boolean, default=False)
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_email_public: Mapped[bool] = mapped_column(Boolean, default=False)
    contact_url: Mapped[str] = mapped_column(String(2000), default="")
    contact_url_public: Mapped[bool] = mapped_column(Boolean, default=False)
    facts: Mapped[dict[str, bool]] = mapped_column(JSON, default=dict)
    crowd: Mapped[str] = mapped_column(String(10), default="", server_default="")
    first_visit: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    reuse_text: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    schedule: Mapped[dict[str, Any]] = mapped_column(JSON)
    materialised_until: Mapped[date | None] = mapped_column(Date)
    sequence: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    host_changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    told_changes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    first_step: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    first_step_words: Mapped[str] = mapped_column(String(200), default="", server_default="")
    return_code: Mapped[str | None] = mapped_column(String(40))
    return_words: Mapped[str] = mapped_column(Text, default="")
    source_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    source_digest: Mapped[str | None] = mapped_column(String(64))

    place: Mapped[Place | None] = relationship()
    group: Mapped[Group | None] = relationship()
    poster: Mapped[Person | None] = relationship()


class GatheringFact(Model):
    """A welcome fact as a row, for lists to look up: one the host declared, or one `from_place` where the host said nothing.

    `Gathering.facts` stays the host's own words.
    """

    __tablename__ = "gathering_facts"
    __table_args__ = (Index("ix_gathering_facts_fact", "fact", "is_yes", "gathering_id"),)

    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id", ondelete="CASCADE"), primary_key=True)
    fact: Mapped[str] = mapped_column(String(40), primary_key=True)
    is_yes: Mapped[bool] = mapped_column(Boolean)
    from_place: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


class Occurrence(Model):
    """One dated meeting.

    `day` is the date it was first announced for and stays its address; `starts_at` and `ends_at` are when it really is.
    `touched` is True once a person changed it: the schedule then leaves it alone. `listed`, `district`, `category`
    and `first_step` repeat the gathering's, so that a list reads one narrow index. `list_at` is where the date stands in a list: its end,
    so that what is on now is still there; for one of several days its start, since it has a shelf of its own once it runs.
    `unconfirmed` repeats that nobody has answered for the gathering lately: `list_at` is then the end of the day, behind all others.
    """

    __tablename__ = "occurrences"
    __table_args__ = (
        UniqueConstraint("gathering_id", "day"),
        Index("ix_occurrences_list", "listed", "list_at", "gathering_id"),
        Index("ix_occurrences_district", "listed", "district", "list_at", "gathering_id"),
        Index("ix_occurrences_category", "listed", "category", "list_at", "gathering_id"),
        Index("ix_occurrences_both", "listed", "district", "category", "list_at", "gathering_id"),
        Index("ix_occurrences_hours", "listed", "weekday", "part", "list_at", "gathering_id"),
        Index("ix_occurrences_gathering", "gathering_id", "list_at", "state"),
        Index("ix_occurrences_running", "listed", "is_long", "ends_at"),
        Index(
            "ix_occurrences_first_step",
            "list_at",
            "gathering_id",
            sqlite_where=_FIRST_STEP_SQLITE,
            postgresql_where=_FIRST_STEP_POSTGRESQL,
        ),
        Index("ix_occurrences_cancelled", "listed", "list_at", "gathering_id", sqlite_where=_CANCELLED, postgresql_where=_CANCELLED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id", ondelete="CASCADE"))
    day: Mapped[date] = mapped_column(Date)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    list_at: Mapped[datetime] = mapped_column(UTCDateTime)
    all_day: Mapped[bool] = mapped_column(Boolean, default=False)
    end_known: Mapped[bool] = mapped_column(Boolean, default=True)
    is_long: Mapped[bool] = mapped_column(Boolean, default=False)
    weekday: Mapped[int] = mapped_column(SmallInteger)
    part: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(300), default="")
    added: Mapped[bool] = mapped_column(Boolean, default=False)
    touched: Mapped[bool] = mapped_column(Boolean, default=False)
    sequence: Mapped[int] = mapped_column(Integer, default=0)
    listed: Mapped[bool] = mapped_column(Boolean, default=False)
    district: Mapped[str | None] = mapped_column(String(40))
    category: Mapped[str | None] = mapped_column(String(40))
    unconfirmed: Mapped[bool] = mapped_column(Boolean, default=False)
    first_step: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    gathering: Mapped[Gathering] = relationship()
