"""The register of an older site is carried along: nothing of it is lost, and it is found by kana at once."""

from datetime import datetime

from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from idobata.gatherings.place_queries import suggestions
from idobata.kernel.layout import migrations_folder
from idobata.places.models import Place
from idobata.places.queries import place_by_public_id
from idobata.store.database import db
from idobata.store.migrating import migrate, step_back
from tests.harness.site import store_on


def before() -> str:
    """The step before the one that made the register."""
    steps = ScriptDirectory(str(migrations_folder())).walk_revisions()
    return next(str(step.down_revision) for step in steps if step.path.endswith("_places.py"))


def test_places_of_an_older_site_keep_their_words_and_get_their_kana_folded(database_url: str, monday: datetime) -> None:
    step_back(database_url, before())
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO places (public_id, name, kana, folded_name, address, phone, url, access, landmark, parking, district, checked_at,"
                " created_at, updated_at) VALUES ('k7m2x9pqrs4t', '緑会館', 'ミドリカイカン', '緑会館', '北町1', '1', '', '3分', '', '', 'minato',"
                " :now, :now, :now)"
            ),
            {"now": monday.replace(tzinfo=None)},
        )
    engine.dispose()
    migrate(database_url)
    for _app in store_on(database_url):
        place = place_by_public_id("k7m2x9pqrs4t")
        assert place is not None
        assert (place.name, place.address, place.access, place.district) == ("緑会館", "北町1", "3分", "minato")
        assert (place.access_facts, place.opening, place.checked_how, place.source_key) == ({}, "", "", None)
        assert [one.id for one in suggestions("みどりかい")] == [place.id]
        assert db.session.query(Place).count() == 1
