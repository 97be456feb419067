"""The desk's page of one person: what she posted, what she did, keeping her out, and taking back all she posted in one act."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from idobata.accounts.suspension_actions import let_in, suspend
from idobata.desk.forms import RuleForm
from idobata.desk.poster_queries import counts_of, deeds_of, person_of_desk, posts_of
from idobata.desk.queries import titles_of
from idobata.desk.row_views import deed_line, moment_words, publication_phrase
from idobata.gatherings.states import Publication
from idobata.kernel.actor import Role
from idobata.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from idobata.kernel.words import N_
from idobata.moderation.holding_actions import undo_person
from idobata.moderation.wave_queries import recent_sweeps
from idobata.store.transaction import transaction
from idobata.web.guards import editors
from idobata.web.pages import current_actor, sentence, url
from idobata.web.rooms import city_settings

blueprint = Blueprint("posters", __name__)
DONE: dict[str, str] = {
    "suspended": N_("この人の投稿を止めました。掲載中の集まりはそのままです。どうするか、下で決めてください。"),
    "let_in": N_("また投稿できるようにしました。"),
    "undone": N_("この人の投稿をぜんぶ取り下げました。メールは送っていません。"),
}


@blueprint.get("/desk/people/<person_id>")
@editors
def person(person_id: str) -> str:
    """One person."""
    return _page(person_id)[0]


@blueprint.post("/desk/people/<person_id>/suspend")
@editors
def suspend_person(person_id: str) -> Response | tuple[str, int]:
    """Keep her out."""
    form = RuleForm.of(request.form, city_settings(), "suspend-")
    if form.code.data not in {rule.code for rule in city_settings().rules}:
        return _page(person_id, 422, problem=N_("どのきまりのことか、一覧からえらんでください。"))
    try:
        with transaction(public=False):
            suspend(current_actor(), person_of_desk(person_id), form.code.data)
    except WrongState as error:
        return _page(person_id, 409, problem=error.sentence)
    except NotAllowed:
        raise NotFound from None
    return _back(person_id, "suspended")


@blueprint.post("/desk/people/<person_id>/let-in")
@editors
def let_person_in(person_id: str) -> Response | tuple[str, int]:
    """Let her post again."""
    try:
        with transaction(public=False):
            let_in(current_actor(), person_of_desk(person_id))
    except WrongState as error:
        return _page(person_id, 409, problem=error.sentence)
    except NotAllowed:
        raise NotFound from None
    return _back(person_id, "let_in")


@blueprint.post("/desk/people/<person_id>/undo")
@editors
def undo_all(person_id: str) -> Response | tuple[str, int]:
    """Take back everything she posted."""
    form = RuleForm.of(request.form, city_settings(), "undo-")
    try:
        with transaction():
            undo_person(current_actor(), person_of_desk(person_id), form.code.data or "", city_settings())
    except Invalid as error:
        return _page(person_id, 422, problem=error.problems[0].sentence)
    return _back(person_id, "undone")


def _page(person_id: str, status: int = 200, *, problem: str = "") -> tuple[str, int]:
    settings, actor, found = city_settings(), current_actor(), person_of_desk(person_id)
    posts, counts = posts_of(found), counts_of(found)
    lines = [deed_line(deed, settings) for deed in deeds_of(found)]
    words = DONE.get(request.args.get("done", ""))
    page = render_template(
        "desk/person.html",
        person=found,
        is_staff=bool(found.roles),
        may_suspend=found.id != actor.person_id and (not found.roles or Role.ADMIN in actor.roles),
        since=moment_words(found.created_at, settings),
        suspended=moment_words(found.suspended_at, settings) if found.suspended_at else "",
        posts=[(post, publication_phrase(post)) for post in posts],
        open_count=counts.get(Publication.IN_REVIEW.value, 0) + counts.get(Publication.PUBLISHED.value, 0),
        lines=lines,
        titles=titles_of(line.gathering_id for line in lines if line.gathering_id),
        sweeps=[(row, moment_words(row.at, settings)) for row in recent_sweeps(found.id)],
        suspend_form=RuleForm.of(None, settings, "suspend-"),
        undo_form=RuleForm.of(None, settings, "undo-"),
        problem=sentence(problem) if problem else "",
        done=sentence(words) if words and status == 200 else "",
    )
    return page, status


def _back(person_id: str, done: str) -> Response:
    return redirect(url("posters.person", person_id=person_id, done=done), 303)
