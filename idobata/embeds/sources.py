"""What an embed shows: a list or a gathering, named by the path of its real page."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, unquote, urlsplit

from idobata.kernel.ids import is_public_id

PREFIX = "/embed"
_SLUG = re.compile(r"[0-9A-Za-z-]{1,60}")


@dataclass(frozen=True, slots=True)
class Source:
    """`kind` is gatherings, first-step, districts, groups, places or gathering; `name` the slug or id behind it.

    `day` is a date of a single gathering, where one was asked for.
    """

    kind: str
    name: str = ""
    day: date | None = None

    @property
    def path(self) -> str:
        """The path of the real page."""
        if self.kind == "gathering":
            return f"/gatherings/{self.name}" + (f"/{self.day.isoformat()}" if self.day else "")
        return f"/{self.kind}/{self.name}" if self.name else f"/{self.kind}"

    @property
    def embed_path(self) -> str:
        """The path of the small page made for frames."""
        return PREFIX + self.path

    @property
    def is_single(self) -> bool:
        """True for one gathering, False for a list."""
        return self.kind == "gathering"

    def own_filters(self) -> list[tuple[str, str]]:
        """The filters that the list itself stands for; they win over those of the address."""
        match self.kind:
            case "first-step":
                return [("first_step", "1")]
            case "districts" | "groups" | "places":
                return [(self.kind.removesuffix("s"), self.name)]
            case _:
                return []


@dataclass(frozen=True, slots=True)
class Pasted:
    """What somebody pasted: a source, and the filters that its address carried."""

    source: Source
    filters: tuple[tuple[str, str], ...]


def read_address(text: str, base_url: str) -> Pasted | None:
    """The source of a pasted address of this site, absolute or not, of the page or of its embed; None when it is none.

    Whether there is such a group, place or gathering is for others to say.
    """
    try:
        parts = urlsplit(text.strip())
        query = tuple(parse_qsl(parts.query))
    except ValueError:
        return None
    if (parts.scheme or parts.netloc) and f"{parts.scheme}://{parts.netloc}".lower() != base_url.lower():
        return None
    path = unquote(parts.path)
    source = source_of(path.removeprefix(PREFIX) if path.startswith(f"{PREFIX}/") else path)
    return Pasted(source, query) if source else None


def source_of(path: str) -> Source | None:
    """The source whose real page has this path; the machine twins and the calendar lead to their list."""
    steps = [step for step in re.sub(r"\.(rss|atom|json|ics|csv)$", "", path).split("/") if step]
    match steps:
        case [] | ["gatherings"] | ["calendar"] | ["calendar", _] | ["map"]:
            return Source("gatherings")
        case ["first-step"]:
            return Source("first-step")
        case [("districts" | "groups") as kind, slug] if _SLUG.fullmatch(slug):
            return Source(kind, slug)
        case ["places", public_id] if is_public_id(public_id):
            return Source("places", public_id)
        case ["gatherings", public_id] if is_public_id(public_id):
            return Source("gathering", public_id)
        case ["gatherings", public_id, day] if is_public_id(public_id):
            asked = _day(day)
            return Source("gathering", public_id, asked) if asked else None
    return None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None
