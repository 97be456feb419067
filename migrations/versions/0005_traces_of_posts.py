"""Where posts came from (as pseudonyms), what they link to, and the promise their posters gave."""

import sqlalchemy as sa
from alembic import op

from idobata.store.types import UTCDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """One step forward. Posts of before have left no trace."""
    op.create_table(
        "pledges",
        sa.Column("gathering_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("given_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["gathering_id"], ["gatherings.id"], name=op.f("fk_pledges_gathering_id_gatherings"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("gathering_id", name=op.f("pk_pledges")),
    )
    op.create_table(
        "post_traces",
        sa.Column("gathering_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("network", sa.String(length=40), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gatherings.id"], name=op.f("fk_post_traces_gathering_id_gatherings"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("gathering_id", name=op.f("pk_post_traces")),
    )
    op.create_index(op.f("ix_post_traces_at"), "post_traces", ["at"], unique=False)
    op.create_table(
        "post_links",
        sa.Column("gathering_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("link", sa.String(length=120), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gatherings.id"], name=op.f("fk_post_links_gathering_id_gatherings"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("gathering_id", "link", name=op.f("pk_post_links")),
    )
    op.create_index(op.f("ix_post_links_at"), "post_links", ["at"], unique=False)
    op.create_index("ix_post_links_link", "post_links", ["link", "at"], unique=False)


def downgrade() -> None:
    """One step back."""
    op.drop_index("ix_post_links_link", table_name="post_links")
    op.drop_index(op.f("ix_post_links_at"), table_name="post_links")
    op.drop_table("post_links")
    op.drop_index(op.f("ix_post_traces_at"), table_name="post_traces")
    op.drop_table("post_traces")
    op.drop_table("pledges")
