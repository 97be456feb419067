"""How often one address or one mailbox may do a thing. Counted in the database, so that all workers count together."""

import hashlib
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import String, delete
from sqlalchemy.exc import IntegrityError
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
    now = clock.now()
    key = hashlib.sha256(f"{act}\0{source}".encode()).hexdigest()
    with transaction(public=False):
        row = db.session.get(RateCount, key, with_for_update=True)
        if row is None:
            try:
                with db.session.begin_nested():
                    db.session.add(RateCount(key=key, began_at=now, count=1))
                return most > 0
            except IntegrityError:
                # Another worker counted the first one a moment ago.
                row = db.session.get_one(RateCount, key, with_for_update=True)
        if now - row.began_at >= WINDOW:
            row.began_at, row.count = now, 0
        row.count += 1
        return row.count <= most


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
