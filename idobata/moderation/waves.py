"""A wave of posts, told by what they share: where they came from, what they link to, their mailboxes, their words. A hint, never a verdict."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from idobata.kernel.text import fold_name
from idobata.kernel.words import N_

SMALLEST = 3
MOST_GROUPS = 8
# Half a town has its mailbox there; what counts there is the mailbox, and that is limited already.
BIG_MAILERS = frozenset(
    [
        "gmail.com",
        "yahoo.co.jp",
        "icloud.com",
        "outlook.jp",
        "outlook.com",
        "hotmail.com",
        "hotmail.co.jp",
        "docomo.ne.jp",
        "ezweb.ne.jp",
        "au.com",
        "softbank.ne.jp",
        "i.softbank.jp",
        "ymobile.ne.jp",
        "nifty.com",
        "me.com",
        "live.jp",
        "yahoo.com",
    ]
)
_NO_WORDS = re.compile(r"[0-9a-z]+")
# Shorter than this, "the same words" says nothing.
_SHORTEST_WORDS = 4


class Sign(StrEnum):
    """What the posts of a group share. ALL is everything new from people who are new, for a wave that shares nothing."""

    LINK = "link"
    NETWORK = "network"
    MAIL = "mail"
    WORDS = "words"
    ALL = "all"


SIGN_WORDS: dict[Sign, str] = {
    Sign.LINK: N_("同じところへのリンクがあります：%(what)s"),
    Sign.NETWORK: N_("同じ回線から届いています"),
    Sign.MAIL: N_("メールアドレスの@のあとが同じです：%(what)s"),
    Sign.WORDS: N_("ほとんど同じ文です：%(what)s"),
    Sign.ALL: N_("はじめての人から届いて、待っているものぜんぶです"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A waiting post of somebody new, as far as it is compared. `network` is a pseudonym, "" when no trace is left."""

    id: int
    title: str
    summary: str
    email: str
    network: str
    links: frozenset[str]


@dataclass(frozen=True, slots=True)
class Wave:
    """Posts that share something: which sign, its key (for the form) and how it is said, and the inner ids, oldest first."""

    sign: Sign
    key: str
    what: str
    ids: tuple[int, ...]


def waves(posts: Iterable[Waiting]) -> list[Wave]:
    """Groups of at least `SMALLEST` that share a sign, the biggest first, at most `MOST_GROUPS`; last the group of all, when that is a wave too.

    A post may be in several groups: whichever an editor takes first. A group that holds the same posts as one before is left out.
    """
    rows = sorted(posts, key=lambda post: post.id)
    groups: dict[tuple[Sign, str], list[int]] = defaultdict(list)
    words: dict[str, str] = {}
    for post in rows:
        for sign, key in signs(post):
            groups[sign, key].append(post.id)
            words.setdefault(key, post.title)
    found: list[Wave] = []
    seen: set[tuple[int, ...]] = set()
    for (sign, key), ids in sorted(groups.items(), key=lambda item: (-len(item[1]), list(Sign).index(item[0][0]), item[0][1])):
        if len(ids) < SMALLEST or tuple(ids) in seen or len(found) == MOST_GROUPS:
            continue
        seen.add(tuple(ids))
        found.append(Wave(sign, key, words[key] if sign is Sign.WORDS else key, tuple(ids)))
    everything = tuple(post.id for post in rows)
    if found and everything not in seen:
        found.append(Wave(Sign.ALL, "", "", everything))
    return found


def members(posts: Iterable[Waiting], sign: Sign, key: str) -> tuple[int, ...]:
    """The inner ids of the posts that carry a sign now."""
    return tuple(post.id for post in posts if sign is Sign.ALL or (sign, key) in signs(post))


def signs(post: Waiting) -> list[tuple[Sign, str]]:
    """What a post may share with others."""
    found = [(Sign.LINK, link) for link in sorted(post.links)]
    if post.network:
        found.append((Sign.NETWORK, post.network))
    domain = post.email.rpartition("@")[2].lower()
    if domain and domain not in BIG_MAILERS:
        found.append((Sign.MAIL, domain))
    # Numbers and Latin letters are what a program varies.
    for words in (post.title, post.summary):
        key = _NO_WORDS.sub("", fold_name(words))[:60]
        if len(key) >= _SHORTEST_WORDS and (Sign.WORDS, key) not in found:
            found.append((Sign.WORDS, key))
    return found


def marks(posts: Iterable[Waiting]) -> dict[int, int]:
    """For each post how many others share its most common link, network or words; 0 when that is no group yet."""
    rows = list(posts)
    counts = Counter(pair for post in rows for pair in signs(post))
    return {post.id: most if (most := max((counts[pair] for pair in signs(post)), default=0)) >= SMALLEST else 0 for post in rows}
