"""The desk's appeals: what hosts asked to be looked at again, best read by somebody else than who refused."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from idobata.desk.appeal_actions import grant, uphold
from idobata.desk.forms import AnswerForm
from idobata.desk.row_views import publication_phrase
from idobata.kernel import clock
from idobata.kernel.errors import Invalid, WrongState
from idobata.kernel.japanese_dates import ago_words
from idobata.kernel.words import N_
from idobata.moderation.queries import appeal_by_public_id, open_appeals
from idobata.store.transaction import transaction
from idobata.web.guards import editors
from idobata.web.pages import current_actor, current_language, sentence, url
from idobata.web.rooms import city_settings

blueprint = Blueprint("appeals", __name__)
DONE: dict[str, str] = {
    "granted": N_("掲載して、主催の人にメールでお知らせします。"),
    "upheld": N_("そのままにして、わけを主催の人にメールでお知らせします。"),
}


@blueprint.get("/desk/appeals")
@editors
def appeals() -> str:
    """What waits to be looked at again."""
    words = DONE.get(request.args.get("done", ""))
    return _page(done=sentence(words) if words else "")[0]


@blueprint.post("/desk/appeals/<appeal_id>/grant")
@editors
def grant_appeal(appeal_id: str) -> Response | tuple[str, int]:
    """Show it to the town as it is."""
    form = AnswerForm(request.form)
    try:
        with transaction():
            grant(current_actor(), appeal_by_public_id(appeal_id), form.words.data or "", city_settings())
    except Invalid as error:
        form.put_problems(error.problems)
        return _page(422, typed=(appeal_id, form))
    except WrongState as error:
        return _page(409, problem=error.sentence)
    return redirect(url("appeals.appeals", done="granted"), 303)


@blueprint.post("/desk/appeals/<appeal_id>/uphold")
@editors
def uphold_appeal(appeal_id: str) -> Response | tuple[str, int]:
    """Stay with the refusal, and say why."""
    form = AnswerForm(request.form)
    try:
        with transaction():
            uphold(current_actor(), appeal_by_public_id(appeal_id), form.words.data or "", city_settings())
    except Invalid as error:
        form.put_problems(error.problems)
        return _page(422, typed=(appeal_id, form))
    except WrongState as error:
        return _page(409, problem=error.sentence)
    return redirect(url("appeals.appeals", done="upheld"), 303)


def _page(status: int = 200, *, typed: tuple[str, AnswerForm] | None = None, problem: str = "", done: str = "") -> tuple[str, int]:
    rules = {rule.code: rule.title for rule in city_settings().rules}
    rows = []
    for number, one in enumerate(open_appeals(current_actor().person_id)):
        asked = one.appeal
        form = typed[1] if typed and typed[0] == asked.public_id else AnswerForm()
        for field in form:
            # Several forms on one page: each field its own id.
            field.id = f"{field.name}-{number}"
        rows.append(
            (
                one,
                ago_words(asked.at, clock.now(), current_language()),
                rules.get(asked.code, asked.code),
                publication_phrase(asked.gathering),
                form,
            )
        )
    page = render_template(
        "desk/appeals.html",
        rows=rows,
        wrong=typed[1] if typed else None,
        problem=sentence(problem) if problem else "",
        done=done,
    )
    return page, status
