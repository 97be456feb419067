"""What public pages may know of a group: frozen, complete, without any private field. Who is in it is not among that."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """A group in a list. `standing` is registered, checked or lapsed, `standing_words` the public word for it."""

    slug: str
    name: str
    words: str
    district_name: str
    categories: tuple[str, ...]
    standing: str
    standing_words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPage:
    """A group on its own page. `categories` are (slug, name); `standing_note` says with dates how well the city knows it.

    `since` is the day it was founded here; `ended` the day it stopped, None while it goes on.
    """

    slug: str
    name: str
    kana: str
    words: str
    district_slug: str
    district_name: str
    categories: tuple[tuple[str, str], ...]
    links: tuple[str, ...]
    contact_hint: str
    standing: str
    standing_words: str
    standing_note: str
    since: date
    ended: date | None
