"""What the city learns, counted from listings alone: as tables to read and as files. No person stands in it."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from idobata.gatherings.filters import PARTS
from idobata.gatherings.wishes_words import PART_WORDS
from idobata.kernel.csv_file import csv_file
from idobata.kernel.japanese_dates import WEEKDAY_LETTERS, days_words, weekday_name
from idobata.kernel.settings import Settings
from idobata.web.guards import fresh, staff
from idobata.web.pages import current_language, sentence
from idobata.web.rooms import city_settings
from idobata.welcome.gaps_queries import AGES, NEVER, Gaps, gaps, marks_by_age
from idobata.welcome.mark import STATE_WORDS, MarkState

blueprint = Blueprint("gaps", __name__)
ALL = "all"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: its heads (those of several lines stand once, with how many lines they span) and its numbers."""

    heads: tuple[tuple[str, int], ...]
    plain_heads: tuple[str, ...]
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One table: the heads of its leading columns, the heads of its numbers with short forms for narrow screens, and its rows."""

    name: str
    title: str
    words: str
    corner: tuple[str, ...]
    heads: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]


@blueprint.get("/desk/gaps")
@staff
def show() -> str:
    """Where there is something, when, with which facts, and how fresh it is."""
    settings = city_settings()
    counted = _counted(settings)
    return render_template(
        "welcome/gaps.html",
        tables=[make(counted, settings) for make in TABLES.values()],
        days=days_words(counted.first, counted.last, current_language()),
        marked_only=counted.marked_only,
        fact=counted.fact,
        facts=_fact_choices(settings),
        total=sum(counted.totals.values()),
    )


@blueprint.get("/desk/gaps/hours.csv", defaults={"name": "hours"})
@blueprint.get("/desk/gaps/facts.csv", defaults={"name": "facts"})
@blueprint.get("/desk/gaps/marks.csv", defaults={"name": "marks"})
@blueprint.get("/desk/gaps/checks.csv", defaults={"name": "checks"})
@staff
@fresh
def export(name: str) -> Response:
    """One of the tables as a file for a spreadsheet."""
    settings = city_settings()
    table = TABLES[name](_counted(settings), settings)
    header = [*table.corner, *(words for words, _short in table.heads)]
    response = make_response(csv_file(header, ([*row.plain_heads, *map(str, row.cells)] for row in table.rows)))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _counted(settings: Settings) -> Gaps:
    asked = request.args.get("fact", "")
    # What is no fact of this city narrows nothing.
    fact = asked if asked in {one.slug for one in settings.facts} else ""
    return gaps(settings, marked_only=request.args.get("of") != ALL, fact=fact)


def _fact_choices(settings: Settings) -> list[tuple[str, str]]:
    english = current_language() == "en"
    order = [group.slug for group in settings.fact_groups]
    facts = sorted(settings.facts, key=lambda one: order.index(one.group))
    return [(one.slug, one.english if english else one.name) for one in facts]


def _hours(counted: Gaps, settings: Settings) -> Table:
    language, rows = current_language(), []
    for slug, name in (("*", _("町ぜんぶ")), *_districts(counted, settings)):
        for part in PARTS:
            cells = tuple(
                sum(
                    number
                    for (district, day, when), number in counted.hours.items()
                    if slug in ("*", district) and (day, when) == (weekday, part)
                )
                for weekday in range(7)
            )
            words = sentence(PART_WORDS[part])
            heads = ((name, len(PARTS)), (words, 1)) if part == PARTS[0] else ((words, 1),)
            rows.append(Row(heads, (name, words), cells))
    return Table(
        "hours",
        _("地区と曜日と時間"),
        _("ひとつの集まりは、開く曜日と時間ごとに一回だけ数えます。"),
        (_("地区"), _("時間")),
        tuple(
            (weekday_name(day, language), weekday_name(day, language)[:3] if language == "en" else WEEKDAY_LETTERS[day]) for day in range(7)
        ),
        tuple(rows),
    )


def _facts(counted: Gaps, settings: Settings) -> Table:
    english, rows = current_language() == "en", []
    districts = _districts(counted, settings)
    for group in settings.fact_groups:
        facts = [fact for fact in settings.facts if fact.group == group.slug]
        for index, fact in enumerate(facts):
            numbers = tuple(counted.facts.get((fact.slug, slug), 0) for slug, _name in districts)
            group_name, name = (group.english, fact.english) if english else (group.name, fact.name)
            heads = ((group_name, len(facts)), (name, 1)) if index == 0 else ((name, 1),)
            rows.append(Row(heads, (group_name, name), (sum(numbers), *numbers)))
    columns = (_("町ぜんぶ"), *(name for _slug, name in districts))
    return Table(
        "facts",
        _("気軽ポイント"),
        _("主催や場所が「はい」と答えたものを数えます。聞いていないものは入りません。"),
        (_("グループ"), _("気軽ポイント")),
        tuple((head, head) for head in columns),
        tuple(rows),
    )


def _marks(_counted: Gaps, settings: Settings) -> Table:
    numbers, label = marks_by_age(), settings.city.welcome_label
    rows = []
    for state in MarkState:
        words = sentence(STATE_WORDS[state])
        cells = tuple(numbers.get((state, index), 0) for index in range(len(AGES) + 1))
        rows.append(Row(((words, 1),), (words,), cells))
    return Table(
        "marks",
        _("「%(label)s」のしるし", label=label),
        _("いまの状態になってからの日数です。期間にかかわらず、すべてのしるしを数えます。"),
        (_("状態"),),
        tuple((head, head) for head in _ages()),
        tuple(rows),
    )


def _checks(counted: Gaps, _settings: Settings) -> Table:
    indexes = (*range(len(AGES) + 1), NEVER)
    words = _("集まりの数")
    return Table(
        "checks",
        _("最終確認から"),
        _("だれかが「続いている」とたしかめてからの日数です。"),
        (_("数えるもの"),),
        tuple((head, head) for head in (*_ages(), _("まだたしかめていない"))),
        (Row(((words, 1),), (words,), tuple(counted.checks.get(index, 0) for index in indexes)),),
    )


TABLES: dict[str, Callable[[Gaps, Settings], Table]] = {"hours": _hours, "facts": _facts, "marks": _marks, "checks": _checks}


def _districts(counted: Gaps, settings: Settings) -> list[tuple[str, str]]:
    english = current_language() == "en"
    known = [(one.slug, one.english if english else one.name) for one in settings.districts]
    slugs = {slug for slug, _name in known}
    # Gatherings on the screen, and those of a district that is no more.
    return [*known, ("", _("地区なし"))] if any(slug not in slugs for slug in counted.totals) else known


def _ages() -> list[str]:
    first, second, third = AGES
    return [
        _("%(days)s日まで", days=first),
        _("%(first)s〜%(last)s日", first=first + 1, last=second),
        _("%(first)s〜%(last)s日", first=second + 1, last=third),
        _("%(days)s日より前", days=third),
    ]
