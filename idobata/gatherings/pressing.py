"""Filters as what one can press: chips that are links, and the choices of the filter form. Addresses are made by a function passed in."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from idobata.gatherings.cards import OccurrenceCard
from idobata.gatherings.filters import PARTS, WHENS, Filters
from idobata.gatherings.wishes_words import PART_WORDS, WHEN_WORDS, chosen_words
from idobata.kernel.japanese_dates import weekday_name
from idobata.kernel.settings import Category, District, Settings, WelcomeFact
from idobata.kernel.words import N_, Translate

Chip = tuple[str, str, bool]
Url = Callable[..., str]
Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who the words and addresses are for: a language, its translation, and the function that makes addresses."""

    language: str
    translate: Translate
    url: Url

    def named(self, thing: District | Category | WelcomeFact) -> str:
        """The name of a thing of the city's settings."""
        return thing.english if self.language == "en" else thing.name


@dataclass(frozen=True, slots=True)
class Choices:
    """What each select of the filter form offers: (value, words)."""

    when: list[Choice]
    part: list[Choice]
    weekday: list[Choice]
    district: list[Choice]
    category: list[Choice]


def choices(settings: Settings, reader: Reader) -> Choices:
    """The choices of the filter form in the reader's language."""
    return Choices(
        when=[(when, reader.translate(WHEN_WORDS[when])) for when in WHENS],
        part=[(part, reader.translate(PART_WORDS[part])) for part in PARTS],
        weekday=[(str(number), weekday_name(number, reader.language)) for number in range(7)],
        district=[(one.slug, reader.named(one)) for one in settings.districts],
        category=[(one.slug, reader.named(one)) for one in settings.categories],
    )


def as_values(filters: Filters) -> dict[str, object]:
    """Filters as keyword values for `url`; a name that stands more than once becomes a list."""
    values: dict[str, object] = {}
    for name, value in filters.query():
        known = values.get(name)
        values[name] = value if known is None else [*(known if isinstance(known, list) else [known]), value]
    return values


def quick_chips(filters: Filters, settings: Settings, reader: Reader, endpoint: str = "gatherings.search") -> list[Chip]:
    """One press each: today, tomorrow, the weekend, free, and the facts the city put forward. A chosen one lets go.

    `endpoint` is the page they lead to.
    """
    bare = replace(filters, page=1)
    found: list[Chip] = []

    def chip(words: str, filters: Filters, chosen: bool) -> Chip:
        return words, reader.url(endpoint, **as_values(filters)), chosen

    for when in ("today", "tomorrow", "weekend"):
        chosen = filters.when == when
        found.append(chip(reader.translate(WHEN_WORDS[when]), replace(bare, when=None if chosen else when, first=None, last=None), chosen))
    found.append(chip(reader.translate(N_("無料")), replace(bare, free=not filters.free), filters.free))
    for fact in settings.facts:
        if not fact.chip or fact.slug == "free":
            continue
        words = reader.named(fact)
        if fact.slug == "no-signup":
            found.append(chip(words, replace(bare, no_signup=not filters.no_signup), filters.no_signup))
            continue
        chosen = fact.slug in filters.facts
        rest = tuple(slug for slug in filters.facts if slug != fact.slug)
        found.append(chip(words, replace(bare, facts=rest if chosen else (*filters.facts, fact.slug)), chosen))
    found.append(chip(reader.translate(N_("オンライン")), replace(bare, online=not filters.online), filters.online))
    return found


def chosen_chips(filters: Filters, settings: Settings, reader: Reader, endpoint: str, **more: object) -> list[Chip]:
    """The wishes at work, each a chip that takes itself away."""
    return [
        (one.words, reader.url(endpoint, **more, **as_values(one.without)), True)
        for one in chosen_words(filters, settings, reader.translate, reader.language)
    ]


def district_chips(settings: Settings, chosen: str, reader: Reader) -> list[Chip]:
    """All districts, for turning from one to another."""
    return [(reader.named(one), reader.url("gatherings.district", slug=one.slug), one.slug == chosen) for one in settings.districts]


def first_step_chips(filters: Filters, settings: Settings, reader: Reader) -> list[Chip]:
    """Today, tomorrow, the weekend and the districts, on the page of the marked gatherings. A chosen one lets go."""
    bare = replace(filters, page=1, first_step=False)
    found: list[Chip] = []

    def chip(words: str, wished: Filters, chosen: bool) -> None:
        found.append((words, reader.url("gatherings.first_step", **as_values(wished)), chosen))

    for when in ("today", "tomorrow", "weekend"):
        chosen = filters.when == when
        chip(reader.translate(WHEN_WORDS[when]), replace(bare, when=None if chosen else when, first=None, last=None), chosen)
    for district in settings.districts:
        chosen = filters.district == district.slug
        chip(reader.named(district), replace(bare, district="" if chosen else district.slug), chosen)
    return found


def date_address(card: OccurrenceCard, url: Url) -> str:
    """Where a card in a list leads: to the page of that date, under the day it was announced for."""
    day = card.moved_from or card.day
    return url("gatherings.show_date", public_id=card.gathering_id, day=day.isoformat())
