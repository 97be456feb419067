"""One date on a hand-over sheet in words, with as much of it as fits on the page."""

from collections.abc import Sequence
from enum import IntEnum

from flask_babel import gettext as _
from markupsafe import Markup

from idobata.gatherings.card_queries import SIGNUP_WORDS
from idobata.gatherings.cards import Answer
from idobata.gatherings.date_data import place_mark, time_mark
from idobata.gatherings.first_visit import QUESTIONS
from idobata.gatherings.states import SignupKind
from idobata.kernel import clock
from idobata.kernel.addresses import Addresses
from idobata.kernel.japanese_dates import span_words
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_
from idobata.web.pages import current_language, sentence
from idobata.welcome.sheet import DOUBT_WORDS, PaperDate, Standing, doubts, going_words
from idobata.welcome.sheet_paper import SheetPart
from idobata.welcome.sheet_queries import Chosen, known_around
from idobata.welcome.sheet_readings import named, own_words, when_words
from idobata.welcome.sheet_room import SIZES, Must, Piece, Rank, clipped, fit, line_holds, room_left
from idobata.welcome.sheet_sketch import Point, Sketch, sketch

# Full letters of one answer of the host, by the number of dates on the sheet.
_ANSWER = {1: 150, 2: 100, 3: 70}
_SKETCH_HEIGHT = {1: 440, 2: 340}
_STEPS = {
    "door": Rank.DOOR,
    "greeter": Rank.GREETER,
    "minutes": Rank.MINUTES,
    "arrive": Rank.ARRIVE,
    "leaving": Rank.LEAVING,
    "total": Rank.TOTAL,
    "photos": Rank.PHOTOS,
}


def paper_dates(chosen: Sequence[Chosen]) -> list[PaperDate]:
    """What the code on the sheet says of the dates."""
    return [PaperDate(one.choice.public_id, one.choice.day, time_mark(one.date), place_mark(one.gathering, one.date)) for one in chosen]


def office_line(settings: Settings) -> str:
    """Whom somebody may call who is at a loss: the city by its name. What its department is called is nobody's business on a paper."""
    hours = f"（{settings.contact.hours}）" if settings.contact.hours and settings.contact.phone else ""
    return f"{settings.city.name} {settings.contact.phone or settings.contact.email}{hours}"


def sheet_parts(chosen: Sequence[Chosen], settings: Settings, addresses: Addresses, *, furigana: bool) -> list[SheetPart]:
    """The dates in their order."""
    office = office_line(settings)
    for tightness in Tightness:
        drafts = [_Draft(one, len(chosen), settings, addresses, tightness) for one in chosen]
        if room_left([(draft.must, draft.pieces) for draft in drafts], office, with_ruby=furigana) >= 0:
            break
    fitting = fit([(draft.must, draft.pieces) for draft in drafts], office, with_ruby=furigana)
    return [draft.part(pieces, furigana) for draft, pieces in zip(drafts, fitting, strict=True)]


class Tightness(IntEnum):
    """How much must be shortened before even what has to stand there fits: nothing but the longest words of three dates needs more than the first."""

    PLENTY = 0
    SHORT_PLACE = 1
    SHORT_TITLE = 2


class _Draft:
    """Everything that could be said of one date, before it is known how much of it fits."""

    def __init__(self, one: Chosen, number: int, settings: Settings, addresses: Addresses, tightness: Tightness) -> None:
        self._one, self._settings = one, settings
        tight, sizes = tightness >= Tightness.SHORT_PLACE, SIZES[number]
        card, limit = one.gathering, _ANSWER[number]
        kinds = {line.kind for line in card.contact}
        self._going = sentence(going_words(card.signup_kind, has_phone="phone" in kinds, has_contact=bool(kinds - {"other"})))
        self._fee = clipped(card.fee_words, 8 if tight else 24)
        self._title = clipped(card.title, line_holds(sizes.title)) if tightness is Tightness.SHORT_TITLE else card.title
        self._where = clipped(
            card.place.name if card.place else one.date.place_name or card.district_name, self._place_room(number) if tight else 44
        )
        # The address as one types it: a browser adds the rest.
        self._address = addresses.gathering(card.public_id).removeprefix("https://").removeprefix("http://")
        self._contact = _contact(one, with_name=not tight)
        self._sketch = self._draw(number)
        self.must = Must(
            title=self._title,
            when=span_words(one.date, current_language()) + ("　" + one.date.state_words if one.date.state_words else ""),
            where=f"{self._where}　{card.district_name}",
            going=(f"　{self._going}", f"{_('お金')} {self._fee}", *(f"{label} {value}" for label, value in self._contact)),
            address=self._address,
        )
        self.pieces = tuple(self._pieces(limit))

    def part(self, pieces: Sequence[Piece], on: bool) -> SheetPart:
        """What stands on the sheet: `pieces` have found room."""
        one, card, language = self._one, self._one.gathering, current_language()
        district = self._settings.district(card.district_slug)
        looked_at = max(card.checked_at or card.published_at, card.published_at)
        standing = Standing(state=one.date.state, ends_at=one.date.ends_at, unconfirmed=card.unconfirmed, looked_at=looked_at)
        told = one.date.state in ("cancelled", "moved", "full")
        return SheetPart(
            value=str(one.choice),
            day=one.date.day,
            title=self._title,
            when=when_words(span_words(one.date, language), on=on),
            where=named(self._where, one.kana if card.place and self._where == card.place.name else "", on=on),
            district=named(card.district_name, district.kana if district and language != "en" else "", on=on),
            state=own_words(one.date.state_words, on=on) if told else Markup(),
            going=own_words(self._going, on=on),
            fee=own_words(self._fee, on=on),
            lines=tuple((own_words(piece.heading, on=on), piece.words) for piece in pieces if piece.words),
            facts=tuple(own_words(fact, on=on) for piece in pieces for fact in piece.facts),
            sketch=self._sketch if any(piece.rank is Rank.SKETCH for piece in pieces) else None,
            contact=tuple((own_words(label, on=on), value) for label, value in self._contact),
            address=self._address,
            doubts=tuple(sentence(DOUBT_WORDS[doubt]) for doubt in doubts(standing, clock.now())),
        )

    def _place_room(self, number: int) -> int:
        """Letters of a place's name that leave room in its line for the district, which is written smaller."""
        sizes = SIZES[number]
        return max(8, line_holds(sizes.where) - len(self._one.gathering.district_name) - 1)

    def _pieces(self, limit: int) -> list[Piece]:
        card, found = self._one.gathering, []
        for rank, heading, words in ((Rank.LANDMARK, _("目印"), self._one.landmark), (Rank.WAY, _("行きかた"), self._one.way)):
            if words:
                found.append(Piece(rank, heading, clipped(words, limit)))
        if card.place_note:
            found.append(Piece(Rank.LANDMARK, _("行きかた"), clipped(card.place_note, limit)))
        if self._sketch is not None:
            found.append(Piece(Rank.SKETCH))
        if card.signup_words != sentence(SIGNUP_WORDS[SignupKind(card.signup_kind)]):
            found.append(Piece(Rank.SIGNUP, _("申し込み"), clipped(card.signup_words, limit)))
        steps = {sentence(one.heading): one.name for one in QUESTIONS}
        found += [Piece(_STEPS[steps[heading]], heading, clipped(words, limit)) for heading, words in card.first_visit]
        yes = tuple(
            fact.words for group in card.fact_groups for fact in group.facts if fact.answer is Answer.YES and fact.slug not in _SAID
        )
        return [*found, Piece(Rank.FACTS, facts=yes)] if yes else found

    def _draw(self, number: int) -> Sketch | None:
        place = self._one.gathering.place
        if number not in _SKETCH_HEIGHT or place is None or place.latitude is None or place.longitude is None:
            return None
        here = Point(clipped(place.name, 14), place.latitude, place.longitude)
        around = [
            Point(clipped(point.name, 12), point.latitude, point.longitude)
            for point in known_around(place.latitude, place.longitude)
            if point.name != place.name
        ]
        return sketch(here, around, _SKETCH_HEIGHT[number])


# What the sheet says in a line of its own.
_SAID = frozenset({"free", "no-signup"})


def _contact(one: Chosen, *, with_name: bool) -> tuple[tuple[str, str], ...]:
    """Whom to call: what the host made public, a telephone before all else. Nothing when there is none: the city's number stands below."""
    by_kind = {line.kind: line for line in one.gathering.contact}
    reach = next((by_kind[kind] for kind in ("phone", "email", "url") if kind in by_kind), None)
    if reach is None:
        return ()
    name = f"（{by_kind['other'].value}）" if with_name and "other" in by_kind else ""
    label = {"phone": N_("電話"), "email": N_("メール"), "url": N_("ホームページ")}[reach.kind]
    return ((sentence(label), clipped(reach.value + name, 34)),)
