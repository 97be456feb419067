"""Who subscribed to which feed."""

import sqlalchemy as sa
from alembic import op

from idobata.store.types import UTCDateTime

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """One step forward."""
    op.create_table(
        "hub_topics",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=2000), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", UTCDateTime(), nullable=False),
        sa.Column("look_again_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hub_topics")),
        sa.UniqueConstraint("address", name=op.f("uq_hub_topics_address")),
    )
    op.create_index("ix_hub_topics_looked", "hub_topics", ["looked_at"], unique=False)
    op.create_table(
        "hub_subscriptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("asked", sa.String(length=2000), nullable=False),
        sa.Column("callback", sa.String(length=2000), nullable=False),
        sa.Column("callback_key", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("lease_until", UTCDateTime(), nullable=False),
        sa.Column("sent_digest", sa.String(length=64), nullable=False),
        sa.Column("waiting_since", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["topic_id"], ["hub_topics.id"], name=op.f("fk_hub_subscriptions_topic_id_hub_topics"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hub_subscriptions")),
        sa.UniqueConstraint("topic_id", "callback_key", name=op.f("uq_hub_subscriptions_topic_id_callback_key")),
    )
    op.create_index(op.f("ix_hub_subscriptions_lease_until"), "hub_subscriptions", ["lease_until"], unique=False)
    op.create_index("ix_hub_subscriptions_waiting", "hub_subscriptions", ["waiting_since"], unique=False)


def downgrade() -> None:
    """One step back."""
    op.drop_table("hub_subscriptions")
    op.drop_table("hub_topics")
