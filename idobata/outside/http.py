"""The only door for outgoing HTTP. It goes to plainly public hosts, for a limited time, and brings back a limited number of bytes.

A name is looked up once, all its addresses are judged, and the connection goes to an address that was judged: a second lookup, which could
say something else, never happens. Every redirect is judged anew. There are no cookies, no passwords, and no proxies from the environment.
"""

import http.client
import logging
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from idobata.outside.public_addresses import is_public_address, is_public_name

MOST_REDIRECTS: Final = 3
LONGEST_ADDRESS: Final = 2_000
_PORTS: Final = {"https": 443, "http": 80}
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
# These say that the same thing is to be sent to another place.
_SENT_ON: Final = frozenset({307, 308})
_ONLY_200: Final = frozenset({200})
_WELL: Final = frozenset(range(200, 300))
_PIECE: Final = 16_384
# The library warns of broken headers and certificates with the whole address.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)

Resolve = Callable[[str, int], list[str]]
"""The addresses of a name, for a port. Raises OSError when there is none."""
Route = Callable[[str, int], tuple[str, int]]
"""Where a connection to a judged address and port really goes. Tests lead it to a server of their own."""


class OutsideError(Exception):
    """Why nothing came back. The words are fixed: no address, which may hold a secret, gets into a log by them."""

    words = "nothing came back"

    def __init__(self) -> None:
        super().__init__(self.words)


class Refused(OutsideError):
    """The address, or one that it leads to, is not one this site talks to."""

    words = "the address is not a plainly public one"


class Unreachable(OutsideError):
    """No such name, no connection, no valid certificate, or a connection that broke."""

    words = "the host cannot be reached"


class TooSlow(OutsideError):
    """The time was over before everything had come."""

    words = "the host is too slow"


class TooBig(OutsideError):
    """More bytes than were asked for."""

    words = "the answer is too big"


class WrongType(OutsideError):
    """Something else than was asked for."""

    words = "the answer is of another type"


class Declined(OutsideError):
    """The host answered, but not that it is well. `status` is what it said."""

    words = "the host declines"

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `content_type` is small letters without parameters; nothing of what a `post` brings back is read."""

    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of each host on the way. `types` None: anything. `most_bytes` 0: nothing of the answer is read."""

    method: str
    headers: Mapping[str, str]
    body: bytes | None
    types: frozenset[str] | None
    most_bytes: int
    well: frozenset[int]


def look_up(name: str, port: int) -> list[str]:
    """The addresses of a name as this machine knows them."""
    return [str(found[4][0]) for found in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)]


def straight(address: str, port: int) -> tuple[str, int]:
    """To the judged address itself."""
    return address, port


class Client:
    """Fetches from public hosts.

    `agent` says who asks. `plain_http` lets addresses begin with http:// too; without it only https goes. `ports` beside the usual one of
    the scheme are only those that a setting names. `resolve`, `route` and `trust` are there for tests.
    """

    def __init__(
        self,
        agent: str,
        *,
        plain_http: bool = False,
        ports: frozenset[int] = frozenset(),
        resolve: Resolve = look_up,
        route: Route = straight,
        trust: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._agent = agent
        self._schemes = frozenset(_PORTS) if plain_http else frozenset({"https"})
        self._ports = ports
        self._resolve = resolve
        self._route = route
        self._trust = trust
        self._tls: ssl.SSLContext | None = None

    def get(self, address: str, *, types: frozenset[str], most_bytes: int, seconds: float) -> Answer:
        """What lies at `address`: of one of `types`, at most `most_bytes` long, within `seconds` for everything. Raises OutsideError."""
        headers = {"Accept": ", ".join(sorted(types))}
        return self._follow(address, _Question("GET", headers, None, types, most_bytes, _ONLY_200), seconds)

    def ask(self, address: str, *, most_bytes: int, seconds: float) -> Answer:
        """Whatever `address` says with any status of success, at most `most_bytes` long. Raises OutsideError."""
        return self._follow(address, _Question("GET", {}, None, None, most_bytes, _WELL), seconds)

    def post(self, address: str, body: bytes, headers: Mapping[str, str], *, seconds: float) -> None:
        """Send `body` to `address`; any status of success will do, and what comes back is not read.

        It is sent on where the host says so with 307 or 308; another redirect is a refusal. Raises OutsideError.
        """
        self._follow(address, _Question("POST", headers, body, None, 0, _WELL), seconds)

    def _follow(self, address: str, question: _Question, seconds: float) -> Answer:
        end = time.monotonic() + seconds
        for _ in range(MOST_REDIRECTS + 1):
            found = self._once(self._judged(address), question, end)
            if isinstance(found, Answer):
                return found
            try:
                address = urljoin(address, found)
            except ValueError:
                raise Refused from None
        raise Refused

    def _judged(self, address: str) -> SplitResult:
        # Python's own parser quietly drops line breaks and tabs; nothing that needs mending passes.
        if len(address) > LONGEST_ADDRESS or not address.isascii() or not address.isprintable() or set(address) & {" ", "\\"}:
            raise Refused
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError:
            raise Refused from None
        if parts.scheme not in self._schemes or "@" in parts.netloc or not is_public_name(parts.hostname or ""):
            raise Refused
        if port is not None and port != _PORTS[parts.scheme] and port not in self._ports:
            raise Refused
        return parts

    def _once(self, parts: SplitResult, question: _Question, end: float) -> Answer | str:
        """One question to one host: its answer, or where it sends us."""
        name, port = str(parts.hostname), parts.port or _PORTS[parts.scheme]
        addresses = self._addresses(name, port, end)
        try:
            with self._connected(addresses, port, end) as line:
                answer = self._ask(line, parts, name, port, question, end)
        except (OSError, HTTPError, http.client.HTTPException, ValueError):
            # What the libraries say holds the name of the host.
            raise (TooSlow if _is_over(end) else Unreachable) from None
        except OutsideError:
            # A line that was cut may look like an answer that ended, with half of its headers.
            if _is_over(end):
                raise TooSlow from None
            raise
        if _is_over(end):
            raise TooSlow
        return answer

    def _addresses(self, name: str, port: int, end: float) -> list[str]:
        """All addresses of a name, every one of them public."""
        said: queue.SimpleQueue[list[str] | None] = queue.SimpleQueue()

        def ask() -> None:
            try:
                said.put(self._resolve(name, port))
            except (OSError, UnicodeError):
                said.put(None)

        # The system's resolver cannot be told how long to wait.
        threading.Thread(target=ask, name="look up", daemon=True).start()
        try:
            found = said.get(timeout=max(0.01, end - time.monotonic()))
        except queue.Empty:
            raise TooSlow from None
        if not found:
            raise Unreachable
        # One inside address among public ones is how a name is turned against the house that asks for it.
        if not all(is_public_address(one) for one in found):
            raise Refused
        return list(dict.fromkeys(found))

    @contextmanager
    def _connected(self, addresses: list[str], port: int, end: float) -> Iterator[socket.socket]:
        """A line to the first address that answers, cut when the time is over, whatever is going on then."""
        line = None
        for number, address in enumerate(addresses):
            with suppress(OSError):
                # A dead address must leave time for the next.
                share = (end - time.monotonic()) / (len(addresses) - number)
                line = socket.create_connection(self._route(address, port), timeout=max(0.01, share))
                break
        if line is None:
            raise (TooSlow if _is_over(end) else Unreachable)
        # TLS takes the socket over, and each byte that drips in would begin its time-out anew; so the cutting is done on a twin.
        twin = line.dup()

        def cut() -> None:
            with suppress(OSError):
                twin.shutdown(socket.SHUT_RDWR)

        watch = threading.Timer(max(0.0, end - time.monotonic()), cut)
        watch.daemon = True
        watch.start()
        try:
            line.settimeout(max(0.01, end - time.monotonic()))
            yield line
        finally:
            watch.cancel()
            twin.close()
            line.close()

    def _context(self) -> ssl.SSLContext:
        # Reading all the authorities of the machine takes longer than a tile.
        if self._tls is None:
            self._tls = self._trust()
        return self._tls

    def _ask(self, line: socket.socket, parts: SplitResult, name: str, port: int, question: _Question, end: float) -> Answer | str:
        timeout = max(0.01, end - time.monotonic())
        # Named as it was asked for: the certificate, SNI and Host are about the name; the line goes to the judged address.
        connection = (
            _Secure(name, port, timeout=timeout, ssl_context=self._context())
            if parts.scheme == "https"
            else _Plain(name, port, timeout=timeout)
        )
        connection.line = line
        answer = None
        try:
            connection.request(
                question.method,
                (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
                body=question.body,
                headers={**question.headers, "User-Agent": self._agent, "Accept-Encoding": "identity"},
                preload_content=False,
                decode_content=False,
            )
            answer = connection.getresponse()
            sent_on = answer.status in (_MOVED if question.body is None else _SENT_ON)
            if sent_on and (where := answer.headers.get("Location")):
                return where
            if answer.status not in question.well:
                raise Declined(answer.status)
            kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            if not question.most_bytes:
                return Answer(kind, b"")
            is_plain = answer.headers.get("Content-Encoding", "identity").strip().lower() == "identity"
            if not is_plain or (question.types is not None and kind not in question.types):
                raise WrongType
            body = bytearray()
            while piece := answer.read(_PIECE, decode_content=False):
                body += piece
                if len(body) > question.most_bytes:
                    raise TooBig
            return Answer(kind, bytes(body))
        finally:
            if answer is not None:
                answer.close()
            connection.close()


class _Plain(HTTPConnection):
    """An HTTP connection over a line that is there already."""

    line: socket.socket

    def _new_conn(self) -> socket.socket:
        return self.line


class _Secure(HTTPSConnection):
    """The same with TLS."""

    line: socket.socket

    def _new_conn(self) -> socket.socket:
        return self.line


def _is_over(end: float) -> bool:
    return time.monotonic() >= end
