"""What the pages of groups have in common."""

from datetime import date

from flask import g, redirect, request
from werkzeug.wrappers import Response

from idobata.groups.done_words import DONE
from idobata.kernel import clock
from idobata.kernel.japanese_dates import day_words
from idobata.kernel.words import N_
from idobata.web.pages import current_language, sentence, url
from idobata.web.rooms import city_settings

PRESS_AGAIN = N_("ページを開いてから時間がたったので、まだ送られていません。書いたことは残っています。もういちどボタンを押してください。")
TOO_MANY = N_("短いあいだに、たくさん受けとりました。1時間ほどおいてから、もういちど押してください。")


def done_words() -> str:
    """What was just done, in words; empty for a code nobody knows."""
    code = request.args.get("done", "")
    return sentence(DONE[code]) if code in DONE else ""


def long_day(day: date) -> str:
    """A day in words, with its year when it is another than this one."""
    this_year = clock.today(city_settings().city.zone).year
    return day_words(day, current_language(), year=day.year != this_year)


def came_too_late() -> bool:
    """True when the page was open so long that its token is no longer good."""
    return bool(g.csrf_failed)


def onward(endpoint: str, done: str, **values: str) -> Response:
    """To a page that says what was done."""
    return redirect(url(endpoint, done=done, **values), 303)
