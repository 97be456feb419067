"""Pages for readers without an account, kept ready to send. Stands before Flask; a hit never wakes Flask up."""

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from itertools import chain
from types import TracebackType
from urllib.parse import unquote_plus, urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.wsgi import ClosingIterator

from idobata.web.page_store import Coding, Headers, Page, PageStore, preferred_coding

FRESH_UNTIL = "X-Fresh-Until"
"""The app's note to this cache: unix seconds until which a page is true; 0: never keep it. It does not go out."""

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

_NOTE = FRESH_UNTIL.lower()
_FRESH_WITHOUT_A_NOTE = 60
_LONGEST_KEY = 1_000
_BIGGEST_PAGE = 2 * 1024 * 1024
_LONGEST_WAIT = 10.0
_KEPT_STATUSES = frozenset({"200", "301", "308"})
# Of what a reader sends, only these reach the app when it makes a page for everybody.
_NEUTRAL_HEADERS = frozenset({"HTTP_HOST", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST"})
_RAW_ADDRESSES = frozenset({"REQUEST_URI", "RAW_URI", "CONTENT_TYPE", "wsgi.file_wrapper"})


class PageCache:
    """WSGI middleware: answers GET and HEAD of readers without a session from memory, in plain, gzip or brotli, or with 304.

    What may be relied on:

    * A page is kept only when the app allows it: status 200, 301 or 308, `Cache-Control: public`, no `Set-Cookie`. Everything else
      passes through untouched. Requests with the session cookie or an `Authorization` header always reach the app.
    * A change shows at once: a page carries the generation read *before* the app was asked, and only a page of the present generation
      is sent. A page that depends on the clock says until when it is true (`FRESH_UNTIL`); without a word that is 60 seconds.
    * A page is made from its address alone. While the app makes one for everybody it sees no cookie, language, range or condition of the
      reader who happens to come first, and the parameters nobody knows (`utm_source` …) are gone. With `base_url` the host is neutral
      too, so that a forged `Host` cannot put foreign links on everybody's page.
    * One thread at a time makes a page; the others wait for it, 10 seconds at most, then ask the app themselves.
    * The strong ETag is the hash of the body, so it is the same in all workers and after a restart. `Last-Modified` goes out for
      information, but only the ETag is compared: a date in whole seconds would hide the second change within one second.

    Memory belongs to one process; each worker keeps its own pages.
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        generation: Callable[[], int],
        session_cookie: str,
        cacheable: Callable[[str], bool],
        allowed_query: frozenset[str],
        base_url: str = "",
        now: Callable[[], float] = time.time,
        max_bytes: int = 64 * 1024 * 1024,
    ) -> None:
        """`cacheable` is asked about a path (as WSGI gives it) before its page is made. `now` is unix seconds on the site's own clock."""
        self._app = app
        self._generation = generation
        self._session_cookie = session_cookie
        self._cacheable = cacheable
        self._allowed_query = allowed_query
        self._base = urlsplit(base_url)
        self._now = now
        self._store = PageStore(max_bytes)
        self._codings: dict[str, Coding] = {}
        self._flights: dict[tuple[str, str], _Flight] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method != "GET" and method != "HEAD":
            return self._pass_through(environ, start_response)
        cookies = environ.get("HTTP_COOKIE")
        if (cookies and self._has_session(cookies)) or "HTTP_AUTHORIZATION" in environ:
            return self._pass_through(environ, start_response)
        path = environ.get("PATH_INFO", "")
        query = environ.get("QUERY_STRING", "")
        if len(path) + len(query) > _LONGEST_KEY:
            return self._pass_through(environ, start_response)
        key = (path, self._canonical(query) if query else "")
        page = self._store.get(key)
        moment = self._now()
        if page is None or page.generation != self._generation() or moment >= page.fresh_until:
            if not self._cacheable(path):
                return self._pass_through(environ, start_response)
            return self._make(key, environ, start_response)
        page.used = moment
        return self._send(key, page, environ, start_response)

    def _send(self, key: tuple[str, str], page: Page, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
        coding = self._codings.get(accepted)
        if coding is None:
            coding = self._remembered_coding(accepted)
        answer = page.answers[coding]
        if answer is None:
            answer, grown = page.make(coding)
            self._store.grow(key, page, grown)
        known = environ.get("HTTP_IF_NONE_MATCH")
        # Copies, because servers may add to the list they are given.
        if known and answer.etag and (known == answer.etag or _is_among(answer.etag, known)):
            start_response("304 Not Modified", answer.not_modified.copy())
            return []
        start_response(page.status, answer.headers.copy())
        return [] if environ["REQUEST_METHOD"] == "HEAD" else answer.body

    def _make(self, key: tuple[str, str], environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        wanted = self._generation()
        give_up = time.monotonic() + _LONGEST_WAIT
        while True:
            with self._lock:
                flight = self._flights.get(key)
                if flight is None:
                    # Somebody may have finished since this request looked.
                    page = self._store.get(key)
                    if page is None or page.generation < wanted or self._now() >= page.fresh_until:
                        flight = _Flight()
                        self._flights[key] = flight
                        break
                    return self._send(key, page, environ, start_response)
            if not flight.landed.wait(give_up - time.monotonic()) or flight.page is None:
                # Too slow, failed, or not to be kept: then waiting in a queue would help nobody.
                return self._ask(key, environ).send(start_response, environ)
            if flight.page.generation >= wanted and self._now() < flight.page.fresh_until:
                return self._send(key, flight.page, environ, start_response)
        return self._lead(flight, key, environ, start_response)

    def _lead(self, flight: "_Flight", key: tuple[str, str], environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            # Before the app looks into the database: a change that comes while it does makes this page old at once.
            generation = self._generation()
            began = self._now()
            reply = self._ask(key, environ)
            fresh_until = reply.fresh_until(began)
            if reply.may_be_kept() and fresh_until > self._now():
                body = reply.whole(_BIGGEST_PAGE)
                if body is not None:
                    flight.page = Page(reply.status, reply.headers, body, generation=generation, fresh_until=fresh_until, used=began)
                    self._store.put(key, flight.page)
        finally:
            with self._lock:
                del self._flights[key]
            flight.landed.set()
        if flight.page is None:
            return reply.send(start_response, environ)
        return self._send(key, flight.page, environ, start_response)

    def _ask(self, key: tuple[str, str], environ: WSGIEnvironment) -> "_Reply":
        """Ask the app for a page for everybody."""
        neutral = {
            name: value
            for name, value in environ.items()
            if (name in _NEUTRAL_HEADERS if name.startswith("HTTP_") else name not in _RAW_ADDRESSES)
        }
        neutral |= {"REQUEST_METHOD": "GET", "QUERY_STRING": key[1], "CONTENT_LENGTH": "0", "wsgi.input": BytesIO()}
        if self._base.netloc:
            neutral |= {"HTTP_HOST": self._base.netloc, "wsgi.url_scheme": self._base.scheme}
            neutral.pop("HTTP_X_FORWARDED_HOST", None)
            neutral.pop("HTTP_X_FORWARDED_PROTO", None)
        return _Reply(self._app, neutral)

    def _pass_through(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start_without_note(status: str, headers: Headers, exc_info: _ExcInfo | None = None, /) -> Callable[[bytes], object]:
            return start_response(status, [pair for pair in headers if pair[0].lower() != _NOTE], exc_info)

        return self._app(environ, start_without_note)

    def _has_session(self, cookies: str) -> bool:
        name = self._session_cookie
        # The first half is only there to be quick.
        return name in cookies and any(cookie.partition("=")[0].strip() == name for cookie in cookies.split(";"))

    def _canonical(self, query: str) -> str:
        allowed = self._allowed_query
        return "&".join([part for part in query.split("&") if unquote_plus(part.partition("=")[0]) in allowed])

    def _remembered_coding(self, accepted: str) -> Coding:
        coding = preferred_coding(accepted)
        # Browsers send a handful of different lines; whoever invents more may not fill the memory with them.
        if len(accepted) <= 100 and len(self._codings) < 500:
            self._codings[accepted] = coding
        return coding


class _Flight:
    """A page in the making: `page` is None until it has landed, and for good when it may not be kept."""

    __slots__ = ("landed", "page")

    def __init__(self) -> None:
        self.landed = threading.Event()
        self.page: Page | None = None


class _Reply:
    """An app's answer, taken in piece by piece, so that one that is private or too big can still be sent on as a stream."""

    def __init__(self, app: WSGIApplication, environ: WSGIEnvironment) -> None:
        self.status = ""
        self.headers: Headers = []
        self._note: str | None = None
        self._taken: list[bytes] = []
        self._pieces = app(environ, self._start)
        self._rest: Iterator[bytes] = iter(self._pieces)
        if not self.status:
            # A generator says its status only with its first piece.
            self._take_one()

    def _start(self, status: str, headers: Headers, exc_info: _ExcInfo | None = None, /) -> Callable[[bytes], object]:
        self.status = status
        self.headers = [pair for pair in headers if pair[0].lower() != _NOTE]
        self._note = next((value for name, value in headers if name.lower() == _NOTE), None)
        return self._taken.append

    def fresh_until(self, began: float) -> float:
        """Unix seconds until which the app calls its answer true; 0 when it does not want it kept or says nonsense."""
        if self._note is None:
            return began + _FRESH_WITHOUT_A_NOTE
        try:
            until = float(self._note)
        except ValueError:
            return 0.0
        return until if math.isfinite(until) else 0.0

    def may_be_kept(self) -> bool:
        """Whether status and headers allow to send this answer to everybody."""
        public = False
        for name, value in self.headers:
            match name.lower():
                case "set-cookie":
                    return False
                case "vary" if "*" in value:
                    return False
                case "cache-control":
                    words = {word.partition("=")[0].strip().lower() for word in value.split(",")}
                    if not words.isdisjoint({"private", "no-store"}):
                        return False
                    public = public or "public" in words
        return public and self.status[:3] in _KEPT_STATUSES

    def whole(self, limit: int) -> bytes | None:
        """The whole body; None when it is longer than `limit` bytes, and then `send` still sends all of it."""
        if not self._take_within(limit):
            return None
        self._close()
        return b"".join(self._taken)

    def send(self, start_response: StartResponse, environ: WSGIEnvironment) -> Iterable[bytes]:
        """Hand the answer on as it came."""
        start_response(self.status, self.headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            self._close()
            return []
        return ClosingIterator(chain(self._taken, self._rest), self._close)

    def _take_within(self, limit: int) -> bool:
        size = sum(map(len, self._taken))
        while size <= limit:
            piece = self._take_one()
            if piece is None:
                return True
            size += len(piece)
        return False

    def _take_one(self) -> bytes | None:
        try:
            piece = next(self._rest, None)
        except BaseException:
            self._close()
            raise
        if piece is not None:
            self._taken.append(piece)
        return piece

    def _close(self) -> None:
        close = getattr(self._pieces, "close", None)
        if close is not None:
            close()


def _is_among(etag: str, known: str) -> bool:
    # If-None-Match compares weakly (RFC 9110 §13.1.2): a proxy that compressed the page has put W/ before our tag.
    return known.strip() == "*" or any(one.strip().removeprefix("W/") == etag for one in known.split(","))
