"""The repost desk: what goes out in the city's name, who said yes to it, what went where, and what has to be put right."""

from collections.abc import Callable

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from idobata.desk.forms import DeskForm
from idobata.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from idobata.kernel.ids import is_public_id
from idobata.kernel.words import N_
from idobata.reposts.actions import approve, edit, give_back, propose, take_back, write
from idobata.reposts.forms import CorrectionForm, NewForm, PostedForm, ReturnForm, StopForm, WritingForm
from idobata.reposts.ledger_actions import correct, leave_uncorrected, post_by_hand
from idobata.reposts.models import Repost
from idobata.reposts.permissions import may_approve, may_decide, may_write
from idobata.reposts.queries import ledger, open_corrections, repost_by_id, reposts_in, version_of
from idobata.reposts.row_views import correction_row, ledger_row, name_of, repost_row, stop_row
from idobata.reposts.states import Act, RepostState, can
from idobata.reposts.stop_actions import let_go, stop_everything
from idobata.store.transaction import transaction
from idobata.web.gate import keeps_words
from idobata.web.guards import editors, speakers
from idobata.web.pages import current_actor, sentence, url
from idobata.web.rooms import addresses, city_settings

blueprint = Blueprint("reposts", __name__)
LEDGER_LINES = 30
DONE: dict[str, str] = {
    "written": N_("下書きにしました。"),
    "changed": N_("直しました。決裁は、はじめからになります。"),
    "proposed": N_("決裁に出しました。"),
    "taken_back": N_("下書きにもどしました。"),
    "approved": N_("決裁しました。"),
    "returned": N_("ことばをそえて返しました。"),
    "posted": N_("発信したことを、控えに書きました。"),
    "corrected": N_("訂正を出したことを、控えに書きました。"),
    "not_needed": N_("訂正は要らないと、控えに書きました。"),
    "stopped": N_("発信をすべて止めました。"),
    "started": N_("発信を始められるようにしました。"),
}
_PARTS: tuple[tuple[str, tuple[RepostState, ...]], ...] = (
    (N_("決裁を待っているもの"), (RepostState.PROPOSED,)),
    (
        N_("決裁がすんで、発信するもの"),
        (RepostState.APPROVED, RepostState.DUE, RepostState.SENDING, RepostState.UNKNOWN, RepostState.FAILED),
    ),
    (N_("下書きと、返ってきたもの"), (RepostState.RETURNED, RepostState.DRAFT)),
)


@blueprint.get("/desk/reposts")
@speakers
def show() -> str:
    """The desk: corrections first, then what waits, then the ledger."""
    return _desk()[0]


@blueprint.get("/desk/reposts/new")
@editors
def new() -> str:
    """An empty text."""
    return _new(NewForm.of(None, city_settings()))[0]


@blueprint.post("/desk/reposts/new")
@keeps_words
@editors
def create() -> Response | tuple[str, int]:
    """Begin a repost."""
    form, settings = NewForm.of(request.form, city_settings()), city_settings()
    if g.csrf_failed:
        form.put_old_page()
        return _new(form, 403)
    try:
        with transaction(public=False):
            made = write(current_actor(), form.channel.data or "", form.text.data or "", form.gatherings.data or "", settings)
            repost_id = made.public_id
    except Invalid as error:
        form.put_problems(error.problems)
        return _new(form, 422)
    return redirect(url("reposts.one", repost_id=repost_id, done="written"), 303)


@blueprint.get("/desk/reposts/<repost_id>")
@speakers
def one(repost_id: str) -> str:
    """One repost: exactly what goes out, and what can be done with it."""
    return _page(repost_id)[0]


@blueprint.get("/desk/reposts/<repost_id>/paper")
@speakers
def paper(repost_id: str) -> str:
    """The same on a sheet of A4 with boxes for stamps."""
    row = repost_row(_known(repost_id))
    return render_template("reposts/paper.html", row=row, by=name_of(row.repost.proposed_by), address=addresses().gathering)


@blueprint.post("/desk/reposts/<repost_id>/edit")
@keeps_words
@editors
def change(repost_id: str) -> Response | tuple[str, int]:
    """Write it anew; whatever was decided about it is undone."""
    form = WritingForm(request.form)
    if g.csrf_failed:
        form.put_old_page()
        return _page(repost_id, 403, writing=form)
    text, pasted, seen = form.text.data or "", form.gatherings.data or "", form.version.data or ""
    return _do(repost_id, "changed", lambda: edit(current_actor(), repost_id, text, pasted, seen), writing=form)


@blueprint.post("/desk/reposts/<repost_id>/propose")
@editors
def send_up(repost_id: str) -> Response | tuple[str, int]:
    """Ask for a yes."""
    return _do(repost_id, "proposed", lambda: propose(current_actor(), repost_id, city_settings()))


@blueprint.post("/desk/reposts/<repost_id>/take-back")
@editors
def withdraw(repost_id: str) -> Response | tuple[str, int]:
    """Make it a draft again."""
    return _do(repost_id, "taken_back", lambda: take_back(current_actor(), repost_id))


@blueprint.post("/desk/reposts/<repost_id>/approve")
@speakers
def say_yes(repost_id: str) -> Response | tuple[str, int]:
    """Say yes to exactly what the page showed."""
    seal = request.form.get("seal", "")
    return _do(repost_id, "approved", lambda: approve(current_actor(), repost_id, seal, city_settings()))


@blueprint.post("/desk/reposts/<repost_id>/return")
@keeps_words
@speakers
def say_no(repost_id: str) -> Response | tuple[str, int]:
    """Return it with words."""
    form = ReturnForm(request.form)
    if g.csrf_failed:
        form.put_old_page()
        return _page(repost_id, 403, returning=form)
    return _do(repost_id, "returned", lambda: give_back(current_actor(), repost_id, form.words.data or ""), returning=form)


@blueprint.post("/desk/reposts/<repost_id>/posted")
@editors
def posted(repost_id: str) -> Response | tuple[str, int]:
    """Write down that it was copied and posted."""
    form = PostedForm(request.form)
    seal, link = form.seal.data or "", form.link.data or ""
    return _do(repost_id, "posted", lambda: post_by_hand(current_actor(), repost_id, seal, link), posting=form)


@blueprint.post("/desk/reposts/corrections/<told_id>")
@editors
def settle(told_id: str) -> Response | tuple[str, int]:
    """Write down what became of a correction."""
    form = CorrectionForm(request.form, prefix=f"{told_id}-")
    is_out = request.form.get("do") == "corrected"
    seal, actor = form.seal.data or "", current_actor()
    try:
        with transaction(public=False):
            if is_out:
                correct(actor, told_id, seal, form.link.data or "")
            else:
                leave_uncorrected(actor, told_id, seal, form.words.data or "")
    except Invalid as error:
        form.put_problems(error.problems)
        return _desk(422, settling=(told_id, form))
    except WrongState as error:
        return _desk(409, problem=error.sentence)
    return redirect(url("reposts.show", done="corrected" if is_out else "not_needed"), 303)


@blueprint.post("/desk/reposts/stop")
@speakers
def stop() -> Response | tuple[str, int]:
    """Stop all that goes out."""
    form = StopForm(request.form)
    try:
        with transaction(public=False):
            stop_everything(current_actor(), form.words.data or "")
    except Invalid as error:
        form.put_problems(error.problems)
        return _desk(422, stopping=form)
    return redirect(url("reposts.show", done="stopped"), 303)


@blueprint.post("/desk/reposts/start")
@speakers
def start() -> Response:
    """Let things go out again."""
    with transaction(public=False):
        let_go(current_actor())
    return redirect(url("reposts.show", done="started"), 303)


def _do(repost_id: str, done: str, act: Callable[[], object], **forms: DeskForm) -> Response | tuple[str, int]:
    _known(repost_id)
    try:
        with transaction(public=False):
            act()
    except Invalid as error:
        form = next(iter(forms.values()), None)
        if form is None:
            # What stands there does not fit: it has to be written anew.
            form = forms["writing"] = _writing(_known(repost_id))
        form.put_problems(error.problems)
        return _page(repost_id, 422, **forms)
    except WrongState as error:
        return _page(repost_id, 409, problem=error.sentence, **forms)
    except NotAllowed:
        raise NotFound from None
    return redirect(url("reposts.one", repost_id=repost_id, done=done), 303)


def _desk(
    status: int = 200, *, problem: str = "", stopping: StopForm | None = None, settling: tuple[str, CorrectionForm] | None = None
) -> tuple[str, int]:
    told_id, form = settling or ("", None)
    corrections = [correction_row(one, form if one.told.public_id == told_id else None) for one in open_corrections()]
    if form is not None and all(row.told_id != told_id for row in corrections):
        raise NotFound
    page = render_template(
        "reposts/desk.html",
        corrections=corrections,
        parts=[(sentence(words), [repost_row(one) for one in reposts_in(states)]) for words, states in _PARTS],
        ledger=[ledger_row(one) for one in ledger(LEDGER_LINES)],
        stop=stop_row(),
        stop_form=stopping or StopForm(),
        stop_open=stopping is not None,
        writes=may_write(current_actor()),
        problem=sentence(problem) if problem else "",
        done=_done() if status == 200 else "",
    )
    return page, status


def _new(form: NewForm, status: int = 200) -> tuple[str, int]:
    return render_template("reposts/new.html", form=form), status


def _page(repost_id: str, status: int = 200, *, problem: str = "", **forms: DeskForm) -> tuple[str, int]:
    repost, actor = _known(repost_id), current_actor()
    state = RepostState(repost.state)
    posting = forms.get("posting") or PostedForm()
    if isinstance(posting, PostedForm):
        posting.seal.data = posting.seal.data or repost.seal
    # Posted in the very minute in which it fell back: what is out is written down.
    late = state is RepostState.DRAFT and repost.overtaken_at is not None and repost.decided_at is not None
    row = repost_row(repost)
    by_two = city_settings().policy.approve_by_two
    page = render_template(
        "reposts/one.html",
        row=row,
        repost=repost,
        writes=may_write(actor),
        can={act.value: can(state, act) for act in Act},
        may_say_yes=can(state, Act.APPROVE) and not row.changed and may_approve(actor, repost.proposed_by_id, by_two=by_two),
        waits_for_other=can(state, Act.APPROVE) and by_two and actor.person_id == repost.proposed_by_id,
        may_say_no=can(state, Act.RETURN) and may_decide(actor),
        may_post=may_write(actor) and (late or (can(state, Act.POST) and state is not RepostState.DRAFT)),
        late=late,
        proposed_by=name_of(repost.proposed_by),
        decided_by=name_of(repost.decided_by),
        ledger=[ledger_row(line) for line in ledger(repost=repost)],
        stop=stop_row(),
        writing=forms.get("writing") or _writing(repost),
        writing_open="writing" in forms,
        returning=forms.get("returning") or ReturnForm(),
        returning_open="returning" in forms,
        posting=posting,
        problem=sentence(problem) if problem else "",
        done=_done() if status == 200 else "",
    )
    return page, status


def _writing(repost: Repost) -> WritingForm:
    form = WritingForm()
    form.text.data, form.version.data = repost.text, version_of(repost)
    form.gatherings.data = "\n".join(addresses().occurrence(item.gathering.public_id, item.day) for item in repost.items)
    return form


def _known(repost_id: str) -> Repost:
    if not is_public_id(repost_id):
        raise NotFound
    return repost_by_id(repost_id)


def _done() -> str:
    words = DONE.get(request.args.get("done", ""))
    return sentence(words) if words else ""
