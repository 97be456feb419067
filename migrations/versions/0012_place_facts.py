"""What a place says counts among the welcome facts of its gatherings, where the host said nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

# The questions that a place and a gathering are both asked, as they were when this step was made: the place's word, the gathering's.
_SAME = {
    "wheelchair": "wheelchair",
    "wide-toilet": "accessible-toilet",
    "assistance-dog": "assistance-dog",
    "captions": "captions",
    "writing": "writing",
    "nursing": "nursing",
    "stroller": "stroller",
}
_places = sa.table("places", sa.column("id", sa.Integer()), sa.column("access_facts", sa.JSON()))
_gatherings = sa.table(
    "gatherings", sa.column("id", sa.Integer()), sa.column("place_id", sa.Integer()), sa.column("venue_kind", sa.String())
)
_facts = sa.table(
    "gathering_facts",
    sa.column("gathering_id", sa.Integer()),
    sa.column("fact", sa.String()),
    sa.column("is_yes", sa.Boolean()),
    sa.column("from_place", sa.Boolean()),
)


def upgrade() -> None:
    """One step forward."""
    op.add_column("gathering_facts", sa.Column("from_place", sa.Boolean(), nullable=False, server_default=sa.false()))
    connection = op.get_bind()
    for place in connection.execute(sa.select(_places.c.id, _places.c.access_facts)).all():
        for slug, is_yes in (place.access_facts or {}).items():
            if slug in _SAME:
                connection.execute(_fill(place.id, _SAME[slug], is_yes))


def _fill(place_id: int, fact: str, is_yes: bool) -> sa.Insert:
    said = sa.select(_facts.c.gathering_id).where(_facts.c.gathering_id == _gatherings.c.id, _facts.c.fact == fact).exists()
    rows = sa.select(
        _gatherings.c.id,
        sa.literal(fact, sa.String()),
        sa.literal(is_yes, sa.Boolean()),
        sa.literal(True, sa.Boolean()),
    ).where(_gatherings.c.place_id == place_id, _gatherings.c.venue_kind == "place", ~said)
    return sa.insert(_facts).from_select(["gathering_id", "fact", "is_yes", "from_place"], rows)


def downgrade() -> None:
    """One step back."""
    op.execute(sa.delete(_facts).where(_facts.c.from_place.is_(True)))
    with op.batch_alter_table("gathering_facts") as batch:
        batch.drop_column("from_place")
