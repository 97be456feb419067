"""What somebody asks of the hub, read from a form of WebSub (W3C, 2018), section 5."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlencode, urlsplit, urlunsplit

from idobata.kernel.errors import Invalid, Problem
from idobata.kernel.words import N_

LONGEST_ADDRESS = 2_000
LONGEST_SECRET = 200
"""In bytes, as WebSub limits it."""
SHORTEST_LEASE = timedelta(hours=1)


class Mode(StrEnum):
    """What is asked for."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that can be answered. `topic` is an address of this site, `secret` may be empty."""

    mode: Mode
    topic: str
    callback: str
    secret: str
    lease: timedelta


def read_asked(form: Mapping[str, str], base_url: str, longest: timedelta) -> Asked:
    """The question in a form. Raises Invalid with the first thing that is wrong with it."""
    try:
        mode = Mode(form.get("hub.mode", ""))
    except ValueError:
        raise _no("hub.mode", N_("hub.mode は subscribe か unsubscribe です。")) from None
    topic, callback, secret = form.get("hub.topic", ""), form.get("hub.callback", ""), form.get("hub.secret", "")
    if not _is_address(topic) or not topic.startswith(f"{base_url}/"):
        raise _no("hub.topic", N_("hub.topic は、このサイトのフィードのアドレスです。"))
    if not _is_address(callback) or "@" in urlsplit(callback).netloc:
        raise _no("hub.callback", N_("hub.callback は、http か https の、英数字のアドレスです。"))
    if callback.startswith(f"{base_url}/"):
        raise _no("hub.callback", N_("hub.callback に、このサイトのアドレスは使えません。"))
    if len(secret.encode()) >= LONGEST_SECRET or not secret.isprintable():
        raise _no("hub.secret", N_("hub.secret は、200バイトより短い文字列です。"))
    return Asked(mode, topic, callback, secret, _lease(form.get("hub.lease_seconds", ""), longest))


def with_pairs(address: str, pairs: list[tuple[str, str]]) -> str:
    """An address with more in its query; what is there stays."""
    parts = urlsplit(address)
    query = "&".join(part for part in (parts.query, urlencode(pairs)) if part)
    return urlunsplit(parts._replace(query=query))


def _lease(asked: str, longest: timedelta) -> timedelta:
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10) or int(asked) == 0:
        return longest
    return min(longest, max(SHORTEST_LEASE, timedelta(seconds=int(asked))))


def _is_address(text: str) -> bool:
    if not text.isascii() or not text.isprintable() or len(text) > LONGEST_ADDRESS or " " in text:
        return False
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - it raises where it is no number
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.fragment and "#" not in text


def _no(field: str, sentence: str) -> Invalid:
    return Invalid(Problem(field, sentence))
