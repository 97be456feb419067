"""Tables of groups, their members, invitations, checks by the city, and what becomes of a group whose leads are quiet."""

from datetime import date, datetime

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from idobata.accounts.models import Person
from idobata.kernel.ids import new_public_id
from idobata.store.database import Model
from idobata.store.types import UTCDateTime

FOLDED_LENGTH = 80


class Group(Model):
    """A group. `links` are addresses the group wants to show. `folded_name` is one for all names that look the same.

    `checked_on` and `checked_until` repeat the newest check, so that a list reads one row; the standing follows from them and today.
    `ended_at` is set when the group has stopped: its page stays, nobody may act for it any more.
    """

    __tablename__ = "groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80), index=True)
    folded_name: Mapped[str] = mapped_column(String(FOLDED_LENGTH), index=True)
    kana: Mapped[str] = mapped_column(String(120), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    contact_hint: Mapped[str] = mapped_column(String(200), default="")
    district: Mapped[str | None] = mapped_column(String(40), index=True)
    links: Mapped[list[str]] = mapped_column(JSON, default=list)
    checked_on: Mapped[date | None] = mapped_column(Date)
    checked_until: Mapped[date | None] = mapped_column(Date, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)


class GroupCategory(Model):
    """One of the city's shelves a group puts itself on."""

    __tablename__ = "group_categories"
    __table_args__ = (Index("ix_group_categories_category", "category"),)

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    category: Mapped[str] = mapped_column(String(40), primary_key=True)


class Membership(Model):
    """A person who may act for a group; `role` is lead or editor. `name` is what the other members read, nobody else.

    `alive_at` is when the person last gave a sign of life; it is kept up to date for leads.
    """

    __tablename__ = "memberships"

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    role: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(80), default="")
    joined_at: Mapped[datetime] = mapped_column(UTCDateTime)
    alive_at: Mapped[datetime] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship()


class GroupInvitation(Model):
    """A link that lets one person join, once. Only its hash is kept. `email` is set when the site mailed it."""

    __tablename__ = "group_invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(10))
    email: Mapped[str] = mapped_column(String(254), default="")
    inviter_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    by_city: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class GroupCheckRow(Model):
    """One check by the city: what was looked at (slugs of the settings), by whom, on which day, until when it holds.

    `checked_by` and `note` are for the desk only. `taken_back_on` is the day from which it holds no more, if the city took it back.
    """

    __tablename__ = "group_checks"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    checked_by: Mapped[str] = mapped_column(String(120))
    what: Mapped[list[str]] = mapped_column(JSON, default=list)
    checked_on: Mapped[date] = mapped_column(Date)
    holds_until: Mapped[date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    taken_back_on: Mapped[date | None] = mapped_column(Date)


class GroupSuccession(Model):
    """Who is asked at present because a group's leads are quiet. A group without a row is in good hands."""

    __tablename__ = "group_successions"

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    stage: Mapped[str] = mapped_column(String(10), index=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime)
