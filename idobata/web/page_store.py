"""Ready pages in memory: each in plain, gzip and brotli, together no bigger than a given number of bytes."""

import gzip
import hashlib
import threading
from enum import IntEnum

import brotli

Headers = list[tuple[str, str]]

# Below this a compressed body saves less than its own headers cost.
_WORTH_COMPRESSING = 512
# brotli 5 and gzip 6 are where a slower level stops paying on pages of 20 to 60 KB (0.2 to 0.6 ms for a page).
_BROTLI_QUALITY = 5
_GZIP_LEVEL = 6
# A page, its three answers and their headers cost about this many bytes besides the bodies.
_OVERHEAD = 4096


class Coding(IntEnum):
    """How a body is written on the wire."""

    IDENTITY = 0
    GZIP = 1
    BROTLI = 2


def preferred_coding(accepted: str) -> Coding:
    """The coding to answer a reader in who sent this Accept-Encoding: the best liked of those we make; plain when in doubt."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        weights[name.strip()] = _weight(parameter)
    # "*" promises too little to answer it with brotli.
    for_brotli = weights.get("br", 0.0)
    for_gzip = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    for_plain = weights.get("identity", 0.0)
    if for_brotli > 0 and for_brotli >= for_gzip and for_brotli >= for_plain:
        return Coding.BROTLI
    if for_gzip > 0 and for_gzip >= for_plain:
        return Coding.GZIP
    return Coding.IDENTITY


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0


class Answer:
    """Everything that goes out for one page in one coding. The lists are shared by all requests: copy before you change one."""

    __slots__ = ("body", "etag", "headers", "not_modified")

    def __init__(self, etag: str, headers: Headers, body: bytes) -> None:
        self.etag = etag
        self.headers = headers
        self.body = [body]
        self.not_modified = [pair for pair in headers if pair[0].lower() not in _NOT_IN_304]


# A 304 repeats what a cache needs to know (RFC 9110 §15.4.5), and says nothing about a body it does not have.
_NOT_IN_304 = frozenset({"content-length", "content-type", "content-encoding", "content-disposition", "content-language"})
_CODED = {Coding.GZIP: ("gzip", "-gz"), Coding.BROTLI: ("br", "-br")}


class Page:
    """One page as it was in one generation, true until a moment.

    `headers` are the app's, without Content-Length, ETag and Vary of codings: those are made here. A page with status 200 gets a strong
    ETag: the hash of its body, with another ending for each coding, because the bytes differ.
    """

    __slots__ = ("_body", "_etag", "_headers", "answers", "fresh_until", "generation", "size", "status", "used")

    def __init__(self, status: str, headers: Headers, body: bytes, *, generation: int, fresh_until: float, used: float) -> None:
        self.status = status
        self.generation = generation
        self.fresh_until = fresh_until
        self.used = used
        self.size = len(body) + _OVERHEAD
        self._body = body
        self._etag = hashlib.blake2b(body, digest_size=12).hexdigest() if status.startswith("200") else ""
        self._headers = [pair for pair in headers if pair[0].lower() not in ("content-length", "etag", "vary")]
        self._headers.append(("Vary", _vary(headers)))
        plain = self._answer(body, "", "")
        later = None if len(body) >= _WORTH_COMPRESSING and _compressible(headers) else plain
        # By coding; None means: not asked for yet, see `make`.
        self.answers: list[Answer | None] = [plain, later, later]

    def make(self, coding: Coding) -> tuple[Answer, int]:
        """Make the answer in `coding` on first demand; return it and the bytes the page has grown by.

        A body that compressing does not make smaller is sent plain. Two threads may do this at once: they make the same bytes.
        """
        if coding is Coding.GZIP:
            packed = gzip.compress(self._body, _GZIP_LEVEL, mtime=0)
        else:
            packed = brotli.compress(self._body, mode=brotli.MODE_TEXT, quality=_BROTLI_QUALITY)
        if len(packed) < len(self._body):
            answer, grown = self._answer(packed, *_CODED[coding]), len(packed)
        else:
            answer, grown = self._answer(self._body, "", ""), 0
        self.answers[coding] = answer
        return answer, grown

    def _answer(self, body: bytes, coding: str, ending: str) -> Answer:
        headers = [*self._headers, ("Content-Length", str(len(body)))]
        if coding:
            headers.append(("Content-Encoding", coding))
        etag = f'"{self._etag}{ending}"' if self._etag else ""
        if etag:
            headers.append(("ETag", etag))
        return Answer(etag, headers, body)


class PageStore:
    """Pages by key, at most `max_bytes` of them; the ones unused for longest go first. Looking up takes no lock."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._pages: dict[tuple[str, str], Page] = {}
        self._bytes = 0
        self._lock = threading.Lock()
        # Reading is the bare dictionary method: a hit must not pay for a Python call around it.
        self.get = self._pages.get

    def put(self, key: tuple[str, str], page: Page) -> None:
        """Keep `page` under `key` in place of an earlier one."""
        with self._lock:
            earlier = self._pages.get(key)
            self._pages[key] = page
            self._bytes += page.size - (earlier.size if earlier is not None else 0)
            self._make_room(key)

    def grow(self, key: tuple[str, str], page: Page, by: int) -> None:
        """Count `by` more bytes for `page`, which has just been compressed; nothing happens when it has been replaced meanwhile."""
        with self._lock:
            if self._pages.get(key) is page:
                page.size += by
                self._bytes += by
                self._make_room(key)

    def __len__(self) -> int:
        return len(self._pages)

    @property
    def bytes(self) -> int:
        """How much is kept now."""
        return self._bytes

    def _make_room(self, newest: tuple[str, str]) -> None:
        if self._bytes <= self._max_bytes:
            return
        # Down to nine tenths at once, so that the sort is paid once in a while and not for every new page.
        for key in sorted(self._pages, key=lambda key: self._pages[key].used):
            if self._bytes <= self._max_bytes * 9 // 10:
                return
            if key != newest:
                self._bytes -= self._pages.pop(key).size


def _compressible(headers: Headers) -> bool:
    if any(name.lower() == "content-encoding" for name, _ in headers):
        return False
    kind = next((value for name, value in headers if name.lower() == "content-type"), "").partition(";")[0].strip().lower()
    return (
        kind.startswith("text/")
        or kind.endswith(("+json", "+xml"))
        or kind in ("application/json", "application/xml", "application/javascript", "application/rtf")
    )


def _vary(headers: Headers) -> str:
    names: list[str] = []
    for header, value in headers:
        if header.lower() == "vary":
            names += [name.strip() for name in value.split(",") if name.strip() and name.strip().lower() != "accept-encoding"]
    return ", ".join(["Accept-Encoding", *names])
