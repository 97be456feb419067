"""Giving the welcome mark: assess, ask the host, agree, take back, look again; and its lapse. Each writes its deed."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from idobata.accounts.actions import make_link, use_link
from idobata.gatherings.date_actions import may_change
from idobata.gatherings.first_step_actions import hide_first_step, show_first_step
from idobata.gatherings.freshness_models import Freshness
from idobata.gatherings.host_queries import host_addresses
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import tell_poster
from idobata.gatherings.queries import gathering_by_public_id
from idobata.gatherings.states import Publication
from idobata.gatherings.version_queries import picture_of
from idobata.kernel import clock
from idobata.kernel.actor import SYSTEM, Actor
from idobata.kernel.addresses import Addresses
from idobata.kernel.errors import Invalid, NotAllowed, Problem, WrongState
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.store.database import db
from idobata.store.deeds import record
from idobata.store.letters import post_letter
from idobata.store.transaction import transaction
from idobata.welcome.holding import changed_parts
from idobata.welcome.letters import LINK_DAYS, ask_letter, consent_words, taken_away_letter, version_of
from idobata.welcome.mark import Act, Consent, How, Lapse, MarkState, Standing, lapse_reason, step
from idobata.welcome.models import WelcomeMark
from idobata.welcome.queries import ANSWER, mark_of

REASON_LIMIT = 60
NOT_NOW = N_("いまは、それができる状態ではありません。ページを読み直してください。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What staff found. `criteria` are codes of the city's list; `reason` is public, a few plain words or nothing."""

    criteria: tuple[str, ...]
    how: How
    reason: str = ""
    department: str = ""
    review_on: date | None = None


def note_mark(actor: Actor, gathering: Gathering, found: Assessment, settings: Settings) -> WelcomeMark:
    """Put a gathering on the internal list, or assess it anew before its host is asked. Nothing of it is public.

    Raises NotAllowed, Invalid naming every problem, WrongState.
    """
    _staff(actor)
    mark = _taken_up(gathering)
    state = _next(mark, Act.NOTE)
    mark = _write(actor, gathering, mark, found, settings)
    mark.consent_how, mark.consent_by, mark.consent_at, mark.consent_version = "", "", None, ""
    _enter(actor, mark, state, "mark.noted", criteria=list(found.criteria))
    return mark


def ask_consent(actor: Actor, gathering: Gathering, settings: Settings) -> None:
    """Mail the host what would be seen, with a link to say yes or no. Raises WrongState for a gathering without an address."""
    _staff(actor)
    mark = _needed(gathering)
    state = _next(mark, Act.ASK)
    if not host_addresses(gathering):
        raise WrongState(N_("この集まりの主催には、メールアドレスがありません。電話か紙で同意をもらってください。"))
    words = consent_words(settings.city, gathering.title, mark.reason)
    for address in host_addresses(gathering):
        # A link of her own for each, so that it ends with her say in the gathering.
        token = make_link(ANSWER, address, timedelta(days=LINK_DAYS), gathering.public_id)
        link = Addresses(settings.machine.base_url).answer_first_step(token)
        post_letter(address, ask_letter(settings.city, gathering.title, words, link))
    mark.consent_version = version_of(words)
    _enter(actor, mark, state, "mark.asked", version=mark.consent_version)


def record_consent(actor: Actor, gathering: Gathering, how: Consent, settings: Settings) -> None:
    """Write down that the host agreed by phone or on paper, after hearing or reading exactly the words of today's version."""
    _staff(actor)
    mark = _needed(gathering)
    _agree(actor, mark, how, version_of(consent_words(settings.city, gathering.title, mark.reason)), settings)


def answer_by_link(token: str, *, yes: bool, settings: Settings) -> Gathering | None:
    """A host's answer from the mail; the link is used up. None when it can no longer be used."""
    link = use_link(ANSWER, token)
    gathering = None if link is None else gathering_by_public_id(link.subject_id or "")
    mark = None if gathering is None else _taken_up(gathering)
    if link is None or gathering is None or mark is None or mark.state != MarkState.ASKED:
        return None
    if link.email not in host_addresses(gathering):
        return None
    host = Actor(label=gathering.host_name, person_id=gathering.poster_id, email=link.email)
    if yes:
        _agree(host, mark, Consent.LINK, mark.consent_version, settings)
    else:
        _enter(host, mark, _next(mark, Act.DECLINE), "mark.declined")
    return gathering


def withdraw_consent(actor: Actor, gathering: Gathering) -> None:
    """The host takes the mark back, for whatever reason, at once."""
    may_change(actor, gathering)
    mark = _needed(gathering)
    state = _next(mark, Act.WITHDRAW)
    _enter(actor, mark, state, "mark.taken_back")


def renew_mark(actor: Actor, gathering: Gathering, found: Assessment, settings: Settings) -> None:
    """Staff have looked again: the mark holds for the gathering as it is now. The host's consent goes on, if the public words did not change.

    Raises WrongState when other words would be public than those she agreed to: then she is asked anew.
    """
    _staff(actor)
    mark = _needed(gathering)
    state = _next(mark, Act.RENEW)
    if found.reason != mark.reason and found.reason:
        raise WrongState(N_("町に見える理由を変えるときは、いったん終わりにして、主催にもういちど聞いてください。"))
    _must_be_published(gathering)
    _write(actor, gathering, mark, found, settings)
    _enter(actor, mark, state, "mark.renewed", criteria=list(found.criteria))


def end_mark(actor: Actor, gathering: Gathering, settings: Settings) -> None:
    """Staff end it, in whatever state. A host whose mark was public is told."""
    _staff(actor)
    mark = _needed(gathering)
    was_public = mark.state == MarkState.MARKED
    _enter(actor, mark, _next(mark, Act.END), "mark.ended")
    if was_public:
        page = Addresses(settings.machine.base_url).gathering(gathering.public_id)
        tell_poster(gathering, taken_away_letter(settings.city, gathering.title, page))


def lapse_what_no_longer_holds(settings: Settings) -> int:
    """Look at every public mark; one that no longer holds leaves the town's pages. Returns how many did."""
    today = clock.today(settings.city.zone)
    rows = db.session.execute(
        select(WelcomeMark, Freshness.unconfirmed_at)
        .outerjoin(Freshness, Freshness.gathering_id == WelcomeMark.gathering_id)
        .where(WelcomeMark.state == MarkState.MARKED.value)
        .options(
            joinedload(WelcomeMark.gathering).joinedload(Gathering.place), joinedload(WelcomeMark.gathering).joinedload(Gathering.group)
        )
    ).all()
    due = [mark.gathering.public_id for mark, unconfirmed_at in rows if lapse_reason(_standing(mark, unconfirmed_at is not None), today)]
    db.session.rollback()
    for public_id in due:
        with transaction():
            _lapse_one(public_id, today)
    return len(due)


def _lapse_one(public_id: str, today: date) -> None:
    gathering = gathering_by_public_id(public_id)
    mark = None if gathering is None else _taken_up(gathering)
    if mark is None or mark.state != MarkState.MARKED:
        return
    unconfirmed = db.session.scalar(select(Freshness.unconfirmed_at).where(Freshness.gathering_id == mark.gathering_id))
    standing = _standing(mark, unconfirmed is not None)
    reason = lapse_reason(standing, today)
    if reason is None:
        return
    mark.lapsed_for, mark.changed_parts = reason.value, list(standing.changed) if reason is Lapse.CHANGED else []
    _enter(SYSTEM, mark, _next(mark, Act.LAPSE), "mark.lapsed", reason=reason.value)


def _standing(mark: WelcomeMark, is_unconfirmed: bool) -> Standing:
    gathering = mark.gathering
    return Standing(
        is_published=gathering.publication == Publication.PUBLISHED,
        is_unconfirmed=is_unconfirmed,
        changed=changed_parts(mark.picture, picture_of(gathering)),
        review_on=mark.review_on,
    )


def _agree(actor: Actor, mark: WelcomeMark, how: Consent, version: str, settings: Settings) -> None:
    state = _next(mark, Act.AGREE)
    mark.consent_how, mark.consent_by, mark.consent_at, mark.consent_version = how.value, actor.label, clock.now(), version
    _enter(actor, mark, state, "mark.agreed", how=how.value, version=version)
    # Much may have happened between the question and the answer.
    _lapse_one(mark.gathering.public_id, clock.today(settings.city.zone))


def _write(actor: Actor, gathering: Gathering, mark: WelcomeMark | None, found: Assessment, settings: Settings) -> WelcomeMark:
    today = clock.today(settings.city.zone)
    review_on = found.review_on or today + timedelta(days=settings.policy.mark_review_days)
    if problems := _problems(found, review_on, today, settings):
        raise Invalid(*problems)
    picture = picture_of(gathering)
    if mark is None:
        mark = WelcomeMark(gathering_id=gathering.id, gathering=gathering)
    mark.criteria, mark.reason, mark.how, mark.department = list(found.criteria), found.reason, found.how.value, found.department
    mark.by_id, mark.by_label, mark.assessed_at, mark.review_on = actor.person_id, actor.label[:120], clock.now(), review_on
    mark.picture, mark.lapsed_for, mark.changed_parts = picture, "", []
    return mark


def _problems(found: Assessment, review_on: date, today: date, settings: Settings) -> list[Problem]:
    problems: list[Problem] = []
    if not found.criteria or any(settings.criterion(code) is None for code in found.criteria):
        problems.append(Problem("criteria", N_("たしかめたことを、ひとつはえらんでください。")))
    if len(found.reason) > REASON_LIMIT:
        problems.append(Problem("reason", N_("町に見える理由は%(limit)s文字までにしてください。"), {"limit": REASON_LIMIT}))
    if not today < review_on <= today + timedelta(days=731):
        problems.append(Problem("review_on", N_("見なおす日は、あしたから2年のあいだでえらんでください。")))
    return problems


def _enter(actor: Actor, mark: WelcomeMark, state: MarkState, act: str, **detail: object) -> None:
    mark.state, mark.state_at = state.value, clock.now()
    db.session.add(mark)
    db.session.flush()
    if state is MarkState.MARKED:
        show_first_step(mark.gathering, mark.reason)
    else:
        hide_first_step(mark.gathering)
    record(actor, act, "gathering", mark.gathering.public_id, **detail)


def _next(mark: WelcomeMark | None, act: Act) -> MarkState:
    state = step(MarkState(mark.state) if mark else None, act)
    if state is None:
        raise WrongState(NOT_NOW)
    return state


def _taken_up(gathering: Gathering) -> WelcomeMark | None:
    # Two may press at once: the second waits here and then reads what the first one left.
    db.session.scalar(select(Gathering).where(Gathering.id == gathering.id).with_for_update().execution_options(populate_existing=True))
    mark = mark_of(gathering)
    if mark is not None:
        db.session.refresh(mark)
    return mark


def _needed(gathering: Gathering) -> WelcomeMark:
    mark = _taken_up(gathering)
    if mark is None:
        raise WrongState(NOT_NOW)
    return mark


def _must_be_published(gathering: Gathering) -> None:
    if gathering.publication != Publication.PUBLISHED:
        raise WrongState(N_("この集まりは、いま町のページに出ていません。"))


def _staff(actor: Actor) -> None:
    if not actor.may_mark():
        raise NotAllowed
