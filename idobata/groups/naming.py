"""What a group may be called, and the short name in its address. Names that look like the city's own are the city's."""

import re

from idobata.kernel.errors import Problem
from idobata.kernel.look_alikes import look_alike_key
from idobata.kernel.settings import Settings
from idobata.kernel.words import N_

SLUG_LIMIT = 40
# Addresses of ours, and words that would make a group's address look like the city's.
RESERVED = frozenset(
    [
        "about",
        "accessibility",
        "admin",
        "all",
        "api",
        "calendar",
        "city",
        "city-hall",
        "desk",
        "districts",
        "edit",
        "embed",
        "feed",
        "feeds",
        "gatherings",
        "group",
        "groups",
        "guide",
        "health",
        "help",
        "ics",
        "index",
        "info",
        "invitations",
        "invite",
        "join",
        "json",
        "kouhou",
        "login",
        "logout",
        "mail",
        "mayor",
        "me",
        "my",
        "new",
        "none",
        "null",
        "office",
        "official",
        "opendata",
        "places",
        "post",
        "privacy",
        "root",
        "rss",
        "rules",
        "search",
        "sign-in",
        "sign-out",
        "shelves",
        "shiyakusho",
        "staff",
        "static",
        "still",
        "support",
        "system",
        "undefined",
        "welcome",
        "www",
        "yakusho",
    ]
)
# What a name of one of the city's own offices ends with.
_OFFICE_ENDINGS = ("課", "局", "係", "室", "部局", "窓口", "担当", "役所", "役場", "支所", "出張所", "広報", "事務所", "広報部")
# A name stands in mails to people who do not know the group yet; it must not lead them anywhere.
_ADDRESS = re.compile(
    r"://|www\.|@[\w-]+\.|[a-z0-9-]\.(?:com|net|org|info|jp|xyz|top|shop|site|online|link|biz|io|me|cn|ru)(?![a-z0-9-])", re.IGNORECASE
)


def name_key(name: str, limit: int) -> str:
    """What names have in common that look the same. A name of signs alone is its own key."""
    return (look_alike_key(name) or name)[:limit]


def looks_official(name: str, settings: Settings) -> bool:
    """True for a name that a reader could take for the city's or for another public body's."""
    key = look_alike_key(name)
    if any(word and word in key for word in map(look_alike_key, settings.policy.official_words)):
        return True
    department = look_alike_key(settings.contact.department)
    if department and department in key:
        return True
    cities = [look_alike_key(one) for one in (settings.city.name, settings.city.english_name)]
    if key in cities:
        return True
    endings = tuple(look_alike_key(one) for one in _OFFICE_ENDINGS)
    return any(city in key for city in cities) and key.endswith(endings)


def name_problem(name: str, settings: Settings, *, by_city: bool) -> Problem | None:
    """Why this name cannot be taken, or None. The city's own staff may name the city's groups."""
    if not look_alike_key(name):
        return Problem("name", N_("団体の名前を、文字で書いてください。"))
    if _ADDRESS.search(name):
        return Problem("name", N_("名前に、ホームページやメールのアドレスは入れられません。アドレスは下の欄に書いてください。"))
    if not by_city and looks_official(name, settings):
        return Problem("name", N_("市や公の機関の名前に見えるので、このままでは使えません。みなさんの団体だとわかる名前にしてください。"))
    return None


def slug_from(typed: str) -> str:
    """The short name for an address made from Latin letters somebody typed; empty when they make none, or a reserved one."""
    slug = re.sub(r"[^a-z0-9]+", "-", typed.lower())[:SLUG_LIMIT].strip("-")
    return slug if len(slug) > 1 and slug not in RESERVED and not slug.isdigit() else ""
