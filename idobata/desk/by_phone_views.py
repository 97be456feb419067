"""A host on the phone: she reads her code out, staff see her gathering and do what she says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from flask import Blueprint, redirect, render_template, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from idobata.desk.queries import desk_item
from idobata.gatherings.assurance_actions import Heard, goes_on, has_ended, rests
from idobata.gatherings.card_queries import Cards
from idobata.gatherings.date_actions import cancel_date, mark_full, restore_date
from idobata.gatherings.freshness import Method
from idobata.gatherings.models import Gathering
from idobata.gatherings.my_queries import coming_dates
from idobata.gatherings.proxy_actions import gathering_by_code
from idobata.gatherings.rules import LIMITS
from idobata.gatherings.states import PUBLICATION_WORDS, Publication
from idobata.gatherings.typed_times import read_day
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.errors import Invalid, NotFound, WrongState
from idobata.kernel.text import TooLong, clean_line
from idobata.kernel.words import N_
from idobata.store.deeds import record
from idobata.store.rate_limits import allowed, was_often
from idobata.store.transaction import transaction
from idobata.web.guards import staff
from idobata.web.pages import current_actor, current_language, sentence, url
from idobata.web.rooms import city_settings

blueprint = Blueprint("phone", __name__)

WRONG_CODES = 10
# A call is over by then; the next one begins with the code again.
CALL_SECONDS = 30 * 60
DATES = 12

NO_SUCH_CODE = N_("この合言葉の集まりはありません。もういちど読んでもらってください。0とO、1とIとLは使っていません。")
TOO_MANY = N_("まちがった合言葉が続いたので、1時間ほど入れられません。いそぐときは、ほかの職員に代わってもらってください。")
CALL_OVER = N_("電話の時間（30分）が過ぎました。もういちど合言葉を聞いてください。")

DONE: dict[str, str] = {
    "cancelled": N_("この日を中止にしました。"),
    "restored": N_("もとの予定にもどしました。"),
    "full": N_("満員にしました。"),
    "still": N_("続いていることを書きとめました。"),
    "paused": N_("お休みにしました。そのあいだの日は中止と出ています。"),
    "ended": N_("終わったことを書きとめました。"),
}


@blueprint.get("/desk/by-phone")
@staff
def ask_code() -> str:
    """The page that asks for the code."""
    return _code_page(over=request.args.get("done") == "over")


@blueprint.post("/desk/by-phone")
@staff
def take_code() -> Response | tuple[str, int]:
    """Open the gathering of a code for this call. Wrong codes are counted for each member of staff."""
    settings, actor = city_settings(), current_actor()
    typed = request.form.get("code", "")[:60]
    if was_often("wrong-code", f"staff-{actor.person_id}", WRONG_CODES):
        return _code_page(sentence(TOO_MANY), typed), 429
    row = gathering_by_code(typed, settings)
    if row is None:
        allowed("wrong-code", f"staff-{actor.person_id}", WRONG_CODES)
        return _code_page(sentence(NO_SUCH_CODE), typed), 422
    with transaction(public=False):
        record(actor, "code.read_out", "gathering", row.public_id)
    return redirect(url("phone.call", ticket=_signer().dumps([row.public_id, actor.person_id])), 303)


@blueprint.get("/desk/by-phone/<ticket>")
@staff
def call(ticket: str) -> Response | str | tuple[str, int]:
    """The gathering with its next dates, while the call lasts."""
    row = _row_of(ticket)
    return _over() if row is None else _call_page(ticket, row)


@blueprint.post("/desk/by-phone/<ticket>")
@staff
def act(ticket: str) -> Response | str | tuple[str, int]:
    """Do what the host says."""
    settings = city_settings()
    if _row_of(ticket) is None:
        return _over()
    do, day = request.form.get("do", ""), _day(request.form.get("day", ""))
    try:
        note = clean_line(request.form.get("note", ""), limit=LIMITS["note"])
        until = read_day(request.form.get("until", "")[:40], clock.today(settings.city.zone))
        with transaction():
            row = _row_of(ticket)
            if row is None:
                raise NotFound
            _do(replace(current_actor(), speaks_for=row.public_id), row, do, day, note, until)
    except TooLong as error:
        words = N_("ひとことが%(length)s文字あります。%(limit)s文字までにしてください。")
        return _failed(ticket, sentence(words, {"length": error.length, "limit": error.limit}))
    except Invalid as error:
        return _failed(ticket, sentence(error.problems[0].sentence, error.problems[0].values))
    except WrongState as error:
        return _failed(ticket, sentence(error.sentence))
    return redirect(url("phone.call", ticket=ticket, done=do), 303)


def _do(host: Actor, row: Gathering, do: str, day: date | None, note: str, until: date | None) -> None:
    settings, heard = city_settings(), Heard(Method.PHONE)
    on_gathering: dict[str, Callable[[], object]] = {
        "still": lambda: goes_on(host, row, heard),
        "paused": lambda: rests(host, row, until, heard, settings),
        "ended": lambda: has_ended(host, row, heard, settings),
    }
    if do in on_gathering:
        on_gathering[do]()
        return
    if day is None:
        raise NotFound
    if do == "cancelled":
        cancel_date(host, row, day, note, settings)
    elif do == "restored":
        restore_date(host, row, day, settings)
    elif do == "full":
        mark_full(host, row, day, note, settings)
    else:
        raise NotFound


def _code_page(problem: str = "", typed: str = "", *, over: bool = False) -> str:
    return render_template("desk/by_phone.html", problem=problem or (sentence(CALL_OVER) if over else ""), typed=typed)


def _call_page(ticket: str, row: Gathering, problem: str = "") -> str:
    cards = Cards(city_settings(), current_language(), sentence)
    code = request.args.get("done", "")
    return render_template(
        "desk/call.html",
        ticket=ticket,
        gathering=row,
        card=cards.gathering(row),
        state=sentence(PUBLICATION_WORDS[Publication(row.publication)]),
        is_shown=row.publication == Publication.PUBLISHED,
        dates=[(one.day.isoformat(), cards.occurrence(one)) for one in coming_dates(row)[:DATES]],
        done=sentence(DONE[code]) if code in DONE and not problem else "",
        problem=problem,
    )


def _failed(ticket: str, problem: str) -> Response | tuple[str, int]:
    row = _row_of(ticket)
    return _over() if row is None else (_call_page(ticket, row, problem), 422)


def _over() -> Response:
    return redirect(url("phone.ask_code", done="over"), 303)


def _row_of(ticket: str) -> Gathering | None:
    """The gathering of a call; None when the ticket is nobody's, another's or too old."""
    try:
        public_id, person_id = _signer().loads(ticket, max_age=CALL_SECONDS)
    except (BadSignature, ValueError, TypeError):
        return None
    return desk_item(public_id) if person_id == current_actor().person_id else None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(city_settings().machine.secret_key, salt="by-phone")


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
