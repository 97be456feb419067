"""Groups that run themselves: members with names, invitations, checks by the city, succession."""

import sqlalchemy as sa
from alembic import op

from idobata.kernel.ids import new_public_id
from idobata.kernel.look_alikes import look_alike_key
from idobata.store.types import UTCDateTime

revision = "0008"
down_revision = "0007"

GROUPS = sa.table("groups", sa.column("id"), sa.column("name"), sa.column("folded_name"))
MEMBERSHIPS = sa.table(
    "memberships",
    sa.column("group_id"),
    sa.column("person_id"),
    sa.column("public_id"),
    sa.column("name"),
    sa.column("joined_at"),
    sa.column("alive_at"),
)
PEOPLE = sa.table("people", sa.column("id"), sa.column("name"))


def upgrade() -> None:
    """Add the tables, and give members what they know already."""
    with op.batch_alter_table("groups") as table:
        table.add_column(sa.Column("kana", sa.String(length=120), nullable=False, server_default=""))
        table.add_column(sa.Column("contact_hint", sa.String(length=200), nullable=False, server_default=""))
        table.add_column(sa.Column("checked_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("checked_until", sa.Date(), nullable=True))
        table.add_column(sa.Column("ended_at", UTCDateTime(), nullable=True))
    with op.batch_alter_table("groups") as table:
        table.alter_column("kana", server_default=None)
        table.alter_column("contact_hint", server_default=None)
        table.create_index(op.f("ix_groups_checked_until"), ["checked_until"], unique=False)
    with op.batch_alter_table("memberships") as table:
        table.add_column(sa.Column("public_id", sa.String(length=20), nullable=True))
        table.add_column(sa.Column("name", sa.String(length=80), nullable=False, server_default=""))
        table.add_column(sa.Column("alive_at", UTCDateTime(), nullable=True))
    _fill(op.get_bind())
    with op.batch_alter_table("memberships") as table:
        table.alter_column("public_id", existing_type=sa.String(length=20), nullable=False)
        table.alter_column("name", server_default=None)
        table.alter_column("alive_at", existing_type=UTCDateTime(), nullable=False)
        table.create_unique_constraint(op.f("uq_memberships_public_id"), ["public_id"])
    op.create_table(
        "group_categories",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_group_categories_group_id_groups"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group_id", "category", name=op.f("pk_group_categories")),
    )
    op.create_index("ix_group_categories_category", "group_categories", ["category"], unique=False)
    op.create_table(
        "group_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("checked_by", sa.String(length=120), nullable=False),
        sa.Column("what", sa.JSON(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("holds_until", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("reminded_at", UTCDateTime(), nullable=True),
        sa.Column("taken_back_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["checked_by_id"], ["people.id"], name=op.f("fk_group_checks_checked_by_id_people"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_group_checks_group_id_groups"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_checks")),
    )
    op.create_index(op.f("ix_group_checks_checked_by_id"), "group_checks", ["checked_by_id"], unique=False)
    op.create_index(op.f("ix_group_checks_group_id"), "group_checks", ["group_id"], unique=False)
    op.create_table(
        "group_invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("inviter_id", sa.Integer(), nullable=True),
        sa.Column("by_city", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_group_invitations_group_id_groups"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["inviter_id"], ["people.id"], name=op.f("fk_group_invitations_inviter_id_people"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_invitations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_group_invitations_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_group_invitations_token_hash")),
    )
    op.create_index(op.f("ix_group_invitations_ends_at"), "group_invitations", ["ends_at"], unique=False)
    op.create_index(op.f("ix_group_invitations_group_id"), "group_invitations", ["group_id"], unique=False)
    op.create_index(op.f("ix_group_invitations_inviter_id"), "group_invitations", ["inviter_id"], unique=False)
    op.create_table(
        "group_successions",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_group_successions_group_id_groups"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_group_successions")),
    )
    op.create_index(op.f("ix_group_successions_stage"), "group_successions", ["stage"], unique=False)


def _fill(connection: sa.Connection) -> None:
    for group_id, name in connection.execute(sa.select(GROUPS.c.id, GROUPS.c.name)).all():
        key = (look_alike_key(name) or name)[:80]
        connection.execute(sa.update(GROUPS).where(GROUPS.c.id == group_id).values(folded_name=key))
    members = sa.select(MEMBERSHIPS.c.group_id, MEMBERSHIPS.c.person_id, PEOPLE.c.name).join(PEOPLE, PEOPLE.c.id == MEMBERSHIPS.c.person_id)
    for group_id, person_id, name in connection.execute(members).all():
        connection.execute(
            sa.update(MEMBERSHIPS)
            .where(MEMBERSHIPS.c.group_id == group_id, MEMBERSHIPS.c.person_id == person_id)
            .values(public_id=new_public_id(), name=name, alive_at=MEMBERSHIPS.c.joined_at)
        )


def downgrade() -> None:
    """Take it all away again."""
    for name in ("group_successions", "group_invitations", "group_checks", "group_categories"):
        op.drop_table(name)
    with op.batch_alter_table("memberships") as table:
        table.drop_constraint(op.f("uq_memberships_public_id"), type_="unique")
        for name in ("public_id", "name", "alive_at"):
            table.drop_column(name)
    with op.batch_alter_table("groups") as table:
        table.drop_index(op.f("ix_groups_checked_until"))
        for name in ("kana", "contact_hint", "checked_on", "checked_until", "ended_at"):
            table.drop_column(name)
