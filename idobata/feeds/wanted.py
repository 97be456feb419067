"""Who reads a feed and what of the town is wanted."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from idobata.feeds.entry import FeedHead
from idobata.gatherings.filters import Filters
from idobata.kernel.addresses import Addresses
from idobata.kernel.settings import Settings
from idobata.kernel.words import Translate


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """The site, and the language it is read in."""

    settings: Settings
    addresses: Addresses
    language: str
    translate: Translate

    @property
    def host(self) -> str:
        """The name that stands in ids. They never change as long as the site keeps its address."""
        return urlsplit(self.addresses.base_url).hostname or "localhost"

    @property
    def site_name(self) -> str:
        """What the site is called in this language."""
        city = self.settings.city
        return city.english_site_name if self.language == "en" else city.site_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A list, filtered, at most `limit` of it. `head` says what the document is and where."""

    reader: Reader
    filters: Filters
    limit: int
    head: FeedHead
