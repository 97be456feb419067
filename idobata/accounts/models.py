"""Tables of people, roles, sessions and mail links."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from idobata.kernel.ids import new_public_id
from idobata.store.database import Model
from idobata.store.types import UTCDateTime


class Person(Model):
    """Somebody who posts or works here. Known by a mail address."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    suspended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    signed_in_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    roles: Mapped[list["PersonRole"]] = relationship(lazy="selectin", cascade="all, delete-orphan")


class PersonRole(Model):
    """A role the city gave to a person."""

    __tablename__ = "person_roles"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    given_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SessionRow(Model):
    """A signed-in browser. Only the hash of its identifier is kept.

    `second_at`: when it passed the second factor. `proved_at`: when it last proved who is there. `device`: browser and system in
    plain words, never the whole line the browser sends. `data` holds what waits for an answer (the challenge of a passkey).
    """

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    second_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    proved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    device: Mapped[str | None] = mapped_column(String(60))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class MailLink(Model):
    """A link that was mailed: single use, hashed, with an end. `subject_id` is the public id of what it is about.

    `browser_hash` binds it to the browser that asked; `code_hash` is the short code of the same mail; `then` is where to go afterwards.
    """

    __tablename__ = "mail_links"
    __table_args__ = (Index("ix_mail_links_email", "email", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(254))
    subject_id: Mapped[str | None] = mapped_column(String(20))
    browser_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    code_hash: Mapped[str | None] = mapped_column(String(64))
    then: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
