"""Whether the words of a gathering may be used beyond the site. Imported lists came as open data; nobody else was ever asked."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_gatherings = sa.table("gatherings", sa.column("source_key", sa.String()), sa.column("reuse_text", sa.Boolean()))


def upgrade() -> None:
    """One step forward."""
    op.add_column("gatherings", sa.Column("reuse_text", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(sa.update(_gatherings).where(_gatherings.c.source_key.is_not(None)).values(reuse_text=True))


def downgrade() -> None:
    """One step back."""
    with op.batch_alter_table("gatherings") as batch:
        batch.drop_column("reuse_text")
