"""Styles, scripts and pictures: under names that change with their content, packed as the browser likes it."""

import gzip
import re

import brotli
import pytest

from tests.harness.inspecting_client import InspectingClient


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


@pytest.fixture
def style(client: InspectingClient) -> str:
    """The address of a style sheet of the first page."""
    found = re.search(r'href="(/static/[^"]+\.css)"', client.get("/").get_data(as_text=True))
    assert found
    return found[1]


def test_a_file_is_the_same_in_every_packing(client: InspectingClient, style: str) -> None:
    plain = client.get(style, headers={"Accept-Encoding": "identity"})
    packed = client.get(style, headers={"Accept-Encoding": "gzip"})
    small = client.get(style, headers={"Accept-Encoding": "br, gzip;q=0.5"})
    assert plain.mimetype == "text/css"
    assert (packed.headers["Content-Encoding"], small.headers["Content-Encoding"]) == ("gzip", "br")
    assert gzip.decompress(packed.data) == brotli.decompress(small.data) == plain.data
    assert len({answer.headers["ETag"] for answer in (plain, packed, small)}) == 3
    assert all(answer.headers["Vary"] == "Accept-Encoding" for answer in (plain, packed, small))


def test_a_file_may_be_kept_for_ever_and_is_not_sent_twice(client: InspectingClient, style: str) -> None:
    first = client.get(style)
    assert "immutable" in first.headers["Cache-Control"]
    again = client.get(style, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("accepted", ["br;q=0", "gzip;q=0, br;q=0", "identity", "", "zstd"])
def test_a_browser_that_does_not_want_it_packed_gets_it_plain(client: InspectingClient, style: str, accepted: str) -> None:
    answer = client.get(style, headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in answer.headers
    assert b"{" in answer.data


@pytest.mark.parametrize(
    "name", ["nothing.css", "../app.py", "..%2f..%2fapp.py", "css/", "", "/etc/passwd", "%2e%2e/app.py", "css/..%5capp.py", "%00"]
)
def test_nothing_but_the_sites_own_files_is_served(client: InspectingClient, name: str) -> None:
    answer = client.get(f"/static/{name}")
    assert answer.status_code in (308, 404)
    assert b"import" not in answer.data
