"""The deed log: who did what to which thing, and when. Written in the transaction of the deed, never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.store.database import Model, db
from idobata.store.types import UTCDateTime

LABEL_LENGTH = 120


class Deed(Model):
    """One deed. `detail` holds codes and names of changed fields, never a secret and never an address of a person."""

    __tablename__ = "deeds"
    __table_args__ = (Index("ix_deeds_thing", "thing", "thing_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    actor_id: Mapped[int | None]
    actor_label: Mapped[str] = mapped_column(String(LABEL_LENGTH))
    act: Mapped[str] = mapped_column(String(60))
    thing: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[str] = mapped_column(String(40))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)


def record(actor: Actor, act: str, thing: str, thing_id: str, **detail: object) -> None:
    """Write a deed into the running transaction."""
    db.session.add(
        Deed(
            at=clock.now(),
            actor_id=actor.person_id,
            # Somebody without a name goes by a mail address, and that may be longer than the column.
            actor_label=actor.label[:LABEL_LENGTH],
            act=act,
            thing=thing,
            thing_id=thing_id,
            detail=dict(detail),
        )
    )
