"""What the city learns, as tables and files: gaps in words, heads for every cell, nothing of a person, inert cells."""

import csv
import io
import re
from datetime import datetime, timedelta

import pytest
from flask import Flask

from idobata.kernel import clock
from idobata.kernel.actor import Role
from idobata.welcome.gaps_views import TABLES
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, days_from_monday, signed_in, weekly


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """Pages do not know which database lies below them; the queries are tested on both."""
    return sqlite_database_url


@pytest.fixture
def social(town: Town, app: Flask) -> InspectingClient:
    return signed_in(app, town.staff(Role.WELFARE))


def rows_of(client: InspectingClient, name: str, query: str = "?of=all") -> list[list[str]]:
    answer = client.get(f"/desk/gaps/{name}.csv{query}")
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))


def test_a_gap_is_said_in_words_and_every_number_has_its_heads(town: Town, social: InspectingClient) -> None:
    town.published(title="朝の会", district="minato", schedule=weekly(days_from_monday(5), count=3), facts={"quiet": True})
    html = social.get("/desk/gaps?of=all").get_data(as_text=True)
    first = html[html.index("<table>") : html.index("</table>")]
    assert "<caption" in first
    assert first.count('scope="col"') == 9
    districts = len(town.settings.districts)
    assert first.count('scope="rowgroup" rowspan="3"') == districts + 1
    assert first.count('scope="row"') == 3 * (districts + 1)
    assert first.count('class="counts__some"') == 2, "the whole town, and the port"
    assert first.count("まだありません") == 21 * (districts + 1) - 2
    assert "朝の会" not in html, "counts, and no listing"
    assert "はなこ" not in html
    assert "だれが来たか、だれがページを見たかは、数えていません。" in html


def test_the_switch_tells_marked_from_all(town: Town, social: InspectingClient) -> None:
    town.published()
    assert "<strong>0件</strong>" in social.get("/desk/gaps").get_data(as_text=True)
    html = social.get("/desk/gaps?of=all").get_data(as_text=True)
    assert "<strong>1件</strong>" in html
    assert 'href="/desk/gaps/hours.csv?of=all"' in html
    assert re.search(r'aria-current="[a-z]+"[^>]*>.{0,400}?すべての集まり', html, re.DOTALL)


def test_each_table_is_a_file_with_the_same_numbers(town: Town, social: InspectingClient) -> None:
    town.published(district="minato", schedule=weekly(days_from_monday(5), count=3), facts={"quiet": True})
    hours = rows_of(social, "hours")
    assert hours[0] == ["地区", "時間", *(f"{letter}曜日" for letter in "月火水木金土日")]
    assert ["港", "午前", "0", "0", "0", "0", "0", "1", "0"] in hours
    facts = rows_of(social, "facts")
    quiet = next(row for row in facts if row[1] == "静か")
    assert quiet[2:4] == ["1", "1"]
    assert len(rows_of(social, "marks")) == 7
    assert rows_of(social, "checks")[1] == ["集まりの数", "0", "0", "0", "0", "1"]
    assert set(TABLES) == {"hours", "facts", "marks", "checks"}


def test_the_tables_can_be_asked_for_one_fact(town: Town, social: InspectingClient) -> None:
    """District by weekday by time of day, for what one may go to with a wheelchair: a gap there is another gap."""
    town.published(district="minato", schedule=weekly(days_from_monday(5), count=3), facts={"wheelchair": True})
    town.published(district="minato", schedule=weekly(days_from_monday(5), count=3), facts={"wheelchair": False, "quiet": True})
    town.published(district="minato", schedule=weekly(days_from_monday(5), count=3))
    assert ["港", "午前", "0", "0", "0", "0", "0", "3", "0"] in rows_of(social, "hours")
    assert ["港", "午前", "0", "0", "0", "0", "0", "1", "0"] in rows_of(social, "hours", "?of=all&fact=wheelchair")
    quiet = next(row for row in rows_of(social, "facts", "?of=all&fact=wheelchair") if row[1] == "静か")
    assert quiet[2:4] == ["0", "0"]
    assert ["港", "午前", "0", "0", "0", "0", "0", "3", "0"] in rows_of(social, "hours", "?of=all&fact=free")
    assert ["港", "午前", "0", "0", "0", "0", "0", "3", "0"] in rows_of(social, "hours", "?of=all&fact=no-signup")
    html = social.get("/desk/gaps?of=all&fact=wheelchair").get_data(as_text=True)
    assert "<strong>1件</strong>" in html
    assert '<option value="wheelchair" selected>' in html
    assert 'href="/desk/gaps/hours.csv?of=all&amp;fact=wheelchair"' in html
    assert "<strong>3件</strong>" in social.get("/desk/gaps?of=all&fact=nothing-of-ours").get_data(as_text=True)


def test_a_name_from_the_settings_never_runs_in_a_spreadsheet(town: Town, app: Flask, social: InspectingClient) -> None:
    object.__setattr__(town.settings.districts[0], "name", "=HYPERLINK(1)")
    assert any(row[0] == "'=HYPERLINK(1)" for row in rows_of(social, "hours"))


def test_files_ask_once_more_who_is_there(town: Town, app: Flask, monday: datetime) -> None:
    client = signed_in(app, town.staff(Role.WELFARE))
    with clock.hold(monday + timedelta(minutes=11)):
        for name in TABLES:
            assert "/sign-in/again" in client.get(f"/desk/gaps/{name}.csv").location
        assert client.get("/desk/gaps").status_code == 200


def test_it_speaks_english_too(town: Town, social: InspectingClient) -> None:
    town.published(district="minato")
    html = social.get("/desk/gaps?of=all&lang=en").get_data(as_text=True)
    assert "Nothing yet" in html
    assert 'aria-label="Monday"' in html
