"""A small town that serves nothing but its feeds, on a real database."""

from collections.abc import Iterator

import pytest

from idobata.kernel import clock
from idobata.kernel.layout import config_folder
from idobata.kernel.settings import Settings
from idobata.kernel.settings_reader import read
from idobata.store.database import db, prepare_engine
from tests.feeds.feed_town import NOW, Town, open_town


@pytest.fixture(scope="session")
def demo_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The fictional city of the demo."""
    environ = {"IDOBATA_DATA": str(tmp_path_factory.mktemp("feeds")), "IDOBATA_BASE_URL": "https://idobata.example"}
    return read("demo", environ, config_folder(), demo=False, production=False)


@pytest.fixture
def town(demo_settings: Settings, database_url: str) -> Iterator[Town]:
    """An empty town on the morning of 20 November 2026; the test runs on each kind of database."""
    app = open_town(demo_settings, database_url)
    with clock.hold(NOW), app.app_context():
        prepare_engine(db.engine)
        yield Town(app, demo_settings)
        db.session.remove()
        db.engine.dispose()
