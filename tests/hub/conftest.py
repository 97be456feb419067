"""A town with one gathering, and somebody who listens."""

from collections.abc import Iterator

import pytest
from flask import Flask

from idobata.kernel.settings import Settings
from tests.harness.site import Town
from tests.hub.hub_site import Site
from tests.hub.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somebody who listens."""
    with receiving() as one:
        yield one


@pytest.fixture
def site(town: Town, app: Flask, settings: Settings, receiver: Receiver) -> Site:
    """A town with one gathering."""
    town.published()
    return Site(app, settings, town, receiver.client())
