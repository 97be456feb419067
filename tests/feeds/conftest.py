"""A small town that serves nothing but its feeds, on a real database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from idobata.feeds import views
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import save_draft, set_publication
from idobata.gatherings.states import Publication
from idobata.gatherings.values import GatheringValues
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM
from idobata.kernel.errors import NotFound
from idobata.kernel.layout import config_folder
from idobata.kernel.settings import Settings
from idobata.kernel.settings_reader import read
from idobata.store.database import db, prepare_engine
from idobata.store.transaction import transaction
from idobata.web import language
from idobata.web.rooms import SETTINGS

NOW = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
"""Friday, 20 November 2026, nine in the morning in Japan."""


@dataclass
class Town:
    """The town and the ways to change it."""

    app: Flask
    settings: Settings

    @property
    def reader(self) -> FlaskClient:
        """Somebody without an account."""
        return self.app.test_client()

    def publish(self, values: GatheringValues, *, published_at: datetime = NOW) -> Gathering:
        """A gathering that the town can see."""
        with clock.hold(published_at), transaction():
            gathering = save_draft(SYSTEM, values, "host@example.com", self.settings)
            gathering.published_at = clock.now()
            set_publication(gathering, Publication.PUBLISHED)
        return gathering


@pytest.fixture(scope="session")
def demo_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The fictional city of the demo."""
    environ = {"IDOBATA_DATA": str(tmp_path_factory.mktemp("feeds")), "IDOBATA_BASE_URL": "https://idobata.example"}
    return read("demo", environ, config_folder(), demo=False, production=False)


def open_town(settings: Settings, database_url: str) -> Flask:
    """An app with the views of this feature and nothing else."""
    app = Flask("idobata", root_path=str(Path(views.__file__).parents[1]), static_folder=None)
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    app.extensions[SETTINGS] = settings
    db.init_app(app)
    language.set_up(app)
    app.register_blueprint(views.blueprint)
    app.register_error_handler(NotFound, lambda _error: ("not found", 404))

    @app.before_request
    def _language() -> None:
        g.language = language.asked_language(settings.city.languages)

    return app


@pytest.fixture
def town(demo_settings: Settings, database_url: str) -> Iterator[Town]:
    """An empty town on the morning of 20 November 2026; the test runs on each kind of database."""
    app = open_town(demo_settings, database_url)
    with clock.hold(NOW), app.app_context():
        prepare_engine(db.engine)
        yield Town(app, demo_settings)
        db.session.remove()
        db.engine.dispose()
