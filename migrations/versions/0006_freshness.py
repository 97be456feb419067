"""Freshness: who made sure of a gathering, where the question to its host stands, what staff typed in for a host, codes read out on the phone."""

import sqlalchemy as sa
from alembic import op

from idobata.store.types import UTCDateTime

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """One step forward."""
    op.add_column("occurrences", sa.Column("unconfirmed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "assurances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gathering_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("who_label", sa.String(length=120), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gatherings.id"], name=op.f("fk_assurances_gathering_id_gatherings"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_assurances_person_id_people"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assurances")),
    )
    op.create_index("ix_assurances_gathering", "assurances", ["gathering_id", "at"], unique=False)
    op.create_table(
        "freshness",
        sa.Column("gathering_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=True),
        sa.Column("mails", sa.SmallInteger(), nullable=False),
        sa.Column("mailed_at", UTCDateTime(), nullable=True),
        sa.Column("lively_at", UTCDateTime(), nullable=True),
        sa.Column("unconfirmed_at", UTCDateTime(), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["gathering_id"], ["gatherings.id"], name=op.f("fk_freshness_gathering_id_gatherings"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("gathering_id", name=op.f("pk_freshness")),
    )
    op.create_index(op.f("ix_freshness_asked_at"), "freshness", ["asked_at"], unique=False)
    op.create_table(
        "proxy_posts",
        sa.Column("gathering_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("host_phone", sa.String(length=60), nullable=False),
        sa.Column("host_address", sa.String(length=200), nullable=False),
        sa.Column("host_email", sa.String(length=254), nullable=False),
        sa.Column("typed_at", UTCDateTime(), nullable=False),
        sa.Column("typed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gatherings.id"], name=op.f("fk_proxy_posts_gathering_id_gatherings"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["typed_by"], ["people.id"], name=op.f("fk_proxy_posts_typed_by_people"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("gathering_id", name=op.f("pk_proxy_posts")),
    )
    op.create_index(op.f("ix_proxy_posts_host_email"), "proxy_posts", ["host_email"], unique=False)
    op.create_table(
        "spoken_codes",
        sa.Column("gathering_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gatherings.id"], name=op.f("fk_spoken_codes_gathering_id_gatherings"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("gathering_id", name=op.f("pk_spoken_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_spoken_codes_code_hash")),
    )
    op.create_table(
        "private_homes",
        sa.Column("gathering_id", sa.Integer(), nullable=False),
        sa.Column("told_to", sa.String(length=10), nullable=False),
        sa.Column("exact_place", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gatherings.id"], name=op.f("fk_private_homes_gathering_id_gatherings"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("gathering_id", name=op.f("pk_private_homes")),
    )


def downgrade() -> None:
    """One step back."""
    op.drop_table("private_homes")
    op.drop_table("spoken_codes")
    op.drop_index(op.f("ix_proxy_posts_host_email"), table_name="proxy_posts")
    op.drop_table("proxy_posts")
    op.drop_index(op.f("ix_freshness_asked_at"), table_name="freshness")
    op.drop_table("freshness")
    op.drop_index("ix_assurances_gathering", table_name="assurances")
    op.drop_table("assurances")
    op.drop_column("occurrences", "unconfirmed")
