"""Where staff begin, and what stands in the desk's navigation for whom."""

import re

import pytest
from flask import Flask

from idobata.kernel.actor import Role
from idobata.web.desk_entries import ENTRIES
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, signed_in


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them."""
    return sqlite_database_url


AT_THE_DESK = (Role.EDITOR, Role.ADMIN, Role.WELFARE, Role.APPROVER)


def entries(client: InspectingClient, path: str) -> list[tuple[str, str, bool]]:
    """(address, words, is here) of the desk's navigation."""
    html = client.get(path).get_data(as_text=True)
    nav = html[html.index('class="desk-nav"') :].split("</nav>")[0]
    return [(href, words, bool(here)) for href, here, words in re.findall(r'<a href="([^"]+)"( aria-current="page")?>([^<]+)</a>', nav)]


@pytest.mark.parametrize(
    ("role", "begins"),
    [(Role.EDITOR, "/desk"), (Role.ADMIN, "/desk"), (Role.WELFARE, "/desk/find"), (Role.APPROVER, "/desk/approvals")],
)
def test_everybody_begins_where_there_is_something_for_her(town: Town, app: Flask, role: Role, begins: str) -> None:
    client = signed_in(app, town.staff(role))
    assert client.get("/sign-in").location == begins
    assert client.get("/sign-in?then=/desk").location == begins, "whoever types the address she knows by heart is led on"
    assert client.get("/sign-in?then=/my").location == "/my"
    assert f'<a class="brand" href="{begins}">' in client.get(begins).get_data(as_text=True)


def test_an_approver_reads_what_her_role_is_for_and_no_more_than_that(town: Town, app: Flask) -> None:
    client = signed_in(app, town.staff(Role.APPROVER))
    page = client.get("/desk/approvals").get_data(as_text=True)
    for href in ("/desk/reposts", "/gatherings", "/log", "/rules", "/my/security"):
        assert f'href="{href}"' in page
        assert client.get(href).status_code == 200
    assert client.get("/desk/log").status_code == 404
    assert client.get("/desk/calls").status_code == 404, "a host's phone is nobody's business but theirs who ring up"


@pytest.mark.parametrize("role", AT_THE_DESK)
def test_every_entry_opens_and_exactly_one_is_here(town: Town, app: Flask, role: Role) -> None:
    client = signed_in(app, town.staff(role))
    begins = client.get("/sign-in").location
    ways = entries(client, begins)
    assert len({href for href, _words, _here in ways}) == len(ways) >= (2 if role is Role.APPROVER else 4)
    for href, _words, _here in ways[:-1]:
        assert client.get(href).status_code == 200, href
        assert [one for one, _w, here in entries(client, href) if here] == [href]


def test_a_page_below_an_entry_lies_there(town: Town, app: Flask) -> None:
    row = town.published()
    client = signed_in(app, town.staff(Role.WELFARE))
    here = [words for _href, words, is_here in entries(client, f"/desk/first-step/{row.public_id}") if is_here]
    assert here == ["しるし"]


def test_the_words_of_the_roles(town: Town, app: Flask) -> None:
    words = {role: [one for _href, one, _here in entries(signed_in(app, town.staff(role)), "/desk/gaps")] for role in AT_THE_DESK[:3]}
    assert words[Role.WELFARE][:4] == ["さがす", "しるし", "電話", "空いているところ"]
    assert words[Role.EDITOR][0] == "待っているもの"
    assert "さがす" not in words[Role.EDITOR]
    assert "待っているもの" not in words[Role.WELFARE]


def test_every_entry_is_a_page_of_this_site(app: Flask) -> None:
    assert [endpoint for endpoint, _words, _may in ENTRIES if endpoint not in app.view_functions] == []
