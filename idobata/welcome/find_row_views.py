"""What the finder found, in words: one row for each gathering."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from idobata.gatherings.card_queries import Cards
from idobata.gatherings.cards import FactWord, OccurrenceCard
from idobata.gatherings.crowds import CROWDS
from idobata.gatherings.models import Occurrence
from idobata.gatherings.states import VenueKind
from idobata.kernel import clock
from idobata.kernel.distance import metres_between
from idobata.kernel.japanese_dates import ago_words, month_day, span_words
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.places.near_queries import point_of
from idobata.web.pages import current_language, sentence
from idobata.welcome.find import PRESETS, kilometres, walk_minutes
from idobata.welcome.find_queries import Near, Origin, StaffFound
from idobata.welcome.mark import MarkState
from idobata.welcome.models import StaffNote

FACTS_SHOWN = 4
# Beyond this somebody should ask once more before handing it on.
STALE_DAYS = 90
HERE_METRES = 60

# A word for a cell: the sentences of `STATE_WORDS` stand on the mark's own page.
SHORT_STATES: dict[MarkState, str] = {
    MarkState.NOTED: N_("候補"),
    MarkState.ASKED: N_("返事待ち"),
    MarkState.RECHECK: N_("再確認中"),
    MarkState.DECLINED: N_("つけない"),
    MarkState.ENDED: N_("終わり"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FindRow:
    """One gathering with its next date. `date` is what the sheet takes; `mark` is a state or empty; `near` says why it stands beside.

    `notes` counts what colleagues noted; `note_lines` are (words, who and how long ago), where the reader opened them.
    """

    public_id: str
    title: str
    date: str
    when: str
    state: str
    state_words: str
    place: str
    travel: str
    crowd: str
    facts: tuple[tuple[FactWord, bool], ...]
    more_facts: int
    mark: str
    mark_words: str
    checked: str
    is_stale: bool
    notes: int
    note_lines: tuple[tuple[str, str], ...]
    near: str


def find_rows(
    found: StaffFound, asked: tuple[str, ...], settings: Settings, notes: Mapping[int, Sequence[StaffNote]]
) -> tuple[list[FindRow], list[FindRow]]:
    """The rows that fit, and those nearby. `notes` are those that were opened, by the gathering's inner id."""
    maker = _Rows(found, asked, settings, notes)
    return [maker.row(row) for row in found.rows], [maker.row(one.row, one) for one in found.nearby]


def origin_words(origin: Origin | None, settings: Settings) -> str:
    """From where the way is counted: 「みどり公民館」, 「北町のまんなか」; empty when from nowhere."""
    if origin is None:
        return ""
    if origin.place is not None:
        return origin.place.name
    district = settings.district(origin.district)
    name = (district.english if current_language() == "en" else district.name) if district else ""
    return str(_("%(district)sのまんなか", district=name))


class _Rows:
    def __init__(self, found: StaffFound, asked: tuple[str, ...], settings: Settings, notes: Mapping[int, Sequence[StaffNote]]) -> None:
        self.found, self.settings, self.notes = found, settings, notes
        self.cards = Cards(settings, current_language(), sentence)
        self.start = origin_words(found.origin, settings)
        self.asked = asked
        self.first = (*asked, *(slug for slug in PRESETS if slug not in asked))

    def row(self, row: Occurrence, near: Near | None = None) -> FindRow:
        card, gathering, language = self.cards.occurrence(row), row.gathering, current_language()
        facts = sorted(card.facts, key=lambda one: self.first.index(one.slug) if one.slug in self.first else len(self.first))
        state = self.found.marks.get(gathering.id)
        mark, words = self._mark(state)
        checked, now = gathering.checked_at, clock.now()
        return FindRow(
            public_id=card.gathering_id,
            title=card.title,
            date=f"{card.gathering_id}/{row.day.isoformat()}",
            when=span_words(card, language),
            state=card.state,
            state_words=card.state_words,
            place=_("オンライン") if card.online and not card.place_name else "・".join(_parts(card)),
            travel=self._travel(row),
            crowd=sentence(CROWDS[gathering.crowd]) if gathering.crowd in CROWDS else "",
            facts=tuple((one, one.slug in self.asked) for one in facts[: max(FACTS_SHOWN, len(self.asked))]),
            more_facts=max(0, len(facts) - max(FACTS_SHOWN, len(self.asked))),
            mark=mark,
            mark_words=words,
            checked=f"{month_day(card.checked_on, language)}（{ago_words(checked, now, language)}）" if checked and card.checked_on else "",
            is_stale=card.unconfirmed or checked is None or (now - checked).days > STALE_DAYS,
            notes=self.found.notes.get(gathering.id, 0),
            note_lines=tuple(
                (one.words, f"{one.by_label}・{ago_words(one.at, now, language)}") for one in self.notes.get(gathering.id, ())
            ),
            near=_near_words(near),
        )

    def _mark(self, state: MarkState | None) -> tuple[str, str]:
        if state is None:
            return "", ""
        if state is MarkState.MARKED:
            english = current_language() == "en"
            return state.value, self.settings.city.welcome_english if english else self.settings.city.welcome_label
        return state.value, sentence(SHORT_STATES[state])

    def _travel(self, row: Occurrence) -> str:
        place, origin = row.gathering.place, self.found.origin
        # Where somebody lives is not measured.
        if origin is None or place is None or row.gathering.venue_kind != VenueKind.PLACE:
            return ""
        point = point_of(place)
        if point is None:
            return ""
        metres = metres_between(origin.point, point)
        if origin.place is not None and metres < HERE_METRES:
            return str(_("えらんだ場所です") if place.id == origin.place.id else _("%(start)sのすぐ近く", start=self.start))
        minutes = walk_minutes(metres)
        if minutes is None:
            return str(_("%(start)sから%(km)sキロくらい", start=self.start, km=kilometres(metres)))
        return str(_("%(start)sから歩いて%(minutes)s分くらい", start=self.start, minutes=minutes))


def _parts(card: OccurrenceCard) -> list[str]:
    return [part for part in (card.place_name, card.district_name) if part]


def _near_words(near: Near | None) -> str:
    if near is None:
        return ""
    if near.other_area and near.other_days:
        return str(_("まわりの地区・もっと先の日"))
    return str(_("まわりの地区") if near.other_area else _("もっと先の日"))
