"""A small town that serves nothing but its feeds, on a real database."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, Response, g
from flask.testing import FlaskClient

from idobata.feeds import views
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import save_draft, set_publication
from idobata.gatherings.states import Publication
from idobata.gatherings.values import GatheringValues
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM
from idobata.kernel.errors import NotFound
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.transaction import transaction
from idobata.web import language
from idobata.web.rooms import SETTINGS

FRESH_UNTIL = "X-Test-Fresh-Until"
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
        # The test itself stands in the app's context, so that this room outlives a request.
        g.pop("fresh_until", None)

    @app.after_request
    def _say_until_when_it_is_true(response: Response) -> Response:
        if "fresh_until" in g:
            response.headers[FRESH_UNTIL] = g.fresh_until.astimezone(UTC).isoformat()
        return response

    return app
