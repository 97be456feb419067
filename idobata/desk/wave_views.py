"""The desk against a wave: waiting posts of newcomers in groups that share something, refused together, and brought back together."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from idobata.desk.forms import RuleForm
from idobata.desk.row_views import moment_words
from idobata.kernel import clock
from idobata.kernel.errors import Invalid, WrongState
from idobata.kernel.japanese_dates import ago_words
from idobata.kernel.words import N_
from idobata.moderation.holding_actions import refuse_many, undo_sweep
from idobata.moderation.models import Sweep
from idobata.moderation.wave_queries import ids_of, newcomers_waiting, recent_sweeps, some_of, sweep_by_public_id, swept
from idobata.moderation.waves import SIGN_WORDS, Sign, Wave, members, waves
from idobata.store.transaction import transaction
from idobata.web.guards import editors
from idobata.web.pages import current_actor, current_language, sentence, url
from idobata.web.rooms import city_settings

blueprint = Blueprint("waves", __name__)
DONE: dict[str, str] = {
    "refused": N_("%(count)s件をまとめて断りました。メールは送っていません。"),
    "undone": N_("もとにもどしました。"),
}


@blueprint.get("/desk/waves")
@editors
def look() -> str:
    """Groups of posts that share something, the biggest first."""
    return _page()[0]


@blueprint.post("/desk/waves/refuse")
@editors
def refuse() -> Response | tuple[str, int]:
    """Refuse a group, except what was ticked to stay and what came after the page was opened."""
    form, settings = RuleForm.of(request.form, city_settings()), city_settings()
    sign, key = request.form.get("sign", ""), request.form.get("key", "")[:200]
    if sign not in set(Sign):
        return _page(422, problem=N_("どのまとまりか、わかりませんでした。もういちどえらんでください。"))
    kept, latest = ids_of(request.form.getlist("keep")), ids_of([request.form.get("latest", "")])
    try:
        with transaction():
            posts = newcomers_waiting(max(latest, default=0))
            ids = set(members(posts, Sign(sign), key)) - kept
            sweep = refuse_many(current_actor(), ids, form.code.data or "", settings, and_people=request.form.get("and_people") == "y")
    except Invalid as error:
        return _page(422, problem=error.problems[0].sentence)
    return redirect(url("waves.look", done="refused", about=sweep.public_id), 303)


@blueprint.get("/desk/sweeps/<sweep_id>")
@editors
def sweep(sweep_id: str) -> str:
    """What one act took."""
    return _sweep_page(sweep_by_public_id(sweep_id))[0]


@blueprint.post("/desk/sweeps/<sweep_id>/undo")
@editors
def undo(sweep_id: str) -> Response | tuple[str, int]:
    """Bring back what one act took."""
    try:
        with transaction():
            undo_sweep(current_actor(), sweep_by_public_id(sweep_id), city_settings())
    except WrongState as error:
        return _sweep_page(sweep_by_public_id(sweep_id), 409, problem=error.sentence)
    return redirect(url("waves.sweep", sweep_id=sweep_id, done="undone"), 303)


def _page(status: int = 200, *, problem: str = "") -> tuple[str, int]:
    posts = newcomers_waiting()
    latest = some_of([max((post.id for post in posts), default=0)])
    found = waves(posts)
    groups = []
    for number, wave in enumerate(found):
        form = RuleForm.of(None, city_settings())
        form.code.id = f"code-{number}"
        groups.append((wave, _said(wave), some_of(wave.ids), len(wave.ids), form))
    page = render_template(
        "desk/waves.html",
        groups=groups,
        total=len(posts),
        latest=latest[0].public_id if latest else "",
        sweeps=_sweeps(recent_sweeps()),
        problem=sentence(problem) if problem else "",
        done=_done() if status == 200 else "",
        age=lambda gathering: ago_words(gathering.submitted_at or gathering.created_at, clock.now(), current_language()),
    )
    return page, status


def _sweep_page(found: Sweep, status: int = 200, *, problem: str = "") -> tuple[str, int]:
    settings = city_settings()
    rows, words = swept(found), DONE["undone"]
    page = render_template(
        "desk/sweep.html",
        sweep=found,
        rows=rows,
        rule=next((rule.title for rule in settings.rules if rule.code == found.code), found.code),
        at=moment_words(found.at, settings),
        undone=moment_words(found.undone_at, settings) if found.undone_at else "",
        problem=sentence(problem) if problem else "",
        done=sentence(words) if status == 200 and request.args.get("done") == "undone" else "",
    )
    return page, status


def _sweeps(rows: list[Sweep]) -> list[tuple[Sweep, str]]:
    return [(row, moment_words(row.at, city_settings())) for row in rows]


def _said(wave: Wave) -> str:
    words = SIGN_WORDS[wave.sign]
    return sentence(words, {"what": wave.what}) if "%(what)s" in words else sentence(words)


def _done() -> str:
    if request.args.get("done") != "refused":
        return ""
    rows = [row for row in recent_sweeps() if row.public_id == request.args.get("about")]
    words = DONE["refused"]
    return sentence(words, {"count": f"{rows[0].count:,}"}) if rows else ""
