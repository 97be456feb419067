"""Writing what the hub keeps: subscriptions, what feeds said last, and who has to be sent something."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import delete, select, update

from idobata.hub.asking import Asked
from idobata.hub.copies import Copy
from idobata.hub.models import HubSubscription, HubTopic
from idobata.hub.queries import DELIVER, VERIFY, count_subscriptions
from idobata.kernel import clock
from idobata.kernel.sealing import seal
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.outbox import tell
from idobata.store.transaction import transaction

SECRET = "hub secret"
# A delivery is tried for some hours; a row that is gone after a day was lost.
LOST_AFTER = timedelta(days=1)
# So many are told at a time, so that no transaction is long.
MOST_TOLD = 500


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A subscription whose receiver has said yes. `sealed` is the sealed secret or empty."""

    asked: str
    callback: str
    sealed: str
    lease: timedelta


def ask_receiver(asked: Asked, settings: Settings) -> None:
    """Have the worker ask the callback whether it really wants this."""
    sealed = seal(settings.machine.secret_key, SECRET, asked.secret) if asked.secret else ""
    with transaction(public=False):
        tell(
            VERIFY,
            {
                "mode": asked.mode.value,
                "topic": asked.topic,
                "callback": asked.callback,
                "sealed": sealed,
                "lease": int(asked.lease.total_seconds()),
            },
        )


def subscribe(confirmed: Confirmed, copy: Copy, generation: int, settings: Settings) -> bool:
    """Keep a subscription, or renew it. `copy` is what the feed says now: only what comes after that is sent.

    False when there are as many as the city allows.
    """
    now = clock.now()
    with transaction(public=False):
        topic = db.session.scalar(select(HubTopic).where(HubTopic.address == copy.self_url).with_for_update())
        if topic is None:
            topic = HubTopic(address=copy.self_url, digest=copy.digest, generation=generation, looked_at=now, look_again_at=copy.true_until)
            db.session.add(topic)
            db.session.flush()
        key = _key(confirmed.callback)
        row = db.session.scalar(select(HubSubscription).where(HubSubscription.topic_id == topic.id, HubSubscription.callback_key == key))
        if row is None:
            if count_subscriptions() >= settings.policy.websub_most:
                return False
            row = HubSubscription(topic_id=topic.id, callback=confirmed.callback, callback_key=key, made_at=now, sent_digest=copy.digest)
            db.session.add(row)
        row.asked, row.secret, row.lease_until = confirmed.asked, confirmed.sealed, now + confirmed.lease
    return True


def unsubscribe(topic: str, callback: str) -> None:
    """Forget a subscription to the feed that calls itself `topic`."""
    of_it = select(HubTopic.id).where(HubTopic.address == topic)
    with transaction(public=False):
        db.session.execute(
            delete(HubSubscription).where(HubSubscription.topic_id.in_(of_it), HubSubscription.callback_key == _key(callback))
        )


def end(subscription_id: int) -> None:
    """Forget one: its receiver is gone, or said so."""
    with transaction(public=False):
        db.session.execute(delete(HubSubscription).where(HubSubscription.id == subscription_id))


def note_sent(subscription_id: int, digest: str) -> None:
    """It has been sent what has this digest, and waits for nothing."""
    with transaction(public=False):
        db.session.execute(
            update(HubSubscription).where(HubSubscription.id == subscription_id).values(sent_digest=digest, waiting_since=None)
        )


def note_look(address: str, copy: Copy, generation: int) -> None:
    """A feed was looked at. One that is gone for good takes its subscriptions with it."""
    topic = HubTopic.address == address
    with transaction(public=False):
        if copy.status in (404, 410):
            db.session.execute(delete(HubTopic).where(topic))
            return
        values: dict[str, object] = {"generation": generation, "looked_at": clock.now(), "look_again_at": copy.true_until}
        if copy.status == 200:
            values["digest"] = copy.digest
        db.session.execute(update(HubTopic).where(topic).values(values))


def tell_deliveries() -> int:
    """Leave a delivery for everybody who has not got what her feed says now, and for whom none is waiting. Returns how many."""
    now = clock.now()
    with transaction(public=False):
        lost = update(HubSubscription).where(HubSubscription.waiting_since < now - LOST_AFTER)
        db.session.execute(lost.values(waiting_since=None))
        waiting = (
            select(HubSubscription)
            .join(HubTopic, HubTopic.id == HubSubscription.topic_id)
            .where(
                HubSubscription.waiting_since.is_(None),
                HubSubscription.lease_until > now,
                HubSubscription.sent_digest != HubTopic.digest,
            )
            .order_by(HubSubscription.id)
            .limit(MOST_TOLD)
            # Two workers never tell of the same one.
            .with_for_update(skip_locked=True, of=HubSubscription)
        )
        rows = db.session.scalars(waiting).all()
        for row in rows:
            row.waiting_since = now
            tell(DELIVER, {"subscription": row.id})
    return len(rows)


def end_old_subscriptions() -> None:
    """Forget what nobody has renewed, and feeds that nobody subscribes to any longer."""
    with transaction(public=False):
        db.session.execute(delete(HubSubscription).where(HubSubscription.lease_until <= clock.now()))
        used = select(HubSubscription.id).where(HubSubscription.topic_id == HubTopic.id).exists()
        db.session.execute(delete(HubTopic).where(~used))


def _key(callback: str) -> str:
    return sha256(callback.encode()).hexdigest()
