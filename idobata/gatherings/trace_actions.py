"""Guards against floods that know what was posted before: who is new here, where a post came from, and what many link to at once."""

from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import and_, delete, func, or_, select

from idobata.gatherings.host_queries import was_refused
from idobata.gatherings.link_signs import links_of
from idobata.gatherings.models import Gathering
from idobata.gatherings.states import Publication
from idobata.gatherings.trace_models import Pledge, PostLink, PostTrace
from idobata.gatherings.values import GatheringValues
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.errors import Invalid, Problem
from idobata.kernel.pseudonyms import pseudonym
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.store.database import db
from idobata.store.transaction import transaction

NETWORK = "network"
# A wave is seen within days; afterwards nobody needs to know.
TRACES_KEPT = timedelta(days=30)
ONE_DAY = timedelta(days=1)


def has_been_published(person_id: int | None) -> bool:
    """True when the town has read something of this person before, and the city did not take it down.

    What was sent again after the town read it, and no editor has put up since, says nothing: it may be what the city took down.
    """
    if person_id is None:
        return False
    taken_back_well = and_(
        Gathering.publication == Publication.WITHDRAWN.value,
        Gathering.return_code.is_(None),
        or_(Gathering.submitted_at.is_(None), Gathering.submitted_at <= Gathering.published_at),
    )
    seen = select(Gathering.id).where(
        Gathering.poster_id == person_id,
        Gathering.published_at.is_not(None),
        or_(Gathering.publication == Publication.PUBLISHED.value, taken_back_well),
    )
    return db.session.scalar(seen.limit(1)) is not None


def must_be_read_first(gathering: Gathering, settings: Settings) -> bool:
    """True when an editor reads the post before the town does: the city wants it so, its poster is new here, or it was refused before."""
    return settings.policy.confirm_before_publishing or was_refused(gathering) or not has_been_published(gathering.poster_id)


def leave_trace(gathering: Gathering, values: GatheringValues, network: str, settings: Settings) -> None:
    """Note with a new post where it came from (as a pseudonym) and what it links to."""
    now = clock.now()
    db.session.add(PostTrace(gathering_id=gathering.id, network=pseudonym(settings.machine.secret_key, NETWORK, network), at=now))
    for link in sorted(links_of(values, _own_host(settings))):
        db.session.add(PostLink(gathering_id=gathering.id, link=link, at=now))


def note_pledge(gathering: Gathering) -> None:
    """Note that the poster promised not to solicit, and when."""
    if db.session.get(Pledge, gathering.id) is None:
        db.session.add(Pledge(gathering_id=gathering.id, given_at=clock.now()))


def refuse_crowded_links(actor: Actor, values: GatheringValues, settings: Settings) -> None:
    """Raise Invalid when too many different people have linked to the same site within a day. Who has been published before is not asked."""
    if actor.may_edit() or has_been_published(actor.person_id):
        return
    for link in sorted(links_of(values, _own_host(settings))):
        if people_linking(link) >= settings.policy.posts_per_day_per_link:
            raise Invalid(
                Problem(
                    "links",
                    N_(
                        "「%(link)s」へのリンクがある投稿を、今日はたくさん受けとりました。リンクを外して出すか、あした、もういちど出してください。"
                    ),
                    {"link": link},
                )
            )


def people_linking(link: str) -> int:
    """How many different people have posted a link to this site within a day."""
    people = select(func.count(func.distinct(Gathering.poster_email))).join(PostLink, PostLink.gathering_id == Gathering.id)
    return db.session.scalar(people.where(PostLink.link == link, PostLink.at > clock.now() - ONE_DAY)) or 0


def forget_old_traces() -> int:
    """Drop traces and links older than `TRACES_KEPT`; returns how many posts they were of."""
    before = clock.now() - TRACES_KEPT
    with transaction(public=False):
        db.session.execute(delete(PostLink).where(PostLink.at < before))
        done = db.session.execute(delete(PostTrace).where(PostTrace.at < before))
        return int(done.rowcount)  # type: ignore[attr-defined]


def _own_host(settings: Settings) -> str:
    return (urlsplit(settings.machine.base_url).hostname or "").removeprefix("www.")
