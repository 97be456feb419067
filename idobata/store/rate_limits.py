"""How often one address or one mailbox may do a thing. Counted in the database, so that all workers count together."""

import hashlib
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import String, case, delete, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from idobata.kernel import clock
from idobata.store.database import Model, db
from idobata.store.transaction import transaction
from idobata.store.types import UTCDateTime

WINDOW = timedelta(hours=1)


class RateCount(Model):
    """Acts of one kind from one source within an hour. The source is kept only as a hash."""

    __tablename__ = "rate_counts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    began_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    count: Mapped[int]


def allowed(act: str, source: str, most: int) -> bool:
    """Count one act; False when `source` has done it more than `most` times within the hour."""
    return all_allowed((act, source, most))


def all_allowed(*asked: tuple[str, str, int]) -> bool:
    """Count several acts (act, source, most) in one go; False at the first that was done too often, and the rest is not counted."""
    with transaction(public=False):
        return all(_count(act, source) <= most for act, source, most in asked)


def was_often(act: str, source: str, most: int) -> bool:
    """True when `source` has done it `most` times or more within the hour. Looking counts nothing."""
    row = db.session.get(RateCount, _key(act, source), populate_existing=True)
    return row is not None and clock.now() - row.began_at < WINDOW and row.count >= most


def _count(act: str, source: str) -> int:
    now = clock.now()
    key = _key(act, source)
    # One statement, so that workers who see a source for the first time together count together.
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    still = RateCount.began_at > now - WINDOW
    counted = (
        insert(RateCount)
        .values(key=key, began_at=now, count=1)
        .on_conflict_do_update(
            index_elements=[RateCount.key],
            set_={
                "began_at": case((still, RateCount.began_at), else_=literal(now, UTCDateTime())),
                "count": case((still, RateCount.count + 1), else_=1),
            },
        )
        .returning(RateCount.count)
    )
    return int(db.session.execute(counted).scalar_one())


def forget_source(act: str, source: str) -> None:
    """Forget what one source did, in the running transaction."""
    db.session.execute(delete(RateCount).where(RateCount.key == _key(act, source)))


def _key(act: str, source: str) -> str:
    return hashlib.sha256(f"{act}\0{source}".encode()).hexdigest()


def network_of(address: str | None) -> str:
    """Whom a network address stands for: an IPv4 address for itself, an IPv6 address for its /64, which one household has to itself."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return address or ""
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))


def mailbox_of(email: str) -> str:
    """The mailbox behind a cleaned address: nearly all servers put A@, a@ and a+anything@ into the same one."""
    local, _, domain = email.lower().rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def forget_old() -> int:
    """Drop counts older than a day; returns how many."""
    with transaction(public=False):
        done = db.session.execute(delete(RateCount).where(RateCount.began_at < clock.now() - timedelta(days=1)))
        return int(done.rowcount)  # type: ignore[attr-defined]
