"""What a host tells newcomers: the steps of a first visit, and how many people usually come."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """One step forward."""
    op.add_column("gatherings", sa.Column("crowd", sa.String(length=10), server_default="", nullable=False))
    op.add_column("gatherings", sa.Column("first_visit", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    """One step back."""
    with op.batch_alter_table("gatherings") as table:
        table.drop_column("first_visit")
        table.drop_column("crowd")
