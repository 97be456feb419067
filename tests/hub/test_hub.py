"""The hub from question to delivery, on both databases, with a real receiver, some of them hostile."""

import hmac
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.app import READER_QUERY
from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.posting_actions import withdraw
from idobata.hub import jobs as hub_jobs
from idobata.hub.jobs import Hub
from idobata.hub.models import HubSubscription, HubTopic
from idobata.hub.queries import DELIVER, KINDS, VERIFY, count_overdue
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM
from idobata.kernel.settings import Settings
from idobata.outside.http import Client
from idobata.outside.worker import Worker
from idobata.own_reading import reader_of
from idobata.privacy.leaving import Fate, Leaving
from idobata.privacy.shredding_actions import shred_subscriptions
from idobata.store.database import db
from idobata.store.generation import Generation
from idobata.store.outbox import OutboxRow, claim_one, tell
from idobata.store.transaction import transaction
from tests.harness.site import BASE_URL, MONDAY, Town, days_from_monday, new_client
from tests.hub.receiver import NAME, Receiver, receiving

TOPIC = f"{BASE_URL}/gatherings.rss"
CALLBACK = f"http://{NAME}/hear?me=1"
SECRET = "くるまの鍵 secret"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somebody who listens."""
    with receiving() as one:
        yield one


@contextmanager
def at(moment: timedelta) -> Iterator[None]:
    """So long after Monday morning, for the whole process: the hub reads the site in a context of its own."""
    clock.fix(MONDAY + moment)
    try:
        yield
    finally:
        clock.fix(MONDAY)


class Site:
    """The town, its hub, and a worker that does what is due."""

    def __init__(self, app: Flask, settings: Settings, town: Town, client: Client) -> None:
        self.app, self.settings, self.town = app, settings, town
        generation: Generation = app.extensions["idobata_generation"]
        self.hub = Hub(settings, reader_of(partial(Flask.wsgi_app, app), BASE_URL, READER_QUERY), generation.read, client)
        self.worker = Worker(app.app_context, self.hub.handlers(), self.hub.chores(), behind=KINDS)

    def ask(self, **changed: str) -> int:
        asked = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.callback": CALLBACK, "hub.secret": SECRET} | changed
        return new_client(self.app).post("/hub", data=asked).status_code

    def work(self, moment: timedelta = timedelta()) -> None:
        """What the worker does so long after Monday morning."""
        with at(moment):
            self.worker.run_until_empty()
        db.session.rollback()
        db.session.expire_all()

    def get(self, topic: str = TOPIC) -> bytes:
        return new_client(self.app).get(topic.removeprefix(BASE_URL)).data

    def change(self, moment: timedelta = timedelta()) -> None:
        """Something public."""
        with at(moment):
            self.town.published()

    def subscribed(self, **changed: str) -> None:
        assert self.ask(**changed) == 202
        self.work()
        assert subscriptions()


@pytest.fixture
def site(town: Town, app: Flask, settings: Settings, receiver: Receiver) -> Site:
    """A town with one gathering."""
    town.published()
    return Site(app, settings, town, receiver.client())


def subscriptions() -> list[HubSubscription]:
    return list(db.session.scalars(select(HubSubscription)))


def waiting(kind: str) -> list[OutboxRow]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(OutboxRow).where(OutboxRow.kind == kind, OutboxRow.done_at.is_(None))))


def test_a_feed_names_its_hub_in_its_head_and_in_itself(site: Site) -> None:
    answer = new_client(site.app).get("/gatherings.rss")
    assert f'<{BASE_URL}/hub>; rel="hub"' in answer.headers["Link"]
    assert f'<{TOPIC}>; rel="self"' in answer.headers["Link"]
    assert f'rel="hub" href="{BASE_URL}/hub"'.encode() in answer.data
    assert new_client(site.app).get("/gatherings.json").get_json()["hubs"] == [{"type": "WebSub", "url": f"{BASE_URL}/hub"}]


def test_who_subscribes_is_asked_and_then_sent_each_change_signed_and_byte_for_byte(site: Site, receiver: Receiver) -> None:
    site.subscribed()
    (question,) = receiver.questions
    assert question["me"] == "1"
    assert (question["hub.mode"], question["hub.topic"], question["hub.lease_seconds"]) == ("subscribe", TOPIC, "864000")
    assert len(question["hub.challenge"]) > 30
    site.work(MINUTE)
    assert receiver.deliveries == [], "what is known already is no news"
    site.change()
    site.work(2 * MINUTE)
    (sent,) = receiver.deliveries
    assert sent.body == site.get()
    assert sent.headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert sent.headers["link"] == f'<{BASE_URL}/hub>; rel="hub", <{TOPIC}>; rel="self"'
    assert sent.headers["x-hub-signature"] == f"sha256={hmac.new(SECRET.encode(), sent.body, sha256).hexdigest()}"
    assert sent.query == {"me": "1"}
    site.work(4 * MINUTE)
    assert len(receiver.deliveries) == 1


def test_many_changes_within_a_minute_are_sent_once_and_another_feed_is_left_alone(site: Site, receiver: Receiver) -> None:
    site.subscribed()
    site.subscribed(**{"hub.topic": f"{BASE_URL}/districts/minato.ics", "hub.secret": ""})
    for _ in range(3):
        site.change()
    site.work(MINUTE)
    site.work(MINUTE + MINUTE / 2)
    (sent,) = receiver.deliveries
    assert sent.body.count(b"<item>") == 4


def test_a_feed_that_changes_by_itself_is_sent_too(site: Site, receiver: Receiver) -> None:
    topic = f"{BASE_URL}/feeds/reminder.rss"
    site.town.published(schedule=site.town.values().schedule)
    site.subscribed(**{"hub.topic": topic})
    eve = timedelta(days=4, hours=9, minutes=1)  # Friday, one minute past six in the evening
    site.work(eve - 2 * MINUTE)
    assert receiver.deliveries == []
    with at(eve):
        now_says = site.get(topic)
    site.work(eve + MINUTE)
    (sent,) = receiver.deliveries
    assert sent.body == now_says
    assert "【あした】".encode() in sent.body


def test_two_ways_to_write_a_feed_are_one_feed(site: Site, receiver: Receiver) -> None:
    site.subscribed(**{"hub.topic": f"{TOPIC}?utm_source=x&district="})
    site.subscribed()
    (topic,) = db.session.scalars(select(HubTopic))
    assert topic.address == TOPIC
    (one,) = subscriptions()
    assert one.asked == TOPIC, "asking again renews"


def test_secrets_are_sealed_and_nothing_of_a_subscription_gets_into_a_log(
    site: Site, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.status = 500
    with caplog.at_level(logging.DEBUG):
        assert site.ask() == 202
        (row,) = waiting(VERIFY)
        assert SECRET not in str(row.payload)
        site.work()
        site.change()
        site.work(MINUTE)
    (one,) = subscriptions()
    assert SECRET not in one.secret
    assert one.secret
    assert len(receiver.deliveries) == 1
    for hidden in (SECRET, NAME, "me=1"):
        assert hidden not in caplog.text


@pytest.mark.parametrize("challenge", [b"", b"something else", b"x" * 10_000])
def test_without_the_challenge_there_is_no_subscription(site: Site, receiver: Receiver, challenge: bytes) -> None:
    receiver.challenge = challenge
    assert site.ask() == 202
    for after in (0, 1, 2, 5, 30):
        site.work(after * MINUTE)
    assert subscriptions() == []
    assert waiting(VERIFY) == []


def test_unsubscribing_is_asked_too(site: Site, receiver: Receiver) -> None:
    site.subscribed()
    receiver.challenge = b"no"
    assert site.ask(**{"hub.mode": "unsubscribe"}) == 202
    site.work(MINUTE)
    assert len(subscriptions()) == 1
    receiver.challenge = None
    assert site.ask(**{"hub.mode": "unsubscribe"}) == 202
    site.work(2 * MINUTE)
    assert subscriptions() == []
    assert receiver.questions[-1]["hub.mode"] == "unsubscribe"


@pytest.mark.parametrize("path", ["/groups/nobody.rss", "/feeds/json-feed.schema.json"])
def test_what_is_no_feed_after_all_is_denied(site: Site, receiver: Receiver, path: str) -> None:
    assert site.ask(**{"hub.topic": f"{BASE_URL}{path}"}) == 202
    site.work()
    (told,) = receiver.questions
    assert told["hub.mode"] == "denied"
    assert subscriptions() == []


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("10.0.0.7",), ("93.184.216.34", "169.254.169.254"), ("::1",)])
def test_a_callback_that_leads_inside_is_never_called(site: Site, receiver: Receiver, addresses: tuple[str, ...]) -> None:
    inside = Site(site.app, site.settings, site.town, receiver.client(addresses))
    assert inside.ask() == 202
    inside.work()
    assert receiver.came == []
    assert subscriptions() == []


def test_a_receiver_that_moves_inside_or_leads_there_is_not_followed_and_let_go(site: Site, receiver: Receiver) -> None:
    site.subscribed()
    receiver.where, receiver.status = "http://127.0.0.1/desk", 307
    site.change()
    site.work(MINUTE)
    assert len(receiver.deliveries) == 1
    assert subscriptions() == []


def test_a_receiver_may_send_on_to_another_public_place(site: Site, receiver: Receiver) -> None:
    site.subscribed()
    site.change()
    receiver.where, receiver.status = f"http://{NAME}/there", 308
    site.worker.run_until_empty()
    with at(MINUTE):
        site.hub.look()
    receiver.before = lambda: setattr(receiver, "where", "") or setattr(receiver, "status", 200) if len(receiver.deliveries) == 2 else None
    site.work(MINUTE)
    first, second = receiver.deliveries[:2]
    assert (first.path, second.path) == ("/hear", "/there")
    assert first.body == second.body
    assert len(subscriptions()) == 1


def test_who_says_gone_is_let_go(site: Site, receiver: Receiver) -> None:
    site.subscribed()
    receiver.status = 410
    site.change()
    site.work(MINUTE)
    assert subscriptions() == []
    assert waiting(DELIVER) == []


def test_who_does_not_answer_is_tried_later_with_what_is_true_then_and_let_go_in_the_end(site: Site, receiver: Receiver) -> None:
    site.subscribed()
    receiver.status = 503
    site.change()
    site.work(MINUTE)
    site.change()
    site.work(2 * MINUTE)
    assert len(waiting(DELIVER)) == 1, "one delivery waits, however much changes"
    assert count_overdue() == 0, "a receiver that sleeps is not the site's fault"
    with at(timedelta(hours=2)):
        assert count_overdue() == 1, "nobody works here"
    receiver.status = 204
    site.work(30 * MINUTE)
    assert receiver.deliveries[-1].body == site.get()
    site.work(32 * MINUTE)
    last = len(receiver.deliveries)
    receiver.status = 503
    site.change(timedelta(hours=1))
    for hours in range(1, 30):
        site.work(timedelta(hours=hours))
    assert len(receiver.deliveries) - last == hub_jobs.SENT_TIMES
    assert subscriptions() == []
    assert waiting(DELIVER) == []


def test_a_slow_receiver_is_cut_off_and_a_huge_answer_is_not_read(site: Site, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    site.subscribed()
    receiver.status, receiver.after = 200, b"x" * 5_000_000
    site.change()
    site.work(MINUTE)
    assert len(receiver.deliveries) == 1
    assert subscriptions()[0].waiting_since is None
    monkeypatch.setattr(hub_jobs, "SECONDS", 0.2)
    receiver.before = lambda: time.sleep(1)
    site.change()
    began = time.monotonic()
    site.work(3 * MINUTE)
    assert time.monotonic() - began < 5
    assert len(waiting(DELIVER)) == 1


def test_a_worker_that_was_killed_in_the_middle_loses_nothing(site: Site, receiver: Receiver) -> None:
    site.subscribed()
    site.change()
    with at(MINUTE):
        site.hub.look()
        # Taken, and never heard of again.
        while (taken := claim_one()) is not None and taken.kind != DELIVER:
            pass
        assert taken is not None
    site.work(3 * MINUTE)
    assert receiver.deliveries == []
    site.work(7 * MINUTE)
    assert [one.body for one in receiver.deliveries] == [site.get()]


def test_a_lost_delivery_is_told_anew_after_a_day(site: Site, receiver: Receiver) -> None:
    site.subscribed()
    site.change()
    with at(MINUTE):
        site.hub.look()
    with transaction(public=False):
        for row in db.session.scalars(select(OutboxRow).where(OutboxRow.kind == DELIVER)):
            db.session.delete(row)
    site.work(timedelta(hours=2))
    assert receiver.deliveries == []
    site.work(timedelta(hours=25))
    assert len(receiver.deliveries) == 1


def test_a_lease_ends_and_the_feed_with_its_last_subscriber(site: Site, receiver: Receiver) -> None:
    site.subscribed(**{"hub.lease_seconds": "7200"})
    assert receiver.questions[0]["hub.lease_seconds"] == "7200"
    site.change(timedelta(hours=3))
    site.work(timedelta(hours=3))
    assert receiver.deliveries == []
    assert subscriptions() == []
    assert list(db.session.scalars(select(HubTopic))) == []


def test_no_lease_is_longer_than_the_city_says(site: Site, receiver: Receiver) -> None:
    site.subscribed(**{"hub.lease_seconds": "999999999"})
    assert subscriptions()[0].lease_until == MONDAY + timedelta(days=10)


def test_what_is_withdrawn_is_sent_as_gone(site: Site, receiver: Receiver) -> None:
    row = site.town.published(title="取り下げる会")
    site.subscribed()
    with transaction():
        withdraw(SYSTEM, row)
    site.work(MINUTE)
    (sent,) = receiver.deliveries
    assert "取り下げる会".encode() not in sent.body


def test_a_cancellation_reaches_who_subscribed_to_changes(site: Site, receiver: Receiver) -> None:
    row = site.town.published(title="やめる会")
    site.subscribed(**{"hub.topic": f"{BASE_URL}/feeds/changes.atom"})
    with transaction():
        cancel_date(SYSTEM, row, days_from_monday(5), "台風のため", site.settings)
    site.work(MINUTE)
    (sent,) = receiver.deliveries
    assert "【中止】".encode() in sent.body
    assert sent.headers["content-type"].startswith("application/atom+xml")


def test_letters_do_not_wait_behind_deliveries(site: Site) -> None:
    assert site.ask() == 202
    with transaction(public=False):
        tell("mail", {"to": "hanako@example.com"})
    first = claim_one(KINDS)
    assert first is not None
    assert first.kind == "mail"


def test_who_leaves_takes_subscriptions_with_her_address_along(site: Site, receiver: Receiver) -> None:
    site.subscribed(**{"hub.callback": f"http://{NAME}/?for=hanako%40example.com"})
    site.subscribed()
    leaving = Leaving(0, "x", "hanako@example.com", "はなこ", Fate.KEEP, MONDAY, site.settings)
    with transaction():
        shred_subscriptions(leaving)
    assert [one.callback for one in subscriptions()] == [CALLBACK]
