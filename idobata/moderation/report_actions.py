"""Reports: received without an account, taken up, answered, closed, and forgotten. A report never hides anything by itself."""

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from idobata.gatherings.models import Gathering
from idobata.gatherings.states import Publication
from idobata.kernel import clock
from idobata.kernel.actor import ANONYMOUS, Actor
from idobata.kernel.addresses import Addresses
from idobata.kernel.errors import Invalid, NotAllowed, NotFound, Problem, WrongState
from idobata.kernel.pseudonyms import pseudonym
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.moderation.letters import ask_host_letter, reporter_letter
from idobata.moderation.models import Report, ReportCase
from idobata.moderation.reasons import ASKABLE, OUTCOME_REPLIES, WORDS_LIMIT, Outcome, Reason
from idobata.store.database import db
from idobata.store.deeds import record
from idobata.store.letters import post_letter
from idobata.store.transaction import transaction

RECEIVED = "report.received"
TAKEN = "report.taken"
HOST_ASKED = "report.host_asked"
ANSWERED = "report.answered"
CLOSED = "report.closed"


def report(gathering: Gathering, reason: str, words: str, email: str, network: str, settings: Settings) -> None:
    """Note what a reader says about a published gathering. `words` and `email` are cleaned; both may be empty.

    Whoever reports the same gathering twice on one day counts once; what was written the second time is added. Raises NotFound for what the
    town cannot read, Invalid for a reason that is none.
    """
    if gathering.publication != Publication.PUBLISHED:
        raise NotFound
    if reason not in set(Reason):
        raise Invalid(Problem("reason", N_("どんなことか、ひとつえらんでください。")))
    now, key = clock.now(), settings.machine.secret_key
    day = clock.today(settings.city.zone).isoformat()
    case = _open_case(gathering)
    day_key, source = pseudonym(key, "report day", f"{day} {network}"), pseudonym(key, "report", network)
    before = db.session.scalar(select(Report).where(Report.case_id == case.id, Report.day_key == day_key))
    if before is not None:
        if words and words not in before.words:
            before.words = f"{before.words}\n{words}".strip()[: WORDS_LIMIT * 2]
        before.email = before.email or email
        return
    db.session.add(Report(case_id=case.id, at=now, reason=reason, words=words, email=email, day_key=day_key, source=source))
    record(ANONYMOUS, RECEIVED, "gathering", gathering.public_id, reason=reason)


def take_up(actor: Actor, case: ReportCase) -> None:
    """Say that somebody is on it, so that no two write to the same host."""
    _may(actor, case)
    if case.taken_at is not None:
        raise WrongState(N_("この件は、もうだれかが引き受けています。"))
    case.taken_at, case.taken_by_id = clock.now(), actor.person_id
    record(actor, TAKEN, "gathering", case.gathering.public_id)


def ask_host(actor: Actor, case: ReportCase, settings: Settings) -> None:
    """Ask the host by mail to look at her page. Only about what she can mend herself; she never hears who wrote, or what."""
    _may(actor, case)
    reasons = {Reason(one.reason) for one in case.reports} & ASKABLE
    if not reasons:
        raise WrongState(N_("この件は、主催の人にたずねるものではなさそうです。"))
    if not case.gathering.poster_email:
        raise WrongState(N_("主催の人のメールアドレスがありません。電話などでたしかめてください。"))
    if case.host_asked_at is not None:
        raise WrongState(N_("主催の人には、もうたずねてあります。"))
    case.host_asked_at = clock.now()
    record(actor, HOST_ASKED, "gathering", case.gathering.public_id)
    manage = Addresses(settings.machine.base_url).manage(case.gathering.public_id)
    ended = reasons == {Reason.ENDED}
    post_letter(case.gathering.poster_email, ask_host_letter(settings.city.site_name, case.gathering.title, ended, manage))


def answer(actor: Actor, case: ReportCase, outcome: str, words: str, settings: Settings) -> int:
    """Mail those reporters who wished for an answer and have none yet; returns how many."""
    _may(actor, case)
    return _answer(actor, case, _outcome(outcome), words, settings)


def close(actor: Actor, case: ReportCase, outcome: str, words: str, settings: Settings) -> int:
    """Close a case with what came of it, and answer those who wished for an answer; returns how many were."""
    _may(actor, case)
    known = _outcome(outcome)
    answered = _answer(actor, case, known, words, settings)
    case.closed_at, case.outcome = clock.now(), known.value
    reasons = sorted({one.reason for one in case.reports})
    record(actor, CLOSED, "gathering", case.gathering.public_id, outcome=known.value, reasons=reasons, count=len(case.reports))
    return answered


def forget_old_cases(settings: Settings) -> int:
    """Delete cases closed as long ago as the city keeps them, with every word and address in them; returns how many."""
    before = clock.now() - timedelta(days=settings.policy.report_keep_days)
    with transaction(public=False):
        old = select(ReportCase.id).where(ReportCase.closed_at < before)
        db.session.execute(delete(Report).where(Report.case_id.in_(old)))
        done = db.session.execute(delete(ReportCase).where(ReportCase.closed_at < before))
        return int(done.rowcount)  # type: ignore[attr-defined]


def unfounded_by(sources: set[str]) -> dict[str, int]:
    """How many closed cases each of these sources was part of that had nothing in them. "" is nobody: who reported was erased."""
    sources = sources - {""}
    if not sources:
        return {}
    rows = db.session.execute(
        select(Report.source, func.count(func.distinct(Report.case_id)))
        .join(ReportCase, ReportCase.id == Report.case_id)
        .where(Report.source.in_(sources), ReportCase.outcome == Outcome.UNFOUNDED.value)
        .group_by(Report.source)
    )
    return dict(rows.all())


def _open_case(gathering: Gathering) -> ReportCase:
    known = select(ReportCase).where(ReportCase.gathering_id == gathering.id, ReportCase.closed_at.is_(None))
    case = db.session.scalar(known)
    if case is None:
        case = ReportCase(gathering_id=gathering.id, opened_at=clock.now())
        try:
            with db.session.begin_nested():
                db.session.add(case)
        except IntegrityError:
            # Another reader wrote at the same moment.
            return db.session.scalars(known).one()
    return case


def _answer(actor: Actor, case: ReportCase, outcome: Outcome, words: str, settings: Settings) -> int:
    if len(words) > WORDS_LIMIT:
        raise Invalid(Problem("words", N_("ひとことは%(limit)s文字までです。すこし短くしてください。"), {"limit": WORDS_LIMIT}))
    waiting = [one for one in case.reports if one.email and one.answered_at is None]
    for one in waiting:
        one.answered_at = clock.now()
        post_letter(one.email, reporter_letter(settings.city.site_name, case.gathering.title, OUTCOME_REPLIES[outcome], words))
    if waiting:
        record(actor, ANSWERED, "gathering", case.gathering.public_id, outcome=outcome.value, count=len(waiting))
    return len(waiting)


def _outcome(typed: str) -> Outcome:
    if typed not in set(Outcome):
        raise Invalid(Problem("outcome", N_("どうなったか、ひとつえらんでください。")))
    return Outcome(typed)


def _may(actor: Actor, case: ReportCase) -> None:
    if not actor.may_edit():
        raise NotAllowed
    # Two editors may press at once: the second waits here and then reads what the first one left.
    db.session.scalar(select(ReportCase).where(ReportCase.id == case.id).with_for_update().execution_options(populate_existing=True))
    if case.closed_at is not None:
        raise WrongState(N_("この件は、もう閉じてあります。"))
