"""The page cache: what readers without an account get, and what may never be shared."""

import gzip
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment
from wsgiref.validate import validator

import brotli
import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from idobata.web.page_cache import PageCache
from idobata.web.page_store import Coding, Page, PageStore, preferred_coding

SESSION = "idobata"
PAGE = ("<!doctype html><title>集まり</title>" + "<p>朝のおにぎりと将棋</p>" * 100).encode()


@dataclass
class Town:
    """An app that counts how often it is asked, in front of which the cache stands, with a clock and a generation to turn."""

    status: str = "200 OK"
    body: bytes = PAGE
    headers: list[tuple[str, str]] = field(
        default_factory=lambda: [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "public, no-cache")]
    )
    clock: float = 1_000_000.0
    generation: int = 7
    asked: list[WSGIEnvironment] = field(default_factory=list)
    closed: int = 0
    while_asked: Callable[[], None] = lambda: None
    max_bytes: int = 64 * 1024 * 1024
    base_url: str = ""

    def __post_init__(self) -> None:
        self.cache = PageCache(
            self.app,
            generation=lambda: self.generation,
            session_cookie=SESSION,
            cacheable=lambda path: not path.startswith("/desk"),
            allowed_query=frozenset({"q", "page", "lang"}),
            base_url=self.base_url,
            now=lambda: self.clock,
            max_bytes=self.max_bytes,
        )
        self.client = Client(self.cache, use_cookies=False)

    def app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.asked.append(environ)
        body, status = self.body, self.status
        self.while_asked()
        start_response(status, [*self.headers, ("Content-Length", str(len(body)))])
        return _Pieces(self, [] if environ["REQUEST_METHOD"] == "HEAD" else [body[:10], body[10:]])

    def get(self, address: str = "/", **headers: str) -> Response:
        return self.open("GET", address, **headers)

    def open(self, method: str, address: str = "/", **headers: str) -> Response:
        return self.client.open(address, method=method, headers={name.replace("_", "-"): value for name, value in headers.items()})


class _Pieces:
    def __init__(self, town: Town, pieces: list[bytes]) -> None:
        self._town, self._pieces = town, iter(pieces)

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        self._town.closed += 1


@pytest.fixture
def town() -> Town:
    return Town()


def together(count: int, act: Callable[[], Any]) -> list[Any]:
    """Do something in many threads at once and give the results; an error counts as a result."""
    results: list[Any] = []

    def one() -> None:
        try:
            results.append(act())
        except Exception as error:
            results.append(error)

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(results) == count
    return results


def until(condition: Callable[[], bool]) -> None:
    """Wait until something has happened in another thread."""
    give_up = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.001)


# What is kept, and for whom


def test_the_second_reader_gets_the_same_page_without_waking_the_app(town: Town) -> None:
    first, second = town.get("/gatherings"), town.get("/gatherings")
    assert len(town.asked) == 1
    assert first.data == second.data == PAGE
    assert first.headers == second.headers
    assert second.headers["Content-Type"] == "text/html; charset=utf-8"
    assert second.headers["Content-Length"] == str(len(PAGE))


def test_the_apps_answer_is_closed_once_and_only_once(town: Town) -> None:
    town.get()
    town.get()
    town.open("HEAD", Cookie="idobata=secret").close()
    assert (len(town.asked), town.closed) == (2, 2)


def test_two_addresses_are_two_pages(town: Town) -> None:
    for address in ("/", "/gatherings", "/gatherings?q=a", "/gatherings?q=b", "/gatherings%3Fq=a"):
        town.get(address)
    assert len(town.asked) == 5


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_reading_is_answered_from_memory(town: Town, method: str) -> None:
    town.get()
    town.open(method)
    assert [environ["REQUEST_METHOD"] for environ in town.asked] == ["GET", method]


@pytest.mark.parametrize(
    "cookie", ["idobata=secret", "a=b; idobata=secret", "a=b;idobata = secret", "idobata=", 'idobata="x;y"', "idobata"]
)
def test_somebody_with_a_session_always_reaches_the_app_and_is_never_kept(town: Town, cookie: str) -> None:
    town.body = b"for Hanako only"
    town.get(Cookie=cookie)
    town.get(Cookie=cookie)
    town.body = b"for everybody"
    assert town.get().data == b"for everybody"
    assert len(town.asked) == 3
    assert town.asked[0]["HTTP_COOKIE"] == cookie


@pytest.mark.parametrize("cookie", ["theme=dark", "idobata_words=easy", "x=idobata", "x=1; __Host-idobata=1", ""])
def test_other_cookies_change_nothing_and_are_not_shown_to_the_app(town: Town, cookie: str) -> None:
    town.get(Cookie=cookie)
    town.get()
    assert len(town.asked) == 1
    assert "HTTP_COOKIE" not in town.asked[0]


def test_a_request_with_authorization_passes_by(town: Town) -> None:
    town.get()
    town.get(Authorization="Bearer abc")
    assert len(town.asked) == 2
    assert town.asked[1]["HTTP_AUTHORIZATION"] == "Bearer abc"


@pytest.mark.parametrize(
    "header",
    [
        ("Set-Cookie", "idobata=1"),
        ("Cache-Control", "no-store"),
        ("Cache-Control", "public, No-Store"),
        ("Cache-Control", "private"),
        ("Cache-Control", 'public, private="x"'),
        ("Vary", "Cookie, *"),
        ("X-Fresh-Until", "0"),
        ("X-Fresh-Until", "soon"),
        ("X-Fresh-Until", "nan"),
        ("X-Fresh-Until", "inf"),
        ("X-Fresh-Until", "999999"),
    ],
)
def test_an_answer_that_is_not_for_everybody_passes_through_and_is_not_kept(town: Town, header: tuple[str, str]) -> None:
    town.headers.append(header)
    answers = [town.get(), town.get()]
    assert len(town.asked) == 2
    for answer in answers:
        assert answer.data == PAGE
        assert "ETag" not in answer.headers
        assert "X-Fresh-Until" not in answer.headers
        if header[0] != "X-Fresh-Until":
            assert header[1] in answer.headers.getlist(header[0])


def test_nothing_is_kept_unless_the_app_says_public(town: Town) -> None:
    town.headers = [("Content-Type", "text/html")]
    town.get()
    town.get()
    assert len(town.asked) == 2


@pytest.mark.parametrize(
    "status", ["404 NOT FOUND", "302 FOUND", "303 SEE OTHER", "410 GONE", "500 INTERNAL SERVER ERROR", "206 PARTIAL CONTENT"]
)
def test_errors_and_passing_redirects_are_not_kept(town: Town, status: str) -> None:
    town.status = status
    assert town.get().status == status
    town.get()
    assert len(town.asked) == 2


@pytest.mark.parametrize("status", ["301 MOVED PERMANENTLY", "308 PERMANENT REDIRECT"])
def test_a_lasting_redirect_is_kept_and_has_no_etag(town: Town, status: str) -> None:
    town.status = status
    town.headers.append(("Location", "/gatherings"))
    town.get()
    answer = town.get()
    assert len(town.asked) == 1
    assert (answer.status, answer.headers["Location"]) == (status, "/gatherings")
    assert "ETag" not in answer.headers


def test_staff_paths_are_left_alone_with_all_they_were_asked(town: Town) -> None:
    for _ in range(2):
        town.get("/desk?utm_source=x&row=3", Accept_Language="en", Range="bytes=0-1")
    assert len(town.asked) == 2
    assert town.asked[0]["QUERY_STRING"] == "utm_source=x&row=3"
    assert town.asked[0]["HTTP_ACCEPT_LANGUAGE"] == "en"
    assert town.asked[0]["HTTP_RANGE"] == "bytes=0-1"


# The address alone makes the page


def test_unknown_parameters_make_no_new_page_and_do_not_reach_the_app(town: Town) -> None:
    town.get("/gatherings?utm_source=line&q=%E7%A5%AD%E3%82%8A&fbclid=1&page=2")
    town.get("/gatherings?q=%E7%A5%AD%E3%82%8A&&page=2&utm_medium")
    assert len(town.asked) == 1
    assert town.asked[0]["QUERY_STRING"] == "q=%E7%A5%AD%E3%82%8A&page=2"


def test_a_known_parameter_written_in_percent_still_counts(town: Town) -> None:
    town.get("/gatherings?%71=a")
    assert town.asked[0]["QUERY_STRING"] == "%71=a"


def test_a_very_long_address_passes_by_untouched(town: Town) -> None:
    query = "utm=1&q=" + "a" * 1000
    town.get(f"/gatherings?{query}")
    town.get(f"/gatherings?{query}")
    assert len(town.asked) == 2
    assert town.asked[0]["QUERY_STRING"] == query


def test_the_first_readers_language_host_header_range_and_conditions_do_not_shape_everybodys_page(town: Town) -> None:
    town.get(
        "/", Accept_Language="en", Range="bytes=0-9", If_None_Match="*", If_Modified_Since="Mon, 23 Nov 2026 00:00:00 GMT", User_Agent="x"
    )
    headers = {name for name in town.asked[0] if name.startswith("HTTP_")}
    assert headers == {"HTTP_HOST"}
    assert town.get("/", Range="bytes=0-9").status_code == 200


def test_with_a_base_url_a_forged_host_never_reaches_a_shared_page() -> None:
    town = Town(base_url="https://idobata.example.jp")
    town.get("/", Host="evil.example", X_Forwarded_Host="evil.example", X_Forwarded_Proto="http", X_Forwarded_For="192.0.2.1")
    environ = town.asked[0]
    assert (environ["HTTP_HOST"], environ["wsgi.url_scheme"]) == ("idobata.example.jp", "https")
    assert "HTTP_X_FORWARDED_HOST" not in environ
    assert "HTTP_X_FORWARDED_PROTO" not in environ
    assert environ["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"


# HEAD


def test_head_says_the_same_as_get_without_the_body(town: Town) -> None:
    head, page = town.open("HEAD", "/"), town.get("/")
    assert len(town.asked) == 1
    assert town.asked[0]["REQUEST_METHOD"] == "GET"
    assert head.data == b""
    assert page.data == PAGE
    assert head.headers == page.headers


def test_head_of_a_page_that_is_not_kept_has_no_body_either(town: Town) -> None:
    town.status = "404 NOT FOUND"
    answer = town.open("HEAD", "/nowhere")
    assert (answer.status_code, answer.data, answer.headers["Content-Length"]) == (404, b"", str(len(PAGE)))
    assert town.closed == 1


# Codings and ETags


@pytest.mark.parametrize(
    "accepted, coding",
    [
        ("", Coding.IDENTITY),
        ("gzip, deflate, br, zstd", Coding.BROTLI),
        ("gzip, deflate", Coding.GZIP),
        ("x-gzip", Coding.GZIP),
        ("GZip", Coding.GZIP),
        ("*", Coding.GZIP),
        ("deflate, zstd", Coding.IDENTITY),
        ("br;q=0, gzip;q=0", Coding.IDENTITY),
        ("br;q=0, gzip", Coding.GZIP),
        ("br; q=0.5 , gzip ; q=0.9", Coding.GZIP),
        ("br;q=0.9, gzip;q=0.9", Coding.BROTLI),
        ("gzip;q=0, *", Coding.IDENTITY),
        ("*;q=0", Coding.IDENTITY),
        ("identity, gzip;q=0.5", Coding.IDENTITY),
        ("identity;q=0", Coding.IDENTITY),
        ("br;q=nan, gzip;q=much", Coding.IDENTITY),
        ("br;q=7", Coding.IDENTITY),
        (",,;;=,", Coding.IDENTITY),
    ],
)
def test_a_reader_gets_the_coding_it_likes_best(accepted: str, coding: Coding) -> None:
    assert preferred_coding(accepted) is coding


def test_each_coding_carries_the_same_page_with_its_own_etag(town: Town) -> None:
    plain, zipped, brotlied = town.get(), town.get(Accept_Encoding="gzip"), town.get(Accept_Encoding="gzip, br")
    assert len(town.asked) == 1
    assert gzip.decompress(zipped.data) == brotli.decompress(brotlied.data) == plain.data == PAGE
    assert [answer.headers.get("Content-Encoding") for answer in (plain, zipped, brotlied)] == [None, "gzip", "br"]
    tag = plain.headers["ETag"].strip('"')
    assert zipped.headers["ETag"] == f'"{tag}-gz"'
    assert brotlied.headers["ETag"] == f'"{tag}-br"'
    for answer in (plain, zipped, brotlied):
        assert answer.headers["Content-Length"] == str(len(answer.data))
        assert answer.headers["Vary"] == "Accept-Encoding"
    assert max(len(zipped.data), len(brotlied.data)) < len(PAGE) / 5


def test_a_picture_and_a_tiny_page_are_sent_as_they_are(town: Town) -> None:
    town.headers[0] = ("Content-Type", "image/png")
    assert "Content-Encoding" not in town.get("/card.png", Accept_Encoding="br").headers
    town.headers[0] = ("Content-Type", "text/plain")
    town.body = b"ok"
    assert "Content-Encoding" not in town.get("/tiny", Accept_Encoding="br").headers


def test_what_the_app_has_compressed_itself_is_not_compressed_again(town: Town) -> None:
    town.body = gzip.compress(PAGE)
    town.headers.append(("Content-Encoding", "gzip"))
    answer = town.get(Accept_Encoding="br, gzip")
    assert answer.data == town.body
    assert answer.headers.getlist("Content-Encoding") == ["gzip"]


def test_the_apps_vary_stays_and_is_said_once(town: Town) -> None:
    town.headers += [("Vary", "Cookie, accept-encoding"), ("Vary", "Accept-Language")]
    assert town.get().headers.getlist("Vary") == ["Accept-Encoding, Cookie, Accept-Language"]


def test_the_etag_follows_the_body_and_nothing_else(town: Town) -> None:
    before = town.get().headers["ETag"]
    assert before == Town().get().headers["ETag"], "another worker gives the same tag"
    town.generation += 1
    assert town.get().headers["ETag"] == before, "an unchanged page stays known to browsers"
    town.generation += 1
    town.body = PAGE + b"!"
    assert town.get().headers["ETag"] != before


@pytest.mark.parametrize("accepted", ["", "gzip", "br"])
@pytest.mark.parametrize("known", ["{}", "W/{}", '"other", {}', '"other" ,W/{} , "x"', "*", " * "])
def test_a_page_the_reader_has_is_answered_with_304(town: Town, accepted: str, known: str) -> None:
    town.headers += [("Last-Modified", "Mon, 23 Nov 2026 00:00:00 GMT"), ("Content-Security-Policy", "default-src 'none'")]
    full = town.get(Accept_Encoding=accepted)
    answer = town.get(Accept_Encoding=accepted, If_None_Match=known.format(full.headers["ETag"]))
    assert (answer.status_code, answer.data) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary", "Last-Modified", "Content-Security-Policy"):
        assert answer.headers[name] == full.headers[name]
    for name in ("Content-Length", "Content-Type", "Content-Encoding"):
        assert name not in answer.headers


@pytest.mark.parametrize("known", ['"other"', "{}-br", "{}-gz", "", '"', "W/", "{}x"])
def test_another_tag_or_the_tag_of_another_coding_gets_the_whole_page(town: Town, known: str) -> None:
    tag = town.get().headers["ETag"].strip('"')
    assert town.get(If_None_Match=known.replace("{}", f'"{tag}').replace("-br", '-br"').replace("-gz", '-gz"')).status_code == 200


def test_the_first_reader_with_a_matching_tag_gets_304_too(town: Town) -> None:
    tag = Town().get().headers["ETag"]
    assert town.get(If_None_Match=tag).status_code == 304


def test_the_apps_own_etag_and_the_internal_note_do_not_go_out(town: Town) -> None:
    town.headers += [("ETag", '"apps"'), ("x-fresh-until", "1000100")]
    for answer in (town.get(), town.get(), town.get(Cookie="idobata=1"), town.open("POST")):
        assert "X-Fresh-Until" not in answer.headers
    assert town.get().headers.getlist("ETag") != ['"apps"']


# Time and change


def test_a_change_shows_at_once(town: Town) -> None:
    town.get()
    town.body = b"cancelled"
    assert town.get().data == PAGE, "nothing was announced yet"
    town.generation += 1
    assert town.get().data == b"cancelled"


def test_a_change_that_comes_while_the_page_is_made_makes_it_anew(town: Town) -> None:
    def change() -> None:
        town.generation += 1
        town.body = b"new"
        town.while_asked = lambda: None

    town.while_asked = change
    assert town.get().data == PAGE, "it was asked for before the change"
    assert town.get().data == b"new"
    assert len(town.asked) == 2


def test_a_page_turns_at_the_moment_the_app_named(town: Town) -> None:
    town.headers.append(("X-Fresh-Until", "1000300"))
    town.get()
    town.clock = 1_000_299.9
    town.get()
    assert len(town.asked) == 1
    town.clock = 1_000_300
    town.headers[-1] = ("X-Fresh-Until", "1000400.5")
    town.get()
    town.get()
    assert len(town.asked) == 2


def test_a_page_without_a_word_is_true_for_a_minute(town: Town) -> None:
    town.get()
    town.clock += 59
    town.get()
    assert len(town.asked) == 1
    town.clock += 1
    town.get()
    assert len(town.asked) == 2


# Many at once


def test_a_crowd_makes_a_page_once(town: Town) -> None:
    town.while_asked = lambda: time.sleep(0.2)
    answers = together(20, lambda: town.client.get("/").data)
    assert answers == [PAGE] * 20
    assert len(town.asked) == 1


def test_readers_of_other_pages_do_not_wait(town: Town) -> None:
    hold = threading.Event()
    town.while_asked = lambda: None if town.asked[-1]["PATH_INFO"] == "/quick" else (hold.wait(20), None)[1]
    slow = threading.Thread(target=town.get, args=("/slow",))
    slow.start()
    until(lambda: bool(town.asked))
    assert town.get("/quick").data == PAGE
    assert slow.is_alive()
    hold.set()
    slow.join(20)


def test_whoever_comes_after_a_change_does_not_get_the_page_that_was_begun_before_it(town: Town) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        assert go_on.wait(20)

    town.while_asked = hold
    early: list[bytes] = []
    first = threading.Thread(target=lambda: early.append(town.get().data))
    first.start()
    assert begun.wait(20)
    town.generation += 1
    town.body = b"cancelled"
    late: list[bytes] = []
    second = threading.Thread(target=lambda: late.append(town.get().data))
    second.start()
    time.sleep(0.1)
    assert late == [], "it waits for the one who is at it"
    town.while_asked = lambda: None
    go_on.set()
    first.join(20)
    second.join(20)
    assert (early, late) == ([PAGE], [b"cancelled"])
    assert len(town.asked) == 2


def test_an_answer_that_may_not_be_kept_is_never_handed_to_those_who_waited(town: Town) -> None:
    town.headers.append(("Set-Cookie", "x=1"))
    town.while_asked = lambda: time.sleep(0.1)
    together(5, lambda: town.client.get("/").data)
    assert len(town.asked) == 5


def test_an_error_reaches_the_one_who_asked_frees_the_others_and_keeps_nothing(town: Town) -> None:
    def fail() -> None:
        time.sleep(0.1)
        raise LookupError("the database is gone")

    town.while_asked = fail
    results = together(4, lambda: town.client.get("/"))
    assert all(isinstance(result, LookupError) for result in results)
    town.while_asked = lambda: None
    assert town.get().data == PAGE


def test_an_error_in_the_middle_of_a_body_closes_it_and_keeps_nothing(town: Town) -> None:
    class Breaking(_Pieces):
        def __iter__(self) -> Iterator[bytes]:
            yield b"half a page"
            raise LookupError

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", town.headers)
        return Breaking(town, [])

    town.cache._app = app
    for _ in range(2):
        with pytest.raises(LookupError):
            town.get()
    assert town.closed == 2


def test_nobody_waits_for_ever(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idobata.web.page_cache._LONGEST_WAIT", 0.1)
    hold = threading.Event()
    town.while_asked = lambda: (hold.wait(20), None)[1]
    first = threading.Thread(target=town.get)
    first.start()
    until(lambda: bool(town.asked))
    town.while_asked = lambda: None
    assert town.get().data == PAGE
    assert first.is_alive()
    hold.set()
    first.join(20)


# Size


def test_a_huge_answer_is_passed_on_whole_and_not_kept(town: Town) -> None:
    town.body = b"x" * (2 * 1024 * 1024 + 1)
    for _ in range(2):
        with town.get("/export.csv") as answer:
            assert answer.data == town.body
    assert (len(town.asked), town.closed) == (2, 2)


def test_the_memory_stays_within_its_limit_and_what_is_read_stays() -> None:
    town = Town(max_bytes=400_000)
    town.body = bytes(range(256)) * 40
    for number in range(200):
        town.clock += 0.1
        town.get(f"/gatherings/{number}", Accept_Encoding="gzip")
        town.get("/")
        assert town.cache._store.bytes <= 400_000
    assert [environ["PATH_INFO"] for environ in town.asked].count("/") == 1
    assert len(town.cache._store) > 10


def test_the_store_counts_each_coding_and_forgets_what_it_drops() -> None:
    store = PageStore(100_000)
    page = Page("200 OK", [("Content-Type", "text/html")], PAGE, generation=1, fresh_until=1, used=0)
    store.put(("/", ""), page)
    before = store.bytes
    answer, grown = page.make(Coding.GZIP)
    store.grow(("/", ""), page, grown)
    assert grown == len(answer.body[0])
    assert store.bytes == before + grown
    again = Page("200 OK", [("Content-Type", "text/html")], PAGE, generation=2, fresh_until=1, used=1)
    store.put(("/", ""), again)
    store.grow(("/", ""), page, 1000)
    assert store.bytes == before


# The servers' side


def test_the_cache_keeps_to_the_letter_of_wsgi(town: Town) -> None:
    client = Client(
        validator(
            PageCache(
                validator(town.app),
                generation=lambda: 1,
                session_cookie=SESSION,
                cacheable=lambda path: path == "/",
                allowed_query=frozenset(),
            )
        )
    )
    for method, address in (("GET", "/"), ("GET", "/"), ("HEAD", "/"), ("GET", "/other"), ("POST", "/")):
        client.open(address, method=method).close()


def test_a_server_that_adds_to_the_headers_it_is_given_does_no_harm(town: Town) -> None:
    for accepted in ("gzip", "gzip", ""):
        seen: list[tuple[str, str]] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None, /, seen: Any = seen
        ) -> Callable[[bytes], object]:
            seen += headers
            headers.append(("Date", "now"))
            return lambda data: None

        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "QUERY_STRING": "", "HTTP_ACCEPT_ENCODING": accepted}
        b"".join(town.cache(environ, start_response))
        assert ("Date", "now") not in seen


def test_an_app_that_says_its_status_only_with_its_first_piece_is_understood(town: Town) -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", town.headers)
        yield b"one "
        yield b"two"

    town.cache._app = app
    assert [town.get().data, town.get().data] == [b"one two"] * 2
