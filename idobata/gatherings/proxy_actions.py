"""Staff type in what came on paper, by phone or over the counter, and a host speaks with a code from her receipt."""

from dataclasses import dataclass, replace

from sqlalchemy import select

from idobata.accounts.actions import find_or_make_person
from idobata.accounts.models import Person
from idobata.gatherings.host_letters import typed_for_you_letter
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import save_draft, submit
from idobata.gatherings.proxies import Source
from idobata.gatherings.proxy_models import ProxyPost, SpokenCode
from idobata.gatherings.proxy_queries import may_make_code
from idobata.gatherings.spoken_code import new_code, read_code
from idobata.gatherings.states import Publication
from idobata.gatherings.values import GatheringValues
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.addresses import Addresses
from idobata.kernel.errors import Invalid, NotAllowed, Problem
from idobata.kernel.pseudonyms import pseudonym
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.store.database import db
from idobata.store.deeds import record
from idobata.store.letters import post_letter


@dataclass(frozen=True, slots=True, kw_only=True)
class HostWords:
    """What staff note of a host: where her words came from and how the city reaches her. Cleaned; private but for nothing."""

    source: Source
    phone: str = ""
    address: str = ""
    email: str = ""


def post_for_host(actor: Actor, values: GatheringValues, host: HostWords, settings: Settings) -> Gathering:
    """Send a gathering to the editors in the name of its host; the public page shows only her. Raises Invalid, NotAllowed."""
    if not actor.is_staff:
        raise NotAllowed
    if not (host.phone or host.address or host.email):
        raise Invalid(Problem("host_phone", N_("主催の方に連絡できるよう、電話・住所・メールのどれかを書いてください。")))
    gathering = save_draft(actor, values, "", settings)
    # Whoever typed it is not its poster: neither letters about it nor the right to change it are hers.
    gathering.poster_id, gathering.poster_email = None, ""
    db.session.add(
        ProxyPost(
            gathering_id=gathering.id,
            source=host.source.value,
            host_phone=host.phone,
            host_address=host.address,
            host_email=host.email,
            typed_at=clock.now(),
            typed_by=actor.person_id,
        )
    )
    record(actor, "gathering.typed", "gathering", gathering.public_id, source=host.source.value)
    submit(replace(actor, speaks_for=gathering.public_id), gathering, settings)
    if host.email:
        # Known from now on, so that she can sign in; the gathering becomes hers only with the code.
        find_or_make_person(host.email, gathering.host_name)
        claim = Addresses(settings.machine.base_url).claim()
        post_letter(host.email, typed_for_you_letter(settings.city.site_name, gathering.title, claim, settings.policy.confirm_within_days))
    return gathering


def make_code(actor: Actor, gathering: Gathering, settings: Settings) -> str:
    """A new code for the receipt of a gathering; the one before no longer counts. Raises NotAllowed.

    Editors may give any host one; other staff only those for whom somebody typed.
    """
    if not may_make_code(actor, gathering):
        raise NotAllowed
    code = new_code()
    row = db.session.get(SpokenCode, gathering.id)
    if row is None:
        row = SpokenCode(gathering_id=gathering.id)
        db.session.add(row)
    row.code_hash, row.made_at = _hash(code, settings), clock.now()
    record(actor, "code.made", "gathering", gathering.public_id)
    return code


def gathering_by_code(typed: str, settings: Settings) -> Gathering | None:
    """The gathering whose code this is; None for anything else, and for the code of somebody who was suspended."""
    code = read_code(typed)
    if code is None:
        return None
    suspended = select(Person.id).where(Person.id == Gathering.poster_id, Person.suspended_at.is_not(None)).exists()
    return db.session.scalar(
        select(Gathering)
        .join(SpokenCode, SpokenCode.gathering_id == Gathering.id)
        .where(SpokenCode.code_hash == _hash(code, settings), ~suspended)
    )


def claim(actor: Actor, typed: str, settings: Settings) -> Gathering | None:
    """Make the gathering behind a code the actor's own. None when there is none, or when it has a poster already: the two look the same."""
    gathering = gathering_by_code(typed, settings)
    proxy = db.session.get(ProxyPost, gathering.id) if gathering is not None else None
    if gathering is None or proxy is None or not actor.is_known or not actor.email:
        return None
    db.session.refresh(gathering, ["poster_id"], with_for_update=True)
    if gathering.poster_id not in (None, actor.person_id) or gathering.publication == Publication.DRAFT and gathering.submitted_at is None:
        return None
    gathering.poster_id, gathering.poster_email = actor.person_id, actor.email
    proxy.host_email = ""
    record(actor, "code.claimed", "gathering", gathering.public_id)
    return gathering


def _hash(code: str, settings: Settings) -> str:
    # Keyed, so that a stolen database alone does not give the codes away.
    return pseudonym(settings.machine.secret_key, "spoken code", code)
