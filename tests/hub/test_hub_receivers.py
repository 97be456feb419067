"""Receivers that lie, move, sleep or are not where they say they are. The hub goes on."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from idobata.hub import jobs as hub_jobs
from idobata.hub.models import HubTopic
from idobata.hub.queries import DELIVER, VERIFY
from idobata.store.database import db
from tests.harness.site import BASE_URL, MONDAY, new_client
from tests.hub.hub_site import MINUTE, TOPIC, Site, at, subscriptions, waiting
from tests.hub.receiver import NAME, Receiver


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """What receivers do does not hang on the database."""
    return sqlite_database_url


def test_a_feed_names_its_hub_in_its_head_and_in_itself(site: Site) -> None:
    answer = new_client(site.app).get("/gatherings.rss")
    assert f'<{BASE_URL}/hub>; rel="hub"' in answer.headers["Link"]
    assert f'<{TOPIC}>; rel="self"' in answer.headers["Link"]
    assert f'rel="hub" href="{BASE_URL}/hub"'.encode() in answer.data
    assert new_client(site.app).get("/gatherings.json").get_json()["hubs"] == [{"type": "WebSub", "url": f"{BASE_URL}/hub"}]


def test_two_ways_to_write_a_feed_are_one_feed(site: Site, receiver: Receiver) -> None:
    site.subscribed(**{"hub.topic": f"{TOPIC}?utm_source=x&district="})
    site.subscribed()
    (topic,) = db.session.scalars(select(HubTopic))
    assert topic.address == TOPIC
    (one,) = subscriptions()
    assert one.asked == TOPIC, "asking again renews"


@pytest.mark.parametrize("challenge", [b"", b"something else", b"x" * 10_000])
def test_without_the_challenge_there_is_no_subscription(site: Site, receiver: Receiver, challenge: bytes) -> None:
    receiver.challenge = challenge
    assert site.ask() == 202
    for after in (0, 1, 2, 5, 30):
        site.work(after * MINUTE)
    assert subscriptions() == []
    assert waiting(VERIFY) == []


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
    site.work(3 * MINUTE)
    assert len(waiting(DELIVER)) == 1, "nobody has waited for its answer"


def test_no_lease_is_longer_than_the_city_says(site: Site, receiver: Receiver) -> None:
    site.subscribed(**{"hub.lease_seconds": "999999999"})
    assert subscriptions()[0].lease_until == MONDAY + timedelta(days=10)
