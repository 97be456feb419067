"""The welcome mark: the staff's list, one gathering, its notes; and the pages on which its host answers or takes it back."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from idobata.gatherings.card_queries import Cards
from idobata.gatherings.host_queries import host_addresses
from idobata.gatherings.models import Gathering
from idobata.gatherings.my_queries import one_of_mine
from idobata.gatherings.queries import gathering_by_public_id
from idobata.gatherings.states import PUBLICATION_WORDS, Publication
from idobata.kernel import clock
from idobata.kernel.errors import Invalid, NotFound, WrongState
from idobata.kernel.ids import is_public_id
from idobata.kernel.japanese_dates import ago_words, day_words
from idobata.kernel.words import N_
from idobata.store.transaction import transaction
from idobata.web.guards import public, signed_in, welfare
from idobata.web.pages import current_actor, current_language, sentence, url
from idobata.web.rooms import city_settings
from idobata.welcome.forms import AssessmentForm, NoteForm
from idobata.welcome.letters import consent_words
from idobata.welcome.mark import Act, Consent, MarkState, step
from idobata.welcome.mark_actions import answer_by_link, ask_consent, end_mark, note_mark, record_consent, renew_mark, withdraw_consent
from idobata.welcome.models import WelcomeMark
from idobata.welcome.note_actions import drop_note, read_notes, write_note
from idobata.welcome.note_rules import SIGN_WORDS
from idobata.welcome.queries import count_by_state, mark_of, marks, note_counts, open_answer
from idobata.welcome.row_views import mark_rows, mark_words

blueprint = Blueprint("welcome", __name__)

DONE: dict[str, str] = {
    "noted": N_("候補に入れました。町のページには、まだ何も出ていません。"),
    "asked": N_("主催に、メールでたずねました。"),
    "agreed": N_("同意を書きとめました。町のページにしるしが出ました。"),
    "renewed": N_("見なおしました。しるしは、いまの内容についています。"),
    "ended": N_("終わりにしました。"),
    "note": N_("書きとめました。この画面の外には出ません。"),
    "dropped": N_("消しました。"),
}


@blueprint.get("/desk/first-step")
@welfare
def desk_list() -> str:
    """Marks in the order of work."""
    found = marks()
    settings = city_settings()
    notes = note_counts([mark.gathering for mark in found], clock.today(settings.city.zone))
    return render_template("welcome/list.html", groups=mark_rows(found, notes, settings), counts=count_by_state(), states=list(MarkState))


@blueprint.get("/desk/first-step/<public_id>")
@welfare
def desk_item(public_id: str) -> str | tuple[str, int]:
    """One gathering: what it says, where its mark stands, what colleagues noted."""
    return _item_page(_gathering(public_id), 200)


@blueprint.post("/desk/first-step/<public_id>")
@welfare
def decide(public_id: str) -> Response | tuple[str, int]:
    """Assess, ask, record a consent, look again, end: whatever was pressed."""
    gathering, settings, actor = _gathering(public_id), city_settings(), current_actor()
    do = request.form.get("do", "")
    form = AssessmentForm(settings, formdata=request.form)
    if do in ("note", "renew"):
        found = form.read(clock.today(settings.city.zone))
        if found is None:
            return _item_page(gathering, 422, form=form)
        act: Callable[[], object] = lambda: (note_mark if do == "note" else renew_mark)(actor, gathering, found, settings)  # noqa: E731
    elif do == "ask":
        act = lambda: ask_consent(actor, gathering, settings)  # noqa: E731
    elif do in ("phone", "paper"):
        act = lambda: record_consent(actor, gathering, Consent(do), settings)  # noqa: E731
    elif do == "end":
        act = lambda: end_mark(actor, gathering, settings)  # noqa: E731
    else:
        raise NotFound
    try:
        with transaction():
            act()
    except Invalid as error:
        form.take(error.problems)
        return _item_page(_gathering(public_id), 422, form=form)
    except WrongState as error:
        return _item_page(_gathering(public_id), 409, warning=sentence(error.sentence))
    done = {"note": "noted", "renew": "renewed", "ask": "asked", "phone": "agreed", "paper": "agreed", "end": "ended"}[do]
    return redirect(url_for("welcome.desk_item", public_id=public_id, done=done), 303)


@blueprint.post("/desk/first-step/<public_id>/notes")
@welfare
def add_note(public_id: str) -> Response | tuple[str, int]:
    """Keep a note, unless it looks like words about a person and nobody has read it again."""
    gathering, settings = _gathering(public_id), city_settings()
    form = NoteForm(formdata=request.form)
    ends_on = form.end(clock.today(settings.city.zone))
    if form.ends_on.errors:
        return _item_page(gathering, 422, note=form)
    try:
        with transaction(public=False):
            signs = write_note(current_actor(), gathering, form.words.data or "", ends_on, settings, read_again=bool(form.read_again.data))
    except Invalid as error:
        form.take(error.problems)
        return _item_page(_gathering(public_id), 422, note=form)
    if signs:
        return _item_page(
            _gathering(public_id), 422, note=form, signs=[sentence(SIGN_WORDS[sign], {"found": found}) for sign, found in signs]
        )
    return redirect(url_for("welcome.desk_item", public_id=public_id, done="note", _anchor="notes"), 303)


@blueprint.post("/desk/first-step/<public_id>/notes/<int(max=2147483647):number>/drop")
@welfare
def remove_note(public_id: str, number: int) -> Response:
    """Erase a note now."""
    with transaction(public=False):
        drop_note(current_actor(), _gathering(public_id), number)
    return redirect(url_for("welcome.desk_item", public_id=public_id, done="dropped", _anchor="notes"), 303)


@blueprint.get("/first-step/answer/<token>")
@public
def answer(token: str) -> str | tuple[str, int]:
    """What the host is asked, and how it would look. Opening changes nothing: mail scanners open links too."""
    gathering = open_answer(token)
    if gathering is None:
        return render_template("welcome/answer_ended.html"), 410
    mark = mark_of(gathering)
    return render_template(
        "welcome/answer.html",
        token=token,
        gathering=_card(gathering),
        reason=mark.reason if mark else "",
        words=consent_words(city_settings().city, gathering.title, mark.reason if mark else ""),
    )


@blueprint.post("/first-step/answer/<token>")
@public
def give_answer(token: str) -> str | tuple[str, int]:
    """Yes or no."""
    yes = request.form.get("do") == "yes"
    with transaction():
        gathering = answer_by_link(token, yes=yes, settings=city_settings())
    if gathering is None:
        return render_template("welcome/answer_ended.html"), 410
    return render_template("welcome/answered.html", yes=yes, gathering=_card(gathering))


@blueprint.get("/my/<public_id>/first-step")
@signed_in
def mine(public_id: str) -> str:
    """What the mark on one's own gathering is, and the button that takes it away."""
    gathering = one_of_mine(current_actor(), public_id)
    mark = mark_of(gathering)
    state = MarkState(mark.state) if mark else None
    return render_template(
        "welcome/mine.html",
        gathering=gathering,
        has_mark=gathering.first_step,
        may_withdraw=step(state, Act.WITHDRAW) is not None,
        gone=request.args.get("done") == "gone",
    )


@blueprint.post("/my/<public_id>/first-step")
@signed_in
def take_back(public_id: str) -> Response:
    """Take the mark back, at once."""
    gathering = one_of_mine(current_actor(), public_id)
    try:
        with transaction():
            withdraw_consent(current_actor(), gathering)
    except WrongState:
        # Pressed twice, or staff were faster: it is gone either way.
        pass
    return redirect(url("welcome.mine", public_id=public_id, done="gone"), 303)


def _item_page(
    gathering: Gathering,
    status: int,
    *,
    form: AssessmentForm | None = None,
    note: NoteForm | None = None,
    signs: list[str] | None = None,
    warning: str = "",
) -> tuple[str, int]:
    settings, language = city_settings(), current_language()
    mark = mark_of(gathering)
    with transaction(public=False):
        notes = [
            (one.id, one.words, one.by_label, ago_words(one.at, clock.now(), language), day_words(one.ends_on, language))
            for one in read_notes(current_actor(), gathering, settings)
        ]
    state = MarkState(mark.state) if mark else None
    was_done = DONE.get(request.args.get("done", ""))
    page = render_template(
        "welcome/item.html",
        gathering=_card(gathering),
        publication=sentence(PUBLICATION_WORDS[Publication(gathering.publication)]),
        has_address=bool(host_addresses(gathering)),
        contact=(gathering.contact_name, gathering.contact_phone, gathering.contact_email),
        standing=mark_words(mark, settings) if mark else None,
        can={act.value for act in Act if step(state, act) is not None},
        form=form or AssessmentForm(settings, data=_as_data(mark, settings.contact.department)),
        note_form=note or NoteForm(),
        notes=notes,
        signs=signs or [],
        warning=warning,
        words=consent_words(settings.city, gathering.title, mark.reason if mark else ""),
        done=sentence(was_done) if was_done and status == 200 else "",
    )
    return page, status


def _as_data(mark: WelcomeMark | None, department: str) -> dict[str, object]:
    if mark is None:
        return {"criteria": [], "department": department}
    return {"criteria": mark.criteria, "how": mark.how, "reason": mark.reason, "department": mark.department or department}


def _gathering(public_id: str) -> Gathering:
    row = gathering_by_public_id(public_id) if is_public_id(public_id) else None
    # A draft is nobody's business yet.
    if row is None or row.publication == Publication.DRAFT:
        raise NotFound
    return row


def _card(gathering: Gathering) -> object:
    return Cards(city_settings(), current_language(), sentence).gathering(gathering)
