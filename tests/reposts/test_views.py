"""The repost desk as a clerk and a section head use it, without scripts."""

from datetime import date

import pytest
from flask import Flask

from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.models import Gathering
from idobata.kernel.actor import Role
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, press, signed_in


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the actions are tested on both."""
    return sqlite_database_url


@pytest.fixture
def clerk(app: Flask, town: Town) -> InspectingClient:
    return signed_in(app, town.staff())


@pytest.fixture
def head(app: Flask, town: Town) -> InspectingClient:
    return signed_in(app, town.staff(Role.APPROVER))


def hidden(client: InspectingClient, page: str, name: str) -> str:
    text = client.get(page).get_data(as_text=True)
    start = text.index(f'name="{name}"')
    tag = text[text.rindex("<", 0, start) : text.index(">", start)]
    return tag.split('value="')[1].split('"')[0]


def test_from_the_draft_to_the_correction(
    app: Flask, town: Town, settings: Settings, clerk: InspectingClient, head: InspectingClient
) -> None:
    gathering = town.published(title="朝の将棋")
    made = press(clerk, "/desk/reposts/new", channel="x", gatherings=gathering.public_id, text="<b>将棋</b>へどうぞ")
    page = made.location.split("?")[0]
    assert press(clerk, f"{page}/propose", page).status_code == 303
    mine = clerk.get(page).get_data(as_text=True)
    assert "このとおりでよい" not in mine
    assert "出した人とは別の" in mine
    # The head reads exactly what goes out, on the page and on paper.
    for address in (page, f"{page}/paper"):
        assert "&lt;b&gt;将棋&lt;/b&gt;へどうぞ" in head.get(address).get_data(as_text=True)
    assert "19／280" in head.get(page).get_data(as_text=True)
    assert press(head, f"{page}/approve", page, seal="other").status_code == 409
    assert press(head, f"{page}/approve", page, seal=hidden(head, page, "seal")).status_code == 303
    assert press(clerk, f"{page}/posted", page, seal=hidden(clerk, page, "seal"), link="ftp://x").status_code == 422
    sent = press(clerk, f"{page}/posted", page, seal=hidden(clerk, page, "seal"), link="https://x.example/1")
    assert sent.status_code == 303
    desk = clerk.get("/desk/reposts").get_data(as_text=True)
    assert "https://x.example/1" in desk
    assert "desk-nav__count" not in desk
    with transaction():
        cancel_date(town.staff(), db.session.get_one(Gathering, gathering.id), date(2026, 12, 5), "", settings)
    # Counted on every page of the desk, and ready to be copied.
    assert "desk-nav__count" in clerk.get("/desk").get_data(as_text=True)
    desk = clerk.get("/desk/reposts").get_data(as_text=True)
    assert "【中止】「朝の将棋」は、中止になりました。" in desk
    told = desk.split("/desk/reposts/corrections/")[1].split("#")[0]
    seal = hidden(clerk, "/desk/reposts", f"{told}-seal")
    where = f"/desk/reposts/corrections/{told}"
    refused = press(clerk, where, "/desk/reposts", **{f"{told}-seal": seal, f"{told}-link": "https://x.example/kept", "do": "not_needed"})
    assert refused.status_code == 422
    assert "https://x.example/kept" in refused.get_data(as_text=True)
    assert press(clerk, where, "/desk/reposts", **{f"{told}-seal": seal, "do": "corrected"}).status_code == 303
    assert press(clerk, where, "/desk/reposts", **{f"{told}-seal": seal, "do": "corrected"}).status_code == 409
    assert "desk-nav__count" not in clerk.get("/desk/reposts").get_data(as_text=True)


def test_returned_with_words_and_written_anew(town: Town, clerk: InspectingClient, head: InspectingClient) -> None:
    gathering = town.published()
    made = press(clerk, "/desk/reposts/new", channel="koho", gatherings=gathering.public_id, text="将棋")
    page = made.location.split("?")[0]
    press(clerk, f"{page}/propose", page)
    assert press(head, f"{page}/return", page, words="").status_code == 422
    assert press(head, f"{page}/return", page, words="時間も").status_code == 303
    assert "時間も" in clerk.get(page).get_data(as_text=True)
    version = hidden(clerk, page, "version")
    again = press(clerk, f"{page}/edit", page, version=version, gatherings=gathering.public_id, text="")
    assert again.status_code == 422
    done = press(clerk, f"{page}/edit", page, version=version, gatherings=gathering.public_id, text="朝10時から将棋")
    assert done.status_code == 303
    stale = press(clerk, f"{page}/edit", page, version=version, gatherings=gathering.public_id, text="二人目の文")
    assert stale.status_code == 409
    assert "二人目の文" in stale.get_data(as_text=True)


def test_too_long_a_text_comes_back_to_be_mended(town: Town, clerk: InspectingClient) -> None:
    made = press(clerk, "/desk/reposts/new", channel="x", gatherings=town.published().public_id, text="あ" * 150)
    page = made.location.split("?")[0]
    answer = press(clerk, f"{page}/propose", page)
    assert answer.status_code == 422
    assert "300／280" in answer.get_data(as_text=True)


def test_what_cannot_be_read_keeps_every_word(clerk: InspectingClient) -> None:
    answer = press(clerk, "/desk/reposts/new", channel="x", gatherings="きのうの集まり", text="書いた文")
    assert answer.status_code == 422
    assert "きのうの集まり" in answer.get_data(as_text=True)
    assert "書いた文" in answer.get_data(as_text=True)


def test_the_stop_switch_is_seen_by_all(clerk: InspectingClient, head: InspectingClient) -> None:
    assert press(head, "/desk/reposts/stop", "/desk/reposts", words="").status_code == 422
    assert press(head, "/desk/reposts/stop", "/desk/reposts", words="大雨のため").status_code == 303
    page = clerk.get("/desk/reposts").get_data(as_text=True)
    assert "大雨のため" in page
    assert "approverさん" in page
    assert press(clerk, "/desk/reposts/start", "/desk/reposts").status_code == 303
    assert "大雨のため" not in head.get("/desk/reposts").get_data(as_text=True)


def test_who_may_come_in(app: Flask, town: Town, head: InspectingClient) -> None:
    assert head.get("/desk/reposts/new").status_code == 404
    assert head.get("/desk/reposts/abcdefghjkmn").status_code == 404
    assert signed_in(app, town.staff(Role.WELFARE)).get("/desk/reposts").status_code == 404
    assert signed_in(app, town.person()).get("/desk/reposts").status_code == 404
