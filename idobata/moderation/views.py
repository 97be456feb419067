"""What everybody sees of moderation: the form of a report, the public log, and a host's way to ask the city to look again."""

from datetime import timedelta

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from idobata.gatherings.card_queries import public_gathering
from idobata.gatherings.models import Gathering
from idobata.gatherings.my_queries import one_of_mine
from idobata.kernel import clock
from idobata.kernel.errors import Invalid, NotFound, WrongState
from idobata.kernel.ids import is_public_id
from idobata.moderation.appeal_actions import appeal, may_appeal, open_appeal
from idobata.moderation.forms import AppealForm, ReportForm
from idobata.moderation.log_queries import public_log
from idobata.moderation.public_log import ACT_WORDS, REPORTS
from idobata.moderation.reasons import OUTCOME_WORDS, Outcome
from idobata.moderation.report_actions import report
from idobata.store.rate_limits import allowed, network_of
from idobata.store.transaction import transaction
from idobata.web.form_guards import PRESS_AGAIN, TOO_FAST, TOO_MANY, TRAP, TRAPPED, came_too_fast, opened_stamp, was_trapped
from idobata.web.gate import keeps_words
from idobata.web.guards import public, signed_in
from idobata.web.pages import current_actor, current_language, fresh_until, sentence
from idobata.web.rooms import city_settings

blueprint = Blueprint("moderation", __name__)
REPORTS_PER_HOUR = 10
FORM_KEPT = timedelta(minutes=10)


@blueprint.get("/gatherings/<public_id>/report")
@public
def ask_report(public_id: str) -> str:
    """The form, the same for everybody; or thanks for what was sent."""
    if request.args.get("done") == "sent":
        fresh_until(clock.next_midnight(city_settings().city.zone))
        return render_template("moderation/reported.html", gathering=public_gathering(_known(public_id)))
    fresh_until(min(clock.now() + FORM_KEPT, clock.next_midnight(city_settings().city.zone)))
    return _report_page(public_id, ReportForm())[0]


@blueprint.post("/gatherings/<public_id>/report")
@keeps_words
@public
def send_report(public_id: str) -> Response | tuple[str, int]:
    """Note a report. It changes nothing that anybody can see."""
    settings = city_settings()
    form = ReportForm(formdata=request.form)
    if g.csrf_failed:
        try:
            return _report_page(public_id, form, 422, PRESS_AGAIN)
        except NotFound:
            abort(403)
    if was_trapped():
        return _report_page(public_id, form, 429, TRAPPED)
    if not form.is_well():
        return _report_page(public_id, form, 422)
    if came_too_fast():
        return _report_page(public_id, form, 429, TOO_FAST)
    network = network_of(request.remote_addr)
    if not allowed("report", network, REPORTS_PER_HOUR):
        return _report_page(public_id, form, 429, TOO_MANY)
    with transaction(public=False):
        gathering = public_gathering(_known(public_id))
        report(gathering, form.reason.data or "", form.words.data or "", form.email.data or "", network, settings)
    return redirect(url_for("moderation.ask_report", public_id=public_id, done="sent", lang=_lang()), 303)


@blueprint.get("/log")
@public
def log() -> str:
    """What the city did with posts and reports, month by month, without a name."""
    settings = city_settings()
    fresh_until(clock.next_midnight(settings.city.zone))
    rules = {rule.code: rule.title for rule in settings.rules}
    months = [
        (
            month.first,
            [(sentence(ACT_WORDS[row.act]), _about(row.act, row.about, rules), row.act != REPORTS, row.count) for row in month.rows],
        )
        for month in public_log(settings)
    ]
    return render_template("moderation/log.html", months=months)


@blueprint.get("/my/<public_id>/again")
@signed_in
def ask_again(public_id: str) -> str:
    """Asks a host why the city should look again."""
    return _appeal_page(public_id, AppealForm())[0]


@blueprint.post("/my/<public_id>/again")
@keeps_words
@signed_in
def send_again(public_id: str) -> Response | tuple[str, int]:
    """Bring it before the desk."""
    form = AppealForm(formdata=request.form)
    if g.csrf_failed:
        return _appeal_page(public_id, form, 422, PRESS_AGAIN)
    if not form.is_well():
        return _appeal_page(public_id, form, 422)
    actor = current_actor()
    try:
        with transaction(public=False):
            appeal(actor, one_of_mine(actor, public_id), form.words.data or "")
    except Invalid as error:
        form.put_problems(error.problems)
        return _appeal_page(public_id, form, 422)
    except WrongState as error:
        return _appeal_page(public_id, form, 409, error.sentence)
    return redirect(url_for("posting.manage", public_id=public_id, done="asked_again", lang=_lang()), 303)


def _report_page(public_id: str, form: ReportForm, status: int = 200, warning: str = "") -> tuple[str, int]:
    gathering = public_gathering(_known(public_id))
    page = render_template(
        "moderation/report.html",
        gathering=gathering,
        form=form,
        warning=sentence(warning) if warning else "",
        trap=TRAP,
        opened=opened_stamp(),
        keep_days=city_settings().policy.report_keep_days,
    )
    return page, status


def _appeal_page(public_id: str, form: AppealForm, status: int = 200, warning: str = "") -> tuple[str, int]:
    settings, gathering = city_settings(), one_of_mine(current_actor(), public_id)
    rule = next((one for one in settings.rules if one.code == gathering.return_code), None)
    page = render_template(
        "moderation/ask_again.html",
        gathering=gathering,
        rule=rule,
        possible=may_appeal(gathering),
        waits=_waits(gathering),
        form=form,
        warning=sentence(warning) if warning else "",
        days=settings.policy.confirm_within_days,
    )
    return page, status


def _waits(gathering: Gathering) -> bool:
    asked = open_appeal(gathering)
    return asked is not None and (gathering.submitted_at is None or asked.at >= gathering.submitted_at)


def _about(act: str, about: str, rules: dict[str, str]) -> str:
    if act == REPORTS:
        return sentence(OUTCOME_WORDS[Outcome(about)]) if about in set(Outcome) else about
    return rules.get(about, about)


def _known(public_id: str) -> str:
    if not is_public_id(public_id):
        raise NotFound
    return public_id


def _lang() -> str | None:
    return None if current_language() == "ja" else current_language()
