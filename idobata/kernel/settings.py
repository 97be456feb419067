"""A city's settings: read once, frozen, typed. `settings_reader.py` makes it and refuses to start on a mistake."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class District:
    """One of the city's own areas."""

    slug: str
    name: str
    kana: str
    english: str


@dataclass(frozen=True, slots=True)
class Category:
    """One of the city's own kinds of gathering. `color` is a CSS hex colour for its generated cover."""

    slug: str
    name: str
    english: str
    color: str
    hint: str


@dataclass(frozen=True, slots=True)
class FactGroup:
    """A heading that welcome facts are shown under."""

    slug: str
    name: str
    english: str


@dataclass(frozen=True, slots=True)
class WelcomeFact:
    """A concrete fact a host may declare: yes, no or unknown. `easy` says it in easy Japanese, `icon` names its drawing."""

    slug: str
    group: str
    name: str
    english: str
    easy: str
    icon: str
    question: str
    chip: bool


@dataclass(frozen=True, slots=True)
class PostingRule:
    """One rule of the notice board, and the sentence a poster reads when it is the reason for a return."""

    code: str
    title: str
    text: str
    reply: str


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """A question the editor asks herself before publishing."""

    text: str


@dataclass(frozen=True, slots=True)
class GroupCheck:
    """Something the city looks at when it checks a group."""

    slug: str
    name: str
    english: str


@dataclass(frozen=True, slots=True)
class MarkCriterion:
    """One of the city's written criteria for the welcome mark, ticked by staff."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class City:
    """Who runs the site."""

    slug: str
    name: str
    english_name: str
    prefecture: str
    code: str
    site_name: str
    english_site_name: str
    tagline: str
    hashtag: str
    welcome_label: str
    welcome_english: str
    welcome_words: str
    welcome_icon: str
    zone: ZoneInfo
    languages: tuple[str, ...]
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Contact:
    """How the city is reached. Empty text means: not offered.

    `security_contact` is a mail address or an https address for those who found a hole in the site; `security_policy` says what becomes of it.
    """

    department: str
    phone: str
    email: str
    hours: str
    address: str
    url: str
    security_contact: str
    security_policy: str


@dataclass(frozen=True, slots=True)
class Look:
    """CSS custom properties a city may change."""

    primary: str
    primary_dark: str
    accent: str


@dataclass(frozen=True, slots=True)
class Policy:
    """How the city confirms, how far ahead dates are made, and how often one may write."""

    confirm_before_publishing: bool
    confirm_within_days: int
    trusted_after_posts: int
    horizon_days: int
    draft_keep_days: int
    contact_keep_days: int
    person_keep_days: int
    log_names_keep_days: int
    ask_every_days: int
    confirm_link_hours: int
    sign_in_link_minutes: int
    posts_per_hour_per_address: int
    mails_per_hour_per_mailbox: int
    report_keep_days: int
    posts_per_day_per_link: int
    list_page_size: int
    feed_items: int
    reminder_hour: int
    digest_weekday: int
    digest_hour: int
    websub: bool
    websub_days: int
    websub_most: int
    cancelled_keep_days: int
    mark_review_days: int
    note_keep_days: int
    staff_idle_minutes: int
    staff_hours: int
    resident_days: int
    lead_quiet_months: int
    group_check_months: int
    checked_groups_publish_at_once: bool
    approve_by_two: bool
    official_words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """The map and where its pictures (tiles) come from. `tiles` is an address with {z}, {x} and {y}; empty: a map without pictures.

    `radius_km` says how far from the city's middle the map reaches; beyond it nothing is fetched.
    """

    tiles: str
    attribution: str
    attribution_url: str
    zoom_min: int
    zoom_max: int
    radius_km: int


@dataclass(frozen=True, slots=True)
class OpenData:
    """On what terms words may be used beyond the site. `reuse_by_default`: the tick is there before the poster has touched it.

    The data sets speak of the dates from `days_back` days ago to `days_ahead` days ahead.
    """

    licence: str
    licence_url: str
    reuse_by_default: bool
    days_back: int
    days_ahead: int


@dataclass(frozen=True, slots=True)
class Channel:
    """A way in which the city tells of gatherings elsewhere. `kind` is a name of `settings_rules.CHANNELS`, `name` what the desk calls it.

    `limit` is in what the channel counts, `bytes` in UTF-8; 0 means: not limited, for `hashtags` too. `line` is the width of what is
    counted in pieces: letters in a row of the paper, letters read aloud in a minute. `template` makes the text.
    """

    kind: str
    name: str
    limit: int
    bytes: int
    hashtags: int
    line: int
    template: str


@dataclass(frozen=True, slots=True)
class Machine:
    """Facts of this machine and its secrets, from the environment only. Never shown, never logged."""

    data: Path
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    base_url: str
    smtp_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    proxies: int
    fixed_now: datetime | None
    demo: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a running site knows about its city and its machine."""

    city: City
    contact: Contact
    look: Look
    policy: Policy
    map: Map
    opendata: OpenData
    districts: tuple[District, ...]
    categories: tuple[Category, ...]
    facts: tuple[WelcomeFact, ...]
    rules: tuple[PostingRule, ...]
    checklist: tuple[ChecklistItem, ...]
    criteria: tuple[MarkCriterion, ...]
    pages: dict[str, str]
    machine: Machine
    fact_groups: tuple[FactGroup, ...] = ()
    group_checks: tuple[GroupCheck, ...] = ()
    channels: tuple[Channel, ...] = ()

    def district(self, slug: str) -> District | None:
        """The district with this slug."""
        return next((one for one in self.districts if one.slug == slug), None)

    def category(self, slug: str) -> Category | None:
        """The category with this slug."""
        return next((one for one in self.categories if one.slug == slug), None)

    def criterion(self, code: str) -> MarkCriterion | None:
        """The criterion of the welcome mark with this code."""
        return next((one for one in self.criteria if one.code == code), None)

    def fact(self, slug: str) -> WelcomeFact | None:
        """The welcome fact with this slug."""
        return next((one for one in self.facts if one.slug == slug), None)
