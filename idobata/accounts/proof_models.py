"""Tables of what proves a person beside her mailbox: passwords, one-time codes, passkeys, recovery codes."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from idobata.kernel.ids import new_public_id
from idobata.store.database import Model
from idobata.store.types import UTCDateTime


class Password(Model):
    """A password somebody chose to have. Only its argon2id hash is kept."""

    __tablename__ = "passwords"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    hash: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class CodeApp(Model):
    """The secret shared with somebody's app of one-time codes (TOTP), sealed. `last_step` is the newest step whose code was used."""

    __tablename__ = "code_apps"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[str] = mapped_column(String(400))
    last_step: Mapped[int]
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Passkey(Model):
    """A passkey of somebody's phone, computer or security key. Its id and public key are kept in base64url."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RecoveryCode(Model):
    """One of ten codes on paper for the day the phone is lost. Only a keyed hash is kept; it works once."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
