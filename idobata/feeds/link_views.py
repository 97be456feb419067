"""Links to the twins of a list, for the head and the foot of its page: the same list with the same filters, for machines."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from idobata.feeds.lists_queries import LISTS
from idobata.feeds.twin_queries import TWINS
from idobata.web.pages import url
from idobata.web.rooms import addresses

CALENDAR = "ics"
# With webcal:// and not https://: only so does it offer to follow the calendar instead of saying that it cannot be added.
GOOGLE = "https://calendar.google.com/calendar/render?cid="


@dataclass(frozen=True, slots=True)
class TwinLink:
    """One twin: what people call it, its media type, and its address on this site."""

    suffix: str
    label: str
    media_type: str
    href: str

    @property
    def absolute(self) -> str:
        """The whole address, to be copied into another program."""
        return addresses().base_url + self.href


@dataclass(frozen=True, slots=True)
class ListTwins:
    """All twins of a list in a fixed order."""

    links: tuple[TwinLink, ...]

    def by(self, suffix: str) -> TwinLink:
        """The twin with this suffix."""
        return next(link for link in self.links if link.suffix == suffix)

    @property
    def webcal(self) -> str:
        """The calendar under the address that makes a phone offer to follow it."""
        return f"webcal://{self.by(CALENDAR).absolute.partition('://')[2]}"

    @property
    def google(self) -> str:
        """Where Google's calendar offers to follow it. Nothing is asked of Google before somebody presses the link."""
        return GOOGLE + quote(self.webcal, safe="")


def list_twins(name: str, values: dict[str, Any] | None = None, **key: str) -> ListTwins:
    """The twins of the list `name` (of `LISTS`) with these filters; `key` is the slug or the id in its address."""
    # The address itself is one of the filters.
    itself = next(kind.stands_for for kind in LISTS if kind.name == name)
    asked = {known: value for known, value in (values or {}).items() if known not in ("page", itself)}
    return ListTwins(
        tuple(
            TwinLink(twin.suffix, twin.label, twin.content_type.partition(";")[0], url(f"feeds.{name}_{twin.suffix}", **asked, **key))
            for twin in TWINS
        )
    )
