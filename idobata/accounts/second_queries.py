"""What second factors somebody has."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from idobata.accounts.passkeys import KnownKey
from idobata.accounts.proof_models import CodeApp, Passkey, RecoveryCode
from idobata.store.database import db


@dataclass(frozen=True, slots=True)
class PasskeyCard:
    """A passkey as its owner sees it."""

    public_id: str
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class SecondCard:
    """The second factors of one person, and how many recovery codes are left."""

    app_since: datetime | None
    passkeys: tuple[PasskeyCard, ...]
    codes_left: int

    @property
    def is_there(self) -> bool:
        """True when there is an app or a passkey; recovery codes alone are no factor."""
        return self.app_since is not None or bool(self.passkeys)

    @property
    def count(self) -> int:
        """Apps and passkeys."""
        return len(self.passkeys) + (self.app_since is not None)


def second_of(person_id: int) -> SecondCard:
    """The second factors of a person."""
    app_since = db.session.scalar(select(CodeApp.added_at).where(CodeApp.person_id == person_id))
    keys = db.session.scalars(select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id))
    left = db.session.scalar(select(func.count(RecoveryCode.id)).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)))
    return SecondCard(app_since, tuple(PasskeyCard(one.public_id, one.name, one.added_at, one.used_at) for one in keys), left or 0)


def known_keys(person_id: int) -> list[KnownKey]:
    """The passkeys of a person as they are checked."""
    rows = db.session.scalars(select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id))
    return [KnownKey(row.credential_id, row.public_key, row.sign_count) for row in rows]


def who_has_second() -> set[int]:
    """The inner ids of everybody with a second factor."""
    return {*db.session.scalars(select(CodeApp.person_id)), *db.session.scalars(select(Passkey.person_id))}
