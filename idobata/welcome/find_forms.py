"""What one can press in the finder: chips that are links, and the choices of its form. The form only writes an address."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask_babel import gettext as _

from idobata.gatherings.filters import When, span_of
from idobata.gatherings.pressing import Chip, Choice, Reader
from idobata.gatherings.pressing import choices as list_choices
from idobata.gatherings.wishes_words import PART_WORDS, WHEN_WORDS
from idobata.kernel.japanese_dates import days_words, weekday_name
from idobata.kernel.settings import Settings
from idobata.places.models import Place
from idobata.web.pages import sentence
from idobata.welcome.find import CHECKS, DAYS_AHEAD, DISTANCES, MARK_WISHES, PRESETS, Wishes

LONG_DAYS = 28
_WHENS: tuple[When, ...] = ("today", "tomorrow", "weekend", "week")


@dataclass(frozen=True, slots=True)
class FindChoices:
    """What each select offers as (value, words); places under the names of their districts; facts under those of their groups."""

    district: list[Choice]
    category: list[Choice]
    weekday: list[Choice]
    time: list[Choice]
    km: list[Choice]
    mark: list[Choice]
    checked: list[Choice]
    places: list[tuple[str, list[Choice]]]
    facts: list[tuple[str, list[Choice]]]


def find_choices(settings: Settings, reader: Reader, places: list[Place], chosen: Place | None) -> FindChoices:
    """The choices in the reader's language. The chosen place is always among them."""
    plain = list_choices(settings, reader)
    english = reader.language == "en"
    return FindChoices(
        district=plain.district,
        category=plain.category,
        weekday=plain.weekday,
        time=plain.part,
        km=[(km, _("500メートルまで") if km == "0.5" else _("%(km)sキロまで", km=km)) for km in DISTANCES],
        mark=[(one.value, sentence(words)) for one, words in MARK_WISHES.items()],
        checked=[(str(days), _("%(days)s日のうちにたしかめた", days=days)) for days in CHECKS],
        places=_by_district(settings, reader, places if chosen is None or chosen in places else [chosen, *places]),
        facts=[
            (
                group.english if english else group.name,
                [(fact.slug, reader.named(fact)) for fact in settings.facts if fact.group == group.slug],
            )
            for group in settings.fact_groups
        ],
    )


def day_chips(wishes: Wishes, reader: Reader, today: date) -> list[Chip]:
    """One press for the days: today, tomorrow, the weekend, this week, seven days, four weeks."""
    spans = [(sentence(WHEN_WORDS[when]), span_of(when, today)) for when in _WHENS]
    spans += [
        (_("これから7日"), (today, today + timedelta(days=DAYS_AHEAD - 1))),
        (_("これから4週間"), (today, today + timedelta(days=LONG_DAYS - 1))),
    ]
    asked = (wishes.filters.first, wishes.filters.last)
    found: list[Chip] = []
    taken = False
    for words, (first, last) in spans:
        # On a Monday this week and seven days are the same: one of them is enough to be lit.
        chosen = asked == (first, last) and not taken
        taken = taken or chosen
        # Letting go of days means all days to come; "from today" keeps the address from being empty, which would mean seven days.
        other = wishes.but(first=today, last=None) if chosen else wishes.but(first=first, last=last)
        found.append((words, find_address(other, reader), chosen))
    return found


def preset_chips(wishes: Wishes, settings: Settings, reader: Reader) -> list[Chip]:
    """One press for each of the facts that are wished most."""
    found: list[Chip] = []
    for slug in PRESETS:
        fact, facts = settings.fact(slug), wishes.filters.facts
        if fact is None:
            continue
        others = tuple(one for one in facts if one != slug) if slug in facts else (*facts, slug)
        found.append((reader.named(fact), find_address(wishes.but(facts=others), reader), slug in facts))
    return found


def chosen_chips(wishes: Wishes, settings: Settings, reader: Reader, place: Place | None, today: date) -> list[Chip]:
    """The wishes at work that have no chip above, each a chip that takes itself away."""
    filters = wishes.filters
    found: list[tuple[str, Wishes]] = []
    if district := settings.district(filters.district):
        found.append((reader.named(district), wishes.but(district="")))
    if filters.place:
        name = place.name if place is not None else ""
        words = _("%(place)sから%(km)sキロまで", place=name, km=wishes.km) if wishes.km else name
        found.append((words, replace(wishes.but(place=""), km="")))
    if (filters.first or filters.last) and not any(chosen for _words, _href, chosen in day_chips(wishes, reader, today)):
        first = filters.first or today
        words = (
            days_words(first, filters.last, reader.language)
            if filters.last
            else _("%(day)sから", day=days_words(first, first, reader.language))
        )
        if filters.last or first > today:
            found.append((words, wishes.but(first=today, last=None)))
    if filters.weekday is not None:
        found.append((weekday_name(filters.weekday, reader.language), wishes.but(weekday=None)))
    if filters.part:
        found.append((sentence(PART_WORDS[filters.part]), wishes.but(part="")))
    if category := settings.category(filters.category):
        found.append((reader.named(category), wishes.but(category="")))
    if filters.online:
        found.append((_("オンライン"), wishes.but(online=False)))
    for slug in filters.facts:
        fact = settings.fact(slug)
        if fact is not None and slug not in PRESETS:
            found.append((reader.named(fact), wishes.but(facts=tuple(one for one in filters.facts if one != slug))))
    if wishes.mark is not None:
        found.append((sentence(MARK_WISHES[wishes.mark]), replace(wishes.but(), mark=None)))
    if wishes.checked is not None:
        found.append((_("%(days)s日のうちにたしかめた", days=wishes.checked), replace(wishes.but(), checked=None)))
    return [(words, find_address(without, reader), True) for words, without in found]


def find_address(wishes: Wishes, reader: Reader) -> str:
    """Where a question is answered."""
    values: dict[str, list[str]] = {}
    for name, value in wishes.query():
        values.setdefault(name, []).append(value)
    return reader.url("find.find", **values)


def _by_district(settings: Settings, reader: Reader, places: list[Place]) -> list[tuple[str, list[Choice]]]:
    names = {one.slug: reader.named(one) for one in settings.districts}
    groups: dict[str, list[Choice]] = {slug: [] for slug in (*names, "")}
    for place in places:
        groups[place.district if place.district in names else ""].append((place.public_id, place.name))
    return [(names.get(slug, _("地区の外")), choices) for slug, choices in groups.items() if choices]
