"""Reading reposts, the ledger, and what has to be put right."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from idobata.gatherings.models import Gathering
from idobata.kernel import clock
from idobata.kernel.errors import NotFound
from idobata.reposts.models import Repost, RepostItem, Told
from idobata.reposts.snapshot import Change, Truth, difference, digest, seal_of
from idobata.reposts.states import RepostState
from idobata.reposts.truth_queries import truths_of
from idobata.store.database import db

MOST = 100


@dataclass(frozen=True, slots=True)
class Correction:
    """One channel says something of one date that is not true any more. `told` is what it was told last, `now` what is true."""

    told: Told
    change: Change
    before: Truth
    now: Truth

    @property
    def seal(self) -> str:
        """Names what is true now, so that nobody settles what she has not seen."""
        return digest(self.now.plain())


def locked(public_id: str) -> Repost:
    """A repost, held until the transaction ends. Raises NotFound."""
    repost = db.session.scalar(select(Repost).where(Repost.public_id == public_id).with_for_update())
    if repost is None:
        raise NotFound
    return repost


def is_sealed(repost: Repost, seal: str) -> bool:
    """True when `seal` names what stands there, and that is byte for byte what it was made of."""
    return bool(seal) and seal == repost.seal == seal_of(repost.channel, repost.text, repost.frozen)


def version_of(repost: Repost) -> str:
    """Names what somebody had before her when she began to change it."""
    return digest([repost.state, repost.text, [(item.gathering_id, item.day.isoformat()) for item in repost.items]])


def repost_by_id(public_id: str) -> Repost:
    """A repost with what it tells of. Raises NotFound."""
    repost = db.session.scalar(_with_items().where(Repost.public_id == public_id))
    if repost is None:
        raise NotFound
    return repost


def reposts_in(states: Collection[RepostState], limit: int = MOST) -> list[Repost]:
    """Reposts in these states, what changed last first."""
    wanted = [state.value for state in states]
    return list(
        db.session.scalars(_with_items().where(Repost.state.in_(wanted)).order_by(Repost.changed_at.desc(), Repost.id).limit(limit))
    )


def count_proposed() -> int:
    """How many wait for a yes."""
    return db.session.scalar(select(func.count()).where(Repost.state == RepostState.PROPOSED.value)) or 0


def ledger(limit: int = MOST, repost: Repost | None = None) -> list[Told]:
    """Lines of the ledger, the latest first; of one repost, or of all."""
    query = _with_names().order_by(Told.at.desc(), Told.id.desc()).limit(limit)
    return list(db.session.scalars(query if repost is None else query.where(Told.repost_id == repost.id)))


def open_corrections() -> list[Correction]:
    """What has to be put right, the soonest first: for each channel and date, what it was told last and what is true now."""
    latest: dict[tuple[str, str, str], Told] = {}
    for row in db.session.scalars(_with_names().where(Told.until > clock.now()).order_by(Told.id)):
        latest[row.channel, row.truth["gathering"], row.truth["day"]] = row
    alive = [row for row in latest.values() if row.gathering is not None]
    befores = {row.id: Truth.stored(row.truth) for row in latest.values()}
    nows = truths_of((row.gathering, befores[row.id].date()) for row in alive if row.gathering is not None)
    current = dict(zip((row.id for row in alive), nows, strict=True))
    found: list[Correction] = []
    for row in sorted(latest.values(), key=lambda one: (one.until, one.id)):
        before = befores[row.id]
        now = current.get(row.id) or before.gone()
        change = difference(before, now)
        if change is not None:
            found.append(Correction(row, change, before, now))
    return found


def count_corrections() -> int:
    """How many corrections are open."""
    return len(open_corrections())


def _with_items() -> Select[Repost]:
    items = selectinload(Repost.items).joinedload(RepostItem.gathering)
    people = joinedload(Repost.proposed_by), joinedload(Repost.decided_by)
    return select(Repost).options(*people, items.joinedload(Gathering.place), items.joinedload(Gathering.group))


def _with_names() -> Select[Told]:
    gathering = joinedload(Told.gathering)
    return select(Told).options(
        joinedload(Told.by), joinedload(Told.repost), gathering.joinedload(Gathering.place), gathering.joinedload(Gathering.group)
    )
