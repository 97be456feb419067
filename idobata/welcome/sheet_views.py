"""The hand-over sheet: made from a form, shown, and forgotten; and the page its code leads to, which knows only what the phone tells itself."""

from datetime import date

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup

from idobata.gatherings.card_queries import Cards
from idobata.kernel import clock
from idobata.kernel.japanese_dates import day_words
from idobata.web.guards import public, welfare
from idobata.web.pages import current_language, fresh_until, sentence
from idobata.web.rooms import addresses, city_settings
from idobata.welcome.forms import SheetForm
from idobata.welcome.sheet import MOST, read_choices, sheet_address
from idobata.welcome.sheet_code import code_drawing
from idobata.welcome.sheet_paper import Frame, Paper
from idobata.welcome.sheet_part_views import office_line, paper_dates, sheet_parts
from idobata.welcome.sheet_queries import Chosen, find_chosen
from idobata.welcome.sheet_readings import own_words

blueprint = Blueprint("sheet", __name__)

# Nobody means to print more, and a form may hold hundreds.
_LOOKED_AT = 12


@blueprint.get("/desk/sheet")
@welfare
def begin() -> str:
    """What a sheet is and how one is made; there is nothing to show, since none is kept."""
    return _choose([], SheetForm(data={"printed": _today().isoformat()}), [])


@blueprint.post("/desk/sheet")
@welfare
def make() -> str | tuple[str, int]:
    """The sheet of the chosen dates. Answered at once and without a redirect: an address would stay in histories and logs."""
    choices, broken = read_choices(request.form.getlist("date"))
    form = SheetForm(formdata=request.form)
    if not form.printed.data:
        form.printed.data = _today().isoformat()
    printed = form.print_day(_today())
    settings = city_settings()
    chosen = find_chosen(choices[:_LOOKED_AT], Cards(settings, current_language(), sentence))
    missing = broken or len(chosen) < len(choices[:_LOOKED_AT])
    problems = []
    if len(chosen) > MOST or len(choices) > _LOOKED_AT:
        problems.append(_("しおりに入れられるのは、%(most)sつまでです。どれかを外してください。", most=MOST))
    if missing and not chosen:
        problems.append(_("えらんだ日は、いまは町のページに出ていません。べつの日をえらんでください。"))
    elif not chosen:
        problems.append(_("しおりに入れる日をえらんでください。"))
    if problems or printed is None:
        return _choose(chosen, form, problems), 422
    paper = _paper(chosen, printed, furigana=bool(form.furigana.data))
    return render_template("welcome/sheet.html", paper=paper, form=form, missing=missing, most=MOST)


@blueprint.get("/s/")
@public
def living() -> str:
    """The page behind the code. What it shows is after the # of its address, which no browser sends."""
    fresh_until(clock.next_midnight(city_settings().city.zone))
    return render_template("welcome/living.html", office=office_line(city_settings()))


def _choose(chosen: list[Chosen], form: SheetForm, problems: list[str]) -> str:
    settings = city_settings()
    parts = [part for one in chosen for part in sheet_parts([one], settings, addresses(), furigana=False)]
    return render_template("welcome/sheet_choose.html", parts=parts, form=form, problems=[("", words) for words in problems], most=MOST)


def _paper(chosen: list[Chosen], printed: date, *, furigana: bool) -> Paper:
    settings = city_settings()
    dates = paper_dates(chosen)
    return Paper(
        parts=tuple(sheet_parts(chosen, settings, addresses(), furigana=furigana)),
        frame=Frame(
            heading=own_words(_("集まりのしおり"), on=furigana),
            printed=_("%(day)s印刷", day=day_words(printed, current_language(), year=True)),
            money=own_words(_("お金"), on=furigana),
            memo=own_words(_("いっしょに書くメモ"), on=furigana),
            lost=own_words(_("わからないとき"), on=furigana),
            living=own_words(_("スマホで読むと、中止や変更がわかります"), on=furigana),
        ),
        # Our own drawing of our own address.
        code=Markup(code_drawing(printed, dates, addresses())),
        address=sheet_address(printed, dates, addresses()),
        office=office_line(settings),
        furigana=furigana,
    )


def _today() -> date:
    return clock.today(city_settings().city.zone)
