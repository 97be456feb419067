"""The desk's view of changes after publication: what waits, before and after side by side, and every version there was."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from idobata.desk.actions import CHANGED_MEANWHILE, AlreadyDecided
from idobata.desk.change_actions import accept_change, fingerprint, return_change
from idobata.desk.change_queries import waiting_changes
from idobata.desk.deed_words import field_words, who_words
from idobata.desk.forms import ReasonForm
from idobata.desk.letters import letter_of_returned_change
from idobata.desk.queries import desk_item
from idobata.desk.row_views import moment_words
from idobata.gatherings.models import Gathering
from idobata.gatherings.significance import significant
from idobata.gatherings.told_changes import NAMES
from idobata.gatherings.version_models import GatheringVersion, VersionState
from idobata.gatherings.version_queries import picture_of, versions_of, waiting_version, would_be
from idobata.gatherings.version_words import VersionWords
from idobata.kernel import clock
from idobata.kernel.errors import Invalid, NotFound, WrongState
from idobata.kernel.ids import is_public_id
from idobata.kernel.japanese_dates import ago_words
from idobata.kernel.letter import Letter
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.store.transaction import transaction
from idobata.web.gate import keeps_words
from idobata.web.guards import editors
from idobata.web.pages import current_actor, current_language, sentence, url
from idobata.web.rooms import city_settings

blueprint = Blueprint("desk_changes", __name__)

_STATES: dict[VersionState, str] = {
    VersionState.LIVE: N_("いまの内容"),
    VersionState.WAITING: N_("確認を待っている変更"),
    VersionState.RETURNED: N_("投稿した人に返した変更"),
    VersionState.TAKEN_BACK: N_("投稿した人が取り消した変更"),
    VersionState.REPLACED: N_("まえの内容"),
}
_OVERTAKEN = N_("出し直される前の変更")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A waiting change in a list: what of it is significant in `tags`, all of it in `rows` (name, before, after)."""

    gathering: Gathering
    age: str
    late: bool
    who: str
    tags: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """A version in the list of all."""

    number: int
    when: str
    who: str
    state: str
    fields: str


def change_rows(settings: Settings) -> tuple[list[ChangeRow], int, bool]:
    """The waiting changes that the queue shows, how many there are, and whether counting stopped."""
    found = waiting_changes()
    return [_row(one.gathering, one, settings) for one in found.rows], found.total, found.capped


@blueprint.get("/desk/<public_id>/change")
@editors
def change(public_id: str) -> str | Response:
    """A waiting change, before and after side by side; the gathering itself when nothing waits any more."""
    gathering = _known(public_id)
    if waiting_version(gathering) is None:
        return redirect(url("desk.item", public_id=public_id), 303)
    return _change_page(gathering, 200)[0]


@blueprint.post("/desk/<public_id>/change/accept")
@editors
def accept(public_id: str) -> Response | tuple[str, int]:
    """Have it go live."""
    try:
        with transaction():
            accept_change(current_actor(), _known(public_id), city_settings(), version=_version())
    except WrongState as error:
        return _answer(public_id, error)
    return _to_queue("change_accepted", public_id)


@blueprint.post("/desk/<public_id>/change/return")
@keeps_words
@editors
def give_back(public_id: str) -> Response | tuple[str, int]:
    """Give it back to its host; or, for `step=preview`, show the mail first."""
    settings = city_settings()
    form = ReasonForm.of(request.form, settings, "change-")
    if g.csrf_failed:
        form.put_old_page()
        return _change_page(_known(public_id), 403, form=form)
    if request.form.get("step") == "preview":
        return _preview(_known(public_id), form, settings)
    try:
        with transaction():
            return_change(current_actor(), _known(public_id), form.code.data or "", form.words.data or "", settings, version=_version())
    except Invalid as error:
        form.put_problems(error.problems)
        return _change_page(_known(public_id), 422, form=form)
    except WrongState as error:
        return _answer(public_id, error, form)
    return _to_queue("change_returned", public_id)


@blueprint.get("/desk/<public_id>/versions")
@editors
def versions(public_id: str) -> str:
    """Every version there was; any two of them side by side."""
    settings, gathering = city_settings(), _known(public_id)
    found = versions_of(gathering)
    by_number = {one.number: one for one in found}
    numbers = sorted(by_number)
    latest = numbers[-1] if numbers else 0
    before = _number("a", by_number, numbers[-2] if len(numbers) > 1 else latest)
    after = _number("b", by_number, latest)
    words = VersionWords(settings, current_language(), sentence)
    return render_template(
        "desk/versions.html",
        gathering=gathering,
        lines=[_line(one, settings) for one in found],
        before=before,
        after=after,
        rows=words.rows(by_number[before].values, by_number[after].values) if found else [],
    )


def _change_page(
    gathering: Gathering, status: int, *, form: ReasonForm | None = None, problem: str = "", letter: Letter | None = None
) -> tuple[str, int]:
    settings = city_settings()
    waiting = waiting_version(gathering)
    if waiting is None:
        return render_template("desk/change_gone.html", gathering=gathering, words=form.words.data if form else ""), 409
    before, after = picture_of(gathering), would_be(gathering, waiting)
    words, today = VersionWords(settings, current_language(), sentence), clock.today(settings.city.zone)
    dates = (words.next_dates(before, today, settings.city.zone), words.next_dates(after, today, settings.city.zone))
    page = render_template(
        "desk/change.html",
        gathering=gathering,
        row=_row(gathering, waiting, settings),
        sent=moment_words(waiting.made_at, settings),
        dates=dates if dates[0] != dates[1] else None,
        version=fingerprint(gathering, waiting),
        form=form or ReasonForm.of(None, settings, "change-"),
        return_open=form is not None,
        problem=problem,
        letter=letter,
    )
    return page, status


def _preview(gathering: Gathering, form: ReasonForm, settings: Settings) -> tuple[str, int]:
    rule = next((rule for rule in settings.rules if rule.code == form.code.data), None)
    if rule is None:
        form.code.errors = [sentence(N_("メールを見るには、先にきまりをえらんでください。"))]
        return _change_page(gathering, 422, form=form)
    letter = letter_of_returned_change(gathering.title, gathering.public_id, rule, form.words.data or "", settings)
    waiting = waiting_version(gathering)
    same = waiting is not None and _version() == fingerprint(gathering, waiting)
    return _change_page(gathering, 200, form=form, letter=letter, problem="" if same else sentence(CHANGED_MEANWHILE))


def _answer(public_id: str, error: WrongState, form: ReasonForm | None = None) -> Response | tuple[str, int]:
    """The page again with what is wrong; where nothing waits any more, the queue says so."""
    if isinstance(error, AlreadyDecided):
        return (
            _to_queue("change_gone", public_id) if form is None or not form.words.data else _change_page(_known(public_id), 409, form=form)
        )
    return _change_page(_known(public_id), 409, form=form, problem=sentence(error.sentence))


def _row(gathering: Gathering, waiting: GatheringVersion, settings: Settings) -> ChangeRow:
    before, after = picture_of(gathering), would_be(gathering, waiting)
    words = VersionWords(settings, current_language(), sentence)
    return ChangeRow(
        gathering=gathering,
        age=ago_words(waiting.made_at, clock.now(), current_language()),
        late=clock.now() - waiting.made_at > timedelta(days=settings.policy.confirm_within_days),
        who=who_words(waiting.made_by_label, sentence),
        tags=tuple(("moved", sentence(NAMES[part])) for part in significant(before, after)),
        rows=tuple(words.rows(before, after)),
    )


def _line(version: GatheringVersion, settings: Settings) -> VersionLine:
    state = VersionState(version.state)
    overtaken = state is VersionState.REPLACED and version.live_at is None
    names = {"group": "group_id", "place": "place_id", "contact": "contact_name"}
    return VersionLine(
        number=version.number,
        when=moment_words(version.made_at, settings),
        who=who_words(version.made_by_label, sentence) if version.made_by_label else "",
        state=sentence(_OVERTAKEN if overtaken else _STATES[state]),
        fields="、".join(field_words(tuple(names.get(name, name) for name in version.changed), sentence)),
    )


def _to_queue(done: str, public_id: str) -> Response:
    return redirect(url("desk.queue", done=done, about=public_id) + "#changes", 303)


def _known(public_id: str) -> Gathering:
    if not is_public_id(public_id):
        raise NotFound
    return desk_item(public_id)


def _version() -> str:
    # A form of ours always carries it; without it nothing is decided.
    return request.form.get("version", "")


def _number(name: str, known: dict[int, GatheringVersion], default: int) -> int:
    typed = request.args.get(name, "")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else default
    return number if number in known else default
