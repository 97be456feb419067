"""Lists of what hardly any gathering has begin with those few, however big the town is."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """One step forward."""
    op.create_index(
        "ix_gatherings_online",
        "gatherings",
        ["is_online"],
        sqlite_where=sa.text("is_online IS 1"),
        postgresql_where=sa.text("is_online IS true"),
    )
    op.drop_index("ix_gathering_facts_fact", "gathering_facts")
    op.create_index("ix_gathering_facts_fact", "gathering_facts", ["fact", "is_yes", "gathering_id"])


def downgrade() -> None:
    """One step back."""
    op.drop_index("ix_gathering_facts_fact", "gathering_facts")
    op.create_index("ix_gathering_facts_fact", "gathering_facts", ["fact", "is_yes"])
    op.drop_index("ix_gatherings_online", "gatherings")
