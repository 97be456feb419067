"""The first page, the city's own pages, and whether the site is alive."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from idobata.kernel import clock
from idobata.kernel.settings import Settings
from idobata.store.database import db
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, days_from_monday, once, weekly


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


def test_the_first_page_shows_what_is_soon_what_is_at_the_weekend_and_what_is_new(town: Town, client: InspectingClient) -> None:
    town.published(title="きょうの将棋", schedule=once(days_from_monday(0)))
    town.published(title="週末の朝市", schedule=weekly(days_from_monday(5)))
    town.published(title="ずっと先の祭り", schedule=once(days_from_monday(60)))
    town.waiting(title="まだ見えない")
    text = client.get("/").get_data(as_text=True)
    places = [text.index(title) for title in ("きょうの将棋", "週末の朝市", "ずっと先の祭り")]
    assert places == sorted(places)
    assert "まだ見えない" not in text


def test_an_empty_town_has_a_first_page_that_invites(client: InspectingClient) -> None:
    text = client.get("/").get_data(as_text=True)
    assert 'href="/post"' in text


def test_what_is_over_leaves_the_first_page_by_itself(town: Town, client: InspectingClient, monday: datetime) -> None:
    town.published(title="きょうの将棋", schedule=once(days_from_monday(0)))
    assert "きょうの将棋" in client.get("/").get_data(as_text=True)
    clock.fix(monday + timedelta(hours=4))
    assert "きょうの将棋" not in client.get("/gatherings").get_data(as_text=True)


@pytest.mark.parametrize("path", ["/about", "/rules", "/guide", "/privacy", "/accessibility"])
def test_the_citys_own_pages_are_there_in_both_languages(client: InspectingClient, path: str) -> None:
    for language in ("", "?lang=en"):
        answer = client.get(path + language)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers


def test_the_rules_page_says_every_rule(client: InspectingClient, settings: Settings) -> None:
    text = client.get("/rules").get_data(as_text=True)
    assert all(rule.title in text for rule in settings.rules)


def test_health_is_told_as_it_is(client: InspectingClient, inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.get_json(), answer.headers["Cache-Control"]) == (200, {"status": "ok"}, "no-store")

    def away(*_arguments: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("away"))

    monkeypatch.setattr(db.session, "execute", away)
    with pytest.raises(AssertionError, match="answered 503"):
        client.get("/health")
