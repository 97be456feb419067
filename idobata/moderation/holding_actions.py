"""Hiding and bringing back: one gathering, a wave of posts, or all of somebody's. Every hold knows what was before, so that it can be undone."""

from collections.abc import Collection

from sqlalchemy import insert, select, update

from idobata.accounts.models import Person
from idobata.accounts.suspension_actions import suspend
from idobata.gatherings.date_actions import make_dates
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.posting_actions import index, set_publication, tell_poster
from idobata.gatherings.states import Publication
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.addresses import Addresses
from idobata.kernel.errors import Invalid, NotAllowed, Problem, WrongState
from idobata.kernel.settings import PostingRule, Settings
from idobata.kernel.words import N_
from idobata.moderation.letters import hidden_letter, restored_letter
from idobata.moderation.models import Hold, Sweep
from idobata.store.database import db
from idobata.store.deeds import record

HIDDEN = "moderation.hidden"
RESTORED = "moderation.restored"
REFUSED_MANY = "moderation.refused_many"
UNDID_PERSON = "moderation.undid_person"
UNDONE = "moderation.undone"
MOST = 5000
_CHUNK = 400


def hide(actor: Actor, gathering: Gathering, code: str, words: str, settings: Settings) -> None:
    """Hide a published gathering: every public byte of it is gone at once, calendars forget it. The host is told the rule.

    Raises NotAllowed, Invalid for an unknown rule, WrongState when it is not published.
    """
    rule = _rule(actor, code, settings)
    _lock(gathering)
    if gathering.publication != Publication.PUBLISHED:
        raise WrongState(N_("この集まりは、いまは掲載されていません。"))
    end_holds(gathering)
    db.session.add(Hold(gathering_id=gathering.id, at=clock.now(), was=gathering.publication, code=rule.code))
    gathering.return_code, gathering.return_words, gathering.host_changed_at = rule.code, words, None
    set_publication(gathering, Publication.WITHDRAWN)
    record(actor, HIDDEN, "gathering", gathering.public_id, code=rule.code)
    manage = Addresses(settings.machine.base_url).manage(gathering.public_id)
    tell_poster(gathering, hidden_letter(settings.city.site_name, gathering.title, rule.title, rule.text, words, manage))


def restore(actor: Actor, gathering: Gathering, settings: Settings) -> None:
    """Bring a held gathering back to what it was. Raises NotAllowed, WrongState when it is not held (any more)."""
    if not actor.may_edit():
        raise NotAllowed
    _lock(gathering)
    hold = open_hold(gathering)
    if hold is None:
        raise WrongState(N_("この集まりは、いまは非公開にしてあるものではありません。"))
    _back(gathering, hold, settings)
    record(actor, RESTORED, "gathering", gathering.public_id, code=hold.code)
    if gathering.publication == Publication.PUBLISHED:
        page = Addresses(settings.machine.base_url).gathering(gathering.public_id)
        tell_poster(gathering, restored_letter(settings.city.site_name, gathering.title, page))


def open_hold(gathering: Gathering) -> Hold | None:
    """The hold a gathering is under now; None when its host or an editor has gone on since."""
    if gathering.publication != Publication.WITHDRAWN or gathering.return_code is None:
        return None
    query = select(Hold).where(Hold.gathering_id == gathering.id, Hold.ended_at.is_(None)).order_by(Hold.id.desc()).limit(1)
    return db.session.scalar(query)


def end_holds(gathering: Gathering) -> None:
    """Say that whatever held a gathering back is over: somebody has decided anew."""
    db.session.execute(update(Hold).where(Hold.gathering_id == gathering.id, Hold.ended_at.is_(None)).values(ended_at=clock.now()))


def refuse_many(actor: Actor, gathering_ids: Collection[int], code: str, settings: Settings, *, and_people: bool = False) -> Sweep:
    """Refuse many waiting posts in one act, without a mail to anybody; what no longer waits is left alone.

    `gathering_ids` are inner ids. With `and_people` their posters are suspended too, except staff and whoever the town has read before.
    Raises NotAllowed, Invalid for an unknown rule.
    """
    rule = _rule(actor, code, settings)
    rows = _rows(gathering_ids, (Publication.IN_REVIEW,))
    sweep = _sweep(actor, rows, rule, None)
    record(actor, REFUSED_MANY, "sweep", sweep.public_id, code=rule.code, count=len(rows), ids=[row.public_id for row in rows])
    if and_people:
        known = select(Gathering.poster_id).where(Gathering.published_at.is_not(None), Gathering.poster_id.is_not(None))
        people = select(Person).where(
            Person.id.in_({row.poster_id for row in rows if row.poster_id}), Person.suspended_at.is_(None), Person.id.not_in(known)
        )
        for person in db.session.scalars(people).all():
            if not person.roles:
                suspend(actor, person, rule.code)
    return sweep


def undo_person(actor: Actor, person: Person, code: str, settings: Settings) -> Sweep:
    """Take back all that somebody posted in one act: what waits is refused and what is published is hidden, quietly.

    Raises NotAllowed, Invalid for an unknown rule.
    """
    rule = _rule(actor, code, settings)
    ids = db.session.scalars(select(Gathering.id).where(Gathering.poster_id == person.id)).all()
    rows = _rows(ids, (Publication.IN_REVIEW, Publication.PUBLISHED))
    sweep = _sweep(actor, rows, rule, person)
    record(actor, UNDID_PERSON, "person", person.public_id, code=rule.code, count=len(rows), ids=[row.public_id for row in rows])
    return sweep


def undo_sweep(actor: Actor, sweep: Sweep, settings: Settings) -> int:
    """Bring back everything a sweep took that nobody has touched since, in one act; returns how many. Who was suspended stays so."""
    if not actor.may_edit():
        raise NotAllowed
    db.session.scalar(select(Sweep).where(Sweep.id == sweep.id).with_for_update().execution_options(populate_existing=True))
    if sweep.undone_at is not None:
        raise WrongState(N_("これは、もうもとにもどしてあります。"))
    holds = {hold.gathering_id: hold for hold in db.session.scalars(select(Hold).where(Hold.sweep_id == sweep.id, Hold.ended_at.is_(None)))}
    # Who has sent hers again since and taken it back herself wants it so.
    rows = [row for row in _rows(holds, (Publication.WITHDRAWN,)) if row.return_code is not None]
    for row in rows:
        _back(row, holds[row.id], settings)
    sweep.undone_at = clock.now()
    record(actor, UNDONE, "sweep", sweep.public_id, code=sweep.code, count=len(rows), ids=[row.public_id for row in rows])
    return len(rows)


def _sweep(actor: Actor, rows: list[Gathering], rule: PostingRule, person: Person | None) -> Sweep:
    now = clock.now()
    sweep = Sweep(at=now, by_id=actor.person_id, person_id=person.id if person else None, code=rule.code, count=len(rows))
    db.session.add(sweep)
    db.session.flush()
    holds = [{"gathering_id": row.id, "sweep_id": sweep.id, "at": now, "was": row.publication, "code": rule.code} for row in rows]
    for at in range(0, len(holds), _CHUNK):
        ids = [hold["gathering_id"] for hold in holds[at : at + _CHUNK]]
        db.session.execute(update(Hold).where(Hold.gathering_id.in_(ids), Hold.ended_at.is_(None)).values(ended_at=now))
        db.session.execute(insert(Hold), holds[at : at + _CHUNK])
        db.session.execute(
            update(Gathering)
            .where(Gathering.id.in_(ids))
            .values(
                publication=Publication.WITHDRAWN.value,
                return_code=rule.code,
                return_words="",
                host_changed_at=None,
                updated_at=now,
                sequence=Gathering.sequence + 1,
            )
            .execution_options(synchronize_session=False)
        )
        db.session.execute(
            update(Occurrence).where(Occurrence.gathering_id.in_(ids)).values(listed=False).execution_options(synchronize_session=False)
        )
    for row in rows:
        db.session.expire(row)
    return sweep


def _back(gathering: Gathering, hold: Hold, settings: Settings) -> None:
    hold.ended_at = clock.now()
    gathering.return_code, gathering.return_words = None, ""
    if hold.was == Publication.PUBLISHED:
        make_dates(gathering, settings)
    set_publication(gathering, Publication(hold.was))
    index(gathering, settings)


def _rows(ids: Collection[int], publications: tuple[Publication, ...]) -> list[Gathering]:
    """The gatherings that are still in one of these states, locked, in the order of their ids."""
    wanted = sorted(ids)[:MOST]
    found: list[Gathering] = []
    for at in range(0, len(wanted), _CHUNK):
        found += db.session.scalars(
            select(Gathering)
            .where(Gathering.id.in_(wanted[at : at + _CHUNK]), Gathering.publication.in_([one.value for one in publications]))
            .order_by(Gathering.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).all()
    return found


def _rule(actor: Actor, code: str, settings: Settings) -> PostingRule:
    if not actor.may_edit():
        raise NotAllowed
    rule = next((one for one in settings.rules if one.code == code), None)
    if rule is None:
        raise Invalid(Problem("code", N_("どのきまりのことか、一覧からえらんでください。")))
    return rule


def _lock(gathering: Gathering) -> None:
    db.session.scalar(select(Gathering).where(Gathering.id == gathering.id).with_for_update().execution_options(populate_existing=True))
