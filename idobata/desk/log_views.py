"""The log of deeds on the desk: filtered by act, person and thing, with what was before and after, and as a file."""

import json
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request

from idobata.desk.deed_words import ACT_WORDS, field_words
from idobata.desk.log_queries import LogFilter, log_page, log_rows
from idobata.desk.queries import id_in, titles_of
from idobata.desk.row_views import deed_line
from idobata.kernel import clock
from idobata.kernel.csv_file import csv_file
from idobata.kernel.words import N_
from idobata.store.deeds import Deed
from idobata.web.guards import editors, fresh
from idobata.web.pages import sentence, url
from idobata.web.rooms import city_settings

blueprint = Blueprint("desk_log", __name__)
LAST_PAGE = 10_000
SOMEBODY = N_("だれか")
_HEADER = ("at", "who", "act", "thing", "thing_id", "detail", "hash")


@blueprint.get("/desk/log.csv")
@editors
@fresh
def log_file() -> Response:
    """The same as a file for a spreadsheet: no cell of it runs as a formula."""
    asked = _asked()
    zone = city_settings().city.zone
    rows = (_cells(deed, zone) for deed in log_rows(asked))
    name = f"log-{clock.today(zone).isoformat()}.csv"
    return Response(
        csv_file(_HEADER, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _cells(deed: Deed, zone: ZoneInfo) -> tuple[str, ...]:
    detail = json.dumps(deed.detail, ensure_ascii=False, sort_keys=True) if deed.detail else ""
    at = deed.at.astimezone(zone).isoformat(timespec="seconds")
    return at, deed.actor_label, deed.act, deed.thing, deed.thing_id, detail, deed.hash


def show_log() -> str:
    """The page of the log."""
    settings = city_settings()
    typed = request.args.get("thing", "")[:300]
    asked = _asked()
    found = log_page(asked, _page())
    lines = [(deed_line(deed, settings), changes_in(deed)) for deed in found.rows]
    chosen = {"thing": asked.thing_id or None, "act": asked.act or None, "who": asked.who or None}
    return render_template(
        "desk/log.html",
        found=found,
        lines=lines,
        titles=titles_of(line.gathering_id for line, _changes in lines if line.gathering_id),
        typed=typed,
        asked=asked,
        unread=bool(typed.strip()) and not asked.thing_id,
        acts=[(act, _act_phrase(words)) for act, words in ACT_WORDS.items()],
        file=url("desk_log.log_file", **chosen),
        address=lambda page: url("desk.log", page=page if page > 1 else None, **chosen),
    )


def changes_in(deed: Deed) -> list[tuple[str, str, str]]:
    """The changed fields of a deed with their words before and after, for those that have any."""
    changes = deed.detail.get("changes")
    if not isinstance(changes, dict):
        return []
    from_to = [(str(name), pair) for name, pair in changes.items() if isinstance(pair, list) and len(pair) == 2]
    return [(_field(name), str(pair[0]), str(pair[1])) for name, pair in from_to]


def _field(name: str) -> str:
    return field_words((name,), sentence)[0]


def _act_phrase(words: str) -> str:
    """「だれかが掲載しました」: an act without its doer, for the list of acts to choose from."""
    return sentence(words) % {"who": sentence(SOMEBODY), "day": "…"}


def _asked() -> LogFilter:
    act, who = request.args.get("act", ""), request.args.get("who", "").strip()[:120]
    return LogFilter(thing_id=id_in(request.args.get("thing", "")[:300]), act=act if act in ACT_WORDS else "", who=who)


def _page() -> int:
    typed = request.args.get("page", "")
    return min(int(typed), LAST_PAGE) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1
