"""What public pages, feeds and posters may know of a gathering: frozen, complete, and without any private field.

All moments are aware and in the city's own zone, so that a template can write them down as they are.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from markupsafe import Markup

from idobata.gatherings.schedule import Schedule


class Answer(StrEnum):
    """What a host said to one question. Unknown is an answer of its own: nobody has asked yet."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FactWord:
    """One welcome fact that holds, in the reader's language."""

    slug: str
    words: str


@dataclass(frozen=True, slots=True)
class FactAnswer:
    """One welcome fact with its answer. `easy` says a yes in easy Japanese, for readers of Japanese; `icon` names its drawing.

    `from_place`: the host said nothing, the city's register of places does.
    """

    slug: str
    words: str
    answer: Answer
    easy: str = ""
    icon: str = ""
    from_place: bool = False


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Welcome facts that belong together; answers yes come first, unknown last."""

    name: str
    facts: tuple[FactAnswer, ...]


@dataclass(frozen=True, slots=True)
class ContactLine:
    """One way to ask the host that the host made public. `kind` is "phone", "email", "url" or "other"."""

    kind: str
    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One thing that changed lately. `part` is a code of `significance.Part`; `before` and `after` are empty where `words` say it all."""

    part: str
    day: date
    words: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCard:
    """A venue. Empty text: not known. `latitude` and `longitude` are degrees (WGS 84), both or neither."""

    public_id: str
    name: str
    district_name: str
    address: str
    latitude: float | None
    longitude: float | None
    access: str
    checked: date | None
    district_slug: str = ""


@dataclass(frozen=True, slots=True)
class GroupCard:
    """A group with a page. `standing` is registered, checked or lapsed, with the public words for it and for the day it depends on.

    All three are empty for a group that has ended.
    """

    slug: str
    name: str
    standing: str = ""
    standing_words: str = ""
    standing_day: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OccurrenceCard:
    """One date of a gathering, as a list shows it.

    `day` is the date people know it by and `last_day` differs from it only when the gathering lasts several days; a night
    that ends after midnight keeps its first day. `state` is planned, confirmed, cancelled, moved or full; `state_words` says
    it in the reader's language and is empty where nothing needs saying. `moved_from` is the day it was announced for before.
    `first_step`: it carries the welcome mark. `changed_words` says what changed of the gathering lately, if somebody who means to come must know it.
    """

    gathering_id: str
    title: str
    summary: str
    day: date
    last_day: date
    starts_at: datetime
    ends_at: datetime
    all_day: bool
    end_known: bool
    state: str
    state_words: str
    state_note: str
    moved_from: date | None
    rhythm: str
    place_name: str
    district_name: str
    category_slug: str
    category_name: str
    color: str
    online: bool
    facts: tuple[FactWord, ...]
    is_free: bool
    first_step: bool
    host_name: str
    updated_at: datetime
    unconfirmed: bool = False
    """Nobody has answered for the gathering lately."""
    checked_on: date | None = None
    """The day somebody made sure of the gathering last."""
    changed_words: str = ""
    district_slug: str = ""
    reuse_text: bool = False
    """Its words may be used beyond the site under the city's licence; nobody has allowed that for any other."""
    announced_at: date | None = None
    """When a date that was moved was to begin: a moment, or the day of one without hours. None where that cannot be told any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheringCard:
    """A gathering on its own page. Empty text means that the host did not say.

    `next_one` is the date the page leads with (the one asked for, else the next; None when none is left), `upcoming` all that
    are still to come, cancelled ones included, and `past_count` how many have been. `first_step` is True while it
    carries the welcome mark, and `first_step_words` says why, if the city does. `crowd` says how many usually come,
    `first_visit` holds the steps of a first visit as (heading, the host's words).
    `recent_changes` are those of the last two weeks; `change_waits` says that the city is looking at a change, and nothing of what it says.
    """

    public_id: str
    title: str
    summary: str
    body_html: Markup
    rhythm: str
    note: str
    next_one: OccurrenceCard | None
    upcoming: tuple[OccurrenceCard, ...]
    past_count: int
    fee_words: str
    is_free: bool
    signup_words: str
    signup_kind: str
    online_url: str
    audience: str
    bring: str
    rain: str
    parking: str
    languages: str
    contact: tuple[ContactLine, ...]
    first_step: bool
    first_step_words: str
    crowd: str
    first_visit: tuple[tuple[str, str], ...]
    fact_groups: tuple[FactGroup, ...]
    place: PlaceCard | None
    place_note: str
    group: GroupCard | None
    host_name: str
    category_slug: str
    category_name: str
    color: str
    district_slug: str
    district_name: str
    published_at: datetime
    updated_at: datetime
    checked_at: datetime | None
    publication: str
    checked_how: str = ""
    """How somebody made sure last, in words."""
    unconfirmed: bool = False
    ended_on: date | None = None
    """The day on which its end was told; None while it goes on."""
    recent_changes: tuple[ChangeLine, ...] = ()
    change_waits: bool = False
    area: str = ""
    """Of a gathering at somebody's home: the area, which is all that is public of where it is."""
    reuse_text: bool = False
    """Its words may be used beyond the site under the city's licence; nobody has allowed that for any other."""
    is_paid: bool = False
    """The host says that coming costs something. With `is_free` False as well nobody has said."""
    price: int | None = None
    """What one pays for coming once, in yen, where that is sure; 0 for free."""
    schedule: Schedule | None = None
    went_online: bool = False
    """Announced for a place, and lately moved to the screen."""

    def with_first_step(self, words: str) -> "GatheringCard":
        """The same page with the welcome mark on it, to show a host how it would look."""
        return replace(self, first_step=True, first_step_words=words)

    @property
    def has_one_date(self) -> bool:
        """True when there is no other date, neither behind it nor ahead: the gathering's page and its date's are then the same."""
        return self.past_count + len(self.upcoming) <= 1

    @property
    def has_facts(self) -> bool:
        """True when the host, or the register of places, has answered at least one question about how easy it is to come."""
        return any(fact.answer is not Answer.UNKNOWN for group in self.fact_groups for fact in group.facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """One cell of a month. `holiday` is the public holiday's name or empty, `more` how many dates are not in `occurrences`.

    `capped`: counting stopped, there are at least so many.
    """

    day: date
    in_month: bool
    is_today: bool
    holiday: str
    occurrences: tuple[OccurrenceCard, ...]
    more: int
    capped: bool = False
    is_past: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarMonth:
    """A month in whole weeks; `first` is its first day."""

    first: date
    weeks: tuple[tuple[CalendarDay, ...], ...]

    @property
    def has_dates(self) -> bool:
        """True when anything is on in the month itself."""
        return any(day.occurrences and day.in_month for week in self.weeks for day in week)

    @property
    def is_now(self) -> bool:
        """True for the month that today lies in: a phone then leaves out the days that are over."""
        return any(day.is_today and day.in_month for week in self.weeks for day in week)
