"""Addresses in letters, feeds and printed codes are made without a request; they must lead where the routes are."""

from datetime import date

import pytest
from flask import Flask, url_for

from idobata.kernel.addresses import Addresses
from tests.harness.site import BASE_URL


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


DAY = date(2026, 12, 5)
ID = "abcdefghjkmn"


def test_every_address_equals_its_route(app: Flask) -> None:
    made = Addresses(BASE_URL)
    with app.test_request_context():
        routes = {
            made.home(): url_for("pages.home"),
            made.gathering(ID): url_for("gatherings.show", public_id=ID),
            made.occurrence(ID, DAY): url_for("gatherings.show_date", public_id=ID, day=DAY.isoformat()),
            made.calendar_file(ID): f"/gatherings/{ID}.ics",
            made.feed_schema(): url_for("feeds.schema"),
            made.hub(): url_for("hub.ask"),
            made.gathering_data(ID): url_for("api.one_gathering_page", public_id=ID),
            made.group("minato-shogi"): url_for("gatherings.group", slug="minato-shogi"),
            made.my_group("minato-shogi"): url_for("groups.one", slug="minato-shogi"),
            made.join_group("a-token"): url_for("groups.invitation", token="a-token"),
            made.group_welcome("a-token"): url_for("groups.welcome", token="a-token"),
            made.group_still("a-token"): url_for("groups.ask_still", token="a-token"),
            made.place(ID): url_for("gatherings.place", public_id=ID),
            made.confirm_post("a-token"): url_for("posting.open_link", token="a-token"),
            made.sign_in("a-token"): url_for("accounts.open_link", token="a-token"),
            made.new_address("a-token"): url_for("security.open_address", token="a-token"),
            made.manage(ID): url_for("posting.manage", public_id=ID),
            made.claim(): url_for("proxy.ask_code"),
            made.still("a-token"): url_for("still.show", token="a-token"),
            made.first_step(): url_for("gatherings.first_step"),
            made.answer_first_step("a-token"): url_for("welcome.answer", token="a-token"),
            made.sheet("261130"): url_for("sheet.living", _anchor="261130"),
            made.desk_item(ID): url_for("desk.item", public_id=ID),
        }
        assert {made: BASE_URL + path for made, path in routes.items()} == {made: made for made in routes}
    asked = [name for name in dir(Addresses) if not name.startswith("_") and callable(getattr(Addresses, name))]
    assert len(asked) == len(routes), "a new address needs its line here"


def test_every_address_is_known_to_the_router(app: Flask) -> None:
    made, adapter = Addresses(BASE_URL), app.url_map.bind("127.0.0.1:8000")
    for address in (made.calendar_file(ID), made.gathering(ID), made.manage(ID), made.desk_item(ID), made.confirm_post("x")):
        assert adapter.test(address.removeprefix(BASE_URL), method="GET"), address
