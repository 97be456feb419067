"""What happens to a repost until it goes out: written, proposed, approved or returned. Each act in the caller's transaction."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, select

from idobata.gatherings.card_queries import public_gathering
from idobata.gatherings.models import Gathering
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM, Actor
from idobata.kernel.errors import Invalid, NotAllowed, NotFound, Problem, WrongState
from idobata.kernel.settings import Settings
from idobata.kernel.text import TooLong, clean_text
from idobata.kernel.words import N_
from idobata.reposts.channels import ChannelKind, channel_of, limits_of
from idobata.reposts.counting import count
from idobata.reposts.models import Repost, RepostItem
from idobata.reposts.pasted import MOST, gatherings_in
from idobata.reposts.permissions import may_approve, may_decide, may_write, must_write
from idobata.reposts.queries import is_sealed, locked, version_of
from idobata.reposts.snapshot import Standing, freeze, seal_of
from idobata.reposts.states import MEANWHILE, WAITING, Act, RepostState, after
from idobata.reposts.truth_queries import has_coming, next_day, overtaken, truths_of
from idobata.store.database import db
from idobata.store.deeds import record
from idobata.store.transaction import transaction

TEXT_LIMIT = 100_000
SAID_LIMIT = 1000
THING = "repost"
STOOD_STILL = N_("文か、集まりの内容が変わっています。いまの文を読んで、もういちど決めてください。")
OTHER_PERSON = N_("出した人とは別の、決裁の担当の人が決めます。")


def write(actor: Actor, channel: str, text: str, pasted: str, settings: Settings) -> Repost:
    """Begin a repost. `pasted` holds the addresses of the gatherings it tells of. Raises Invalid."""
    must_write(actor)
    kind = _kind(channel, settings)
    words, wanted = _text(text), _wanted(pasted)
    now = clock.now()
    repost = Repost(channel=kind.value, text=words, state=RepostState.DRAFT.value, made_at=now, changed_at=now)
    db.session.add(repost)
    db.session.flush()
    _put_items(repost, wanted)
    record(actor, "repost.written", THING, repost.public_id, channel=kind.value)
    return repost


def edit(actor: Actor, public_id: str, text: str, pasted: str, seen: str) -> Repost:
    """Change its text or what it tells of. Whatever was proposed or approved is a draft again. `seen`: the version the editor had before her."""
    must_write(actor)
    repost = locked(public_id)
    state = after(RepostState(repost.state), Act.EDIT)
    words, wanted = _text(text), _wanted(pasted)
    if version_of(repost) != seen:
        raise WrongState(MEANWHILE)
    _to_draft(repost, state)
    repost.text, repost.overtaken_at = words, None
    db.session.execute(delete(RepostItem).where(RepostItem.repost_id == repost.id))
    db.session.expire(repost, ["items"])
    _put_items(repost, wanted)
    record(actor, "repost.changed", THING, repost.public_id)
    return repost


def propose(actor: Actor, public_id: str, settings: Settings) -> Repost:
    """Freeze it and ask for a yes. Raises Invalid where it does not fit the channel or a date does not take place."""
    must_write(actor)
    repost = locked(public_id)
    state = after(RepostState(repost.state), Act.PROPOSE)
    kind = _kind(repost.channel, settings)
    truths = truths_of((item.gathering, item.day) for item in repost.items)
    if not truths:
        raise Invalid(Problem("gatherings", N_("お知らせする集まりのアドレスを入れてください。")))
    channel = channel_of(settings.channels, kind)
    if channel is None or count(kind, repost.text, limits_of(channel)).over:
        raise Invalid(Problem("text", N_("この発信先には長すぎます。文を短くしてから出してください。")))
    if any(one.standing != Standing.ON for one in truths):
        raise Invalid(Problem("gatherings", N_("中止になった日か、掲載をやめた集まりが入っています。外してから出してください。")))
    repost.state, repost.frozen = state.value, freeze(truths)
    repost.seal = seal_of(repost.channel, repost.text, repost.frozen)
    repost.proposed_by_id, repost.proposed_at = actor.person_id, clock.now()
    repost.decided_by_id, repost.decided_at, repost.said, repost.overtaken_at = None, None, "", None
    repost.changed_at = clock.now()
    record(actor, "repost.proposed", THING, repost.public_id, seal=repost.seal)
    return repost


def take_back(actor: Actor, public_id: str) -> Repost:
    """Take back what was proposed and nobody has decided."""
    must_write(actor)
    repost = locked(public_id)
    _to_draft(repost, after(RepostState(repost.state), Act.TAKE_BACK))
    record(actor, "repost.taken_back", THING, repost.public_id)
    return repost


def approve(actor: Actor, public_id: str, seal: str, settings: Settings) -> Repost:
    """Say yes to exactly what `seal` names. Raises WrongState when that is not what stands there now."""
    if not (may_decide(actor) or may_write(actor)):
        raise NotAllowed
    repost = locked(public_id)
    state = after(RepostState(repost.state), Act.APPROVE)
    if not may_approve(actor, repost.proposed_by_id, by_two=settings.policy.approve_by_two):
        raise WrongState(OTHER_PERSON)
    if not is_sealed(repost, seal) or overtaken(repost):
        raise WrongState(STOOD_STILL)
    repost.state, repost.decided_by_id, repost.decided_at = state.value, actor.person_id, clock.now()
    repost.changed_at = clock.now()
    record(actor, "repost.approved", THING, repost.public_id, seal=repost.seal)
    return repost


def give_back(actor: Actor, public_id: str, words: str) -> Repost:
    """Return it with words, so that whoever proposed it knows what to mend."""
    if not may_decide(actor):
        raise NotAllowed
    repost = locked(public_id)
    state = after(RepostState(repost.state), Act.RETURN)
    said = _cleaned(words, SAID_LIMIT, "words")
    if not said:
        raise Invalid(Problem("words", N_("どこを直してほしいか、ひとこと書いてください。")))
    repost.state, repost.said = state.value, said
    repost.decided_by_id, repost.decided_at, repost.changed_at = actor.person_id, clock.now(), clock.now()
    record(actor, "repost.returned", THING, repost.public_id)
    return repost


def fall_back() -> int:
    """Make drafts again of what waits or was approved and is not true any more; returns how many. A chore of the worker.

    What was frozen is kept: somebody may have posted it in this very minute.
    """
    waiting = select(Repost.public_id).where(Repost.state.in_([state.value for state in WAITING])).order_by(Repost.id)
    fallen = 0
    for public_id in list(db.session.scalars(waiting)):
        with transaction(public=False):
            repost = locked(public_id)
            if RepostState(repost.state) in WAITING and overtaken(repost):
                repost.state = after(RepostState(repost.state), Act.OVERTAKE).value
                repost.overtaken_at = repost.changed_at = clock.now()
                record(SYSTEM, "repost.overtaken", THING, repost.public_id)
                fallen += 1
    return fallen


def _to_draft(repost: Repost, state: RepostState) -> None:
    repost.state, repost.frozen, repost.seal, repost.changed_at = state.value, [], "", clock.now()
    repost.proposed_by_id, repost.proposed_at = None, None
    repost.decided_by_id, repost.decided_at, repost.said = None, None, ""


def _put_items(repost: Repost, wanted: Sequence[tuple[Gathering, date]]) -> None:
    for gathering, day in dict.fromkeys(wanted):
        db.session.add(RepostItem(repost_id=repost.id, gathering_id=gathering.id, day=day))
    db.session.flush()
    db.session.expire(repost, ["items"])


def _wanted(pasted: str) -> list[tuple[Gathering, date]]:
    asked = gatherings_in(pasted)
    if not asked:
        raise Invalid(Problem("gatherings", N_("お知らせする集まりのアドレスを入れてください。")))
    if len(asked) > MOST:
        raise Invalid(Problem("gatherings", N_("ひとつの文でお知らせできるのは、%(most)s件までです。"), {"most": MOST}))
    found: list[tuple[Gathering, date]] = []
    for public_id, day in asked:
        try:
            gathering = public_gathering(public_id)
        except NotFound:
            said = N_("「%(id)s」は、いま町に出ている集まりではありません。")
            raise Invalid(Problem("gatherings", said, {"id": public_id})) from None
        chosen = day or next_day(gathering)
        if chosen is None or not has_coming(gathering, chosen):
            said = N_("「%(title)s」には、その日の予定がありません。")
            raise Invalid(Problem("gatherings", said, {"title": gathering.title}))
        found.append((gathering, chosen))
    return found


def _text(typed: str) -> str:
    words = _cleaned(typed, TEXT_LIMIT, "text")
    if not words:
        raise Invalid(Problem("text", N_("文を書いてください。")))
    return words


def _cleaned(typed: str, limit: int, field: str) -> str:
    try:
        return clean_text(typed, limit=limit)
    except TooLong as error:
        said = N_("%(length)s文字あります。%(limit)s文字までにしてください。")
        raise Invalid(Problem(field, said, {"length": error.length, "limit": error.limit})) from None


def _kind(channel: str, settings: Settings) -> ChannelKind:
    if channel not in {one.kind for one in settings.channels} or channel not in set(ChannelKind):
        raise Invalid(Problem("channel", N_("どこへ発信するかをえらんでください。")))
    return ChannelKind(channel)
