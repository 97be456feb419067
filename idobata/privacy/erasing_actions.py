"""Erasing a person: everything in one transaction, and a stone beside the database, so that no backup brings her back."""

from collections.abc import Mapping

from sqlalchemy import or_, select, update

from idobata.accounts.actions import find_or_make_person
from idobata.accounts.models import Person
from idobata.accounts.queries import person_by_email
from idobata.gatherings.models import Gathering
from idobata.gatherings.proxy_models import ProxyPost
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM, Actor
from idobata.kernel.errors import NotFound, WrongState
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.privacy.gathering_shredding_actions import forget_reports
from idobata.privacy.leaving import SOMEBODY, Fate, Leaving
from idobata.privacy.returning_queries import addresses_that_came_back, marks_without_account
from idobata.privacy.shredding_actions import SHREDDERS, forget_invitations
from idobata.store.database import db
from idobata.store.deeds import record
from idobata.store.outbox import tell
from idobata.store.tombstones import Tombstone, mark_of, merge_tombstones, read_tombstones
from idobata.store.transaction import transaction

# The kind of work in the outbox: take what was deleted out of the files too.
WIPE = "privacy.wipe"
HAS_A_ROLE = N_("市の仕事の役割がある間は消せません。先に、管理者に役割を外してもらってください。")


def erase_myself(actor: Actor, fate: Fate, settings: Settings) -> None:
    """Erase the actor. Raises WrongState for somebody who still works here, NotFound for nobody."""
    person = db.session.get(Person, actor.person_id) if actor.person_id is not None else None
    if person is None:
        raise NotFound
    if person.roles:
        raise WrongState(HAS_A_ROLE)
    erase(person, fate, settings, by="herself")


def erase(person: Person, fate: Fate, settings: Settings, *, by: str, actor: Actor = SYSTEM, **more: str) -> None:
    """Erase a person in the running transaction. `by` goes into the log: "herself", "request" (on paper, by `actor`), "time" or "restore".

    `more` goes there too, and must say nothing of hers.
    """
    at = clock.now()
    alone, for_groups = _posted_by(person)
    leaving = Leaving(
        person_id=person.id,
        public_id=person.public_id,
        email=person.email,
        name=person.name,
        fate=fate,
        at=at,
        settings=settings,
        alone=alone,
        for_groups=for_groups,
    )
    # An older backup may not know her account yet: there her papers and her address tell that she was erased.
    marks = [mark_of(leaving.public_id), *marks_without_account(leaving.email, alone)]
    for one in SHREDDERS:
        one.shred(leaving)
    record(actor, "person.erased", "person", leaving.public_id, by=by, **more)
    tell(WIPE, {})
    db.session.flush()
    db.session.expire_all()
    # The last thing before the commit. Should that fail, the worker finds the stone and does again what she asked for.
    day = clock.today(settings.city.zone).isoformat()
    merge_tombstones(settings.machine.data, [Tombstone(mark, day, fate is Fate.KEEP) for mark in marks])


def _posted_by(person: Person) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The ids of what somebody posted for herself and for groups. What came from her on paper is hers, whoever typed it."""
    on_paper = select(ProxyPost.gathering_id).where(ProxyPost.host_email == person.email)
    hers = or_(
        Gathering.poster_id == person.id,
        # What was typed with her address and never claimed by anybody.
        Gathering.poster_id.is_(None) & (Gathering.poster_email == person.email),
        Gathering.id.in_(on_paper),
    )
    found = db.session.execute(select(Gathering.id, Gathering.group_id).where(hers).order_by(Gathering.id)).all()
    return tuple(id_ for id_, group in found if group is None), tuple(id_ for id_, group in found if group is not None)


def erase_again(settings: Settings) -> int:
    """Erase everybody who was erased before and is here again, from a backup; returns how many."""
    stones = read_tombstones(settings.machine.data)
    if not stones:
        return 0
    back = [
        (id_, stones[mark])
        for id_, public_id in db.session.execute(select(Person.id, Person.public_id))
        if (mark := mark_of(public_id)) in stones
    ]
    for id_, stone in back:
        with transaction():
            person = db.session.get(Person, id_)
            if person is not None:
                erase(person, _fate(stone), settings, by="restore")
    return len(back) + _erase_addresses_again(stones, settings) + _erase_papers_again(stones, settings)


def _erase_addresses_again(stones: Mapping[str, Tombstone], settings: Settings) -> int:
    """Erase those who left an address on a report or an invitation, and who are here again without an account."""
    back = addresses_that_came_back(stones)
    for email, mark in back.items():
        with transaction():
            if person_by_email(email) is None:
                # Every shredder finds her by an account that lasts for this moment.
                erase(find_or_make_person(email), _fate(stones[mark]), settings, by="restore")
            else:
                # The account was not what was erased: its owner has another address by now.
                forget_reports(email)
                forget_invitations(email)
    return len(back)


def _erase_papers_again(stones: Mapping[str, Tombstone], settings: Settings) -> int:
    """Erase hosts without an account who are known by their gatherings: those that say again how to reach their host."""
    nobody = Gathering.poster_id.is_(None)
    said = or_(Gathering.poster_email != "", ProxyPost.host_email != "", ProxyPost.host_phone != "", ProxyPost.host_address != "")
    kept = select(Gathering.id, Gathering.public_id).outerjoin(ProxyPost, ProxyPost.gathering_id == Gathering.id)
    # One without any of these is told by its host's name, unless it was to stay with a new one or is a group's.
    named = Gathering.group_id.is_(None) & (Gathering.host_name != SOMEBODY)
    rows = db.session.execute(kept.where(nobody, or_(said, named))).all()
    full = set(db.session.scalars(kept.where(nobody, said).with_only_columns(Gathering.id)))
    back = [
        (id_, public_id, stone)
        for id_, public_id in rows
        if (stone := stones.get(mark_of(public_id))) is not None and (id_ in full or not stone.keeps_gatherings)
    ]
    for id_, public_id, stone in back:
        with transaction():
            paper, row = db.session.get(ProxyPost, id_), db.session.get_one(Gathering, id_)
            known = row.poster_email or (paper.host_email if paper is not None else "")
            # Her letters are found by her address; but never somebody who signs in with it by now.
            email = known if known and person_by_email(known) is None else f"{public_id}@paper.invalid"
            row.poster_email = email
            person = Person(email=email, name="", created_at=clock.now(), roles=[])
            db.session.add(person)
            db.session.flush()
            erase(person, _fate(stone), settings, by="restore")
            db.session.execute(update(ProxyPost).where(ProxyPost.gathering_id == id_).values(host_phone="", host_address="", host_email=""))
    return len(back)


def _fate(stone: Tombstone) -> Fate:
    return Fate.KEEP if stone.keeps_gatherings else Fate.TAKE_DOWN
