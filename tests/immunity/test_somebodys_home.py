"""A gathering at somebody's home: only the area is public, wherever one looks; the exact place is for its host and the desk."""

import pytest
from flask import Flask

from idobata.gatherings.homes import Telling
from idobata.gatherings.states import VenueKind
from idobata.gatherings.values import PlaceWords
from idobata.kernel.actor import Role
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, days_from_monday, signed_in, weekly

EXACT = "北町三丁目2番5号カナリア荘"
AREA = "北町の商店街のちかく"


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


def test_only_the_area_is_public(town: Town, app: Flask, client: InspectingClient) -> None:
    host = town.person("host@example.com")
    row = town.published(
        host,
        title="庭でお茶",
        schedule=weekly(days_from_monday(5)),
        venue_kind=VenueKind.PRIVATE,
        place=PlaceWords(name=EXACT, address=EXACT, latitude=35.3171717, longitude=139.3171717),
        area_words=AREA,
        exact_place=EXACT,
        place_told=Telling.SIGNED_UP,
    )
    one = f"/gatherings/{row.public_id}"
    paths = ["/", "/gatherings", "/gatherings?q=庭でお茶", "/calendar", "/calendar/2026-12", "/map", one, f"{one}/2026-12-05", f"{one}.ics"]
    paths += [
        "/gatherings.rss",
        "/gatherings.ics",
        "/feeds/new.rss",
        "/districts/kitamachi",
        "/districts/kitamachi.rss",
        "/districts/kitamachi.ics",
    ]
    told = 0
    for path in paths:
        answer = client.get(path)
        words = answer.get_data(as_text=True)
        assert answer.status_code == 200, path
        told += "庭でお茶" in words
        for private in ("カナリア荘", "三丁目", "35.317", "GEO:", "GeoCoordinates", "streetAddress"):
            assert private not in words, (path, private)
    assert told > 10, "it is there, without saying where exactly"
    for word in ("カナリア荘", "三丁目2番5号"):
        assert "庭でお茶" not in client.get("/gatherings", query_string={"q": word}).get_data(as_text=True)
    page = client.get(one).get_data(as_text=True)
    assert f"{AREA}です。くわしい場所は、申し込んだ人にお知らせします。" in page
    assert AREA in client.get(f"{one}.ics").get_data(as_text=True).replace("\r\n ", "")
    hers = signed_in(app, host)
    assert EXACT in hers.get(f"/my/{row.public_id}/edit").get_data(as_text=True)
    assert EXACT in signed_in(app, town.staff(Role.EDITOR)).get(f"/desk/{row.public_id}").get_data(as_text=True)
    stranger = signed_in(app, town.person("stranger@example.com"))
    assert stranger.get(f"/my/{row.public_id}/edit").status_code == 404
    assert EXACT not in signed_in(app, town.staff(Role.EDITOR)).get("/desk/log").get_data(as_text=True)
