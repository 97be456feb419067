"""From public cards to the objects of the API. What a card does not have cannot get in here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, cast

from idobata.api.objects import (
    Change,
    Contact,
    DateState,
    FirstStep,
    FirstVisit,
    Gathering,
    GroupName,
    Named,
    Occurrence,
    Reuse,
    Venue,
    When,
)
from idobata.gatherings.cards import ContactLine, GatheringCard, OccurrenceCard, PlaceCard
from idobata.kernel.addresses import Addresses
from idobata.kernel.settings import Category as SettingsCategory
from idobata.kernel.settings import District, FactGroup, Settings, WelcomeFact

# The next dates of a gathering that its object tells; a weekly one has 26 within the horizon.
DATES = 30


@dataclass(frozen=True, slots=True)
class Composer:
    """Makes objects for one site and one language."""

    settings: Settings
    language: str
    addresses: Addresses

    def gathering(self, card: GatheringCard, dates: tuple[OccurrenceCard, ...], changed: datetime) -> Gathering:
        """A gathering with its next `dates`, of which as many are told as `DATES` says."""
        return Gathering(
            id=card.public_id,
            state="published",
            changed=self._moment(changed),
            url=self.addresses.gathering(card.public_id),
            ics=self.addresses.calendar_file(card.public_id),
            json=self.addresses.gathering_data(card.public_id),
            title=card.title,
            summary=card.summary,
            html=str(card.body_html),
            rhythm=card.rhythm,
            note=card.note,
            host=card.host_name,
            group=GroupName(slug=card.group.slug, name=card.group.name, url=self.addresses.group(card.group.slug)) if card.group else None,
            online=any(one.online for one in dates) or bool(card.online_url) or (card.place is None and not card.area),
            online_url=card.online_url,
            place=self._venue(card.place) if card.place else None,
            area=card.area,
            district=self.district(card.district_slug),
            category=self.category(card.category_slug),
            free=card.is_free,
            fee=card.fee_words,
            signup=cast("Literal['none', 'optional', 'required', 'unknown']", str(card.signup_kind)),
            signup_words=card.signup_words,
            audience=card.audience,
            bring=card.bring,
            rain=card.rain,
            parking=card.parking,
            languages=card.languages,
            contacts=tuple(_contact(line) for line in card.contact),
            facts={fact.slug: fact.answer.value for group in card.fact_groups for fact in group.facts},
            crowd=card.crowd,
            first_visit=tuple(FirstVisit(heading=heading, words=words) for heading, words in card.first_visit),
            first_step=self._first_step(given=card.first_step, words=card.first_step_words),
            reuse=self._reuse(allowed=card.reuse_text),
            published=card.published_at,
            checked=card.checked_at.date() if card.checked_at else None,
            unconfirmed=card.unconfirmed or any(one.unconfirmed for one in dates),
            changes=tuple(
                Change(part=line.part, day=line.day, words=line.words, before=line.before, after=line.after) for line in card.recent_changes
            ),
            dates=tuple(self._when(card.public_id, one) for one in dates[:DATES]),
        )

    def occurrence(self, card: OccurrenceCard, changed: datetime) -> Occurrence:
        """One date."""
        when = self._when(card.gathering_id, card)
        return Occurrence(
            id=occurrence_id(card.gathering_id, when.day),
            gathering=card.gathering_id,
            day=when.day,
            state=when.state,
            changed=self._moment(changed),
            note=when.note,
            starts=when.starts,
            ends=when.ends,
            all_day=when.all_day,
            url=when.url,
            title=card.title,
            summary=card.summary,
            host=card.host_name,
            place_name=card.place_name,
            online=card.online,
            district=self.district(card.district_slug),
            category=self.category(card.category_slug),
            free=card.is_free,
            facts=tuple(fact.slug for fact in card.facts),
            first_step=self._first_step(given=card.first_step, words=""),
            reuse=self._reuse(allowed=card.reuse_text),
            unconfirmed=card.unconfirmed,
        )

    def district(self, slug: str) -> Named | None:
        """A district of the city; None for one it does not have (any more)."""
        found = self.settings.district(slug)
        return self.named(found) if found else None

    def category(self, slug: str) -> Named | None:
        """A category of the city; None for one it does not have (any more)."""
        found = self.settings.category(slug)
        return self.named(found) if found else None

    def named(self, thing: District | SettingsCategory | FactGroup) -> Named:
        """Something of the settings in this language."""
        return Named(slug=thing.slug, name=self.name_of(thing))

    def name_of(self, thing: District | SettingsCategory | FactGroup | WelcomeFact) -> str:
        """Its name in this language."""
        return thing.english if self.language == "en" else thing.name

    def _when(self, public_id: str, card: OccurrenceCard) -> When:
        announced = card.moved_from or card.day
        ends: datetime | date | None = card.last_day if card.all_day else card.ends_at if card.end_known else None
        return When(
            day=announced,
            state=cast("DateState", str(card.state)),
            note=card.state_note,
            starts=card.day if card.all_day else card.starts_at,
            ends=ends,
            all_day=card.all_day,
            url=self.addresses.occurrence(public_id, announced),
        )

    def _venue(self, card: PlaceCard) -> Venue:
        return Venue(
            id=card.public_id,
            name=card.name,
            address=card.address,
            district=self.district(card.district_slug),
            latitude=card.latitude,
            longitude=card.longitude,
            access=card.access,
            url=self.addresses.place(card.public_id),
        )

    def _first_step(self, *, given: bool, words: str) -> FirstStep:
        city = self.settings.city
        return FirstStep(given=given, label=city.welcome_english if self.language == "en" else city.welcome_label, words=words)

    def _reuse(self, *, allowed: bool) -> Reuse:
        terms = self.settings.opendata
        return Reuse(text=allowed, licence=terms.licence if allowed else None, licence_url=terms.licence_url if allowed else None)

    def _moment(self, at: datetime) -> datetime:
        return at.astimezone(self.settings.city.zone)


def occurrence_id(public_id: str, day: date) -> str:
    """The name of a date: it stands in its address, too."""
    return f"{public_id}/{day.isoformat()}"


def _contact(line: ContactLine) -> Contact:
    return Contact(kind=cast("Literal['phone', 'email', 'url', 'other']", line.kind), label=line.label, value=line.value)


def turns_at(items: Iterable[object], now: datetime) -> list[datetime]:
    """When dates of these leave because they are over; by the day for those that last all day."""
    lines = [one for item in items if isinstance(item, Gathering) for one in item.dates]
    return [one.ends for one in lines if isinstance(one.ends, datetime) and one.ends > now]
