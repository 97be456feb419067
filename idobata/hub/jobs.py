"""What the worker does for the hub: asks receivers whether they mean it, looks at feeds, delivers."""

import hmac
import logging
import time
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Final

from idobata import __version__
from idobata.hub.actions import (
    SECRET,
    Confirmed,
    end,
    end_old_subscriptions,
    note_look,
    note_sent,
    subscribe,
    tell_deliveries,
    unsubscribe,
)
from idobata.hub.asking import Mode, with_pairs
from idobata.hub.copies import Read
from idobata.hub.queries import DELIVER, VERIFY, Delivery, delivery, topics_to_look_at
from idobata.kernel.addresses import Addresses
from idobata.kernel.ids import new_token
from idobata.kernel.sealing import unseal
from idobata.kernel.settings import Settings
from idobata.outside.http import Client, Declined, OutsideError, Refused
from idobata.outside.worker import Chore, Handler
from idobata.store.outbox import Claimed

log = logging.getLogger("idobata.hub")

# A receiver that takes longer is asked again later: letters wait behind one delivery at the most.
SECONDS: Final = 8.0
# An answer to a challenge is the challenge; a bigger one is something else.
MOST_BYTES: Final = 4_096
ASKED_TIMES: Final = 3
SENT_TIMES: Final = 8
"""The last try is about four hours after the first; then the subscription is over."""
DEBOUNCE = timedelta(minutes=1)
MOST_LOOKS: Final = 200
# All looks of a minute together may take so long; the others have their turn a minute later.
SECONDS_OF_LOOKS: Final = 15.0
GONE: Final = 410


def client_of(settings: Settings) -> Client:
    """The door for callbacks: plain http goes too, since what is sent is public and signed where that matters."""
    return Client(f"Idobata/{__version__} (+{settings.machine.base_url}/)", plain_http=True)


class Hub:
    """The hub of one site. `read` reads a feed of this site, `generation` says how often something public has changed."""

    def __init__(self, settings: Settings, read: Read, generation: Callable[[], int], client: Client | None = None) -> None:
        self._settings = settings
        self._read = read
        self._generation = generation
        self._client = client or client_of(settings)

    def handlers(self) -> dict[str, Handler]:
        """Questions to receivers, and deliveries."""
        return {VERIFY: self.verify, DELIVER: self.deliver}

    def chores(self) -> list[Chore]:
        """None where the city has no hub; the sweep goes on, so that nothing is kept for ever."""
        sweep = Chore("end old subscriptions", timedelta(hours=1), end_old_subscriptions)
        return [Chore("look at feeds", DEBOUNCE, self.look), sweep] if self._settings.policy.websub else [sweep]

    def verify(self, row: Claimed) -> None:
        """Ask the callback whether it wants this, and do it when it says the challenge back (WebSub, section 5.3)."""
        mode, topic, callback = Mode(row.payload["mode"]), str(row.payload["topic"]), str(row.payload["callback"])
        lease = timedelta(seconds=int(row.payload["lease"]))
        generation = self._generation()
        copy = self._read(topic)
        if copy.status != 200 or not copy.self_url:
            self._deny(callback, topic)
            return
        challenge = new_token()
        pairs = [("hub.mode", mode.value), ("hub.topic", topic), ("hub.challenge", challenge)]
        if mode is Mode.SUBSCRIBE:
            pairs.append(("hub.lease_seconds", str(int(lease.total_seconds()))))
        try:
            answer = self._client.ask(with_pairs(callback, pairs), most_bytes=MOST_BYTES, seconds=SECONDS)
        except (Declined, Refused):
            return
        except OutsideError:
            if row.attempts >= ASKED_TIMES:
                return
            raise
        if not hmac.compare_digest(answer.body, challenge.encode()):
            return
        if mode is Mode.UNSUBSCRIBE:
            unsubscribe(copy.self_url, callback)
        elif not subscribe(Confirmed(topic, callback, str(row.payload["sealed"]), lease), copy, generation, self._settings):
            self._deny(callback, topic)

    def look(self) -> None:
        """See which feeds say something else than before, and leave deliveries. What changes within a minute is sent once."""
        over = time.monotonic() + SECONDS_OF_LOOKS
        generation = self._generation()
        for address in topics_to_look_at(generation, MOST_LOOKS):
            note_look(address, self._read(address), generation)
            if time.monotonic() > over:
                break
        tell_deliveries()

    def deliver(self, row: Claimed) -> None:
        """Send a feed as it is now to somebody who has not got it yet (WebSub, section 7)."""
        to = delivery(int(row.payload["subscription"]))
        if to is None:
            return
        copy = self._read(to.topic)
        if copy.status != 200 or copy.digest == to.sent_digest:
            note_sent(to.id, to.sent_digest)
            return
        try:
            self._client.post(to.callback, copy.body, self._headers(to, copy.body, copy.content_type), seconds=SECONDS)
        except OutsideError as error:
            is_over = isinstance(error, Refused) or (isinstance(error, Declined) and error.status == GONE)
            if not is_over and row.attempts < SENT_TIMES:
                raise
            log.info("a subscription to a feed has ended: %s", error)
            end(to.id)
        else:
            note_sent(to.id, copy.digest)

    def _headers(self, to: Delivery, body: bytes, content_type: str) -> dict[str, str]:
        hub = Addresses(self._settings.machine.base_url).hub()
        headers = {"Content-Type": content_type, "Link": f'<{hub}>; rel="hub", <{to.asked}>; rel="self"'}
        # A secret that was sealed with a key this site no longer has signs nothing; the receiver then ignores what comes.
        if to.sealed and (secret := unseal(self._settings.machine.secret_key, SECRET, to.sealed)) is not None:
            headers["X-Hub-Signature"] = f"sha256={hmac.new(secret.encode(), body, sha256).hexdigest()}"
        return headers

    def _deny(self, callback: str, topic: str) -> None:
        """Tell the callback that nothing comes of it; whether it listens does not matter."""
        try:
            self._client.ask(with_pairs(callback, [("hub.mode", "denied"), ("hub.topic", topic)]), most_bytes=MOST_BYTES, seconds=SECONDS)
        except OutsideError as error:
            log.info("nobody heard that a subscription was denied: %s", error)
