"""The desk's cases of reports: what readers said, grouped by gathering, and what can be done about it."""

from datetime import datetime

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from idobata.desk.forms import OutcomeForm, ReasonForm
from idobata.desk.row_views import moment_words, publication_phrase
from idobata.gatherings.states import Publication
from idobata.kernel import clock
from idobata.kernel.errors import Invalid, WrongState
from idobata.kernel.japanese_dates import ago_words
from idobata.kernel.words import N_
from idobata.moderation.holding_actions import hide, open_hold
from idobata.moderation.queries import OpenCase, closed_cases, open_case, open_cases
from idobata.moderation.reasons import ASKABLE, OUTCOME_WORDS, REASON_WORDS, Outcome, Reason
from idobata.moderation.report_actions import answer, ask_host, close, take_up
from idobata.store.transaction import transaction
from idobata.web.guards import editors
from idobata.web.pages import current_actor, current_language, sentence, url
from idobata.web.rooms import city_settings

blueprint = Blueprint("reports", __name__)
DONE: dict[str, str] = {
    "taken": N_("引き受けました。"),
    "asked": N_("主催の人に、メールでたずねます。知らせてくれた人のことは書きません。"),
    "answered": N_("知らせてくれた人に、メールで返事をします。"),
    "closed": N_("この件を閉じました。"),
    "hidden": N_("非公開にしました。主催の人に、きまりとわけをメールでお知らせします。"),
}


@blueprint.get("/desk/reports")
@editors
def cases() -> str:
    """What was reported and waits, the oldest first."""
    rows = [(one, _ago(one.case.opened_at), _reasons(one)) for one in open_cases()]
    closed = [
        (one, moment_words(one.closed_at, city_settings()) if one.closed_at else "", sentence(OUTCOME_WORDS[Outcome(one.outcome)]))
        for one in closed_cases()
        if one.outcome in set(Outcome)
    ]
    return render_template("desk/reports.html", rows=rows, closed=closed, done=_done())


@blueprint.get("/desk/reports/<case_id>")
@editors
def case(case_id: str) -> str:
    """One case: what readers wrote, and what can be done."""
    return _case_page(case_id)[0]


@blueprint.post("/desk/reports/<case_id>/take")
@editors
def take_case(case_id: str) -> Response | tuple[str, int]:
    """Say that I am on it."""
    try:
        with transaction(public=False):
            take_up(current_actor(), open_case(case_id).case)
    except WrongState as error:
        return _case_page(case_id, 409, problem=error.sentence)
    return _back(case_id, "taken")


@blueprint.post("/desk/reports/<case_id>/ask-host")
@editors
def ask_host_of_case(case_id: str) -> Response | tuple[str, int]:
    """Ask the host kindly to look at her page."""
    try:
        with transaction(public=False):
            ask_host(current_actor(), open_case(case_id).case, city_settings())
    except WrongState as error:
        return _case_page(case_id, 409, problem=error.sentence)
    return _back(case_id, "asked")


@blueprint.post("/desk/reports/<case_id>/close")
@editors
def close_case(case_id: str) -> Response | tuple[str, int]:
    """Close the case; or, for `do=answer`, only answer those who wished for an answer."""
    form, actor, settings = OutcomeForm.of(request.form), current_actor(), city_settings()
    only_answer = request.form.get("do") == "answer"
    act = answer if only_answer else close
    try:
        # The public log counts what is closed.
        with transaction(public=not only_answer):
            act(actor, open_case(case_id).case, form.outcome.data or "", form.words.data or "", settings)
    except Invalid as error:
        form.put_problems(error.problems)
        return _case_page(case_id, 422, form=form)
    except WrongState as error:
        return _case_page(case_id, 409, form=form, problem=error.sentence)
    return _back(case_id, "answered") if only_answer else redirect(url("reports.cases", done="closed"), 303)


@blueprint.post("/desk/reports/<case_id>/hide")
@editors
def hide_reported(case_id: str) -> Response | tuple[str, int]:
    """Hide the gathering by a rule. The case stays open until somebody closes it."""
    form, settings = ReasonForm.of(request.form, city_settings(), "hide-"), city_settings()
    try:
        with transaction():
            hide(current_actor(), open_case(case_id).case.gathering, form.code.data or "", form.words.data or "", settings)
    except Invalid as error:
        form.put_problems(error.problems)
        return _case_page(case_id, 422, hide_form=form)
    except WrongState as error:
        return _case_page(case_id, 409, problem=error.sentence)
    return _back(case_id, "hidden")


def _case_page(
    case_id: str, status: int = 200, *, form: OutcomeForm | None = None, hide_form: ReasonForm | None = None, problem: str = ""
) -> tuple[str, int]:
    found, settings = open_case(case_id), city_settings()
    gathering = found.case.gathering
    reports = [
        (
            sentence(REASON_WORDS[Reason(one.reason)]),
            one.words,
            bool(one.email),
            one.answered_at is not None,
            moment_words(one.at, settings),
        )
        for one in found.case.reports
    ]
    page = render_template(
        "desk/case.html",
        found=found,
        case=found.case,
        gathering=gathering,
        state=publication_phrase(gathering),
        shown=gathering.publication == Publication.PUBLISHED,
        held=open_hold(gathering) is not None,
        reasons=_reasons(found),
        reports=reports,
        wishes=sum(bool(one.email) and one.answered_at is None for one in found.case.reports),
        askable=any(Reason(one.reason) in ASKABLE for one in found.case.reports) and bool(gathering.poster_email),
        asked=moment_words(found.case.host_asked_at, settings) if found.case.host_asked_at else "",
        ago=_ago(found.case.opened_at),
        outcome=sentence(OUTCOME_WORDS[Outcome(found.case.outcome)]) if found.case.outcome in set(Outcome) else "",
        form=form or OutcomeForm.of(None),
        hide_form=hide_form or ReasonForm.of(None, settings, "hide-"),
        hide_open=hide_form is not None,
        problem=sentence(problem) if problem else "",
        done=_done() if status == 200 else "",
    )
    return page, status


def _reasons(found: OpenCase) -> list[tuple[str, int]]:
    return [(sentence(REASON_WORDS[reason]), count) for reason, count in found.reasons]


def _ago(moment: datetime) -> str:
    return ago_words(moment, clock.now(), current_language())


def _done() -> str:
    words = DONE.get(request.args.get("done", ""))
    return sentence(words) if words else ""


def _back(case_id: str, done: str) -> Response:
    return redirect(url("reports.case", case_id=case_id, done=done), 303)
