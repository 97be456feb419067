"""Versions of gatherings, and what readers are told of a change."""

import sqlalchemy as sa
from alembic import op

from idobata.store.types import UTCDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """One step forward. A gathering that never changed has no version; its first one is made when it does."""
    op.create_table(
        "gathering_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gathering_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by_label", sa.String(length=120), nullable=False),
        sa.Column("live_at", UTCDateTime(), nullable=True),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("base_number", sa.Integer(), nullable=True),
        sa.Column("reason_code", sa.String(length=40), nullable=True),
        sa.Column("reason_words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gatherings.id"], name=op.f("fk_gathering_versions_gathering_id_gatherings"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_gathering_versions_made_by_id_people"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gathering_versions")),
        sa.UniqueConstraint("gathering_id", "number", name=op.f("uq_gathering_versions_gathering_id_number")),
    )
    op.create_index("ix_gathering_versions_queue", "gathering_versions", ["state", "made_at"])
    op.create_index(op.f("ix_gathering_versions_made_by_id"), "gathering_versions", ["made_by_id"])
    op.add_column("gatherings", sa.Column("told_changes", sa.JSON(), nullable=True))


def downgrade() -> None:
    """One step back."""
    op.drop_column("gatherings", "told_changes")
    op.drop_table("gathering_versions")
