"""What the city tells of gatherings elsewhere: reposts, their ledger, and the stop switch."""

import sqlalchemy as sa
from alembic import op

from idobata.store.types import UTCDateTime

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """One step forward."""
    op.create_table(
        "reposts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_at", UTCDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("overtaken_at", UTCDateTime(), nullable=True),
        sa.Column("frozen", sa.JSON(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["people.id"], name=op.f("fk_reposts_proposed_by_id_people"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_reposts_decided_by_id_people"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reposts")),
        sa.UniqueConstraint("public_id", name=op.f("uq_reposts_public_id")),
    )
    op.create_index("ix_reposts_state", "reposts", ["state", "changed_at"], unique=False)
    op.create_index(op.f("ix_reposts_proposed_by_id"), "reposts", ["proposed_by_id"], unique=False)
    op.create_index(op.f("ix_reposts_decided_by_id"), "reposts", ["decided_by_id"], unique=False)
    op.create_table(
        "repost_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("repost_id", sa.Integer(), nullable=False),
        sa.Column("gathering_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["repost_id"], ["reposts.id"], name=op.f("fk_repost_items_repost_id_reposts"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gatherings.id"], name=op.f("fk_repost_items_gathering_id_gatherings"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repost_items")),
        sa.UniqueConstraint("repost_id", "gathering_id", "day", name=op.f("uq_repost_items_repost_id_gathering_id_day")),
    )
    op.create_index(op.f("ix_repost_items_gathering_id"), "repost_items", ["gathering_id"], unique=False)
    op.create_table(
        "repost_ledger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("repost_id", sa.Integer(), nullable=True),
        sa.Column("gathering_id", sa.Integer(), nullable=True),
        sa.Column("truth", sa.JSON(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("link", sa.String(length=2000), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_repost_ledger_by_id_people"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["repost_id"], ["reposts.id"], name=op.f("fk_repost_ledger_repost_id_reposts"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gatherings.id"], name=op.f("fk_repost_ledger_gathering_id_gatherings"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repost_ledger")),
        sa.UniqueConstraint("public_id", name=op.f("uq_repost_ledger_public_id")),
    )
    op.create_index("ix_repost_ledger_at", "repost_ledger", ["at"], unique=False)
    op.create_index("ix_repost_ledger_until", "repost_ledger", ["until"], unique=False)
    op.create_index(op.f("ix_repost_ledger_by_id"), "repost_ledger", ["by_id"], unique=False)
    op.create_index(op.f("ix_repost_ledger_repost_id"), "repost_ledger", ["repost_id"], unique=False)
    op.create_index(op.f("ix_repost_ledger_gathering_id"), "repost_ledger", ["gathering_id"], unique=False)
    op.create_table(
        "outgoing_stops",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_outgoing_stops_by_id_people"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["ended_by_id"], ["people.id"], name=op.f("fk_outgoing_stops_ended_by_id_people"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_stops")),
    )
    op.create_index(op.f("ix_outgoing_stops_by_id"), "outgoing_stops", ["by_id"], unique=False)
    op.create_index(op.f("ix_outgoing_stops_ended_by_id"), "outgoing_stops", ["ended_by_id"], unique=False)
    op.create_index("ix_outgoing_stops_open", "outgoing_stops", ["ended_at"], unique=False)


def downgrade() -> None:
    """One step back."""
    op.drop_table("outgoing_stops")
    op.drop_table("repost_ledger")
    op.drop_table("repost_items")
    op.drop_table("reposts")
