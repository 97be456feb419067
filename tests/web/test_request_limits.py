"""What a request may bring: hostile addresses and hostile JSON are refused plainly and never break anything."""

import json
import time
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment
from wsgiref.validate import validator

import pytest
from flask import Flask, request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse

from idobata.web.request_limits import LIMITS, RequestLimits, loads_shallow


def told_path(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["PATH_INFO"].encode("latin-1")]


def ask(path: bytes = b"/", query: str = "", method: str = "GET") -> TestResponse:
    environ = {"PATH_INFO": path.decode("latin-1"), "QUERY_STRING": query, "REQUEST_METHOD": method}
    answer = Client(validator(RequestLimits(told_path))).open(environ_overrides=environ, buffered=True)
    answer.close()
    return answer


# Addresses


@pytest.mark.parametrize("path", ["/", "/gatherings/7kq2", "/groups/みどりの会", "/places/𠮷野家", "/a b", "/%2F", "/" + "a" * 1_999, ""])
def test_an_honest_address_passes_unchanged(path: str) -> None:
    answer = ask(path.encode())
    assert answer.status_code == 200
    assert answer.data == path.encode()


@pytest.mark.parametrize(
    "path",
    [
        b"/\0",
        b"/gatherings/\x00x",
        b"/\r\nSet-Cookie: a=b",
        b"/\x7f",
        b"/\xff\xfe",
        b"/\xe3\x81",
        b"/\xed\xa0\x80",
        b"/\xc0\xaf",
        b"/\xc2\x80",
        b"/\x8d\xd5",
    ],
)
def test_a_path_with_control_or_unreadable_letters_does_not_exist(path: bytes) -> None:
    answer = ask(path)
    assert answer.status_code == 404
    assert "見つかりません" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_query_of_4000_bytes_passes_and_a_longer_one_is_refused_with_advice() -> None:
    assert ask(query="q=" + "a" * 3_998).status_code == 200
    answer = ask(query="q=" + "a" * 3_999)
    assert answer.status_code == 400
    assert "短く" in answer.text


def test_an_endless_path_is_refused() -> None:
    assert ask(b"/" + b"a" * 2_000).status_code == 400


def test_a_refused_head_request_has_no_body() -> None:
    answer = ask(b"/\0", method="HEAD")
    assert (answer.status_code, answer.data) == (404, b"")


# Bodies, by Flask's own limits


@pytest.fixture
def shop() -> Flask:
    app = Flask(__name__)
    app.config.update(LIMITS)
    app.post("/")(lambda: str(len(request.form)))
    return app


def test_a_form_as_people_fill_it_is_accepted(shop: Flask) -> None:
    answer = shop.test_client().post("/", data={f"field{number}": "あ" * 300 for number in range(100)})
    assert (answer.status_code, answer.text) == (200, "100")


def test_a_body_over_two_mebibytes_is_413(shop: Flask) -> None:
    assert shop.test_client().post("/", data=b"x" * (2 * 1024 * 1024 + 1), content_type="text/plain").status_code == 413


def test_a_form_with_too_many_fields_or_too_long_a_field_is_413(shop: Flask) -> None:
    client = shop.test_client()
    many = {f"field{number}": "x" for number in range(301)}
    assert client.post("/", data=many, content_type="multipart/form-data").status_code == 413
    assert client.post("/", data={"a": "x" * 500_001}, content_type="multipart/form-data").status_code == 413


def test_a_whole_booklet_pasted_into_one_field_still_reaches_the_form_that_can_say_so_kindly(shop: Flask) -> None:
    answer = shop.test_client().post("/", data={"text": "あ" * 200_000})
    assert (answer.status_code, answer.text) == (200, "1")


# JSON


@pytest.mark.parametrize(
    "value", [None, True, [], {}, "", '集まり " [[[ \\', -(2**63), 2**63 - 1, 0.1, -1e300, {"a": [{"b": "\0"}]}, "𠮷😀", [[]] * 1000]
)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_plain_json_is_read_as_it_was_meant(value: object, ascii_only: bool) -> None:
    assert loads_shallow(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 3_000,
        b"[" * 3_000 + b"]" * 3_000,
        b'{"a":' * 3_000 + b"1" + b"}" * 3_000,
        b"[" * 17 + b"]" * 17,
        b'["\\\\",' + b"[" * 16 + b"]" * 17,
        b"9" * 5_000,
        b"-" + b"9" * 5_000,
        b"9223372036854775808",
        b"-9223372036854775809",
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b"1e400",
        b"-1E400",
        b"9" * 400 + b".5",
        rb'"\ud800"',
        rb'{"\uDC00": 1}',
        rb'["\ud83d", "\ude00"]',
        b'"\xed\xa0\x80"',
        b'"\xff"',
        b"\xff\xfe[\x00]\x00",
        b"\xef\xbb\xbf{}",
        b'{"a": 1, "a": 1}',
        b'{"a": {"b": 1, "\\u0062": 2}}',
        b'"\t"',
        b"{'a': 1}",
        b"[1,]",
        b"[1] 2",
        b'"open',
        b"",
        b" ",
    ],
)
def test_hostile_json_is_a_value_error_and_nothing_worse(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"(?s)."):
        loads_shallow(data)


def test_sixteen_levels_are_allowed_and_brackets_in_words_do_not_count() -> None:
    loads_shallow(b"[" * 16 + b"]" * 16)
    assert loads_shallow(b'["' + b"[{" * 100 + b'\\""]') == ["[{" * 100 + '"']


def test_the_limits_can_be_set_narrower() -> None:
    with pytest.raises(ValueError, match="deep"):
        loads_shallow(b"[[1]]", max_depth=1)
    with pytest.raises(ValueError, match="long"):
        loads_shallow(b"[1, 2]", max_bytes=5)


@pytest.mark.parametrize("unit", [b'"', b'\\"', b'"\\', b"[", b"[]", b'{"a":', b"\\", b'\\u"', b"9", b"0.1,"])
def test_reading_hostile_json_takes_no_noticeable_time(unit: bytes) -> None:
    data = (b'["' if unit.startswith(b"\\") else b"[") + unit * (262_000 // len(unit))
    started = time.monotonic()
    with pytest.raises(ValueError, match=r"(?s)."):
        loads_shallow(data)
    assert time.monotonic() - started < 5


@given(st.one_of(st.binary(max_size=200), st.text(alphabet='[]{}":,\\u0dD89aeE+-. tfn"', max_size=60).map(lambda text: text.encode())))
def test_no_bytes_at_all_raise_anything_but_value_error(data: bytes) -> None:
    try:
        value = loads_shallow(data)
    except ValueError:
        return
    assert json.loads(json.dumps(value)) == value
