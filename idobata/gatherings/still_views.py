"""The page behind the mail that asks a host whether her gatherings still run. It works without signing in."""

from datetime import date

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from idobata.accounts.queries import person_by_email
from idobata.gatherings.assurance_actions import Heard, goes_on, has_ended, rests
from idobata.gatherings.form_page_views import reader_cards
from idobata.gatherings.freshness import Method
from idobata.gatherings.freshness_queries import address_of_still_link, asked_of
from idobata.gatherings.models import Gathering
from idobata.gatherings.my_queries import coming_dates
from idobata.gatherings.typed_times import read_day
from idobata.kernel import clock
from idobata.kernel.actor import Actor
from idobata.kernel.errors import Invalid
from idobata.kernel.words import N_
from idobata.store.transaction import transaction
from idobata.web.guards import public
from idobata.web.pages import sentence, url
from idobata.web.rooms import city_settings

blueprint = Blueprint("still", __name__)

DONE: dict[str, str] = {
    "still": N_("「続けています」と受けとりました。ありがとうございます。"),
    "all": N_("ぜんぶ「続けています」と受けとりました。ありがとうございます。"),
    "paused": N_("お休みと受けとりました。そのあいだの日は、中止と出ています。"),
    "ended": N_("終わったと受けとりました。これまで、ありがとうございました。"),
    "before": N_("この集まりのお返事は、もういただいています。ありがとうございます。"),
}


@blueprint.get("/still/<token>")
@public
def show(token: str) -> str | tuple[str, int]:
    """What was asked and is not answered yet, each with three buttons. Opening changes nothing, since mail scanners open links too."""
    return _page(token)


@blueprint.post("/still/<token>")
@public
def answer(token: str) -> Response | str | tuple[str, int]:
    """Take one answer, or "all go on"."""
    about, do = request.form.get("about", ""), request.form.get("do", "")
    if do not in ("still", "paused", "ended", "all"):
        return _page(token, 422)
    try:
        with transaction():
            address = address_of_still_link(token)
            wanted = [row for row in asked_of(address) if do == "all" or row.public_id == about] if address else []
            for row in wanted:
                _take(row, address or "", do, _until())
    except Invalid as error:
        problem = error.problems[0]
        return _page(token, 422, wrong=about, problem=sentence(problem.sentence, problem.values), typed=request.form.get("until", "")[:20])
    if address is None:
        return _page(token)
    return redirect(url("still.show", token=token, done=do if wanted else "before"), 303)


def _take(row: Gathering, address: str, do: str, until: date | None) -> None:
    # The link was mailed to the host: whoever holds it speaks for her, about what she was asked and nothing else.
    person = person_by_email(address)
    host = Actor(label=row.host_name, person_id=person.id if person else None, speaks_for=row.public_id)
    heard = Heard(Method.HOST_TAP)
    if do == "paused":
        rests(host, row, until, heard, city_settings())
    elif do == "ended":
        has_ended(host, row, heard, city_settings())
    else:
        goes_on(host, row, heard)


def _until() -> date | None:
    return read_day(request.form.get("until", "")[:40], clock.today(city_settings().city.zone))


def _page(token: str, status: int = 200, *, wrong: str = "", problem: str = "", typed: str = "") -> str | tuple[str, int]:
    address = address_of_still_link(token)
    if address is None:
        return render_template("still/link_ended.html"), 410
    cards = reader_cards()
    rows = asked_of(address)
    code = request.args.get("done", "")
    page = render_template(
        "still/answer.html",
        token=token,
        asked=[(row, cards.gathering(row), [cards.occurrence(one) for one in coming_dates(row)[:3]]) for row in rows],
        done=sentence(DONE[code]) if code in DONE and not problem else "",
        wrong=wrong,
        problem=problem,
        typed=typed,
    )
    return page, status
