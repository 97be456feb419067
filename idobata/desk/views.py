"""The confirmation desk: the queue, one post beside the rules, the decisions, and the log of deeds."""

from collections.abc import Callable, Mapping, Sequence

from flask import Blueprint, g, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from idobata.desk.actions import CHANGED_MEANWHILE, AlreadyDecided, mark_seen, publish, return_post, tidy, version_of, withdraw
from idobata.desk.call_queries import calls_due
from idobata.desk.change_views import ChangeRow, change_rows
from idobata.desk.deed_words import field_words
from idobata.desk.forms import DeskForm, ReasonForm, TidyForm
from idobata.desk.letters import letter_of_return, letter_of_withdrawal
from idobata.desk.log_views import show_log
from idobata.desk.queries import (
    QueuePage,
    changed,
    coming_dates,
    desk_item,
    history,
    host_changes,
    neighbours,
    next_waiting,
    published_before,
    returned,
    waiting,
    waiting_since,
)
from idobata.desk.row_views import Waits, deed_line, desk_row, desk_rows, moment_words, publication_phrase, twin_table, waits
from idobata.gatherings.card_queries import Cards
from idobata.gatherings.freshness_queries import assurances_of
from idobata.gatherings.home_queries import home_of
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_field_forms import WordsField
from idobata.gatherings.proxies import SOURCE_WORDS, Source
from idobata.gatherings.proxy_queries import proxy_of
from idobata.gatherings.states import Publication
from idobata.gatherings.version_queries import waiting_version
from idobata.kernel.errors import Invalid, NotFound, WrongState
from idobata.kernel.ids import is_public_id
from idobata.kernel.letter import Letter
from idobata.kernel.settings import PostingRule, Settings
from idobata.kernel.words import N_
from idobata.moderation.holding_actions import open_hold, restore
from idobata.moderation.queries import appeals_waiting, reports_waiting
from idobata.moderation.wave_queries import wave_marks
from idobata.store.transaction import transaction
from idobata.web.gate import keeps_words
from idobata.web.guards import at_the_desk, editors
from idobata.web.pages import current_actor, current_language, sentence, url
from idobata.web.rooms import city_settings

blueprint = Blueprint("desk", __name__)
LAST_PAGE = 10_000

# What was just done: (title, what follows). The second only where a poster has an address.
DONE: dict[str, tuple[str, str]] = {
    "published": (N_("「%(title)s」を掲載しました"), N_("投稿した人に、メールでお知らせします。")),
    "returned": (N_("「%(title)s」を投稿した人に返しました"), N_("理由とひとことを、メールでお送りします。")),
    "tidied": (N_("「%(title)s」の書きかたを整えました"), N_("どこを変えたか、投稿した人にメールでお知らせします。")),
    "untouched": (N_("変わったところはありませんでした"), ""),
    "withdrawn": (N_("「%(title)s」の掲載を止めました"), N_("理由とひとことを、投稿した人にメールでお送りします。")),
    "change_accepted": (N_("「%(title)s」の変更をのせました"), N_("変えた人に、メールでお知らせします。")),
    "change_returned": (
        N_("「%(title)s」の変更を返しました"),
        N_("理由とひとことを、メールでお送りします。町のページはいままでのままです。"),
    ),
    "change_gone": (N_("「%(title)s」の変更は、もう待っていません"), ""),
    "restored": (N_("「%(title)s」をもとにもどしました"), ""),
    "seen": (N_("「%(title)s」の変更を見ました"), ""),
}


@blueprint.get("/desk")
@at_the_desk
def queue() -> str:
    """What waits, what changed, what was given back."""
    settings = city_settings()
    pages = {
        "waiting": waiting(_page("page")),
        "changed": changed(_page("changed")),
        "returned": returned(_page("returned")),
    }
    changes = host_changes(pages["changed"].rows)
    change_list, change_total, changes_capped = change_rows(settings)
    return render_template(
        "desk/queue.html",
        counts=_counts(pages, change_list, change_total),
        done=_done(),
        waiting=pages["waiting"],
        waiting_rows=desk_rows(pages["waiting"].rows, settings),
        change_rows=change_list,
        changes={"total": change_total, "capped": changes_capped},
        changed=pages["changed"],
        changed_rows=[(row, *_changes(changes[row.gathering.public_id])) for row in desk_rows(pages["changed"].rows, settings)],
        returned=pages["returned"],
        returned_rows=[(row, _rule(row.gathering.return_code, settings)) for row in desk_rows(pages["returned"].rows, settings)],
        promised_days=settings.policy.confirm_within_days,
        address={
            "waiting": _pager("page", pages),
            "changed": _pager("changed", pages),
            "returned": _pager("returned", pages),
        },
    )


@blueprint.get("/desk/log")
@editors
def log() -> str:
    """Who did what, the latest first."""
    return show_log()


@blueprint.get("/desk/<public_id>")
@editors
def item(public_id: str) -> str:
    """One post as the town will see it, beside the rules, with everything that can be done about it."""
    return _item_page(_known(public_id), 200)[0]


@blueprint.post("/desk/<public_id>/publish")
@editors
def publish_item(public_id: str) -> Response | tuple[str, int]:
    """Show a gathering to the town, and go on to the next that waits."""
    settings = city_settings()
    try:
        with transaction():
            gathering = _known(public_id)
            publish(current_actor(), gathering, settings, version=_version())
    except WrongState as error:
        return _item_page(_known(public_id), 409, problem=_words(error))
    return _on(gathering, "published")


@blueprint.post("/desk/<public_id>/return")
@keeps_words
@editors
def return_item(public_id: str) -> Response | tuple[str, int]:
    """Give a post back to its poster; or, for `step=preview`, show the mail first."""
    settings = city_settings()
    form = ReasonForm.of(request.form, settings, "return-")
    if g.csrf_failed:
        return _old_page(public_id, form, return_form=form)
    if request.form.get("step") == "preview":
        return _preview(public_id, form, letter_of_return, return_form=form)
    try:
        with transaction():
            gathering = _known(public_id)
            return_post(current_actor(), gathering, form.code.data or "", form.words.data or "", settings, version=_version())
    except Invalid as error:
        form.put_problems(error.problems)
        return _item_page(_known(public_id), 422, return_form=form)
    except WrongState as error:
        return _item_page(_known(public_id), 409, problem=_words(error), return_form=form)
    return _on(gathering, "returned")


@blueprint.post("/desk/<public_id>/tidy")
@keeps_words
@editors
def tidy_item(public_id: str) -> Response | tuple[str, int]:
    """Change the form of a post, never its facts."""
    settings = city_settings()
    form = TidyForm.of(request.form, _known(public_id), settings)
    if g.csrf_failed:
        return _old_page(public_id, form, tidy_form=form)
    try:
        with transaction():
            gathering = _known(public_id)
            done = tidy(current_actor(), gathering, form.words(), settings, version=_version())
    except Invalid as error:
        form.put_problems(error.problems)
        return _item_page(_known(public_id), 422, tidy_form=form)
    except WrongState as error:
        return _item_page(_known(public_id), 409, problem=_words(error), tidy_form=form)
    return redirect(url("desk.item", public_id=public_id, done="tidied" if done else "untouched", about=public_id), 303)


@blueprint.post("/desk/<public_id>/withdraw")
@keeps_words
@editors
def withdraw_item(public_id: str) -> Response | tuple[str, int]:
    """Take a gathering off the site; or, for `step=preview`, show the mail first."""
    settings = city_settings()
    form = ReasonForm.of(request.form, settings, "withdraw-")
    if g.csrf_failed:
        return _old_page(public_id, form, withdraw_form=form)
    if request.form.get("step") == "preview":
        return _preview(public_id, form, letter_of_withdrawal, withdraw_form=form)
    try:
        with transaction():
            gathering = _known(public_id)
            withdraw(current_actor(), gathering, form.code.data or "", form.words.data or "", settings, version=_version())
    except Invalid as error:
        form.put_problems(error.problems)
        return _item_page(_known(public_id), 422, withdraw_form=form)
    except WrongState as error:
        return _item_page(_known(public_id), 409, problem=_words(error), withdraw_form=form)
    return redirect(url("desk.item", public_id=public_id, done="withdrawn", about=public_id), 303)


@blueprint.post("/desk/<public_id>/restore")
@editors
def restore_item(public_id: str) -> Response | tuple[str, int]:
    """Bring a hidden gathering back to what it was."""
    try:
        with transaction():
            restore(current_actor(), _known(public_id), city_settings())
    except WrongState as error:
        return _item_page(_known(public_id), 409, problem=_words(error))
    return redirect(url("desk.item", public_id=public_id, done="restored", about=public_id), 303)


@blueprint.post("/desk/<public_id>/seen")
@editors
def see_item(public_id: str) -> Response | tuple[str, int]:
    """Say that the host's change was looked at."""
    try:
        # Nothing that readers see changes.
        with transaction(public=False):
            mark_seen(current_actor(), _known(public_id), version=_version())
    except WrongState as error:
        return _item_page(_known(public_id), 409, problem=_words(error))
    return redirect(url("desk.queue", done="seen", about=public_id) + "#changed", 303)


def _counts(pages: Mapping[str, QueuePage], changes: Sequence[ChangeRow], change_total: int) -> list[Waits]:
    """What waits, each with its number and how long the oldest has waited."""
    first = {name: page.rows[0] if page.rows and page.page == 1 else None for name, page in pages.items()}
    new, later = first["waiting"], first["changed"]
    return [
        waits(_("確認待ち"), "#waiting", pages["waiting"].total, waiting_since(new) if new else None, promised=True),
        Waits(_("変更の確認待ち"), "#changes", change_total, changes[0].age if changes else "", any(row.late for row in changes)),
        waits(_("掲載のあとに変わったもの"), "#changed", pages["changed"].total, later.host_changed_at if later else None),
        waits(_("たしかめる時期が来たもの"), url("calls.sheet"), *calls_due(city_settings())),
        waits(_("通報"), url("reports.cases"), *reports_waiting(), promised=True),
        waits(_("もういちど見てほしい"), url("appeals.appeals"), *appeals_waiting(), promised=True),
        waits(_("まとまって届いたもの"), url("waves.look"), sum(bool(count) for count in wave_marks().values()), None),
    ]


def _item_page(
    gathering: Gathering,
    status: int,
    *,
    problem: str = "",
    return_form: ReasonForm | None = None,
    withdraw_form: ReasonForm | None = None,
    tidy_form: TidyForm | None = None,
    letter: Letter | None = None,
) -> tuple[str, int]:
    settings = city_settings()
    row = desk_row(gathering, coming_dates([gathering])[gathering.id], published_before([gathering])[gathering.id], settings)
    waits = gathering.publication == Publication.IN_REVIEW
    shown = gathering.publication == Publication.PUBLISHED
    changes = host_changes([gathering])[gathering.public_id] if gathering.host_changed_at is not None else {}
    told, untold = _changes(changes)
    page = render_template(
        "desk/item.html",
        row=row,
        gathering=gathering,
        town=Cards(settings, current_language(), sentence).gathering(gathering),
        twins=[twin_table(row, twin, settings) for twin in row.twins],
        neighbours=neighbours(gathering) if waits else None,
        waits=waits,
        shown=shown,
        change_waits=waiting_version(gathering) is not None,
        may_publish=waits or (gathering.publication == Publication.WITHDRAWN and gathering.return_code is not None),
        state=publication_phrase(gathering),
        sent=moment_words(gathering.submitted_at, settings) if gathering.submitted_at else "",
        reason=_rule(gathering.return_code, settings),
        held=open_hold(gathering) is not None,
        poster=gathering.poster.public_id if gathering.poster else "",
        private=_private(gathering),
        told=told,
        untold=untold,
        history=[deed_line(deed, settings) for deed in history(gathering.public_id)],
        problem=problem,
        typed=_typed(return_form if not waits else None, withdraw_form if not shown else None, tidy_form if not (waits or shown) else None),
        done=_done() if status == 200 and letter is None else None,
        return_form=return_form or ReasonForm.of(None, settings, "return-"),
        return_open=return_form is not None,
        withdraw_form=withdraw_form or ReasonForm.of(None, settings, "withdraw-"),
        withdraw_open=withdraw_form is not None,
        tidy_form=tidy_form or TidyForm.of(None, gathering, settings),
        tidy_open=tidy_form is not None,
        letter=letter,
        promised_days=settings.policy.confirm_within_days,
    )
    return page, status


def _preview(
    public_id: str, form: ReasonForm, write: Callable[[str, str, PostingRule, str, Settings], Letter], **forms: ReasonForm
) -> tuple[str, int]:
    settings, gathering = city_settings(), _known(public_id)
    rule = _rule(form.code.data, settings)
    if rule is None:
        form.code.errors = [_("メールを見るには、先にきまりをえらんでください。")]
        return _item_page(gathering, 422, **forms)
    letter = write(gathering.title, public_id, rule, form.words.data or "", settings)
    return _item_page(gathering, 200, problem=_changed_meanwhile(gathering), letter=letter, **forms)


def _old_page(public_id: str, form: DeskForm, **forms: DeskForm) -> tuple[str, int]:
    form.put_old_page()
    gathering = _known(public_id)
    return _item_page(gathering, 403, problem=_changed_meanwhile(gathering), **forms)


def _on(gathering: Gathering, done: str) -> Response:
    """To the next that waits, or back to the queue where somebody decided there."""
    following = None if request.form.get("back") == "queue" else next_waiting(gathering)
    if following is None:
        return redirect(url("desk.queue", done=done, about=gathering.public_id), 303)
    return redirect(url("desk.item", public_id=following, done=done, about=gathering.public_id), 303)


def _done() -> dict[str, object] | None:
    """What the page says about the deed that led here; nothing for an address somebody made up."""
    words, about = DONE.get(request.args.get("done", "")), request.args.get("about", "")
    if words is None or not is_public_id(about):
        return None
    try:
        gathering = desk_item(about)
    except NotFound:
        return None
    return {
        "title": sentence(words[0], {"title": gathering.title}),
        "words": sentence(words[1]) if words[1] and gathering.poster_email else "",
        "public_id": about,
        "shown": gathering.publication == Publication.PUBLISHED,
    }


def _private(gathering: Gathering) -> list[tuple[str, str]]:
    """What only staff may see, as (name, value)."""
    home, proxy = home_of(gathering), proxy_of(gathering)
    rows = [
        (_("投稿した人"), gathering.poster.name if gathering.poster else ""),
        (_("投稿した人のメール"), gathering.poster_email),
        (_("たずねる先（電話）"), "" if gathering.contact_phone_public else gathering.contact_phone),
        (_("たずねる先（メール）"), "" if gathering.contact_email_public else gathering.contact_email),
        (_("たずねる先（ホームページ）"), "" if gathering.contact_url_public else gathering.contact_url),
        (_("取りこみのもと"), gathering.source_key or ""),
        (_("くわしい場所"), home.exact_place if home else ""),
        (_("どうやってとどいたか"), sentence(SOURCE_WORDS[Source(proxy.source)]) if proxy else ""),
        (_("主催の方の電話"), proxy.host_phone if proxy else ""),
        (_("主催の方の住所"), proxy.host_address if proxy else ""),
        (_("主催の方のメール"), proxy.host_email if proxy else ""),
        *((_("確認のメモ"), f"{moment_words(one.at, city_settings())}：{one.note}") for one in assurances_of(gathering) if one.note),
    ]
    return [(name, value) for name, value in rows if value]


def _rule(code: str | None, settings: Settings) -> PostingRule | None:
    return next((rule for rule in settings.rules if rule.code == code), None)


def _known(public_id: str) -> Gathering:
    if not is_public_id(public_id):
        raise NotFound
    return desk_item(public_id)


def _version() -> str:
    # A form of ours always carries it; without it nothing is decided.
    return request.form.get("version", "")


def _typed(*forms: DeskForm | None) -> list[str]:
    """What somebody wrote into forms that have no place on the page any more, so that it can be copied from there."""
    return [str(field.data) for form in forms if form is not None for field in form if isinstance(field, WordsField) and field.data]


def _changed_meanwhile(gathering: Gathering) -> str:
    return "" if _version() == version_of(gathering) else sentence(CHANGED_MEANWHILE)


def _words(error: WrongState) -> str:
    return sentence(error.template, error.values) if isinstance(error, AlreadyDecided) else sentence(error.sentence)


def _page(name: str) -> int:
    typed = request.args.get(name, "")
    return min(int(typed), LAST_PAGE) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1


def _pager(name: str, pages: dict[str, QueuePage]) -> Callable[[int], str]:
    names = {"waiting": "page", "changed": "changed", "returned": "returned"}
    others = {names[one]: found.page for one, found in pages.items() if names[one] != name and found.page > 1}
    anchor = {"page": "waiting"}.get(name, name)
    return lambda page: url("desk.queue", **others, **{name: page}) + f"#{anchor}"


def _changes(changes: Mapping[str, tuple[str, str]]) -> tuple[list[tuple[str, str, str]], tuple[str, ...]]:
    """Changed fields in words: those with a before and an after, and the names of the others."""
    told = [(field_words((name,), sentence)[0], before, after) for name, (before, after) in changes.items() if before or after]
    return told, field_words(tuple(name for name, pair in changes.items() if not any(pair)), sentence)
