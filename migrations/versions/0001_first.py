"""The first step: people, groups, places, gatherings, dates, outbox, deeds, search."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

from idobata.store.types import UTCDateTime

revision = "0001"
down_revision = None

# The FTS table keeps only its index; the words stay in search_docs, and these triggers keep the two in line.
FTS = (
    (
        "CREATE VIRTUAL TABLE search_fts USING fts5(title, body, content='search_docs', content_rowid='doc_id', "
        'tokenize="unicode61 remove_diacritics 0")'
    ),
    (
        "CREATE TRIGGER search_docs_added AFTER INSERT ON search_docs BEGIN "
        "INSERT INTO search_fts(rowid, title, body) VALUES (new.doc_id, new.title, new.body); END"
    ),
    (
        "CREATE TRIGGER search_docs_removed AFTER DELETE ON search_docs BEGIN "
        "INSERT INTO search_fts(search_fts, rowid, title, body) VALUES ('delete', old.doc_id, old.title, old.body); END"
    ),
    (
        "CREATE TRIGGER search_docs_changed AFTER UPDATE ON search_docs BEGIN "
        "INSERT INTO search_fts(search_fts, rowid, title, body) VALUES ('delete', old.doc_id, old.title, old.body); "
        "INSERT INTO search_fts(rowid, title, body) VALUES (new.doc_id, new.title, new.body); END"
    ),
)


def upgrade() -> None:
    """One step forward."""
    op.create_table(
        "deeds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_label", sa.String(length=120), nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("thing", sa.String(length=40), nullable=False),
        sa.Column("thing_id", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deeds")),
    )
    op.create_index(op.f("ix_deeds_at"), "deeds", ["at"], unique=False)
    op.create_index("ix_deeds_thing", "deeds", ["thing", "thing_id", "at"], unique=False)
    op.create_table(
        "groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("folded_name", sa.String(length=80), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=True),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
        sa.UniqueConstraint("public_id", name=op.f("uq_groups_public_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_groups_slug")),
    )
    op.create_index(op.f("ix_groups_district"), "groups", ["district"], unique=False)
    op.create_index(op.f("ix_groups_name"), "groups", ["name"], unique=False)
    op.create_index(op.f("ix_groups_folded_name"), "groups", ["folded_name"], unique=False)
    op.create_table(
        "mail_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("subject_id", sa.String(length=20), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mail_links_token_hash")),
    )
    op.create_index("ix_mail_links_email", "mail_links", ["email", "purpose"], unique=False)
    op.create_index(op.f("ix_mail_links_ends_at"), "mail_links", ["ends_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("dedupe_key", sa.String(length=200), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("run_at", UTCDateTime(), nullable=False),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("crashes", sa.Integer(), nullable=False),
        sa.Column("done_at", UTCDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_dedupe_key")),
    )
    op.create_index("ix_outbox_due", "outbox", ["done_at", "run_at"], unique=False)
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("suspended_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
        sa.UniqueConstraint("public_id", name=op.f("uq_people_public_id")),
    )
    op.create_table(
        "places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kana", sa.String(length=120), nullable=False),
        sa.Column("folded_name", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("phone", sa.String(length=60), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("landmark", sa.String(length=200), nullable=False),
        sa.Column("parking", sa.String(length=300), nullable=False),
        sa.Column("checked_at", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
        sa.UniqueConstraint("public_id", name=op.f("uq_places_public_id")),
    )
    op.create_index(op.f("ix_places_district"), "places", ["district"], unique=False)
    op.create_index(op.f("ix_places_folded_name"), "places", ["folded_name"], unique=False)
    op.create_table(
        "rate_counts",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_counts")),
    )
    op.create_index(op.f("ix_rate_counts_began_at"), "rate_counts", ["began_at"], unique=False)
    op.create_table(
        "search_docs",
        sa.Column("doc_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("vector", sa.Text().with_variant(TSVECTOR(), "postgresql"), nullable=True),
        sa.PrimaryKeyConstraint("doc_id", name=op.f("pk_search_docs")),
    )
    op.create_table(
        "tray_mails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tray_mails")),
    )
    op.create_table(
        "gatherings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("publication", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("summary", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("host_name", sa.String(length=80), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("poster_id", sa.Integer(), nullable=True),
        sa.Column("poster_email", sa.String(length=254), nullable=False),
        sa.Column("venue_kind", sa.String(length=10), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("area_words", sa.String(length=120), nullable=False),
        sa.Column("is_online", sa.Boolean(), nullable=False),
        sa.Column("online_url", sa.String(length=2000), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=True),
        sa.Column("category", sa.String(length=40), nullable=True),
        sa.Column("fee_kind", sa.String(length=10), nullable=False),
        sa.Column("fee_yen", sa.Integer(), nullable=True),
        sa.Column("fee_words", sa.String(length=200), nullable=False),
        sa.Column("signup_kind", sa.String(length=10), nullable=False),
        sa.Column("signup_words", sa.String(length=1000), nullable=False),
        sa.Column("audience", sa.String(length=200), nullable=False),
        sa.Column("bring", sa.String(length=300), nullable=False),
        sa.Column("rain", sa.String(length=200), nullable=False),
        sa.Column("parking", sa.String(length=300), nullable=False),
        sa.Column("language", sa.String(length=100), nullable=False),
        sa.Column("contact_name", sa.String(length=80), nullable=False),
        sa.Column("contact_phone", sa.String(length=60), nullable=False),
        sa.Column("contact_phone_public", sa.Boolean(), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("contact_email_public", sa.Boolean(), nullable=False),
        sa.Column("contact_url", sa.String(length=2000), nullable=False),
        sa.Column("contact_url_public", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("schedule", sa.JSON(), nullable=False),
        sa.Column("materialised_until", sa.Date(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("submitted_at", UTCDateTime(), nullable=True),
        sa.Column("published_at", UTCDateTime(), nullable=True),
        sa.Column("checked_at", UTCDateTime(), nullable=True),
        sa.Column("host_changed_at", UTCDateTime(), nullable=True),
        sa.Column("return_code", sa.String(length=40), nullable=True),
        sa.Column("return_words", sa.Text(), nullable=False),
        sa.Column("source_key", sa.String(length=120), nullable=True),
        sa.Column("source_digest", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_gatherings_group_id_groups")),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name=op.f("fk_gatherings_place_id_places")),
        sa.ForeignKeyConstraint(["poster_id"], ["people.id"], name=op.f("fk_gatherings_poster_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gatherings")),
        sa.UniqueConstraint("public_id", name=op.f("uq_gatherings_public_id")),
        sa.UniqueConstraint("source_key", name=op.f("uq_gatherings_source_key")),
    )
    op.create_index(op.f("ix_gatherings_group_id"), "gatherings", ["group_id"], unique=False)
    op.create_index("ix_gatherings_horizon", "gatherings", ["publication", "materialised_until"], unique=False)
    op.create_index(op.f("ix_gatherings_host_changed_at"), "gatherings", ["host_changed_at"], unique=False)
    op.create_index("ix_gatherings_new", "gatherings", ["publication", "published_at"], unique=False)
    op.create_index(op.f("ix_gatherings_place_id"), "gatherings", ["place_id"], unique=False)
    op.create_index(op.f("ix_gatherings_poster_id"), "gatherings", ["poster_id"], unique=False)
    op.create_index("ix_gatherings_queue", "gatherings", ["publication", "submitted_at"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("joined_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_memberships_group_id_groups"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_memberships_person_id_people"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group_id", "person_id", name=op.f("pk_memberships")),
    )
    op.create_index(op.f("ix_memberships_person_id"), "memberships", ["person_id"], unique=False)
    op.create_table(
        "person_roles",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("given_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_person_roles_person_id_people"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_person_roles")),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sessions_person_id_people"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    op.create_index(op.f("ix_sessions_ends_at"), "sessions", ["ends_at"], unique=False)
    op.create_index(op.f("ix_sessions_person_id"), "sessions", ["person_id"], unique=False)
    op.create_table(
        "gathering_facts",
        sa.Column("gathering_id", sa.Integer(), nullable=False),
        sa.Column("fact", sa.String(length=40), nullable=False),
        sa.Column("is_yes", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gatherings.id"], name=op.f("fk_gathering_facts_gathering_id_gatherings"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("gathering_id", "fact", name=op.f("pk_gathering_facts")),
    )
    op.create_index("ix_gathering_facts_fact", "gathering_facts", ["fact", "is_yes"], unique=False)
    op.create_table(
        "occurrences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gathering_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("list_at", UTCDateTime(), nullable=False),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("end_known", sa.Boolean(), nullable=False),
        sa.Column("is_long", sa.Boolean(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("added", sa.Boolean(), nullable=False),
        sa.Column("touched", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=True),
        sa.Column("category", sa.String(length=40), nullable=True),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gatherings.id"], name=op.f("fk_occurrences_gathering_id_gatherings"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrences")),
        sa.UniqueConstraint("gathering_id", "day", name=op.f("uq_occurrences_gathering_id_day")),
    )
    op.create_index("ix_occurrences_category", "occurrences", ["listed", "category", "list_at", "gathering_id"], unique=False)
    op.create_index("ix_occurrences_district", "occurrences", ["listed", "district", "list_at", "gathering_id"], unique=False)
    op.create_index("ix_occurrences_gathering", "occurrences", ["gathering_id", "list_at", "state"], unique=False)
    op.create_index("ix_occurrences_both", "occurrences", ["listed", "district", "category", "list_at", "gathering_id"], unique=False)
    op.create_index("ix_occurrences_hours", "occurrences", ["listed", "weekday", "part", "list_at", "gathering_id"], unique=False)
    op.create_index("ix_occurrences_list", "occurrences", ["listed", "list_at", "gathering_id"], unique=False)
    op.create_index("ix_occurrences_running", "occurrences", ["listed", "is_long", "ends_at"], unique=False)
    cancelled = sa.text("state = 'cancelled'")
    op.create_index(
        "ix_occurrences_cancelled",
        "occurrences",
        ["listed", "list_at", "gathering_id"],
        unique=False,
        sqlite_where=cancelled,
        postgresql_where=cancelled,
    )

    if op.get_bind().dialect.name == "sqlite":
        for statement in FTS:
            op.execute(statement)
    else:
        op.execute("CREATE INDEX ix_search_docs_vector ON search_docs USING gin (vector)")


def downgrade() -> None:
    """One step back."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_fts")
    op.drop_index("ix_occurrences_running", table_name="occurrences")
    op.drop_index("ix_occurrences_list", table_name="occurrences")
    op.drop_index("ix_occurrences_gathering", table_name="occurrences")
    op.drop_index("ix_occurrences_district", table_name="occurrences")
    op.drop_index("ix_occurrences_category", table_name="occurrences")
    op.drop_table("occurrences")
    op.drop_index("ix_gathering_facts_fact", table_name="gathering_facts")
    op.drop_table("gathering_facts")
    op.drop_index(op.f("ix_sessions_person_id"), table_name="sessions")
    op.drop_index(op.f("ix_sessions_ends_at"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_table("person_roles")
    op.drop_index(op.f("ix_memberships_person_id"), table_name="memberships")
    op.drop_table("memberships")
    op.drop_index("ix_gatherings_queue", table_name="gatherings")
    op.drop_index(op.f("ix_gatherings_poster_id"), table_name="gatherings")
    op.drop_index(op.f("ix_gatherings_place_id"), table_name="gatherings")
    op.drop_index("ix_gatherings_new", table_name="gatherings")
    op.drop_index(op.f("ix_gatherings_host_changed_at"), table_name="gatherings")
    op.drop_index("ix_gatherings_horizon", table_name="gatherings")
    op.drop_index(op.f("ix_gatherings_group_id"), table_name="gatherings")
    op.drop_table("gatherings")
    op.drop_table("tray_mails")
    op.drop_table("search_docs")
    op.drop_index(op.f("ix_rate_counts_began_at"), table_name="rate_counts")
    op.drop_table("rate_counts")
    op.drop_index(op.f("ix_places_folded_name"), table_name="places")
    op.drop_index(op.f("ix_places_district"), table_name="places")
    op.drop_table("places")
    op.drop_table("people")
    op.drop_index("ix_outbox_due", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index(op.f("ix_mail_links_ends_at"), table_name="mail_links")
    op.drop_index("ix_mail_links_email", table_name="mail_links")
    op.drop_table("mail_links")
    op.drop_index(op.f("ix_groups_folded_name"), table_name="groups")
    op.drop_index(op.f("ix_groups_name"), table_name="groups")
    op.drop_index(op.f("ix_groups_district"), table_name="groups")
    op.drop_table("groups")
    op.drop_index("ix_deeds_thing", table_name="deeds")
    op.drop_index(op.f("ix_deeds_at"), table_name="deeds")
    op.drop_table("deeds")
