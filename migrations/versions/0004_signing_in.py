"""Signing in: links bound to a browser, sessions that know their proofs, passwords, second factors."""

import sqlalchemy as sa
from alembic import op

from idobata.store.types import UTCDateTime

revision = "0004"
down_revision = "0003"

ADDED = (
    ("people", (("signed_in_at", UTCDateTime()),)),
    ("sessions", (("second_at", UTCDateTime()), ("proved_at", UTCDateTime()), ("device", sa.String(60)))),
    ("mail_links", (("browser_hash", sa.String(64)), ("code_hash", sa.String(64)), ("then", sa.String(300)))),
)


def upgrade() -> None:
    """One step forward. Open sessions stay; those of staff have not passed a second factor and are asked for it."""
    for table, columns in ADDED:
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    op.create_index(op.f("ix_mail_links_browser_hash"), "mail_links", ["browser_hash"], unique=False)
    op.create_table(
        "passwords",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=200), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_passwords_person_id_people"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_passwords")),
    )
    op.create_table(
        "code_apps",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.String(length=400), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_code_apps_person_id_people"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_code_apps")),
    )
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_passkeys_person_id_people"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("public_id", name=op.f("uq_passkeys_public_id")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    op.create_index(op.f("ix_passkeys_person_id"), "passkeys", ["person_id"], unique=False)
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_recovery_codes_person_id_people"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_codes_code_hash")),
    )
    op.create_index(op.f("ix_recovery_codes_person_id"), "recovery_codes", ["person_id"], unique=False)


def downgrade() -> None:
    """One step back."""
    for table in ("recovery_codes", "passkeys", "code_apps", "passwords"):
        op.drop_table(table)
    op.drop_index(op.f("ix_mail_links_browser_hash"), "mail_links")
    for table, columns in reversed(ADDED):
        for name, _kind in reversed(columns):
            op.drop_column(table, name)
