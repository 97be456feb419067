"""Staff notes: written, read (and that is logged), taken away, and erased when their end comes."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import delete, select

from idobata.gatherings.models import Gathering
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.errors import Invalid, NotAllowed, NotFound, Problem
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.store.database import db
from idobata.store.deeds import record
from idobata.store.transaction import transaction
from idobata.welcome.models import StaffNote
from idobata.welcome.note_rules import LIMIT, Sign, signs_of_a_person


def write_note(
    actor: Actor, gathering: Gathering, words: str, ends_on: date | None, settings: Settings, *, read_again: bool = False
) -> tuple[tuple[Sign, str], ...]:
    """Keep a note about a gathering. What looks like words about a person is returned and nothing is written, until the writer has
    read her words again and sends them once more (`read_again`). Raises NotAllowed, Invalid.
    """
    _staff(actor)
    today = clock.today(settings.city.zone)
    latest = today + timedelta(days=settings.policy.note_keep_days)
    problems: list[Problem] = []
    if not words:
        problems.append(Problem("words", N_("集まりについて、気づいたことを書いてください。")))
    if len(words) > LIMIT:
        problems.append(Problem("words", N_("%(limit)s文字までにおさめてください。"), {"limit": LIMIT}))
    if ends_on is not None and not today < ends_on <= latest:
        problems.append(
            Problem("ends_on", N_("消す日は、あしたから%(days)s日のあいだでえらんでください。"), {"days": settings.policy.note_keep_days})
        )
    if problems:
        raise Invalid(*problems)
    signs = signs_of_a_person(words)
    if signs and not read_again:
        return signs
    note = StaffNote(
        gathering_id=gathering.id,
        words=words,
        by_id=actor.person_id,
        by_label=actor.label[:120],
        at=clock.now(),
        ends_on=ends_on or latest,
    )
    db.session.add(note)
    # The log says that there was a note, never what it said.
    record(actor, "note.written", "gathering", gathering.public_id)
    return ()


def read_notes(actor: Actor, gathering: Gathering, settings: Settings) -> list[StaffNote]:
    """The notes about a gathering, the newest first. That they were read is logged, once for each look."""
    _staff(actor)
    today = clock.today(settings.city.zone)
    kept = select(StaffNote).where(StaffNote.gathering_id == gathering.id, StaffNote.ends_on >= today)
    notes = list(db.session.scalars(kept.order_by(StaffNote.at.desc(), StaffNote.id.desc())))
    if notes:
        record(actor, "note.read", "gathering", gathering.public_id, count=len(notes))
    return notes


def read_notes_of(actor: Actor, gatherings: Iterable[Gathering], settings: Settings) -> dict[int, list[StaffNote]]:
    """The notes about several gatherings, by the gathering's inner id. Each gathering that has some is a look of its own in the log."""
    found = {one.id: read_notes(actor, one, settings) for one in gatherings}
    return {id_: notes for id_, notes in found.items() if notes}


def drop_note(actor: Actor, gathering: Gathering, note_id: int) -> None:
    """Erase a note before its end. NotFound when it is gone, or about another gathering."""
    _staff(actor)
    gone = delete(StaffNote).where(StaffNote.id == note_id, StaffNote.gathering_id == gathering.id).returning(StaffNote.id)
    if db.session.execute(gone).scalar() is None:
        raise NotFound
    record(actor, "note.dropped", "gathering", gathering.public_id)


def forget_old_notes(settings: Settings) -> int:
    """Erase every note whose end has come; returns how many."""
    with transaction(public=False):
        done = db.session.execute(delete(StaffNote).where(StaffNote.ends_on < clock.today(settings.city.zone)))
        return int(done.rowcount)  # type: ignore[attr-defined]


def _staff(actor: Actor) -> None:
    if not actor.may_mark():
        raise NotAllowed
