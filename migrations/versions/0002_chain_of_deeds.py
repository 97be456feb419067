"""The deed log becomes a chain, and the database itself refuses to change it. Deeds that are there already get their place in it."""

import hashlib
import json
import secrets
from datetime import UTC

import sqlalchemy as sa
from alembic import op

from idobata.store.types import UTCDateTime

revision = "0002"
down_revision = "0001"

BATCH = 2000
NEW = ("who_salt", "who_digest", "detail_salt", "detail_digest", "previous_hash", "hash")
LENGTHS = (32, 64, 32, 64, 64, 64)
BEGINNING = "0" * 64

# What may never differ, and the only two changes there are: who it was is taken out, or the detail is.
FIXED = ("id", "at", "act", "thing", "thing_id", "who_digest", "detail_digest", "previous_hash", "hash")
WHO = ("actor_id", "actor_label", "who_salt")
FORBIDDEN = (
    "NOT ("
    + " AND ".join(f"new.{name} IS NOT DISTINCT FROM old.{name}" for name in FIXED)
    + " AND ("
    + " AND ".join(f"new.{name} IS NOT DISTINCT FROM old.{name}" for name in WHO)
    + " OR new.who_salt = '' AND new.actor_label = '' AND new.actor_id IS NULL)"
    + " AND (CAST(new.detail AS TEXT) = CAST(old.detail AS TEXT) AND new.detail_salt = old.detail_salt"
    + " OR new.detail_salt = '' AND CAST(new.detail AS TEXT) = '{}'))"
)
SAYS = "the deed log is never changed"
SQLITE = (
    (
        f"CREATE TRIGGER deeds_unchanged BEFORE UPDATE ON deeds WHEN {FORBIDDEN.replace('IS NOT DISTINCT FROM', 'IS')} "
        f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
    ),
    f"CREATE TRIGGER deeds_kept BEFORE DELETE ON deeds BEGIN SELECT RAISE(ABORT, '{SAYS}'); END",
)
POSTGRESQL = (
    f"CREATE FUNCTION refuse_deed_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{SAYS}'; END $$",
    f"CREATE TRIGGER deeds_unchanged BEFORE UPDATE ON deeds FOR EACH ROW WHEN ({FORBIDDEN}) EXECUTE FUNCTION refuse_deed_change()",
    "CREATE TRIGGER deeds_kept BEFORE DELETE ON deeds FOR EACH ROW EXECUTE FUNCTION refuse_deed_change()",
    "CREATE TRIGGER deeds_whole BEFORE TRUNCATE ON deeds FOR EACH STATEMENT EXECUTE FUNCTION refuse_deed_change()",
)


def upgrade() -> None:
    """One step forward."""
    op.create_table(
        "deed_heads",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deed_heads")),
    )
    with op.batch_alter_table("deeds") as deeds:
        for name, length in zip(NEW, LENGTHS, strict=True):
            deeds.add_column(sa.Column(name, sa.String(length=length), nullable=True))
    head, count = _bind_what_is_there()
    op.execute(sa.text("INSERT INTO deed_heads (id, hash, count) VALUES (1, :head, :count)").bindparams(head=head, count=count))
    with op.batch_alter_table("deeds") as deeds:
        for name, length in zip(NEW, LENGTHS, strict=True):
            deeds.alter_column(name, existing_type=sa.String(length=length), nullable=False)
        deeds.create_unique_constraint(op.f("uq_deeds_previous_hash"), ["previous_hash"])
    op.create_index("ix_deeds_act", "deeds", ["act", "at"], unique=False)
    op.create_index(op.f("ix_deeds_actor_id"), "deeds", ["actor_id"], unique=False)
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    """One step back. The deeds stay; that they were bound is forgotten."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for trigger in ("deeds_unchanged", "deeds_kept") if sqlite else ("deeds_unchanged", "deeds_kept", "deeds_whole"):
        op.execute(f"DROP TRIGGER {trigger}" if sqlite else f"DROP TRIGGER {trigger} ON deeds")
    if not sqlite:
        op.execute("DROP FUNCTION refuse_deed_change()")
    op.drop_index(op.f("ix_deeds_actor_id"), table_name="deeds")
    op.drop_index("ix_deeds_act", table_name="deeds")
    with op.batch_alter_table("deeds") as deeds:
        deeds.drop_constraint(op.f("uq_deeds_previous_hash"), type_="unique")
        for name in NEW:
            deeds.drop_column(name)
    op.drop_table("deed_heads")


def _bind_what_is_there() -> tuple[str, int]:
    """Give every deed its place, in the order of their numbers; returns the last link and how many there are."""
    table = sa.table(
        "deeds",
        sa.column("id", sa.Integer()),
        sa.column("at", UTCDateTime()),
        sa.column("actor_id", sa.Integer()),
        sa.column("actor_label", sa.String()),
        sa.column("act", sa.String()),
        sa.column("thing", sa.String()),
        sa.column("thing_id", sa.String()),
        sa.column("detail", sa.JSON()),
        *(sa.column(name, sa.String()) for name in NEW),
    )
    change = table.update().where(table.c.id == sa.bindparam("this")).values({name: sa.bindparam(f"new_{name}") for name in NEW})
    bind, head, count, last = op.get_bind(), BEGINNING, 0, -1
    while rows := bind.execute(sa.select(table).where(table.c.id > last).order_by(table.c.id).limit(BATCH)).all():
        changes = []
        for row in rows:
            who_salt, detail_salt = secrets.token_hex(16), secrets.token_hex(16)
            who, detail = _sha256([who_salt, row.actor_id, row.actor_label]), _sha256([detail_salt, row.detail])
            moment = row.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            previous, head = head, _sha256([head, moment, row.act, row.thing, row.thing_id, who, detail])
            values = dict(zip(NEW, (who_salt, who, detail_salt, detail, previous, head), strict=True))
            changes.append({"this": row.id} | {f"new_{name}": value for name, value in values.items()})
        bind.execute(change, changes)
        count, last = count + len(rows), rows[-1].id
    return head, count


def _sha256(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")).hexdigest()
