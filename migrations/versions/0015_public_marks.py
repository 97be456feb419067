"""What changed in public, in the order of commits, so that a copy of the town elsewhere can be kept in step.

Triggers note every change of a column that readers can see. A later step that rebuilds one of these tables on SQLite has to make its triggers
anew, and one that adds a public column has to add it to them; a test compares them with the columns.
"""

import secrets

import sqlalchemy as sa
from alembic import op

from idobata.store.types import UTCDateTime

revision = "0015"
down_revision = "0014"

GATHERING = [
    "publication",
    "title",
    "summary",
    "body",
    "host_name",
    "group_id",
    "venue_kind",
    "place_id",
    "area_words",
    "is_online",
    "online_url",
    "district",
    "category",
    "fee_kind",
    "fee_yen",
    "fee_words",
    "signup_kind",
    "signup_words",
    "audience",
    "bring",
    "rain",
    "parking",
    "language",
    "facts",
    "crowd",
    "first_visit",
    "reuse_text",
    "schedule",
    "published_at",
    "checked_at",
    "told_changes",
    "first_step",
    "first_step_words",
]
OCCURRENCE = [
    "day",
    "starts_at",
    "ends_at",
    "list_at",
    "all_day",
    "end_known",
    "is_long",
    "weekday",
    "part",
    "state",
    "note",
    "listed",
    "district",
    "category",
    "unconfirmed",
    "first_step",
]
PLACE = [
    "name",
    "kana",
    "address",
    "district",
    "latitude",
    "longitude",
    "phone",
    "url",
    "access",
    "landmark",
    "parking",
    "opening",
    "access_facts",
    "access_note",
    "checked_at",
    "checked_how",
]
GROUP = ["slug", "name", "kana", "words", "contact_hint", "district", "links", "checked_on", "checked_until", "ended_at"]
# PostgreSQL has no equality for JSON.
_JSON = ("facts", "first_visit", "schedule", "told_changes", "access_facts", "links")
_TABLES = ("gatherings", "occurrences", "places", "merged_places", "groups", "group_categories")


def upgrade() -> None:
    """One step forward."""
    _make_tables()
    for name, table, event, condition, notes in _triggers():
        _make_trigger(name, table, event, condition, notes)
    head = sa.table("mark_heads", sa.column("id"), sa.column("number"), sa.column("epoch"))
    op.execute(sa.insert(head).values(id=1, number=1, epoch=secrets.token_hex(8)))
    for statement in _FILL:
        op.execute(statement)


def downgrade() -> None:
    """One step back."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table, _event, _condition, _notes in _triggers():
        op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if postgresql else ""))
        if postgresql:
            op.execute(f"DROP FUNCTION {name}()")
    for table in ("date_marks", "public_marks", "public_notes", "mark_heads"):
        op.drop_table(table)


def _make_tables() -> None:
    op.create_table(
        "mark_heads",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark_heads")),
    )
    op.create_table(
        "public_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_notes")),
    )
    op.create_table(
        "public_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("thing", sa.String(length=60), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_marks")),
        sa.UniqueConstraint("kind", "thing", name=op.f("uq_public_marks_kind_thing")),
    )
    op.create_index("ix_public_marks_order", "public_marks", ["kind", "number", "id"])
    op.create_index("ix_public_marks_row", "public_marks", ["kind", "row_id"])
    op.create_table(
        "date_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("occurrence_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["mark_id"], ["public_marks.id"], name=op.f("fk_date_marks_mark_id_public_marks"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_date_marks")),
        sa.UniqueConstraint("mark_id", "day", name=op.f("uq_date_marks_mark_id_day")),
    )
    op.create_index("ix_date_marks_order", "date_marks", ["number", "id"])
    op.create_index("ix_date_marks_occurrence", "date_marks", ["occurrence_id"])


def _triggers() -> list[tuple[str, str, str, str, list[tuple[str, str]]]]:
    """Name, table, event, condition, and the notes it writes: (kind, the row's id)."""
    published = "(OLD.publication = 'published' OR NEW.publication = 'published')"
    contact = ("contact_phone", "contact_email", "contact_url")
    # A way to reach a host that is not public, and was not, is nobody's news.
    reached = " OR ".join(
        f"(OLD.{name}_public IS DISTINCT FROM NEW.{name}_public)"
        f" OR (NEW.{name}_public = {{true}} AND OLD.{name} IS DISTINCT FROM NEW.{name})"
        for name in contact
    )
    shown = " OR ".join(f"NEW.{name}_public = {{true}}" for name in contact)
    reached += f" OR (({shown}) AND OLD.contact_name IS DISTINCT FROM NEW.contact_name)"
    contact_columns = ["contact_name", *(column for name in contact for column in (name, f"{name}_public"))]
    moved = "OLD.publication <> NEW.publication OR OLD.place_id IS DISTINCT FROM NEW.place_id OR OLD.venue_kind <> NEW.venue_kind"
    return [
        (
            "mark_gatherings_new",
            "gatherings",
            "INSERT",
            "NEW.publication = 'published'",
            [("gathering", "NEW.id"), ("venue", "NEW.place_id")],
        ),
        (
            "mark_gatherings_changed",
            "gatherings",
            f"UPDATE OF {', '.join([*GATHERING, *contact_columns])}",
            f"{published} AND ({_differs(GATHERING)} OR {reached})",
            [("gathering", "NEW.id")],
        ),
        (
            "mark_gatherings_moved",
            "gatherings",
            "UPDATE OF publication, place_id, venue_kind",
            f"{published} AND ({moved})",
            [("venue", "OLD.place_id"), ("venue", "NEW.place_id")],
        ),
        (
            "mark_gatherings_gone",
            "gatherings",
            "DELETE",
            "OLD.publication = 'published'",
            [("gathering", "OLD.id"), ("venue", "OLD.place_id")],
        ),
        ("mark_occurrences_new", "occurrences", "INSERT", "NEW.listed = {true}", [("date", "NEW.id")]),
        (
            "mark_occurrences_changed",
            "occurrences",
            f"UPDATE OF {', '.join(OCCURRENCE)}",
            f"(OLD.listed = {{true}} OR NEW.listed = {{true}}) AND ({_differs(OCCURRENCE)})",
            [("date", "NEW.id")],
        ),
        ("mark_occurrences_gone", "occurrences", "DELETE", "OLD.listed = {true}", [("date", "OLD.id")]),
        ("mark_places_new", "places", "INSERT", "", [("place", "NEW.id")]),
        ("mark_places_changed", "places", f"UPDATE OF {', '.join(PLACE)}", _differs(PLACE), [("place", "NEW.id")]),
        ("mark_places_gone", "places", "DELETE", "", [("place", "OLD.id")]),
        ("mark_merged_places_new", "merged_places", "INSERT", "", [("place", "NEW.place_id")]),
        ("mark_merged_places_gone", "merged_places", "DELETE", "", [("place", "OLD.place_id")]),
        ("mark_groups_new", "groups", "INSERT", "", [("group", "NEW.id")]),
        ("mark_groups_changed", "groups", f"UPDATE OF {', '.join(GROUP)}", _differs(GROUP), [("group", "NEW.id")]),
        ("mark_groups_gone", "groups", "DELETE", "", [("group", "OLD.id")]),
        ("mark_group_categories_new", "group_categories", "INSERT", "", [("group", "NEW.group_id")]),
        ("mark_group_categories_gone", "group_categories", "DELETE", "", [("group", "OLD.group_id")]),
    ]


def _differs(columns: list[str]) -> str:
    sides = ((f"CAST(OLD.{one} AS TEXT)", f"CAST(NEW.{one} AS TEXT)") if one in _JSON else (f"OLD.{one}", f"NEW.{one}") for one in columns)
    return " OR ".join(f"{old} IS DISTINCT FROM {new}" for old, new in sides)


def _make_trigger(name: str, table: str, event: str, condition: str, notes: list[tuple[str, str]]) -> None:
    body = " ".join(f"INSERT INTO public_notes (kind, row_id) SELECT '{kind}', {row} WHERE {row} IS NOT NULL;" for kind, row in notes)
    if op.get_bind().dialect.name == "postgresql":
        when = f" WHEN ({condition.replace('{true}', 'true')})" if condition else ""
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$")
        op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW{when} EXECUTE FUNCTION {name}()")
    else:
        # SQLite learned the long words only lately.
        short = condition.replace("IS DISTINCT FROM", "IS NOT").replace("{true}", "1")
        op.execute(f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW{f' WHEN {short}' if short else ''} BEGIN {body} END")


_FILL = (
    (
        "INSERT INTO public_marks (kind, thing, row_id, number, at) "
        "SELECT 'gathering', public_id, id, 1, updated_at FROM gatherings WHERE publication = 'published' ORDER BY id"
    ),
    (
        "INSERT INTO public_marks (kind, thing, row_id, number, at) "
        "SELECT 'gathering', public_id, NULL, 1, updated_at FROM gatherings "
        "WHERE publication = 'withdrawn' AND published_at IS NOT NULL ORDER BY id"
    ),
    (
        "INSERT INTO date_marks (mark_id, day, occurrence_id, number, at) "
        "SELECT m.id, o.day, o.id, 1, o.changed_at FROM occurrences o "
        "JOIN public_marks m ON m.kind = 'gathering' AND m.row_id = o.gathering_id WHERE o.listed ORDER BY o.id"
    ),
    (
        "INSERT INTO public_marks (kind, thing, row_id, number, at) "
        "SELECT 'place', p.public_id, p.id, 1, p.updated_at FROM places p "
        "WHERE NOT EXISTS (SELECT 1 FROM merged_places m WHERE m.place_id = p.id) AND (p.checked_at IS NOT NULL OR EXISTS "
        "(SELECT 1 FROM gatherings g WHERE g.place_id = p.id AND g.publication = 'published' AND g.venue_kind = 'place')) ORDER BY p.id"
    ),
    "INSERT INTO public_marks (kind, thing, row_id, number, at) SELECT 'group', slug, id, 1, updated_at FROM groups ORDER BY id",
)
