"""Reads an address of this very site as a stranger would, without a network: what the hub sends is what everybody gets."""

import re
from collections.abc import Collection
from contextvars import Context
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit
from wsgiref.types import WSGIApplication

from werkzeug.test import Client, TestResponse

from idobata.hub.copies import Copy, Read
from idobata.kernel import clock
from idobata.web.page_cache import FRESH_UNTIL

# What does not say until when it is true is looked at again after so long.
AT_THE_LATEST = timedelta(hours=1)
_SELF = re.compile(r'<([^>]+)>; rel="self"')


def reader_of(inner: WSGIApplication, base_url: str, allowed_query: Collection[str]) -> Read:
    """A reader of the site `inner`. Only the query names that reach a page for everybody else reach it here."""

    def read(address: str) -> Copy:
        parts = urlsplit(address)
        query = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name in allowed_query])
        reader = Client(inner, use_cookies=False)
        # In a context of its own: the session of the worker that asks is none of this reader's business.
        return _copy(Context().run(reader.get, parts.path, query_string=query, base_url=base_url))

    return read


def _copy(response: TestResponse) -> Copy:
    told = _SELF.search(response.headers.get("Link", ""))
    until = response.headers.get(FRESH_UNTIL, "")
    now = clock.now()
    # The note is in the machine's own seconds; the site's clock may be held still.
    lasts = datetime.fromtimestamp(int(until), UTC) - datetime.now(UTC) if until.isdigit() else AT_THE_LATEST
    return Copy(
        status=response.status_code,
        body=response.data,
        content_type=response.headers.get("Content-Type", ""),
        self_url=told[1] if told else "",
        true_until=now + max(timedelta(), min(lasts, AT_THE_LATEST * 24)),
    )
