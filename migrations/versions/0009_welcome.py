"""The welcome mark: what staff know of it, what the town sees of it, and staff notes."""

import sqlalchemy as sa
from alembic import op

from idobata.store.types import UTCDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """One step forward."""
    op.add_column("gatherings", sa.Column("first_step", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("gatherings", sa.Column("first_step_words", sa.String(length=200), server_default="", nullable=False))
    op.add_column("occurrences", sa.Column("first_step", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        "ix_occurrences_first_step",
        "occurrences",
        ["list_at", "gathering_id"],
        sqlite_where=sa.text("first_step IS 1"),
        postgresql_where=sa.text("first_step IS true"),
    )
    op.create_table(
        "welcome_marks",
        sa.Column("gathering_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("state_at", UTCDateTime(), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("department", sa.String(length=80), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_label", sa.String(length=120), nullable=False),
        sa.Column("assessed_at", UTCDateTime(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("picture", sa.JSON(), nullable=False),
        sa.Column("lapsed_for", sa.String(length=20), nullable=False),
        sa.Column("changed_parts", sa.JSON(), nullable=False),
        sa.Column("consent_how", sa.String(length=10), nullable=False),
        sa.Column("consent_by", sa.String(length=120), nullable=False),
        sa.Column("consent_at", UTCDateTime(), nullable=True),
        sa.Column("consent_version", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_welcome_marks_by_id_people"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gatherings.id"], name=op.f("fk_welcome_marks_gathering_id_gatherings"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("gathering_id", name=op.f("pk_welcome_marks")),
    )
    op.create_index("ix_welcome_marks_state", "welcome_marks", ["state", "state_at"])
    op.create_table(
        "staff_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gathering_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by_label", sa.String(length=120), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_staff_notes_by_id_people"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gatherings.id"], name=op.f("fk_staff_notes_gathering_id_gatherings"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_notes")),
    )
    op.create_index("ix_staff_notes_gathering", "staff_notes", ["gathering_id", "at"])
    op.create_index(op.f("ix_staff_notes_ends_on"), "staff_notes", ["ends_on"])


def downgrade() -> None:
    """One step back."""
    op.drop_table("staff_notes")
    op.drop_table("welcome_marks")
    op.drop_index("ix_occurrences_first_step", table_name="occurrences")
    with op.batch_alter_table("occurrences") as table:
        table.drop_column("first_step")
    with op.batch_alter_table("gatherings") as table:
        table.drop_column("first_step_words")
        table.drop_column("first_step")
