"""The first page, the city's own pages, and whether the site is alive."""

from datetime import timedelta
from itertools import chain

from flask import Blueprint, Response, jsonify, render_template
from flask_babel import gettext as _

from idobata.gatherings.card_queries import Cards
from idobata.gatherings.filters import Filters
from idobata.gatherings.list_queries import find_dates, newest
from idobata.gatherings.page_data import list_data, site_data
from idobata.gatherings.pressing import Chip, Reader, date_address, quick_chips
from idobata.kernel import clock
from idobata.kernel.settings import Settings
from idobata.pages.queries import database_answers
from idobata.pages.sections import sections
from idobata.web.guards import public
from idobata.web.pages import current_language, fresh_until, sentence, url
from idobata.web.rooms import addresses, city_settings

blueprint = Blueprint("pages", __name__)
SOON = 6
NEW = 6
FIRST_STEPS = 3


@blueprint.get("/")
@public
def home() -> str:
    """What is on: soon, at the weekend, and what joined lately."""
    settings = city_settings()
    today = clock.today(settings.city.zone)
    cards = Cards(settings, current_language(), sentence)
    tomorrow = today + timedelta(days=1)
    soon = find_dates(Filters(first=today, last=tomorrow), settings, size=SOON)
    weekend = find_dates(Filters(when="weekend"), settings, size=SOON)
    first_steps = find_dates(Filters(first_step=True), settings, size=FIRST_STEPS)
    shown = {row.gathering_id for row in soon.rows}
    weekend_rows = tuple(row for row in weekend.rows if row.gathering_id not in shown)
    coming = find_dates(Filters(), settings, size=SOON) if len(soon.rows) + len(weekend_rows) < SOON else None
    fresh_until(min(soon.turns_at, weekend.turns_at, first_steps.turns_at))
    shown_cards = {
        "first_steps": cards.occurrences(first_steps.rows),
        "soon": cards.occurrences(soon.rows),
        "weekend": cards.occurrences(weekend_rows),
        "coming": cards.occurrences(coming.rows) if coming else (),
        "newest": cards.occurrences(newest(NEW)),
    }
    return render_template(
        "pages/home.html",
        chips=_chips(settings),
        **shown_cards,
        site_data=site_data(settings, addresses(), current_language()),
        data=list_data(chain.from_iterable(shown_cards.values()), addresses(), current_language()),
        soon_url=url("gatherings.search", **{"from": today.isoformat(), "to": tomorrow.isoformat()}),
        weekend_url=url("gatherings.search", when="weekend"),
        address=lambda one: date_address(one, url),
        categories=settings.categories,
        districts=settings.districts,
    )


def _chips(settings: Settings) -> list[Chip]:
    """What can be asked with one press; behind the days, what is near."""
    chips = quick_chips(Filters(), settings, Reader(current_language(), sentence, url))
    days = 3
    return [*chips[:days], (_("ちかく"), url("maps.show") + "#near", False), *chips[days:]]


@blueprint.get("/about")
@public
def about() -> str:
    """What this site is."""
    return _own_page("about", _("このサイトについて"))


@blueprint.get("/rules")
@public
def rules() -> str:
    """The rules of the notice board, each with its reason."""
    _stays_true()
    return render_template("pages/rules.html")


@blueprint.get("/guide")
@public
def guide() -> str:
    """How to use parks and public halls."""
    return _own_page("guide", _("場所の使い方"))


@blueprint.get("/privacy")
@public
def privacy() -> str:
    """What is kept of whom, why and how long."""
    return _own_page("privacy", _("個人情報の扱い"))


@blueprint.get("/accessibility")
@public
def accessibility() -> str:
    """How usable the site is, and whom to tell."""
    return _own_page("accessibility", _("見やすさ・使いやすさ"))


@blueprint.get("/health")
@public
def health() -> tuple[Response, int]:
    """200 and JSON while the site can serve."""
    alive = database_answers()
    response = jsonify(status="ok" if alive else "database does not answer")
    response.headers["Cache-Control"] = "no-store"
    return response, 200 if alive else 503


def _own_page(name: str, title: str) -> str:
    _stays_true()
    return render_template("pages/own.html", page=name, title=title, sections=sections(city_settings().pages[name]))


def _stays_true() -> None:
    fresh_until(clock.next_midnight(city_settings().city.zone))
