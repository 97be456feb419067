"""The register of places at the desk: the list, one entry, checking it, adding one, and making one of two."""

from flask import Blueprint, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from idobata.desk.deed_words import act_words
from idobata.desk.place_forms import CheckForm, PlaceForm
from idobata.desk.place_queries import (
    CHECKED,
    UNCHECKED,
    desk_place,
    desk_places,
    desk_twins,
    found_for_merging,
    gatherings_at,
    place_history,
)
from idobata.desk.row_views import moment_words, publication_phrase
from idobata.gatherings.place_actions import (
    MergePlan,
    change_place,
    check_place,
    merge_places,
    merge_version,
    place_version,
    plan_merge,
    register_place_by_hand,
)
from idobata.kernel.errors import Invalid, WrongState
from idobata.kernel.japanese_dates import day_words
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.places.access_facts import ACCESS_FACTS
from idobata.places.models import Place
from idobata.places.queries import old_entries_of
from idobata.places.values import CHECKED_HOW, PLACE_WORDS, PlaceValues
from idobata.places.wording import district_words, where_words
from idobata.store.deeds import Deed
from idobata.store.transaction import transaction
from idobata.web.gate import keeps_words
from idobata.web.guards import editors
from idobata.web.pages import current_actor, current_language, sentence, url
from idobata.web.rooms import city_settings

blueprint = Blueprint("desk_places", __name__)
LAST_PAGE = 10_000
LONGEST_SEARCH = 80

DONE: dict[str, str] = {
    "saved": N_("直したことを、登録簿に書きました"),
    "untouched": N_("変わったところはありませんでした"),
    "checked": N_("たしかめた日を、きょうにしました"),
    "added": N_("新しい場所を登録しました"),
    "merged": N_("二つの場所を、ひとつにまとめました"),
}


@blueprint.get("/desk/places")
@editors
def places() -> str:
    """All places the city answers for, unchecked ones first."""
    settings = city_settings()
    typed, district = request.args.get("q", "")[:LONGEST_SEARCH], request.args.get("district", "")
    state = request.args.get("state", "")
    found = desk_places(typed, district if settings.district(district) else "", state, _page())
    asked = {"q": typed or None, "district": district or None, "state": state or None}
    return render_template(
        "desk/places.html",
        found=found,
        typed=typed,
        district=district,
        state=state,
        states=[("", _("すべて")), (UNCHECKED, _("まだたしかめていない")), (CHECKED, _("たしかめた"))],
        districts=[(one.slug, one.english if current_language() == "en" else one.name) for one in settings.districts],
        where=_where,
        checked=_checked_words,
        address=lambda page: url("desk_places.places", page=page if page > 1 else None, **asked),
    )


@blueprint.get("/desk/places/new")
@editors
def new_place() -> str:
    """The form of a new entry."""
    return _new_page(PlaceForm.of(None, city_settings()), 200)[0]


@blueprint.post("/desk/places/new")
@keeps_words
@editors
def add() -> Response | tuple[str, int]:
    """Add an entry that somebody has made sure of."""
    settings = city_settings()
    form = PlaceForm.of(request.form, settings)
    if g.csrf_failed:
        form.put_old_page()
        return _new_page(form, 403)
    try:
        values = form.values()
        with transaction():
            place = register_place_by_hand(current_actor(), values, form.how.data or "", settings)
    except Invalid as error:
        form.put_problems(error.problems)
        return _new_page(form, 422)
    return _to(place, "added")


@blueprint.get("/desk/places/<place_id>")
@editors
def place(place_id: str) -> str | Response:
    """One entry: what it says, who uses it, what may be its twin, what was done with it."""
    row = desk_place(place_id)
    return _to(row) if row.public_id != place_id else _place_page(row, 200)[0]


@blueprint.post("/desk/places/<place_id>")
@keeps_words
@editors
def save(place_id: str) -> Response | tuple[str, int]:
    """Change what the register says."""
    settings = city_settings()
    row = desk_place(place_id)
    form = PlaceForm.of(request.form, settings, row)
    if g.csrf_failed:
        form.put_old_page()
        return _place_page(row, 403, form=form)
    try:
        values = form.values()
        with transaction():
            row = desk_place(place_id)
            changed = change_place(current_actor(), row, values, settings, seen=_version())
    except Invalid as error:
        form.put_problems(error.problems)
        return _place_page(desk_place(place_id), 422, form=form)
    except WrongState as error:
        return _place_page(desk_place(place_id), 409, form=form, problem=sentence(error.sentence))
    return _to(row, "saved" if changed else "untouched")


@blueprint.post("/desk/places/<place_id>/checked")
@keeps_words
@editors
def check(place_id: str) -> Response | tuple[str, int]:
    """Say that somebody made sure of the entry."""
    form = CheckForm.of(request.form)
    row = desk_place(place_id)
    if g.csrf_failed:
        form.put_old_page()
        return _place_page(row, 403, check_form=form)
    try:
        with transaction():
            row = desk_place(place_id)
            check_place(current_actor(), row, form.how.data or "", seen=_version())
    except Invalid as error:
        form.put_problems(error.problems)
        return _place_page(desk_place(place_id), 422, check_form=form)
    except WrongState as error:
        return _place_page(desk_place(place_id), 409, check_form=form, problem=sentence(error.sentence))
    return _to(row, "checked")


@blueprint.get("/desk/places/<place_id>/merge")
@editors
def merge(place_id: str) -> str | Response | tuple[str, int]:
    """Choose the other entry; with `with` the dry run: what a merge would do. Nothing is written."""
    row = desk_place(place_id)
    other = request.args.get("with", "")
    if not other:
        return _merge_page(row, 200)
    try:
        return _merge_page(row, 200, plan_merge(row, desk_place(other)))
    except WrongState as error:
        return _merge_page(row, 409, problem=sentence(error.sentence))


@blueprint.post("/desk/places/<place_id>/merge")
@editors
def do_merge(place_id: str) -> Response | tuple[str, int]:
    """Make one of two entries: `place_id` stays, `with` becomes a pointer to it."""
    gone_id = request.form.get("with", "")
    try:
        with transaction():
            keep, gone = desk_place(place_id), desk_place(gone_id)
            # Somebody was faster: the entry of that name is another by now.
            if (keep.public_id, gone.public_id) != (place_id, gone_id):
                raise WrongState(N_("この場所は、もうほかの場所にまとめてあります。"))
            merge_places(current_actor(), keep, gone, city_settings(), seen=_version())
    except WrongState as error:
        return _merge_page(desk_place(place_id), 409, problem=sentence(error.sentence))
    return _to(keep, "merged")


def _new_page(form: PlaceForm, status: int) -> tuple[str, int]:
    return render_template("desk/place_new.html", form=form), status


def _place_page(
    row: Place, status: int, *, form: PlaceForm | None = None, check_form: CheckForm | None = None, problem: str = ""
) -> tuple[str, int]:
    settings = city_settings()
    page = render_template(
        "desk/place.html",
        place=row,
        form=form or PlaceForm.of(None, settings, row),
        check_form=check_form or CheckForm.of(None),
        form_open=form is not None,
        version=place_version(row),
        where=_where,
        checked=_checked_words(row),
        twins=desk_twins(row),
        gatherings=[(one, publication_phrase(one)) for one in gatherings_at(row)],
        old_entries=old_entries_of(row),
        history=[_deed(deed, settings) for deed in place_history(row)],
        problem=problem,
        done=sentence(DONE[done]) if status == 200 and (done := request.args.get("done", "")) in DONE else "",
    )
    return page, status


def _merge_page(row: Place, status: int, plan: MergePlan | None = None, *, problem: str = "") -> tuple[str, int]:
    typed = request.args.get("q", "")[:LONGEST_SEARCH]
    page = render_template(
        "desk/place_merge.html",
        place=row,
        plan=plan,
        version=merge_version(plan) if plan else "",
        rows=_rows(plan) if plan else [],
        twins=desk_twins(row),
        typed=typed,
        found=found_for_merging(row, typed),
        where=_where,
        checked=_checked_words,
        problem=problem,
    )
    return page, status


def _rows(plan: MergePlan) -> list[tuple[str, str, str, str]]:
    """The dry run, field by field: (name, the kept entry, the other, what it will be)."""
    mine, theirs = (_in_words(one) for one in (plan.keep, plan.gone))
    after = _in_words(plan.after)
    return [(sentence(words), mine[name], theirs[name], after[name]) for name, words in PLACE_WORDS.items() if mine[name] or theirs[name]]


def _in_words(values: Place | PlaceValues) -> dict[str, str]:
    answers = {True: _("はい"), False: _("いいえ")}
    said = {
        "district": district_words(values.district, city_settings(), current_language()),
        "point": f"{values.latitude:.5f}, {values.longitude:.5f}" if values.latitude is not None and values.longitude is not None else "",
        "access_facts": "\n".join(
            f"{sentence(fact.words)}：{answers[values.access_facts[fact.slug]]}"
            for fact in ACCESS_FACTS
            if fact.slug in values.access_facts
        ),
    }
    return {name: said[name] if name in said else str(getattr(values, name)) for name in PLACE_WORDS}


def _deed(deed: Deed, settings: Settings) -> tuple[str, str, list[tuple[str, str, str]]]:
    """A deed as (when, what, changes), each change as (field, before, after)."""
    words = act_words(deed.act, deed.actor_label, deed.detail, settings, sentence, current_language())
    shown = deed.detail.get("changes", {})
    changes = [(sentence(PLACE_WORDS[name]), *pair) for name, pair in shown.items() if name in PLACE_WORDS]
    return moment_words(deed.at, settings), words, changes


def _where(row: Place) -> str:
    return where_words(row.district, row.address, city_settings(), current_language())


def _checked_words(row: Place) -> str:
    """When and how the city made sure of it; empty when nobody has."""
    if row.checked_at is None:
        return ""
    when = day_words(row.checked_at.astimezone(city_settings().city.zone).date(), current_language())
    how = CHECKED_HOW.get(row.checked_how)
    if how is None:
        return str(_("%(when)sにたしかめました", when=when))
    return str(_("%(when)sにたしかめました（%(how)s）", when=when, how=sentence(how)))


def _to(row: Place, done: str | None = None) -> Response:
    return redirect(url("desk_places.place", place_id=row.public_id, done=done), 303)


def _version() -> str:
    # A form of ours always carries it; without it nothing is decided.
    return request.form.get("version", "")


def _page() -> int:
    typed = request.args.get("page", "")
    return min(int(typed), LAST_PAGE) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1
