"""Reports and their cases, appeals, and what was hidden one by one or in one act."""

import sqlalchemy as sa
from alembic import op

from idobata.store.types import UTCDateTime

revision = "0011"
down_revision = "0010"

OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    """One step forward."""
    op.create_table(
        "sweeps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("undone_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_sweeps_by_id_people"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sweeps_person_id_people"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweeps")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sweeps_public_id")),
    )
    op.create_index(op.f("ix_sweeps_at"), "sweeps", ["at"], unique=False)
    op.create_index(op.f("ix_sweeps_person_id"), "sweeps", ["person_id"], unique=False)
    op.create_table(
        "appeals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("gathering_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("refused_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["gathering_id"], ["gatherings.id"], name=op.f("fk_appeals_gathering_id_gatherings"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["refused_by_id"], ["people.id"], name=op.f("fk_appeals_refused_by_id_people"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("public_id", name=op.f("uq_appeals_public_id")),
    )
    op.create_index("ix_appeals_closed", "appeals", ["closed_at"], unique=False)
    op.create_index(op.f("ix_appeals_gathering_id"), "appeals", ["gathering_id"], unique=False)
    op.create_index("uq_appeals_open", "appeals", ["gathering_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "holds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gathering_id", sa.Integer(), nullable=False),
        sa.Column("sweep_id", sa.Integer(), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("was", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["gathering_id"], ["gatherings.id"], name=op.f("fk_holds_gathering_id_gatherings"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["sweep_id"], ["sweeps.id"], name=op.f("fk_holds_sweep_id_sweeps"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_gathering_id"), "holds", ["gathering_id"], unique=False)
    op.create_index(op.f("ix_holds_sweep_id"), "holds", ["sweep_id"], unique=False)
    op.create_table(
        "report_cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("gathering_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("taken_at", UTCDateTime(), nullable=True),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("host_asked_at", UTCDateTime(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gatherings.id"], name=op.f("fk_report_cases_gathering_id_gatherings"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["taken_by_id"], ["people.id"], name=op.f("fk_report_cases_taken_by_id_people"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_cases")),
        sa.UniqueConstraint("public_id", name=op.f("uq_report_cases_public_id")),
    )
    op.create_index("ix_report_cases_closed", "report_cases", ["closed_at"], unique=False)
    op.create_index(op.f("ix_report_cases_gathering_id"), "report_cases", ["gathering_id"], unique=False)
    op.create_index("uq_report_cases_open", "report_cases", ["gathering_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("day_key", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["report_cases.id"], name=op.f("fk_reports_case_id_report_cases"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("case_id", "day_key", name=op.f("uq_reports_case_id_day_key")),
    )
    op.create_index(op.f("ix_reports_source"), "reports", ["source"], unique=False)


def downgrade() -> None:
    """One step back."""
    op.drop_index(op.f("ix_reports_source"), table_name="reports")
    op.drop_table("reports")
    op.drop_index("uq_report_cases_open", table_name="report_cases", sqlite_where=OPEN, postgresql_where=OPEN)
    op.drop_index(op.f("ix_report_cases_gathering_id"), table_name="report_cases")
    op.drop_index("ix_report_cases_closed", table_name="report_cases")
    op.drop_table("report_cases")
    op.drop_index(op.f("ix_holds_sweep_id"), table_name="holds")
    op.drop_index(op.f("ix_holds_gathering_id"), table_name="holds")
    op.drop_table("holds")
    op.drop_index("uq_appeals_open", table_name="appeals", sqlite_where=OPEN, postgresql_where=OPEN)
    op.drop_index(op.f("ix_appeals_gathering_id"), table_name="appeals")
    op.drop_index("ix_appeals_closed", table_name="appeals")
    op.drop_table("appeals")
    op.drop_index(op.f("ix_sweeps_person_id"), table_name="sweeps")
    op.drop_index(op.f("ix_sweeps_at"), table_name="sweeps")
    op.drop_table("sweeps")
