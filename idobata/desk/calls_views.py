"""The call sheet: whom to ask whether it still runs, on paper and back again."""

from dataclasses import dataclass, replace

from flask import Blueprint, Response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from idobata.desk.call_queries import HEADER, MOST_IN_FILE, Call, call_page
from idobata.desk.queries import desk_item
from idobata.gatherings.assurance_actions import Heard, goes_on, has_changed, has_ended, rests
from idobata.gatherings.card_queries import Cards
from idobata.gatherings.freshness import METHOD_WORDS, OUTCOME_WORDS, Method, Outcome
from idobata.gatherings.models import Gathering
from idobata.gatherings.typed_times import read_day
from idobata.kernel import clock
from idobata.kernel.csv_file import csv_file
from idobata.kernel.errors import Invalid, NotFound, Problem, WrongState
from idobata.kernel.ids import is_public_id
from idobata.kernel.japanese_dates import day_words, month_day, span_words
from idobata.kernel.text import TooLong, clean_line
from idobata.kernel.words import N_
from idobata.store.transaction import transaction
from idobata.web.guards import fresh, staff
from idobata.web.pages import current_actor, current_language, sentence, url
from idobata.web.rooms import addresses, city_settings

blueprint = Blueprint("calls", __name__)
LAST_PAGE = 10_000
NOTE_LIMIT = 150

# What a person who calls chooses from; the host's own tap is not hers to claim.
METHODS: dict[Method, str] = {
    Method.PHONE: N_("電話"),
    Method.VISIT: N_("訪問"),
    Method.MAIL: N_("メール"),
    Method.PAPER: N_("紙"),
    Method.DESK: N_("窓口"),
}
DONE: dict[str, str] = {
    "still": N_("「%(title)s」は、続いていると書きとめました。"),
    "changed": N_("「%(title)s」の変わったところを書きとめました。内容を直すのを忘れずに。"),
    "paused": N_("「%(title)s」をお休みにしました。"),
    "ended": N_("「%(title)s」は、終わったと書きとめました。"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """One gathering of the sheet in words. `reach` are the ways to reach its host, as (name, value)."""

    public_id: str
    title: str
    host: str
    district: str
    reach: tuple[tuple[str, str], ...]
    last: str
    next_one: str
    dates: int
    days: int
    weight: int
    tags: tuple[tuple[str, str], ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What somebody typed as a result, to be shown again when it has to be mended."""

    about: str = ""
    method: str = Method.PHONE.value
    outcome: str = ""
    until: str = ""
    note: str = ""
    problem: str = ""


@blueprint.get("/desk/calls")
@staff
def sheet() -> str:
    """The sheet: what to ask first, with how to reach each host."""
    return _page(Typed())


@blueprint.post("/desk/calls")
@staff
def result() -> AnyResponse | tuple[str, int]:
    """Type one result back."""
    typed = Typed(
        about=request.form.get("about", "")[:20],
        method=request.form.get("method", "")[:10],
        outcome=request.form.get("outcome", "")[:10],
        until=request.form.get("until", "")[:40],
        note=request.form.get("note", "")[:1000],
    )
    if not is_public_id(typed.about):
        raise NotFound
    try:
        heard = Heard(_method(typed), _note(typed))
        with transaction():
            row = desk_item(typed.about)
            _write(row, typed, heard)
    except Invalid as error:
        problem = error.problems[0]
        return _page(replace(typed, problem=sentence(problem.sentence, problem.values))), 422
    except WrongState as error:
        return _page(replace(typed, problem=sentence(error.sentence))), 409
    back = url(
        "calls.sheet", district=_district() or None, page=_number() if _number() > 1 else None, done=typed.outcome, about=typed.about
    )
    return redirect(back, 303)


@blueprint.get("/desk/calls.csv")
@staff
@fresh
def file() -> Response:
    """The sheet as a table for a spreadsheet. What somebody typed is shown in it and never run."""
    settings = city_settings()
    found = call_page(settings, _district(), 1, MOST_IN_FILE)
    rows = [_cells(call) for call in found.rows]
    name = f"calls-{clock.today(settings.city.zone).isoformat()}.csv"
    return Response(
        csv_file(HEADER, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _page(typed: Typed) -> str:
    settings = city_settings()
    found = call_page(settings, _district(), _number())
    district = settings.district(_district())
    return render_template(
        "desk/calls.html",
        found=found,
        rows=[_row(call) for call in found.rows],
        typed=typed,
        methods=[(method.value, sentence(words)) for method, words in METHODS.items()],
        outcomes=[(outcome.value, sentence(words)) for outcome, words in OUTCOME_WORDS.items()],
        district=district,
        page_address=lambda page: url("calls.sheet", district=_district() or None, page=page if page > 1 else None),
        today=clock.today(settings.city.zone),
        every=settings.policy.ask_every_days,
        done=_done(),
        note_limit=NOTE_LIMIT,
    )


def _write(row: Gathering, typed: Typed, heard: Heard) -> None:
    # What the host said counts as her own word, whoever of the staff passes it on.
    actor = replace(current_actor(), speaks_for=row.public_id)
    if typed.outcome == Outcome.STILL:
        goes_on(actor, row, heard)
    elif typed.outcome == Outcome.CHANGED:
        has_changed(actor, row, heard)
    elif typed.outcome == Outcome.PAUSED:
        rests(actor, row, read_day(typed.until, clock.today(city_settings().city.zone)), heard, city_settings())
    elif typed.outcome == Outcome.ENDED:
        has_ended(actor, row, heard, city_settings())
    else:
        raise Invalid(Problem("outcome", N_("どうだったかをえらんでください。")))


def _method(typed: Typed) -> Method:
    if typed.method not in set(METHODS):
        raise Invalid(Problem("method", N_("どうやってたしかめたかをえらんでください。")))
    return Method(typed.method)


def _note(typed: Typed) -> str:
    try:
        return clean_line(typed.note, limit=NOTE_LIMIT)
    except TooLong as error:
        words = N_("ひとことが%(length)s文字あります。%(limit)s文字までにしてください。")
        raise Invalid(Problem("note", words, {"length": error.length, "limit": error.limit})) from None


def _row(call: Call) -> CallRow:
    settings, row = city_settings(), call.gathering
    cards = Cards(settings, current_language(), sentence)
    next_one = cards.occurrence(call.next_one) if call.next_one else None
    tags: list[tuple[str, str]] = []
    if call.fresh and call.fresh.unconfirmed_at:
        tags.append(("stale", _("未確認")))
    elif call.fresh and call.fresh.asked_at:
        asked = call.fresh.asked_at.astimezone(settings.city.zone).date()
        tags.append(("waiting", _("%(day)sからメールでおたずね中", day=month_day(asked, current_language()))))
    if call.last and call.last.outcome == Outcome.CHANGED:
        tags.append(("moved", _("変わったところがあります")))
    return CallRow(
        public_id=row.public_id,
        title=row.title,
        host=row.group.name if row.group else row.host_name,
        district=_district_name(row),
        reach=_reach(call),
        last=_last(call),
        next_one=span_words(next_one, current_language()) if next_one else "",
        dates=call.dates,
        days=call.days,
        weight=call.weight,
        tags=tuple(tags),
        note=call.last.note if call.last else "",
    )


def _reach(call: Call) -> tuple[tuple[str, str], ...]:
    row, proxy = call.gathering, call.proxy
    ways = [
        (_("電話"), proxy.host_phone if proxy else ""),
        (_("電話"), row.contact_phone),
        (_("メール"), row.poster_email or (proxy.host_email if proxy else "")),
        (_("メール"), row.contact_email),
        (_("住所"), proxy.host_address if proxy else ""),
    ]
    found = tuple(dict.fromkeys((name, value) for name, value in ways if value))
    return ((_("名前"), row.contact_name), *found) if row.contact_name and found else found


def _last(call: Call) -> str:
    moment = call.gathering.checked_at
    if moment is None:
        return str(_("のせたあとは、まだです"))
    zone = city_settings().city.zone
    words = day_words(moment.astimezone(zone).date(), current_language(), year=True)
    how = sentence(METHOD_WORDS[Method(call.last.method)]) if call.last else ""
    return f"{words}（{how}）" if how else words


def _cells(call: Call) -> tuple[str, ...]:
    # The file is the city's own paper: its words are Japanese, whatever the language of the page.
    row, zone, proxy = call.gathering, city_settings().city.zone, call.proxy
    phones = dict.fromkeys(one for one in (proxy.host_phone if proxy else "", row.contact_phone) if one)
    mails = dict.fromkeys(one for one in (row.poster_email, proxy.host_email if proxy else "", row.contact_email) if one)
    checked, district = row.checked_at, city_settings().district(row.district or "")
    return (
        str(call.weight),
        row.title,
        row.group.name if row.group else row.host_name,
        " / ".join(phones),
        " / ".join(mails),
        proxy.host_address if proxy else "",
        district.name if district else "",
        checked.astimezone(zone).date().isoformat() if checked else "",
        METHOD_WORDS[Method(call.last.method)] if call.last else "",
        call.next_one.starts_at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if call.next_one else "",
        str(call.dates),
        addresses().gathering(row.public_id),
    )


def _district_name(row: Gathering) -> str:
    found = city_settings().district(row.district or "")
    return "" if found is None else found.english if current_language() == "en" else found.name


def _district() -> str:
    """The district that was asked for; empty for all, and for one that there is not."""
    found = city_settings().district(request.values.get("district", ""))
    return found.slug if found else ""


def _number() -> int:
    typed = request.values.get("page", "")
    return min(int(typed), LAST_PAGE) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1


def _done() -> str:
    words, about = DONE.get(request.args.get("done", "")), request.args.get("about", "")
    if words is None or not is_public_id(about):
        return ""
    return sentence(words, {"title": desk_item(about).title})
