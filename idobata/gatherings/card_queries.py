"""From rows to cards: only what is public, in the reader's language and the city's zone."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from idobata.gatherings.cards import (
    Answer,
    CalendarDay,
    CalendarMonth,
    ContactLine,
    FactAnswer,
    FactGroup,
    FactWord,
    GatheringCard,
    GroupCard,
    OccurrenceCard,
    PlaceCard,
)
from idobata.gatherings.crowds import CROWDS
from idobata.gatherings.date_actions import DAY_CHANGED
from idobata.gatherings.fact_queries import place_answers
from idobata.gatherings.filters import Filters
from idobata.gatherings.first_visit import in_order
from idobata.gatherings.freshness import METHOD_WORDS
from idobata.gatherings.freshness_queries import sureness_of
from idobata.gatherings.home_queries import telling_of
from idobata.gatherings.homes import TELLING_WORDS, Telling
from idobata.gatherings.list_queries import DAY_LIMIT, FREE, NO_SIGNUP, DayDates, dates_by_day, load
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.prices import sure_price
from idobata.gatherings.queries import gathering_by_public_id
from idobata.gatherings.recurrence import announced_start
from idobata.gatherings.rhythm_words import rhythm_words
from idobata.gatherings.schedule import Rhythm, Schedule
from idobata.gatherings.states import STATE_WORDS, FeeKind, OccurrenceState, Publication, SignupKind, VenueKind
from idobata.gatherings.told_changes import card_words, change_lines, fee_words, went_online
from idobata.gatherings.version_queries import waiting_version
from idobata.groups.card_queries import GroupCards
from idobata.groups.models import Group
from idobata.kernel import clock
from idobata.kernel.errors import NotFound
from idobata.kernel.holidays import JAPANESE_HOLIDAYS
from idobata.kernel.markup import to_html
from idobata.kernel.settings import Settings, WelcomeFact
from idobata.kernel.words import N_, Translate
from idobata.places.models import Place
from idobata.store.database import db

# As many coming dates as a page shows; a weekly gathering has 26 within the horizon.
UPCOMING = 12
PER_CELL = 3
NO_DATES = DayDates((), 0)
NEUTRAL = "#5b6b73"

SIGNUP_WORDS: dict[SignupKind, str] = {
    SignupKind.NONE: N_("申し込みはいりません"),
    SignupKind.OPTIONAL: N_("申し込みはいりません（先に知らせてもらえると助かります）"),
    SignupKind.REQUIRED: N_("申し込みがいります"),
    SignupKind.UNKNOWN: N_("申し込みのことは、まだ聞いていません"),
}


class Cards:
    """Makes cards for one city and one language. `translate` turns a Japanese sentence into the reader's language."""

    def __init__(self, settings: Settings, language: str, translate: Translate) -> None:
        self.settings = settings
        self.language = language
        self._ = self.translate = translate
        self.zone = settings.city.zone

    def occurrence(self, row: Occurrence) -> OccurrenceCard:
        """The card of a date; `row.gathering` with place, group and facts is loaded already."""
        gathering = row.gathering
        starts_at, ends_at = row.starts_at.astimezone(self.zone), row.ends_at.astimezone(self.zone)
        day = starts_at.date()
        category = self.settings.category(gathering.category or "")
        schedule = Schedule.from_json(gathering.schedule)
        return OccurrenceCard(
            gathering_id=gathering.public_id,
            title=gathering.title,
            summary=gathering.summary,
            day=day,
            last_day=_last_day(starts_at, ends_at, all_day=row.all_day, is_long=row.is_long),
            starts_at=starts_at,
            ends_at=ends_at,
            all_day=row.all_day,
            end_known=row.end_known,
            state=row.state,
            state_words="" if row.state == OccurrenceState.PLANNED else self._(STATE_WORDS[OccurrenceState(row.state)]),
            # The house's own words have a translation, a host's have none.
            state_note=self._(row.note) if row.note == DAY_CHANGED else row.note,
            moved_from=row.day if row.day != day else None,
            rhythm=self._rhythm(schedule, day),
            place_name=self._place_name(gathering),
            district_name=self._district_name(gathering.district),
            district_slug=gathering.district or "",
            category_slug=gathering.category or "",
            category_name=self._named(category),
            color=category.color if category else NEUTRAL,
            online=gathering.is_online,
            facts=self._fact_words(gathering),
            is_free=gathering.fee_kind == FeeKind.FREE,
            first_step=gathering.first_step,
            host_name=_host_name(gathering),
            updated_at=gathering.updated_at.astimezone(self.zone),
            unconfirmed=row.unconfirmed,
            checked_on=gathering.checked_at.astimezone(self.zone).date() if gathering.checked_at else None,
            changed_words=card_words(gathering.told_changes, clock.today(self.zone), OccurrenceState(row.state), self.language, self._),
            reuse_text=gathering.reuse_text,
            announced_at=self._announced_at(row, schedule) if row.day != day or row.state == OccurrenceState.MOVED else None,
        )

    def occurrences(self, rows: tuple[Occurrence, ...]) -> tuple[OccurrenceCard, ...]:
        """Cards in the same order."""
        return tuple(self.occurrence(row) for row in rows)

    def gathering(self, gathering: Gathering, asked_day: date | None = None) -> GatheringCard:
        """The card of a gathering's own page. With `asked_day` it leads with that date; NotFound when there is none."""
        rows = self._rows(gathering, asked_day)
        asked = next((row for row in rows if row.day == asked_day), None) if asked_day else None
        if asked_day is not None and asked is None:
            raise NotFound
        now = clock.now()
        coming = [row for row in rows if row.ends_at > now]
        alive = next((row for row in coming if row.state != OccurrenceState.CANCELLED), None)
        lead = asked or (coming[0] if coming and coming[0].state == OccurrenceState.CANCELLED else alive)
        past = select(func.count()).where(Occurrence.gathering_id == gathering.id, Occurrence.ends_at <= now)
        card = self.compose(
            gathering,
            next_one=self.occurrence(lead) if lead else None,
            upcoming=tuple(self.occurrence(row) for row in coming[:UPCOMING]),
            past_count=db.session.scalar(past) or 0,
        )
        sure, told = sureness_of(gathering), telling_of(gathering)
        return replace(
            card,
            place_note=self._(TELLING_WORDS[told]) % {"area": gathering.area_words} if card.place_note else "",
            checked_how=self._(METHOD_WORDS[sure.method]) if sure.method and gathering.checked_at else "",
            unconfirmed=sure.is_unconfirmed,
            ended_on=sure.ended_on if alive is None else None,
            change_waits=waiting_version(gathering) is not None,
        )

    def compose(
        self, gathering: Gathering, *, next_one: OccurrenceCard | None, upcoming: tuple[OccurrenceCard, ...], past_count: int
    ) -> GatheringCard:
        """The card from a row and its date cards (a preview has dates that are not stored)."""
        schedule = Schedule.from_json(gathering.schedule)
        category = self.settings.category(gathering.category or "")
        place = gathering.place if gathering.venue_kind == VenueKind.PLACE else None
        private = gathering.venue_kind == VenueKind.PRIVATE
        return GatheringCard(
            public_id=gathering.public_id,
            title=gathering.title,
            summary=gathering.summary,
            body_html=to_html(gathering.body),
            rhythm=self._rhythm(schedule, clock.today(self.zone)),
            note=schedule.note,
            next_one=next_one,
            upcoming=upcoming,
            past_count=past_count,
            fee_words=self._fee(gathering),
            is_free=gathering.fee_kind == FeeKind.FREE,
            signup_words=self._signup(gathering),
            signup_kind=gathering.signup_kind,
            online_url=gathering.online_url,
            audience=gathering.audience,
            bring=gathering.bring,
            rain=gathering.rain,
            parking=gathering.parking or (place.parking if place else ""),
            languages=gathering.language,
            contact=self._contact(gathering),
            first_step=gathering.first_step,
            first_step_words=gathering.first_step_words if gathering.first_step else "",
            crowd=self._(CROWDS[gathering.crowd]) if gathering.crowd in CROWDS else "",
            first_visit=tuple((self._(heading), words) for heading, words in in_order(gathering.first_visit)),
            fact_groups=self._fact_groups(gathering),
            place=self.place(place) if place else None,
            place_note=self._(TELLING_WORDS[Telling.ASKED]) % {"area": gathering.area_words} if private else "",
            area=gathering.area_words if private else "",
            group=self._group(gathering.group) if gathering.group else None,
            host_name=_host_name(gathering),
            category_slug=gathering.category or "",
            category_name=self._named(category),
            color=category.color if category else NEUTRAL,
            district_slug=gathering.district or "",
            district_name=self._district_name(gathering.district),
            published_at=(gathering.published_at or gathering.created_at).astimezone(self.zone),
            updated_at=gathering.updated_at.astimezone(self.zone),
            checked_at=gathering.checked_at.astimezone(self.zone) if gathering.checked_at else None,
            publication=gathering.publication,
            recent_changes=change_lines(gathering.told_changes, clock.today(self.zone), self.language, self._),
            reuse_text=gathering.reuse_text,
            is_paid=gathering.fee_kind == FeeKind.PAID,
            price=sure_price(gathering.fee_kind, gathering.fee_yen, gathering.fee_words),
            schedule=schedule,
            went_online=went_online(gathering.told_changes, clock.today(self.zone)),
        )

    def place(self, place: Place) -> PlaceCard:
        """The card of a place."""
        parts = [place.landmark, place.access]
        return PlaceCard(
            public_id=place.public_id,
            name=place.name,
            district_name=self._district_name(place.district),
            address=place.address,
            latitude=place.latitude,
            longitude=place.longitude,
            access="\n".join(part for part in parts if part),
            checked=place.checked_at.astimezone(self.zone).date() if place.checked_at else None,
            district_slug=place.district if place.district and self.settings.district(place.district) else "",
        )

    def _group(self, group: Group) -> GroupCard:
        if group.ended_at is not None:
            return GroupCard(group.slug, group.name)
        standing, words, day = GroupCards(self.settings, self.language, self._).standing(group)
        return GroupCard(group.slug, group.name, standing, words, day)

    def month(self, first: date, filters: Filters) -> CalendarMonth:
        """A month in whole weeks that begin on Sunday, as Japanese calendars on the wall do."""
        last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        begin = first - timedelta(days=(first.weekday() + 1) % 7)
        end = last + timedelta(days=(5 - last.weekday()) % 7)
        days = [begin + timedelta(days=number) for number in range((end - begin).days + 1)]
        by_day, long_rows = dates_by_day(begin, end, filters, self.settings, PER_CELL)
        long_cards = self.occurrences(long_rows)
        rows = {row.id: row for row in load([one for found in by_day.values() for one in found.ids])}
        today = clock.today(self.zone)
        cells: list[CalendarDay] = []
        for day in days:
            found = by_day.get(day, NO_DATES)
            running = [card for card in long_cards if card.day <= day <= card.last_day]
            short = [self.occurrence(rows[one]) for one in found.ids[: max(0, PER_CELL - len(running))] if one in rows]
            shown = (running + sorted(short, key=lambda card: card.starts_at))[:PER_CELL]
            cells.append(
                CalendarDay(
                    day=day,
                    in_month=day.month == first.month,
                    is_today=day == today,
                    is_past=day < today,
                    holiday=JAPANESE_HOLIDAYS.holiday_name(day) or "",
                    occurrences=tuple(shown),
                    more=found.count + len(running) - len(shown),
                    capped=found.count == DAY_LIMIT,
                )
            )
        return CalendarMonth(first=first, weeks=tuple(tuple(cells[at : at + 7]) for at in range(0, len(cells), 7)))

    def _rows(self, gathering: Gathering, asked_day: date | None) -> list[Occurrence]:
        wanted = Occurrence.ends_at > clock.now()
        query = select(Occurrence).where(
            Occurrence.gathering_id == gathering.id, wanted if asked_day is None else wanted | (Occurrence.day == asked_day)
        )
        return list(db.session.scalars(query.order_by(Occurrence.starts_at).limit(60)))

    def _rhythm(self, schedule: Schedule, day: date) -> str:
        """The rhythm in words; of hand-picked days only how many more there are after `day`, since the list of days has them all."""
        if schedule.rhythm is Rhythm.ONCE:
            return ""
        if schedule.rhythm is not Rhythm.DATES:
            return rhythm_words(schedule, self.language)
        more = sum(one > day for one in schedule.dates)
        return self._("このあと%(count)s日あります") % {"count": more} if more else ""

    def _announced_at(self, row: Occurrence, schedule: Schedule) -> date | None:
        # One that was added by hand was announced for hours that nobody kept.
        return None if row.added else announced_start(schedule, row.day, self.zone, JAPANESE_HOLIDAYS)

    def _place_name(self, gathering: Gathering) -> str:
        if gathering.venue_kind == VenueKind.PRIVATE:
            return gathering.area_words
        if gathering.venue_kind == VenueKind.ONLINE or gathering.place is None:
            return self._("オンライン") if gathering.is_online else ""
        return gathering.place.name

    def _district_name(self, slug: str | None) -> str:
        return self._named(self.settings.district(slug or ""))

    def _named(self, thing: object) -> str:
        if thing is None:
            return ""
        return str(getattr(thing, "english" if self.language == "en" else "name"))

    def _fact_word(self, fact: WelcomeFact) -> FactWord:
        return FactWord(fact.slug, self._named(fact))

    def _fact_words(self, gathering: Gathering) -> tuple[FactWord, ...]:
        yes = {slug for slug, is_yes in (place_answers(gathering) | gathering.facts).items() if is_yes}
        yes |= _implied(gathering)
        # A list has room for three: what it costs, whether one must tell, then what the city put forward.
        first = {FREE: 0, NO_SIGNUP: 1}
        order = sorted(self.settings.facts, key=lambda fact: (first.get(fact.slug, 2), not fact.chip))
        return tuple(self._fact_word(fact) for fact in order if fact.slug in yes)

    def _fact_groups(self, gathering: Gathering) -> tuple[FactGroup, ...]:
        of_place = place_answers(gathering)
        said = {slug: Answer.YES if is_yes else Answer.NO for slug, is_yes in (of_place | gathering.facts).items()}
        said |= dict.fromkeys(_implied(gathering), Answer.YES)
        order = (Answer.YES, Answer.NO, Answer.UNKNOWN)
        headings = {group.slug: self._named(group) for group in self.settings.fact_groups}
        groups: dict[str, list[FactAnswer]] = {}
        for fact in self.settings.facts:
            if fact.group == _ONLINE and not gathering.is_online and fact.slug not in said:
                # Where people meet in a room, nobody wonders about the camera.
                continue
            easy = fact.easy if self.language != "en" else ""
            answer = FactAnswer(fact.slug, self._named(fact), said.get(fact.slug, Answer.UNKNOWN), easy, fact.icon, fact.slug in of_place)
            groups.setdefault(fact.group, []).append(answer)
        return tuple(
            FactGroup(headings.get(name, name), tuple(sorted(facts, key=lambda fact: order.index(fact.answer))))
            for name, facts in groups.items()
        )

    def _fee(self, gathering: Gathering) -> str:
        values = {"fee_kind": gathering.fee_kind, "fee_yen": gathering.fee_yen, "fee_words": gathering.fee_words}
        return fee_words(values, self._)

    def _signup(self, gathering: Gathering) -> str:
        return gathering.signup_words or self._(SIGNUP_WORDS[SignupKind(gathering.signup_kind)])

    def _contact(self, gathering: Gathering) -> tuple[ContactLine, ...]:
        lines = [ContactLine("other", self._("たずねる先"), gathering.contact_name)] if gathering.contact_name else []
        for kind, label in (("phone", N_("電話")), ("email", N_("メール")), ("url", N_("ホームページ"))):
            value = getattr(gathering, f"contact_{kind}")
            if value and getattr(gathering, f"contact_{kind}_public"):
                lines.append(ContactLine(kind, self._(label), value))
        # A name alone, with no way to reach it, would only raise a question.
        return tuple(lines) if any(line.kind != "other" for line in lines) else ()


# The group of facts that only a gathering on the screen has.
_ONLINE = "online"


def public_gathering(public_id: str) -> Gathering:
    """The published gathering with this id; NotFound for any other, whatever the reason."""
    row = gathering_by_public_id(public_id)
    if row is None or row.publication != Publication.PUBLISHED:
        raise NotFound
    return row


def was_withdrawn(public_id: str) -> bool:
    """True when the town has seen this gathering once and it was taken down since."""
    row = gathering_by_public_id(public_id)
    return row is not None and row.publication == Publication.WITHDRAWN and row.published_at is not None


def _host_name(gathering: Gathering) -> str:
    return gathering.group.name if gathering.group else gathering.host_name


def _implied(gathering: Gathering) -> set[str]:
    # Free and "no sign-up" are asked in the form itself; as facts they must agree with it.
    implied = {FREE} if gathering.fee_kind == FeeKind.FREE else set()
    if gathering.signup_kind == SignupKind.NONE:
        implied.add(NO_SIGNUP)
    return implied


def _last_day(starts_at: datetime, ends_at: datetime, *, all_day: bool, is_long: bool) -> date:
    if not all_day and not is_long:
        # A night that ends after midnight still is its first day's.
        return starts_at.date()
    return (ends_at - timedelta(seconds=1)).date()
