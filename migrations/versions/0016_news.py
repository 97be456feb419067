"""What became public of a change, for feeds that tell each change once."""

import sqlalchemy as sa
from alembic import op

from idobata.store.types import UTCDateTime

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """One step forward."""
    op.create_table(
        "gathering_news",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gathering_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("state_before", sa.String(length=10), nullable=False),
        sa.Column("starts_before", UTCDateTime(), nullable=True),
        sa.Column("all_day_before", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gatherings.id"], name=op.f("fk_gathering_news_gathering_id_gatherings"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gathering_news")),
    )
    op.create_index("ix_gathering_news_at", "gathering_news", ["at"], unique=False)
    op.create_index(op.f("ix_gathering_news_gathering_id"), "gathering_news", ["gathering_id"], unique=False)


def downgrade() -> None:
    """One step back."""
    op.drop_table("gathering_news")
