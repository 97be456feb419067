"""What staff ask the finder: the filters of every list, and three more. It stands in the address and nowhere else; there is no free text in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from idobata.gatherings.filters import Filters, read_filters
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_

FREE, NO_SIGNUP = "free", "no-signup"
# No `q` and no `group`: a field for any words would be a field for a name.
NAMES = frozenset(
    [
        "when",
        "from",
        "to",
        "district",
        "category",
        "weekday",
        "time",
        "fact",
        "free",
        "online",
        "no_signup",
        "first_step",
        "place",
        "page",
        "mark",
        "km",
        "checked",
    ]
)
DAYS = frozenset(["when", "from", "to"])
# Facts that are one press each, where the city has them.
PRESETS = ("come-alone", "no-talking", "leave-early")
DISTANCES = ("0.5", "1", "2", "3", "5")
CHECKS = (30, 90, 180)
# Somebody who says nothing about days asks about these.
DAYS_AHEAD = 7
# Walked ways are longer than straight lines; people who seldom go out walk slowly.
_DETOUR, _KM_PER_HOUR = 1.3, 4.5
_LONGEST_WALK = 40


class MarkWish(StrEnum):
    """How far staff have come with a gathering."""

    MARKED = "marked"
    LISTED = "listed"
    NEW = "new"


MARK_WISHES: dict[MarkWish, str] = {
    MarkWish.MARKED: N_("しるしが出ている"),
    MarkWish.LISTED: N_("候補・返事待ち・再確認中"),
    MarkWish.NEW: N_("まだ考えていない"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """A question of staff. With `km` the place of the filters is the middle of a circle; `checked` is a number of days."""

    filters: Filters = Filters()
    mark: MarkWish | None = None
    km: str = ""
    checked: int | None = None

    def query(self) -> list[tuple[str, str]]:
        """The question as it stands in an address, in a fixed order."""
        pairs = self.filters.query()
        more = (("mark", self.mark or ""), ("km", self.km), ("checked", str(self.checked or "")))
        return pairs + [(name, value) for name, value in more if value]

    def but(self, **changes: object) -> "Wishes":
        """The same with something of the filters changed, from the first page."""
        return replace(self, filters=replace(self.filters, **{"page": 1, **changes}))  # type: ignore[arg-type]


def read_wishes(pairs: Iterable[tuple[str, str]], settings: Settings, today: date) -> tuple[Wishes, tuple[str, ...]]:
    """A question from an address, and the names of what could not be read. What the finder does not know is dropped.

    Words for days become days, and wishes that are facts become facts: there is one way to say each.
    """
    known = [(name, value.strip()) for name, value in pairs if name in NAMES]
    given = [(name, value) for name, value in known if value]
    filters, broken = read_filters(given, settings)
    last = dict(given)
    wished, no = _own(last)
    if filters.when is not None:
        first, until = filters.days(today)
        filters = replace(filters, when=None, first=first, last=until)
    elif DAYS.isdisjoint(name for name, _value in known):
        # An emptied field is a word, too: any day.
        filters = replace(filters, first=today, last=today + timedelta(days=DAYS_AHEAD - 1))
    facts = list(filters.facts)
    for slug, is_wished in ((FREE, filters.free), (NO_SIGNUP, filters.no_signup)):
        if is_wished and slug not in facts:
            facts.append(slug)
    mark = MarkWish.MARKED if filters.first_step else wished.mark
    if filters.place and filters.district:
        # Around a place there is no border of a district.
        filters = replace(filters, district="")
    filters = replace(filters, facts=tuple(facts), free=False, no_signup=False, first_step=False)
    return replace(wished, filters=filters, mark=mark, km=wished.km if filters.place else ""), (*broken, *no)


def _own(given: Mapping[str, str]) -> tuple[Wishes, list[str]]:
    mark = next((one for one in MarkWish if one == given.get("mark")), None)
    km = given.get("km", "") if given.get("km", "") in DISTANCES else ""
    checked = next((days for days in CHECKS if str(days) == given.get("checked")), None)
    values = {"mark": mark, "km": km, "checked": checked}
    return Wishes(mark=mark, km=km, checked=checked), [name for name, value in values.items() if given.get(name) and not value]


def walk_minutes(metres: float) -> int | None:
    """About how many minutes it takes to walk there, from the straight line; None where nobody would walk."""
    minutes = metres / 1000 * _DETOUR / _KM_PER_HOUR * 60
    if minutes > _LONGEST_WALK:
        return None
    # A rough number must not look exact.
    return max(1, round(minutes)) if minutes <= 15 else round(minutes / 5) * 5


def kilometres(metres: float) -> str:
    """The straight line in words: 「3」, from half a kilometre in halves."""
    halves = max(1, round(metres / 500))
    return str(halves // 2) if halves % 2 == 0 else f"{halves / 2:.1f}"
