"""Staff who ask what was checked lately begin with the few gatherings somebody made sure of, however big the town is."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """One step forward."""
    op.create_index("ix_gatherings_checked", "gatherings", ["publication", "checked_at"])


def downgrade() -> None:
    """One step back."""
    op.drop_index("ix_gatherings_checked", "gatherings")
