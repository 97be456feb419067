"""The links in a post, as something one can count: a site, or on a site that many share one account or one form there."""

import re
from urllib.parse import urlsplit

from idobata.gatherings.values import GatheringValues

# Half a town links to these; what counts there is whose page it is.
SHARED_SITES = frozenset(
    {
        "ameblo.jp",
        "docs.google.com",
        "facebook.com",
        "forms.gle",
        "goo.gl",
        "google.com",
        "instagram.com",
        "lin.ee",
        "line.me",
        "lit.link",
        "maps.app.goo.gl",
        "note.com",
        "peatix.com",
        "twitter.com",
        "x.com",
        "youtu.be",
        "youtube.com",
        "zoom.us",
    }
)
# Public bodies: a hundred people may link to the city on one day.
PUBLIC_ENDINGS = (".lg.jp", ".go.jp")
LONGEST = 120
_ADDRESS = re.compile(r"https?://[^\s<>\"'「」（）、。]+", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w@.])(?:[a-z0-9-]+\.)+(?:com|net|org|jp|info|biz|site|shop|xyz|top|online|club|link|me)\b(?!@)", re.IGNORECASE)


def links_of(values: GatheringValues, own_host: str = "") -> frozenset[str]:
    """What the post links to, wherever in it: addresses in a field of their own, in the words, and bare names like `example.com`."""
    words = "\n".join(
        (
            values.title,
            values.summary,
            values.body,
            values.signup_words,
            values.fee_words,
            values.online_url,
            values.contact_url,
            values.audience,
            values.bring,
        )
    )
    found = {link_key(address) for address in _ADDRESS.findall(words)}
    found |= {link_key(f"https://{name}/") for name in _BARE.findall(_ADDRESS.sub(" ", words))}
    return frozenset(one for one in found if one and one != own_host)


def link_key(address: str) -> str:
    """The site of an address; on a shared site with its path. Empty for what is no site, and for those of public bodies."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower().removeprefix("www.").removeprefix("m.").rstrip(".")
    except ValueError:
        return ""
    if "." not in host or host.endswith(PUBLIC_ENDINGS):
        return ""
    shared = any(host == site or host.endswith(f".{site}") for site in SHARED_SITES)
    return (f"{host}{parts.path.rstrip('/')}" if shared else host)[:LONGEST]
