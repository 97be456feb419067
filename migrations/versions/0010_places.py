"""The register of places: access facts, opening hours, how it was checked, where it was imported from, and merged entries."""

import sqlalchemy as sa
from alembic import op

from idobata.kernel.text import fold_name
from idobata.store.types import UTCDateTime

revision = "0010"
down_revision = "0009"

_FOLDED_LENGTH = 120
_ADDED = ("folded_kana", "opening", "access_facts", "access_note", "checked_how", "source_key", "source_digest")


def upgrade() -> None:
    """One step forward."""
    op.add_column("places", sa.Column("folded_kana", sa.String(length=120), nullable=False, server_default=""))
    op.add_column("places", sa.Column("opening", sa.String(length=300), nullable=False, server_default=""))
    op.add_column("places", sa.Column("access_facts", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("places", sa.Column("access_note", sa.String(length=500), nullable=False, server_default=""))
    op.add_column("places", sa.Column("checked_how", sa.String(length=20), nullable=False, server_default=""))
    op.add_column("places", sa.Column("source_key", sa.String(length=120), nullable=True))
    op.add_column("places", sa.Column("source_digest", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_places_source_key"), "places", ["source_key"], unique=True)
    op.create_table(
        "merged_places",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("merged_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["into_id"], ["places.id"], name=op.f("fk_merged_places_into_id_places")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_merged_places_place_id_places")),
        sa.PrimaryKeyConstraint("place_id", name=op.f("pk_merged_places")),
    )
    op.create_index(op.f("ix_merged_places_into_id"), "merged_places", ["into_id"], unique=False)
    _fold_kana()


def _fold_kana() -> None:
    places = sa.table("places", sa.column("id"), sa.column("kana"), sa.column("folded_kana"))
    connection = op.get_bind()
    for row in connection.execute(sa.select(places.c.id, places.c.kana).where(places.c.kana != "")).all():
        folded = fold_name(row.kana)[:_FOLDED_LENGTH]
        connection.execute(places.update().where(places.c.id == row.id).values(folded_kana=folded))


def downgrade() -> None:
    """One step back."""
    op.drop_index(op.f("ix_merged_places_into_id"), table_name="merged_places")
    op.drop_table("merged_places")
    op.drop_index(op.f("ix_places_source_key"), table_name="places")
    with op.batch_alter_table("places") as batch:
        for name in _ADDED:
            batch.drop_column(name)
