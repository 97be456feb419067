"""oEmbed: what another site is told that was given one of our addresses."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from lxml import etree, html

from idobata.gatherings.posting_actions import withdraw
from idobata.kernel.actor import SYSTEM
from idobata.kernel.text import printable
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import BASE_URL, Town, days_from_monday, weekly

NAMES = {"version", "type", "title", "html", "width", "height", "provider_name", "provider_url", "cache_age"}


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them."""
    return sqlite_database_url


def asked(client: InspectingClient, url: str, **more: str) -> dict[str, Any]:
    answer = client.get("/oembed", query_string={"url": url, **more})
    assert (answer.status_code, answer.mimetype) == (200, "application/json"), url
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers
    found: dict[str, Any] = answer.get_json()
    assert found.keys() == NAMES
    assert (found["version"], found["type"]) == ("1.0", "rich")
    return found


def frame_in(answer: dict[str, Any]) -> dict[str, str]:
    [frame] = html.fragments_fromstring(answer["html"])
    assert frame.tag == "iframe"
    assert frame.get("sandbox") == "allow-popups allow-popups-to-escape-sandbox"
    assert (frame.get("width"), frame.get("height")) == (str(answer["width"]), str(answer["height"]))
    return dict(frame.attrib)


def test_a_gatherings_page_tells_where_to_ask_and_gets_a_frame_that_opens(town: Town, client: InspectingClient) -> None:
    row = town.published(title='湯気と"将棋"')
    page = f"{BASE_URL}/gatherings/{row.public_id}"
    head = client.get(f"/gatherings/{row.public_id}").text
    links = dict(re.findall(r'<link rel="alternate" type="(\w+/\w+\+oembed)" title="[^"]*" href="([^"]+)">', head))
    assert links.keys() == {"application/json+oembed", "text/xml+oembed"}
    found = client.get(links["application/json+oembed"].removeprefix(BASE_URL)).get_json()
    assert found == asked(client, page)
    assert (found["title"], found["provider_name"], found["provider_url"]) == ('湯気と"将棋"', "しおさか井戸端パーティー", f"{BASE_URL}/")
    frame = frame_in(found)
    assert frame["title"] == '湯気と"将棋"'
    assert frame["src"] == f"{BASE_URL}/embed/gatherings/{row.public_id}"
    shown = client.get(frame["src"].removeprefix(BASE_URL))
    assert shown.status_code == 200
    assert "frame-ancestors *" in shown.headers["Content-Security-Policy"]

    xml = client.get(links["text/xml+oembed"].removeprefix(BASE_URL).replace("&amp;", "&"))
    assert xml.mimetype == "text/xml"
    root = etree.fromstring(xml.data)
    assert root.tag == "oembed"
    assert {one.tag: one.text for one in root} == {name: str(value) for name, value in found.items()}


def test_lists_keep_their_filters_and_pages_their_language(town: Town, client: InspectingClient) -> None:
    row = town.published(schedule=weekly(days_from_monday(5)))
    assert row.place is not None
    for path, embed, title in (
        (
            "/gatherings?free=1&district=kitamachi&when=nonsense&page=2",
            "/embed/gatherings?district=kitamachi&free=1",
            "しおさか井戸端パーティー",
        ),
        ("/", "/embed/gatherings", "しおさか井戸端パーティー"),
        ("/first-step", "/embed/first-step", "はじめの一歩"),
        ("/districts/minato?lang=en", "/embed/districts/minato?lang=en", "Minato (the port)"),
        (f"/places/{row.place.public_id}", f"/embed/places/{row.place.public_id}", "みどり公民館"),
        (f"/gatherings/{row.public_id}/2026-12-12", f"/embed/gatherings/{row.public_id}/2026-12-12", row.title),
        ("/embed/gatherings?look=next", "/embed/gatherings?look=next", "しおさか井戸端パーティー"),
    ):
        found = asked(client, BASE_URL + path)
        assert (frame_in(found)["src"], found["title"]) == (BASE_URL + embed, title), path
        assert client.get(embed).status_code == 200
    for path in ("/gatherings", "/first-step", "/districts/minato", f"/places/{row.place.public_id}"):
        assert client.get(path).text.count("+oembed") == 2, path


@pytest.mark.parametrize(
    ("most", "width", "height"),
    [({"maxwidth": "320"}, 320, None), ({"maxheight": "200"}, None, 200), ({"maxwidth": "9000", "maxheight": "9000"}, None, None)],
)
def test_it_is_never_bigger_than_asked(
    town: Town, client: InspectingClient, most: dict[str, str], width: int | None, height: int | None
) -> None:
    usual, found = asked(client, f"{BASE_URL}/gatherings"), asked(client, f"{BASE_URL}/gatherings", **most)
    assert (found["width"], found["height"]) == (width or usual["width"], height or usual["height"])
    frame_in(found)


def test_what_cannot_be_shown_is_refused_as_the_specification_says(town: Town, client: InspectingClient) -> None:
    waiting, gone = town.waiting(), town.published()
    with transaction():
        withdraw(SYSTEM, gone)
    for url in (
        "https://elsewhere.example/gatherings",
        f"{BASE_URL}.evil.example/gatherings",
        f"{BASE_URL}/about",
        f"{BASE_URL}/my",
        f"{BASE_URL}/desk/{waiting.public_id}",
        f"{BASE_URL}/gatherings/{waiting.public_id}",
        f"{BASE_URL}/gatherings/{gone.public_id}",
        f"{BASE_URL}/gatherings/k7m2x9pqrs4t",
        f"{BASE_URL}/districts/nowhere",
        f"{BASE_URL}/places/k7m2x9pqrs4t",
        f"{BASE_URL}/groups/nobody",
        "http://[::1",
        "javascript:alert(1)",
        "\x00\u2028",
        "/gatherings",
    ):
        answer = client.get("/oembed", query_string={"url": url})
        assert (answer.status_code, answer.mimetype) == (404, "text/plain"), url
        assert waiting.title not in answer.text
    assert client.get("/oembed").status_code == 400
    assert client.get("/oembed", query_string={"url": f"{BASE_URL}/gatherings", "format": "yaml"}).status_code == 400
    for name in ("maxwidth", "maxheight"):
        for wrong in ("0", "-1", "1.5", "x", "", "99999999999", "３２０"):
            answer = client.get(f"/oembed?{urlencode({'url': f'{BASE_URL}/gatherings', name: wrong})}")
            assert answer.status_code == 400, (name, wrong)


def test_hostile_words_stay_inside_the_attribute(town: Town, client: InspectingClient) -> None:
    title = "\"></iframe><script>alert(1)</script>\u2028'&amp;"
    row = town.published(title=title)
    found = asked(client, f'{BASE_URL}/gatherings/{row.public_id}?free="><script>&lang=xx&ground="><script>')
    frame = frame_in(found)
    assert frame["title"] == title
    assert frame["src"].startswith(f"{BASE_URL}/embed/gatherings/{row.public_id}")
    assert "script" not in frame["src"]
    xml = client.get("/oembed", query_string={"url": f"{BASE_URL}/gatherings/{row.public_id}", "format": "xml"})
    assert etree.fromstring(xml.data).findtext("title") == printable(title)
