"""The hub from question to delivery, on both databases, with a real receiver."""

import hmac
import logging
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.posting_actions import withdraw
from idobata.hub import jobs as hub_jobs
from idobata.hub.models import HubTopic
from idobata.hub.queries import DELIVER, KINDS, VERIFY, count_overdue
from idobata.kernel.actor import SYSTEM
from idobata.privacy.leaving import Fate, Leaving
from idobata.privacy.shredding_actions import shred_subscriptions
from idobata.store.database import db
from idobata.store.outbox import OutboxRow, claim_one, tell
from idobata.store.transaction import transaction
from tests.harness.site import BASE_URL, MONDAY, days_from_monday
from tests.hub.hub_site import CALLBACK, MINUTE, SECRET, TOPIC, Site, at, subscriptions, waiting
from tests.hub.receiver import NAME, Receiver


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
