"""Runs the migrations on the connection that `idobata.store.migrating` hands over."""

from alembic import context
from sqlalchemy import MetaData

from idobata.tables import metadata

target: MetaData = metadata()


def run() -> None:
    """Migrate on the given connection; batch mode because SQLite cannot alter most things in place."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=target, render_as_batch=True, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


run()
