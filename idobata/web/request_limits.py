"""How much and what a request may bring. What is beyond the limit is refused in one sentence, before anything reads it."""

import json
import math
import re
from collections.abc import Iterable
from io import BytesIO
from typing import IO, Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from idobata.web.for_programs import FOR_PROGRAMS, PROBLEM_HEADERS, PROBLEM_TYPE, problem_text

LIMITS: Final[dict[str, int]] = {
    "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
    "MAX_FORM_MEMORY_SIZE": 500_000,
    "MAX_FORM_PARTS": 300,
}
"""Flask's own settings: bytes of a body; bytes of one field of a multipart form; number of fields. Beyond them Flask answers 413.

For an ordinary (urlencoded) form Werkzeug itself knows only the first; `LimitedRequest` counts its fields. 2 MiB of it are 230,000
letters of Japanese.
"""

LONGEST_QUERY: Final = 4_000
"""Bytes of a query string."""
LONGEST_PATH: Final = 2_000
"""Bytes of a path after %-decoding."""

_ADDRESS_TOO_LONG = (
    "400 Bad Request",
    "アドレスが長すぎます。さがす言葉を短くして、もう一度おためしください。\n",
    "The address is too long.",
)
_NO_SUCH_ADDRESS = (
    "404 Not Found",
    "このページは見つかりませんでした。アドレスをたしかめてください。\n",
    "There is nothing at this address.",
)


class _CountedFields(FormDataParser):
    """Counts the fields of an ordinary form before it takes them apart: a page that gives back a million of them would be 40 MB."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        """As Werkzeug's. Raises RequestEntityTooLarge."""
        if mimetype == "application/x-www-form-urlencoded" and self.max_form_parts is not None:
            body = stream.read()
            if body.count(b"&") >= self.max_form_parts:
                raise RequestEntityTooLarge
            stream = BytesIO(body)
        return super().parse(stream, mimetype, content_length, options)


class LimitedRequest(Request):
    """A request whose form has at most `MAX_FORM_PARTS` fields, however it is written."""

    form_data_parser_class = _CountedFields


class RequestLimits:
    """WSGI middleware: refuses addresses that no honest link has, so that no view, route or database ever meets them."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        refusal = _refusal(environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", ""))
        if refusal is None:
            return self._app(environ, start_response)
        status, sentence, english = refusal
        kind, more = "text/plain; charset=utf-8", []
        if environ.get("PATH_INFO", "").startswith(FOR_PROGRAMS):
            # Nothing has looked at the request yet; a program that reads English has said so in the address.
            words = english if "lang=en" in environ.get("QUERY_STRING", "").split("&") else sentence.strip()
            kind, sentence, more = PROBLEM_TYPE, problem_text(int(status[:3]), status[4:], words), list(PROBLEM_HEADERS)
        body = sentence.encode()
        start_response(
            status,
            [
                ("Content-Type", kind),
                ("Content-Length", str(len(body))),
                ("Cache-Control", "no-store"),
                ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
                ("X-Content-Type-Options", "nosniff"),
                *more,
            ],
        )
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def _refusal(path: str, query: str) -> tuple[str, str, str] | None:
    if len(query) > LONGEST_QUERY or len(path) > LONGEST_PATH:
        return _ADDRESS_TOO_LONG
    # isascii and isprintable together pass nearly every path without a copy.
    if path.isascii():
        return None if path.isprintable() else _NO_SUCH_ADDRESS
    try:
        # WSGI hands over bytes as if they were Latin-1.
        readable = path.encode("latin-1").decode()
    except UnicodeError:
        return _NO_SUCH_ADDRESS
    return _NO_SUCH_ADDRESS if _CONTROL.search(readable) else None


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# What gives a JSON text its depth, and what hides it: strings, and an escaped letter inside them.
_STRUCTURE = re.compile(r'["\[\]{}]|\\.', re.DOTALL)
_LOWEST, _HIGHEST = -(2**63), 2**63 - 1


def loads_shallow(data: bytes, max_depth: int = 16, max_bytes: int = 262_144) -> object:
    """Parse JSON from a stranger. Raises ValueError, and nothing else, for whatever is not plain, small, unambiguous JSON in UTF-8.

    Refused besides what is no JSON: more than `max_bytes`; lists and objects nested deeper than `max_depth` (Python's parser would run
    out of stack); whole numbers that no database column holds; NaN and numbers too big to be finite; a name given twice in one object
    (which one counts would be a guess); half of a surrogate pair (it cannot be written as UTF-8 again).
    """
    if len(data) > max_bytes:
        raise ValueError("the JSON text is too long")
    text = data.decode()
    if _depth(text) > max_depth:
        raise ValueError("the JSON text is nested too deep")
    value: object = json.loads(
        text, parse_int=_whole_number, parse_float=_fraction, parse_constant=_no_constant, object_pairs_hook=_without_twins
    )
    # Only an escape can bring a lone surrogate in: decoding has refused the bare ones.
    if r"\ud" in text.lower():
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _depth(text: str) -> int:
    depth = deepest = 0
    in_string = False
    for match in _STRUCTURE.finditer(text):
        mark = match[0]
        if mark == '"':
            in_string = not in_string
        elif not in_string and mark in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif not in_string and mark in "]}":
            depth -= 1
    return deepest


def _whole_number(digits: str) -> int:
    # The length first: turning thousands of digits into a number is work.
    if len(digits) > 20 or not _LOWEST <= int(digits) <= _HIGHEST:
        raise ValueError("a number in the JSON text is too big")
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number in the JSON text is too big")
    return number


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is given twice in the JSON text")
    return found
