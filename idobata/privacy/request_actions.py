"""What an administrator does for somebody who asked on paper: handing out what is kept of her, and erasing it."""

from enum import StrEnum

from sqlalchemy import select, update

from idobata.accounts.actions import find_or_make_person
from idobata.gatherings.models import Gathering
from idobata.gatherings.proxy_models import ProxyPost
from idobata.kernel import clock
from idobata.kernel.actor import Actor, Role
from idobata.kernel.errors import NotAllowed, WrongState
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.privacy.erasing_actions import HAS_A_ROLE, erase
from idobata.privacy.leaving import Fate
from idobata.privacy.own_queries import About, everything_kept
from idobata.store.database import db
from idobata.store.deeds import record
from idobata.store.tombstones import merge_tombstones, tombstone


class Proof(StrEnum):
    """How an administrator made sure that it is she who asks."""

    COUNTER = "counter"
    LETTER = "letter"
    STANDS_FOR = "stands_for"


PROOF_WORDS: dict[Proof, str] = {
    Proof.COUNTER: N_("窓口で、本人を確かめる書類を見た"),
    Proof.LETTER: N_("書類の写しが、手紙といっしょに届いた"),
    Proof.STANDS_FOR: N_("代わりの人から、委任状と書類を受け取った"),
}


def hand_out(actor: Actor, whom: About, proof: Proof, settings: Settings) -> dict[str, object]:
    """Everything that is kept of her. The log says that it was handed out and how it was made sure who asks, and nothing of hers."""
    _must_be_admin(actor)
    record(actor, "person.handed_out", "person", whom.person.public_id if whom.person is not None else "", proof=proof.value)
    return everything_kept(whom, settings)


def erase_on_request(actor: Actor, whom: About, fate: Fate, proof: Proof, settings: Settings) -> None:
    """Erase her as she would herself. Raises WrongState for somebody who works here."""
    _must_be_admin(actor)
    person = whom.person
    if person is not None and person.roles:
        raise WrongState(HAS_A_ROLE)
    if person is not None:
        erase(person, fate, settings, by="request", actor=actor, proof=proof.value)
        return
    public_ids = list(db.session.scalars(select(Gathering.public_id).where(Gathering.id.in_(whom.gatherings))))
    # Who has no account gets one for the moment of her erasure, so that every shredder finds her.
    email = whom.email or f"{public_ids[0]}@paper.invalid"
    if not whom.email:
        db.session.execute(update(ProxyPost).where(ProxyPost.gathering_id.in_(whom.gatherings)).values(host_email=email))
    erase(find_or_make_person(email), fate, settings, by="request", actor=actor, proof=proof.value)
    # In a backup she has none either: there the gatherings tell that they were hers.
    day = clock.today(settings.city.zone)
    stones = [tombstone(one, day, keeps_gatherings=fate is Fate.KEEP) for one in public_ids]
    merge_tombstones(settings.machine.data, stones)


def _must_be_admin(actor: Actor) -> None:
    if Role.ADMIN not in actor.roles:
        raise NotAllowed
