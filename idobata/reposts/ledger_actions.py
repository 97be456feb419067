"""Writing the ledger: what was posted by hand, and what became of a correction. In the caller's transaction."""

from datetime import datetime, timedelta

from sqlalchemy import select

from idobata.gatherings.models import Gathering
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.errors import Invalid, Problem, WrongState
from idobata.kernel.text import clean_url
from idobata.kernel.words import N_
from idobata.reposts.ledger import Kind
from idobata.reposts.models import Repost, Told
from idobata.reposts.permissions import must_write
from idobata.reposts.queries import is_sealed, locked, open_corrections
from idobata.reposts.snapshot import Truth, truths_in
from idobata.reposts.states import MEANWHILE, Act, RepostState, after
from idobata.reposts.stop_actions import reason_in
from idobata.store.database import db
from idobata.store.deeds import record

# A date without a known end is told of for a day more.
_REST = timedelta(days=1)


def post_by_hand(actor: Actor, public_id: str, seal: str, link: str) -> Repost:
    """Write down that somebody copied what `seal` names and posted it, with the address of the post if there is one.

    What is out is out: it is written down as it was approved even when a gathering changed in the same minute. Its correction is then due.
    """
    must_write(actor)
    repost = locked(public_id)
    state = after(RepostState(repost.state), Act.POST)
    never_approved = repost.state == RepostState.DRAFT and (repost.overtaken_at is None or repost.decided_at is None)
    if never_approved or not is_sealed(repost, seal):
        raise WrongState(MEANWHILE)
    where = link_in(link)
    repost.state, repost.changed_at = state.value, clock.now()
    by_id = {item.gathering.public_id: item.gathering for item in repost.items}
    for truth in truths_in(repost.frozen):
        _note(actor, Kind.POSTED, repost.channel, by_id.get(truth.gathering), truth, repost=repost, link=where)
    record(actor, "repost.posted", "repost", repost.public_id, channel=repost.channel, seal=repost.seal)
    return repost


def correct(actor: Actor, told_id: str, seen: str, link: str) -> None:
    """Write down that the correction is out. `told_id` names the line that was not true any more, `seen` what was put right."""
    _settle(actor, told_id, seen, Kind.CORRECTED, link=link_in(link))


def leave_uncorrected(actor: Actor, told_id: str, seen: str, words: str) -> None:
    """Write down that nothing has to be put right, and why. Raises Invalid without a reason."""
    _settle(actor, told_id, seen, Kind.NOT_NEEDED, words=reason_in(words))


def link_in(typed: str) -> str:
    """The address of a post somebody typed, or empty. Raises Invalid."""
    if not typed.strip():
        return ""
    try:
        return clean_url(typed)
    except ValueError:
        raise Invalid(Problem("link", N_("投稿のアドレスは、https:// から始まるものを入れてください。"))) from None


def _settle(actor: Actor, told_id: str, seen: str, kind: Kind, *, link: str = "", words: str = "") -> None:
    must_write(actor)
    # Whoever waited here finds the line that a faster colleague has written.
    db.session.execute(select(Told.id).where(Told.public_id == told_id).with_for_update())
    one = next((one for one in open_corrections() if one.told.public_id == told_id), None)
    if one is None or seen != one.seal:
        raise WrongState(MEANWHILE)
    told = one.told
    _note(actor, kind, told.channel, told.gathering, one.now, repost=told.repost, link=link, words=words, until=told.until)
    record(actor, f"repost.{kind.value}", "repost", told.repost.public_id if told.repost else told.public_id, channel=told.channel)


def _note(
    actor: Actor,
    kind: Kind,
    channel: str,
    gathering: Gathering | None,
    truth: Truth,
    *,
    repost: Repost | None,
    link: str = "",
    words: str = "",
    until: datetime | None = None,
) -> None:
    ends = datetime.fromisoformat(truth.ends) if truth.ends else clock.now() + _REST
    db.session.add(
        Told(
            at=clock.now(),
            by_id=actor.person_id,
            channel=channel,
            kind=kind.value,
            repost_id=repost.id if repost else None,
            gathering_id=gathering.id if gathering else None,
            truth=truth.plain(),
            until=max(ends, until) if until else ends,
            seal=repost.seal if repost else "",
            link=link,
            words=words,
        )
    )
