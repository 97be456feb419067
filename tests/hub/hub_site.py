"""A town with a hub whose receiver is on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from flask import Flask
from sqlalchemy import select

from idobata.app import READER_QUERY
from idobata.hub.jobs import Hub
from idobata.hub.models import HubSubscription
from idobata.hub.queries import KINDS
from idobata.kernel import clock
from idobata.kernel.settings import Settings
from idobata.outside.http import Client
from idobata.outside.worker import Worker
from idobata.own_reading import reader_of
from idobata.store.database import db
from idobata.store.generation import Generation
from idobata.store.outbox import OutboxRow
from tests.harness.site import BASE_URL, MONDAY, Town, new_client
from tests.hub.receiver import NAME

TOPIC = f"{BASE_URL}/gatherings.rss"
CALLBACK = f"http://{NAME}/hear?me=1"
SECRET = "くるまの鍵 secret"
MINUTE = timedelta(minutes=1)


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


def subscriptions() -> list[HubSubscription]:
    return list(db.session.scalars(select(HubSubscription)))


def waiting(kind: str) -> list[OutboxRow]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(OutboxRow).where(OutboxRow.kind == kind, OutboxRow.done_at.is_(None))))
