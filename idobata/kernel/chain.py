"""The hash chain of the deed log: what a link is made of. Plain arithmetic, so that anybody can check a log without this site.

A link is the SHA-256 of the JSON list

    [previous link, moment, act, kind of thing, id of the thing, digest of who, digest of the detail]

in ASCII, without spaces, the moment as `2026-12-05T01:00:00.000000Z`. The first link stands on `BEGINNING`.

Who did it and the detail are inside only as digests, each with a salt of its own. Taking a person's name out of the log later leaves the
digest where it is, so the chain still holds; and without the salt nobody can find the name by trying all the names of a town.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from secrets import token_hex

BEGINNING = "0" * 64
# Bytes of chance. Hex in the column, so twice as many letters.
SALT_BYTES = 16


def new_salt() -> str:
    """A fresh salt."""
    return token_hex(SALT_BYTES)


def who_digest(salt: str, actor_id: int | None, label: str) -> str:
    """The digest of who did it."""
    return _sha256([salt, actor_id, label])


def detail_digest(salt: str, detail: Mapping[str, object]) -> str:
    """The digest of a deed's detail, whatever the order of its names."""
    return _sha256([salt, detail])


def link(previous: str, at: datetime, act: str, thing: str, thing_id: str, who: str, detail: str) -> str:
    """The hash that binds one deed to the one before it; `who` and `detail` are their digests."""
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return _sha256([previous, moment, act, thing, thing_id, who, detail])


def _sha256(value: object) -> str:
    # ASCII only: no half letter and no form of Unicode can make two machines disagree.
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")).hexdigest()
