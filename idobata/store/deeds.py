"""The deed log: who did what to which thing, and when. Written in the transaction of the deed, bound to the deed before it, never changed.

The database itself refuses to change or delete a row (triggers, made by a migration). Only a name may go: `forget_actor` empties who it was
and leaves the digest (see `kernel/chain.py`), so that the chain still holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import JSON, Index, String, Table, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from idobata.kernel import chain, clock
from idobata.kernel.actor import Actor
from idobata.store.database import Model, db
from idobata.store.types import UTCDateTime

LABEL_LENGTH = 120
HASH_LENGTH = 64
# The one row of `deed_heads`.
HEAD = 1
_BATCH = 2000
# Deeds of the running transaction that are not bound yet, in the session's own notes.
_WAITING = "deeds that wait for their place in the chain"


class Deed(Model):
    """One deed. `detail` holds codes and names of changed fields, never a secret and never an address of a person.

    `hash` binds all of it to the deed before, whose hash is `previous_hash`. Who did it and the detail go in as digests with a salt; an empty
    salt says that they were taken out on purpose.
    """

    __tablename__ = "deeds"
    __table_args__ = (Index("ix_deeds_thing", "thing", "thing_id", "at"), Index("ix_deeds_act", "act", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    actor_label: Mapped[str] = mapped_column(String(LABEL_LENGTH))
    act: Mapped[str] = mapped_column(String(60))
    thing: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[str] = mapped_column(String(40))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    who_salt: Mapped[str] = mapped_column(String(32))
    who_digest: Mapped[str] = mapped_column(String(HASH_LENGTH))
    detail_salt: Mapped[str] = mapped_column(String(32))
    detail_digest: Mapped[str] = mapped_column(String(HASH_LENGTH))
    # Unique, so that no second chain can branch off anywhere.
    previous_hash: Mapped[str] = mapped_column(String(HASH_LENGTH), unique=True)
    hash: Mapped[str] = mapped_column(String(HASH_LENGTH))


class DeedHead(Model):
    """The last link and how many there are: one row, locked by whoever binds the next deeds. It tells when the end was cut off."""

    __tablename__ = "deed_heads"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(HASH_LENGTH))
    count: Mapped[int]


# Rows as they are, without the cost of objects.
_TABLE = cast("Table", Deed.__table__)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found. `broken_id` is the first row that does not fit, None when all do; `problem` says in English what is wrong.

    `count` rows were read. `emptied` counts those whose name or detail was taken out on purpose. `head` is the last link.
    `knows` is True when a hash noted earlier is one of the links (or none was asked for).
    """

    count: int
    emptied: int
    head: str
    knows: bool
    broken_id: int | None = None
    problem: str = ""


def record(actor: Actor, act: str, thing: str, thing_id: str, **detail: object) -> None:
    """Write a deed into the running transaction. It gets its place in the chain when the transaction ends."""
    deed = {
        "at": clock.now(),
        "actor_id": actor.person_id,
        # Somebody without a name goes by a mail address, and that may be longer than the column.
        "actor_label": actor.label[:LABEL_LENGTH],
        "act": act,
        "thing": thing,
        "thing_id": thing_id,
        "detail": dict(detail) if actor.speaks_for is None else {**detail, "by_voice": True},
    }
    db.session.info.setdefault(_WAITING, []).append(deed)


def seal() -> None:
    """Bind the deeds of the running transaction to the chain, as its very last act before the commit.

    Deeds of others wait for the head from here to the commit and no longer, and since everything else is locked before the head, nobody
    ever waits in a ring.
    """
    waiting: list[dict[str, Any]] = db.session.info.pop(_WAITING, [])
    if not waiting:
        return
    db.session.flush()
    head, count = db.session.execute(select(DeedHead.hash, DeedHead.count).where(DeedHead.id == HEAD).with_for_update()).one()
    for deed in waiting:
        deed |= _digests(deed, chain.new_salt(), chain.new_salt())
        deed["previous_hash"], deed["hash"] = head, _link(head, deed)
        head = deed["hash"]
    # One after the other: the numbers must follow the chain.
    for at in range(0, len(waiting), _BATCH):
        db.session.execute(insert(_TABLE), waiting[at : at + _BATCH])
    db.session.execute(update(DeedHead).where(DeedHead.id == HEAD).values(hash=head, count=count + len(waiting)))


def forget_waiting() -> None:
    """Drop the deeds of a transaction that came to nothing."""
    db.session.info.pop(_WAITING, None)


def forget_actor(actor_id: int) -> int:
    """Take a person out of the log for good: who did it becomes nobody, what was done stays. Returns how many deeds it was.

    Inside a transaction. The chain still verifies; nobody can tell any more who it was, and that it was taken out stays visible.
    """
    done = db.session.execute(update(Deed).where(Deed.actor_id == actor_id).values(actor_id=None, actor_label="", who_salt=""))
    return int(done.rowcount)  # type: ignore[attr-defined]


def forget_details(thing: str, thing_id: str) -> int:
    """Empty the details of all that was done to one thing (they may hold somebody's words); returns how many deeds it was."""
    done = db.session.execute(
        update(Deed).where(Deed.thing == thing, Deed.thing_id == thing_id, Deed.detail_salt != "").values(detail={}, detail_salt="")
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def verify(noted: str = "") -> Verdict:
    """Walk the whole chain. `noted` is a head somebody wrote down earlier: it must still be one of the links."""
    previous, count, emptied, knows = chain.BEGINNING, 0, 0, noted in ("", chain.BEGINNING)
    for row in _rows():
        count += 1
        if problem := _problem(row, previous):
            return Verdict(count, emptied, previous, knows, row["id"], problem)
        previous = row["hash"]
        emptied += not row["who_salt"] or not row["detail_salt"]
        knows = knows or previous == noted
    head, known_count = db.session.execute(select(DeedHead.hash, DeedHead.count).where(DeedHead.id == HEAD)).one_or_none() or ("", 0)
    if (head, known_count) != (previous, count):
        last = db.session.scalar(select(Deed.id).order_by(Deed.id.desc()).limit(1))
        return Verdict(count, emptied, previous, knows, last or 0, f"the log ends here, but {known_count:,} deeds were written")
    return Verdict(count, emptied, previous, knows)


def _rows() -> Iterator[dict[str, Any]]:
    last = -1
    while True:
        rows = db.session.execute(select(_TABLE).where(_TABLE.c.id > last).order_by(_TABLE.c.id).limit(_BATCH)).mappings().all()
        for row in rows:
            yield dict(row)
        if len(rows) < _BATCH:
            return
        last = rows[-1]["id"]


def _problem(row: dict[str, Any], previous: str) -> str:
    if row["previous_hash"] != previous:
        return "it does not stand on the row before it: a row was taken out or put in"
    if row["hash"] != _link(previous, row):
        return "its own words do not give its hash"
    if row["who_salt"] and row["who_digest"] != chain.who_digest(row["who_salt"], row["actor_id"], row["actor_label"]):
        return "who did it is not what was written"
    if not row["who_salt"] and (row["actor_id"] is not None or row["actor_label"]):
        return "a name was put where one had been taken out"
    if row["detail_salt"] and row["detail_digest"] != chain.detail_digest(row["detail_salt"], row["detail"]):
        return "its detail is not what was written"
    if not row["detail_salt"] and row["detail"]:
        return "a detail was put where one had been taken out"
    return ""


def _digests(deed: dict[str, Any], who_salt: str, detail_salt: str) -> dict[str, str]:
    return {
        "who_salt": who_salt,
        "who_digest": chain.who_digest(who_salt, deed["actor_id"], deed["actor_label"]),
        "detail_salt": detail_salt,
        "detail_digest": chain.detail_digest(detail_salt, deed["detail"]),
    }


def _link(previous: str, deed: dict[str, Any]) -> str:
    return chain.link(previous, deed["at"], deed["act"], deed["thing"], deed["thing_id"], deed["who_digest"], deed["detail_digest"])
