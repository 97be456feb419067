"""What each setting may be. A rule takes the value as TOML gives it and returns what the program uses, or says what is wrong."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from idobata.kernel.municipal_code import check_digit, is_municipal_code
from idobata.kernel.settings import (
    Category,
    Channel,
    ChecklistItem,
    City,
    Contact,
    District,
    FactGroup,
    GroupCheck,
    Look,
    Map,
    MarkCriterion,
    OpenData,
    Policy,
    PostingRule,
    WelcomeFact,
)
from idobata.kernel.text import clean_email, clean_line, clean_text, clean_url

Rule = Callable[[object], object]
"""Raises ValueError with an English sentence that says what is expected."""

SHIPPED_LANGUAGES = ("ja", "en")
# Words of the city's own pages that are filled in from the settings; those of days say how long something is kept.
KEPT_DAYS = {
    "draft_days": "draft_keep_days",
    "contact_days": "contact_keep_days",
    "person_days": "person_keep_days",
    "log_days": "log_names_keep_days",
    "report_days": "report_keep_days",
}
PLACEHOLDERS = ("site", "city", "department", "phone", "email", "hours", "address", "url", *KEPT_DAYS)
# The kinds of channels whose way of counting is known, and the words a channel's template may have filled in.
CHANNELS = ("mastodon", "bluesky", "line", "x", "facebook", "instagram", "threads", "koho", "announcement", "webhook")
COUNTED_IN_PIECES = ("koho", "announcement")
CHANNEL_WORDS = (
    "mark",
    "title",
    "when",
    "era_when",
    "spoken_when",
    "place",
    "spoken_place",
    "address",
    "host",
    "audience",
    "words",
    "crowd",
    "fee",
    "bring",
    "signup",
    "contact",
    "spoken_contact",
    "url",
    "tags",
    "site",
    "city",
)
READABLE_CONTRAST = 4.5


def line(limit: int, *, empty: bool = False) -> Rule:
    """A text on one line of at most `limit` characters."""

    def rule(value: object) -> str:
        text = clean_line(_text(value), limit=limit)
        if not text and not empty:
            raise ValueError("must not be empty")
        return text

    return rule


def whole_number(low: int, high: int) -> Rule:
    """A whole number from `low` to `high`."""

    def rule(value: object) -> int:
        # bool is a kind of int to Python, not to a city.
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError(f"must be a whole number from {low} to {high}, not {_kind(value)}")
        if not low <= value <= high:
            raise ValueError(f"must be from {low} to {high}, not {value}")
        return value

    return rule


def degrees(low: float, high: float, what: str) -> Rule:
    """A place on the map, in degrees. The bounds are those of Japan, so that swapped numbers are noticed."""

    def rule(value: object) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise ValueError(f"must be a number of degrees, not {_kind(value)}")
        if not low <= value <= high:
            raise ValueError(f"{value} is not a {what} in Japan ({low:g} to {high:g} degrees)")
        return float(value)

    return rule


def yes_or_no(value: object) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {_kind(value)}")
    return value


def slug(value: object) -> str:
    """A name that may stand in an address."""
    text = _text(value)
    if len(text) > 40 or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        raise ValueError(f"{text!r} must be small Latin letters, digits and single hyphens, at most 40 of them")
    return text


def rule_code(value: object) -> str:
    """The code of a posting rule."""
    text = _text(value)
    if len(text) > 40 or not re.fullmatch(r"[a-z]+(_[a-z]+)*", text):
        raise ValueError(f"{text!r} must be small Latin letters and single underscores, at most 40 of them")
    return text


def color(value: object) -> str:
    """A colour that white words can be read on."""
    text = _text(value)
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", text):
        raise ValueError(f'{text!r} must be a colour like "#0b4f57"')
    contrast = contrast_with_white(text)
    if contrast < READABLE_CONTRAST:
        raise ValueError(f"{text} is too light: white words on it have a contrast of {contrast:.1f} to 1, {READABLE_CONTRAST} is needed")
    return text.lower()


def contrast_with_white(hex_color: str) -> float:
    """The contrast of `#rrggbb` with white, as WCAG 2.2 defines it: 1 to 21."""
    channels = [int(hex_color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def municipal_code(value: object) -> str:
    """A 全国地方公共団体コード of six digits."""
    text = _text(value)
    if not re.fullmatch(r"[0-9]{6}", text):
        raise ValueError(f'{text!r} must be the six digits of the 全国地方公共団体コード in quotes, like "422011"')
    if not is_municipal_code(text):
        raise ValueError(f"{text!r} has a wrong check digit: behind {text[:5]} comes {check_digit(text[:5])}")
    return text


def hashtag(value: object) -> str:
    """A hashtag that social networks take whole."""
    text = clean_line(_text(value), limit=60)
    if text.startswith("＃"):
        raise ValueError(f"{text!r} must begin with a half-width #")
    if not re.fullmatch(r"#\w+", text) or text[1:].isdecimal():
        raise ValueError(f"{text!r} must be # and then letters, kana, kanji or digits, without spaces or points, not digits alone")
    return text


def zone(value: object) -> ZoneInfo:
    """A time zone by its IANA name."""
    text = _text(value)
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f'{text!r} is no time zone; write it like "Asia/Tokyo"') from error


def languages(value: object) -> tuple[str, ...]:
    """Languages of the interface that ship with the product."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(f'must be a list like ["ja", "en"], not {_kind(value)}')
    unknown = [one for one in value if one not in SHIPPED_LANGUAGES]
    if unknown:
        raise ValueError(f"{', '.join(unknown)} is not shipped; there are {', '.join(SHIPPED_LANGUAGES)}")
    if len(set(value)) != len(value):
        raise ValueError("names a language twice")
    if "ja" not in value:
        raise ValueError("must hold ja, the language posts are written in")
    return tuple(value)


def lines(limit: int) -> Rule:
    """A list of texts on one line each, which may be empty."""
    one_line = line(limit)

    def rule(value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise ValueError(f'must be a list like ["市役所", "公式"], not {_kind(value)}')
        return tuple(str(one_line(one)) for one in value)

    return rule


def phone(value: object) -> str:
    """A phone number, or nothing."""
    text = clean_line(_text(value), limit=40)
    if text and not re.fullmatch(r"\+?[0-9(][0-9() -]*[0-9]", text):
        raise ValueError(f"{text!r} must be a phone number in half-width digits and hyphens, or empty")
    return text


def email(value: object) -> str:
    """An e-mail address, or nothing."""
    text = _text(value)
    try:
        return clean_email(text) if text else ""
    except ValueError as error:
        raise ValueError(f"{text!r} is no e-mail address") from error


def url(value: object) -> str:
    """An http(s) address, or nothing."""
    text = _text(value)
    try:
        return clean_url(text) if text else ""
    except ValueError as error:
        raise ValueError(f"{text!r}: {error}") from error


def needed_url(value: object) -> str:
    """An http(s) address."""
    text = url(value)
    if not text:
        raise ValueError("must not be empty")
    return text


def secure_url(value: object) -> str:
    """An address that begins with https://, or nothing."""
    address = url(value)
    if address and not address.startswith("https://"):
        raise ValueError(f"{address!r} must begin with https://")
    return address


def mailbox_or_page(value: object) -> str:
    """An e-mail address or an address that begins with https://, or nothing."""
    return secure_url(value) if "://" in _text(value) else email(value)


def tiles(value: object) -> str:
    """The address of a map's tiles with its three places to fill in, or nothing."""
    text = _text(value)
    if not text:
        return ""
    if sorted(re.findall(r"\{([^{}]*)\}", text)) != ["x", "y", "z"] or re.search(r"[{}]", re.sub(r"\{[xyz]\}", "", text)):
        raise ValueError(f"{text!r} must hold {{z}}, {{x}} and {{y}} once each")
    if not re.fullmatch(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?/[!-~]*", text):
        raise ValueError(f'{text!r} must be like "https://tiles.example.jp/{{z}}/{{x}}/{{y}}.png", the host in small letters')
    return text


def page(value: object) -> str:
    """A page of plain words with known places to fill in."""
    text = clean_text(_text(value), limit=20_000)
    if not text:
        raise ValueError("must not be empty")
    unknown = sorted({found for found in re.findall(r"\{([^{}\n]*)\}", text) if found not in PLACEHOLDERS})
    if unknown:
        known = " ".join(f"{{{one}}}" for one in PLACEHOLDERS)
        raise ValueError(f"has unknown places to fill in: {', '.join(f'{{{one}}}' for one in unknown)}; there are {known}")
    return text


def channel_kind(value: object) -> str:
    """A kind of channel whose way of counting is known."""
    text = _text(value)
    if text not in CHANNELS:
        raise ValueError(f"{text!r} is no kind of channel; there are {', '.join(CHANNELS)}")
    return text


def channel_template(value: object) -> str:
    """The lines of a text for a channel, with known places to fill in."""
    text = clean_text(_text(value), limit=4000)
    unknown = sorted({found for found in re.findall(r"\{([^{}\n]*)\}", text) if found not in CHANNEL_WORDS})
    if unknown:
        known = " ".join(f"{{{one}}}" for one in CHANNEL_WORDS)
        raise ValueError(f"has unknown places to fill in: {', '.join(f'{{{one}}}' for one in unknown)}; there are {known}")
    if "{title}" not in text:
        raise ValueError("must hold {title}, or nobody knows what it is about")
    return text


# One block of the file each: the keys it has and what each may be. A test compares them with the dataclasses.
CITY: Mapping[str, Rule] = {
    "name": line(40),
    "english_name": line(80),
    "prefecture": line(20),
    "code": municipal_code,
    "site_name": line(60),
    "english_site_name": line(80),
    "tagline": line(100),
    "hashtag": hashtag,
    "welcome_label": line(20),
    "welcome_english": line(40),
    "welcome_words": line(120),
    "welcome_icon": slug,
    "zone": zone,
    "languages": languages,
    "latitude": degrees(20, 46, "latitude"),
    "longitude": degrees(122, 154, "longitude"),
}
CONTACT: Mapping[str, Rule] = {
    "department": line(80),
    "phone": phone,
    "email": email,
    "hours": line(120, empty=True),
    "address": line(200, empty=True),
    "url": url,
    "security_contact": mailbox_or_page,
    "security_policy": secure_url,
}
LOOK: Mapping[str, Rule] = {"primary": color, "primary_dark": color, "accent": color}
POLICY: Mapping[str, Rule] = {
    "confirm_before_publishing": yes_or_no,
    "confirm_within_days": whole_number(1, 60),
    "trusted_after_posts": whole_number(0, 100),
    "horizon_days": whole_number(28, 731),
    "draft_keep_days": whole_number(1, 365),
    "contact_keep_days": whole_number(30, 3650),
    "person_keep_days": whole_number(180, 3650),
    "log_names_keep_days": whole_number(365, 7300),
    "ask_every_days": whole_number(30, 730),
    "confirm_link_hours": whole_number(1, 336),
    "sign_in_link_minutes": whole_number(5, 30),
    "posts_per_hour_per_address": whole_number(1, 10_000),
    "mails_per_hour_per_mailbox": whole_number(1, 100),
    "report_keep_days": whole_number(1, 365),
    "posts_per_day_per_link": whole_number(2, 1000),
    "list_page_size": whole_number(5, 100),
    "feed_items": whole_number(10, 500),
    "reminder_hour": whole_number(0, 23),
    "digest_weekday": whole_number(0, 5),
    "digest_hour": whole_number(0, 23),
    "websub": yes_or_no,
    "websub_days": whole_number(1, 10),
    "websub_most": whole_number(1, 100_000),
    "cancelled_keep_days": whole_number(1, 365),
    "mark_review_days": whole_number(14, 731),
    "note_keep_days": whole_number(30, 731),
    "staff_idle_minutes": whole_number(5, 30),
    "staff_hours": whole_number(1, 12),
    "resident_days": whole_number(1, 365),
    "lead_quiet_months": whole_number(1, 60),
    "group_check_months": whole_number(1, 60),
    "checked_groups_publish_at_once": yes_or_no,
    "approve_by_two": yes_or_no,
    "official_words": lines(30),
}
MAP: Mapping[str, Rule] = {
    "tiles": tiles,
    "attribution": line(80, empty=True),
    "attribution_url": url,
    "zoom_min": whole_number(5, 14),
    "zoom_max": whole_number(14, 20),
    "radius_km": whole_number(1, 100),
}
OPENDATA: Mapping[str, Rule] = {
    "licence": line(40),
    "licence_url": needed_url,
    "reuse_by_default": yes_or_no,
    "days_back": whole_number(0, 366),
    "days_ahead": whole_number(7, 731),
}
DISTRICT: Mapping[str, Rule] = {"slug": slug, "name": line(40), "kana": line(60), "english": line(80)}
CATEGORY: Mapping[str, Rule] = {"slug": slug, "name": line(20), "english": line(40), "color": color, "hint": line(80, empty=True)}
FACT_GROUP: Mapping[str, Rule] = {"slug": slug, "name": line(30), "english": line(60)}
FACT: Mapping[str, Rule] = {
    "slug": slug,
    "group": slug,
    "name": line(30),
    "english": line(60),
    "easy": line(60),
    "icon": slug,
    "question": line(120),
    "chip": yes_or_no,
}
POSTING_RULE: Mapping[str, Rule] = {"code": rule_code, "title": line(60), "text": line(600), "reply": line(600)}
GROUP_CHECK: Mapping[str, Rule] = {"slug": slug, "name": line(40), "english": line(60)}
CHECKLIST_ITEM: Mapping[str, Rule] = {"text": line(200)}
CRITERION: Mapping[str, Rule] = {"code": rule_code, "text": line(200)}
CHANNEL: Mapping[str, Rule] = {
    "kind": channel_kind,
    "name": line(30),
    "limit": whole_number(0, 100_000),
    "bytes": whole_number(0, 1_000_000),
    "hashtags": whole_number(0, 100),
    "line": whole_number(0, 1000),
    "template": channel_template,
}
PAGES: Mapping[str, Rule] = dict.fromkeys(("about", "guide", "privacy", "accessibility", "rules_intro"), page)

BLOCKS: Mapping[str, tuple[type[Any], Mapping[str, Rule]]] = {
    "city": (City, CITY),
    "contact": (Contact, CONTACT),
    "look": (Look, LOOK),
    "policy": (Policy, POLICY),
    "map": (Map, MAP),
    "opendata": (OpenData, OPENDATA),
    "pages": (dict, PAGES),
}
# The dataclass, the keys, and the key whose value must not come twice.
LISTS: Mapping[str, tuple[type[Any], Mapping[str, Rule], str]] = {
    "districts": (District, DISTRICT, "slug"),
    "categories": (Category, CATEGORY, "slug"),
    "fact_groups": (FactGroup, FACT_GROUP, "slug"),
    "facts": (WelcomeFact, FACT, "slug"),
    "rules": (PostingRule, POSTING_RULE, "code"),
    "group_checks": (GroupCheck, GROUP_CHECK, "slug"),
    "checklist": (ChecklistItem, CHECKLIST_ITEM, "text"),
    "criteria": (MarkCriterion, CRITERION, "code"),
    "channels": (Channel, CHANNEL, "kind"),
}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be text in quotes, not {_kind(value)}")
    return value


def _kind(value: object) -> str:
    names = {bool: "true/false", int: "a number", float: "a number", str: "text", list: "a list", dict: "a table"}
    return names.get(type(value), "a date or time")
