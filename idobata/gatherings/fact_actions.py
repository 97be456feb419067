"""The rows that lists look welcome facts up in: what the host said, and what the place says where the host said nothing."""

from collections.abc import Iterable

from sqlalchemy import delete, insert

from idobata.gatherings.fact_queries import place_answers
from idobata.gatherings.models import Gathering, GatheringFact
from idobata.store.database import db
from idobata.store.id_lists import among


def write_facts(gathering: Gathering) -> None:
    """Bring all fact rows of one gathering in line with its own words and its place."""
    db.session.execute(delete(GatheringFact).where(GatheringFact.gathering_id == gathering.id))
    _put([_row(gathering, slug, is_yes, from_place=False) for slug, is_yes in gathering.facts.items()] + _of_place(gathering))


def place_changed(gatherings: Iterable[Gathering]) -> None:
    """Bring the rows that come from the place in line; the host's own are not touched. The gatherings' places are loaded."""
    rows = list(gatherings)
    if not rows:
        return
    mine = among([one.id for one in rows], GatheringFact.gathering_id.expression)
    db.session.execute(delete(GatheringFact).where(mine, GatheringFact.from_place.is_(True)))
    _put([row for one in rows for row in _of_place(one)])


def _of_place(gathering: Gathering) -> list[dict[str, object]]:
    return [_row(gathering, slug, is_yes, from_place=True) for slug, is_yes in place_answers(gathering).items()]


def _row(gathering: Gathering, slug: str, is_yes: bool, *, from_place: bool) -> dict[str, object]:
    return {"gathering_id": gathering.id, "fact": slug, "is_yes": is_yes, "from_place": from_place}


def _put(rows: list[dict[str, object]]) -> None:
    if rows:
        db.session.execute(insert(GatheringFact), rows)
