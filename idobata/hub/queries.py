"""Reading what the hub keeps."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, or_, select

from idobata.hub.models import HubSubscription, HubTopic
from idobata.kernel import clock
from idobata.store.database import db
from idobata.store.outbox import OutboxRow

VERIFY, DELIVER = "hub_verify", "hub_deliver"
KINDS = frozenset({VERIFY, DELIVER})
"""What the hub leaves in the outbox."""
OVERDUE_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a delivery needs to know. `sealed` is the sealed secret or empty."""

    id: int
    topic: str
    asked: str
    callback: str
    sealed: str
    sent_digest: str


def delivery(subscription_id: int) -> Delivery | None:
    """A subscription that lasts; None when it is over or was ended."""
    row = db.session.get(HubSubscription, subscription_id, populate_existing=True)
    if row is None or row.lease_until <= clock.now():
        return None
    return Delivery(row.id, row.topic.address, row.asked, row.callback, row.secret, row.sent_digest)


def topics_to_look_at(generation: int, limit: int) -> list[str]:
    """The addresses of feeds that may say something else now, those first that were looked at longest ago."""
    changed = or_(HubTopic.generation != generation, HubTopic.look_again_at <= clock.now())
    return list(db.session.scalars(select(HubTopic.address).where(changed).order_by(HubTopic.looked_at).limit(limit)))


def count_subscriptions() -> int:
    """How many there are."""
    return db.session.scalar(select(func.count()).select_from(HubSubscription)) or 0


def count_overdue() -> int:
    """How many questions and deliveries should have been tried an hour ago: nobody works, or not fast enough.

    A receiver that does not answer is tried again later, and is not counted meanwhile.
    """
    overdue = (OutboxRow.done_at.is_(None), OutboxRow.run_at < clock.now() - OVERDUE_AFTER)
    return db.session.scalar(select(func.count()).where(OutboxRow.kind.in_(KINDS), *overdue)) or 0
