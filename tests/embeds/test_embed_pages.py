"""The small pages for other sites' frames, as a browser gets them."""

import re
from datetime import date

import pytest
from flask import Flask

from idobata.accounts.actions import find_or_make_person
from idobata.app import may_be_kept
from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import withdraw
from idobata.groups.actions import add_group
from idobata.kernel.actor import SYSTEM
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import BASE_URL, Town, new_client, signed_in, weekly

SATURDAY = date(2026, 12, 5)
LOOKS = ("list", "cards", "calendar", "next")
LINK = re.compile(r"<a\s[^>]*>")
CLOSED = ("/", "/gatherings", "/gatherings/{id}", "/calendar", "/first-step", "/sign-in", "/post", "/about", "/nothing", "/embed/nothing")


def sources(row: Gathering) -> list[str]:
    assert row.place is not None
    return [
        "/embed/gatherings",
        "/embed/first-step",
        "/embed/districts/kitamachi",
        f"/embed/places/{row.place.public_id}",
        "/embed/groups/minato",
        f"/embed/gatherings/{row.public_id}",
        f"/embed/gatherings/{row.public_id}/2026-12-12",
    ]


@pytest.fixture
def row(town: Town) -> Gathering:
    lead = town.person()
    with transaction():
        add_group(SYSTEM, "minato", "みなと会", "みなとで会います。", None, [], find_or_make_person("hanako@example.com"))
    return town.published(lead, title="朝のおにぎり", schedule=weekly(SATURDAY))


def text(client: InspectingClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.get_data(as_text=True)


def test_every_look_of_every_source_may_be_framed_by_anybody_and_does_nothing_but_show(row: Gathering, client: InspectingClient) -> None:
    for path in sources(row):
        for look in LOOKS:
            answer = client.get(f"{path}?look={look}")
            assert answer.status_code == 200, path
            assert "X-Frame-Options" not in answer.headers
            assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
            policy = dict(rule.split(" ", 1) for rule in answer.headers["Content-Security-Policy"].split("; "))
            assert policy == {
                "default-src": "'none'",
                "script-src": "'none'",
                "style-src": f"'self' {BASE_URL}",
                "form-action": "'none'",
                "base-uri": "'none'",
                "frame-ancestors": "*",
            }
            assert "Set-Cookie" not in answer.headers
            page = answer.get_data(as_text=True)
            assert not re.search(r"<(script|form|img|iframe|header|footer|nav)\b", page), f"{path} {look}"
            assert '<meta name="robots" content="noindex">' in page


def test_nothing_else_may_be_framed(row: Gathering, client: InspectingClient) -> None:
    client.get("/embed/gatherings")
    for path in CLOSED:
        answer = client.get(path.format(id=row.public_id))
        assert answer.headers["X-Frame-Options"] == "DENY", path
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], path


def test_every_link_opens_the_real_page_by_itself_but_the_month_that_turns_in_the_frame(row: Gathering, client: InspectingClient) -> None:
    for path in sources(row):
        for look in LOOKS:
            links = LINK.findall(text(client, f"{path}?look={look}"))
            turning = [one for one in links if 'class="turn__step"' in one]
            assert len(turning) == (2 if look == "calendar" else 0)
            assert all('href="/embed/' in one for one in turning)
            leading = [one for one in links if one not in turning]
            assert len(leading) >= 2
            for one in leading:
                assert f'href="{BASE_URL}/' in one, one
                assert 'target="_blank" rel="noopener"' in one, one
                assert "/embed" not in one, one


def test_the_filters_of_the_list_count_and_the_source_wins(town: Town, row: Gathering, client: InspectingClient) -> None:
    town.published(title="学ぶ会", category="learn", district="minato")
    assert "学ぶ会" not in text(client, "/embed/gatherings?category=eat")
    assert "朝のおにぎり" not in text(client, "/embed/gatherings?category=learn")
    district = text(client, "/embed/districts/minato?district=kitamachi&category=learn&lang=en")
    assert "学ぶ会" in district
    assert f'href="{BASE_URL}/districts/minato?category=learn&amp;lang=en"' in district
    assert '<html lang="en">' in district


def test_so_many_dates_are_shown_as_were_asked_for_and_the_rest_is_counted(town: Town, client: InspectingClient) -> None:
    for _number in range(5):
        town.published()
    assert text(client, "/embed/gatherings?limit=2").count('class="line ') == 2
    assert "すべて見る（5件）" in text(client, "/embed/gatherings?limit=2")
    assert text(client, "/embed/gatherings?look=next&limit=50").count("next__one--") == 3
    for nonsense in ("0", "51", "-1", "２", "1e1", "x"):
        assert text(client, f"/embed/gatherings?limit={nonsense}").count('class="line ') == 5


def test_a_cancelled_date_says_so_in_every_look(town: Town, row: Gathering, client: InspectingClient, app: Flask) -> None:
    with transaction():
        cancel_date(town.person(), row, SATURDAY, "台風のため", town.settings)
    for path in ("/embed/gatherings", f"/embed/gatherings/{row.public_id}"):
        for look in LOOKS:
            assert "中止" in text(client, f"{path}?look={look}&month=2026-12"), f"{path} {look}"
    assert "台風のため" in text(client, "/embed/gatherings")


def test_a_month_is_turned_in_the_frame_and_ends_where_that_of_the_site_ends(row: Gathering, client: InspectingClient) -> None:
    page = text(client, "/embed/gatherings?look=calendar&category=eat&theme=dark")
    assert "2026年11月" in page
    assert 'href="/embed/gatherings?category=eat&amp;look=calendar&amp;theme=dark&amp;month=2026-12"' in page
    assert "朝のおにぎり" in text(client, "/embed/gatherings?look=calendar&month=2026-12")
    assert f'href="{BASE_URL}/gatherings?from=2026-12-05&amp;to=2026-12-05"' in text(
        client, "/embed/gatherings?look=calendar&month=2026-12"
    )
    assert text(client, "/embed/gatherings?look=calendar&month=2028-05").count('class="turn__step"') == 1
    for nonsense in ("2028-06", "2026-13", "0000-00", "x", "2026-1"):
        assert "2026年11月" in text(client, f"/embed/gatherings?look=calendar&month={nonsense}")
    # The calendar of one gathering opens where its next date is.
    assert "2026年12月" in text(client, f"/embed/gatherings/{row.public_id}?look=calendar")


def test_what_is_not_there_says_so_in_the_frame(town: Town, row: Gathering, client: InspectingClient) -> None:
    for path in (
        "/embed/groups/no-such",
        "/embed/districts/no-such",
        "/embed/places/abcdefghjkmn",
        "/embed/places/x",
        "/embed/gatherings/abcdefghjkmn",
        "/embed/gatherings/x",
        f"/embed/gatherings/{row.public_id}/2026-12-06",
        f"/embed/gatherings/{row.public_id}/tomorrow",
        f"/embed/gatherings/{town.waiting().public_id}",
    ):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
        assert "X-Frame-Options" not in answer.headers
        assert "ここに出す集まりが見つかりません" in answer.get_data(as_text=True)
    with transaction():
        withdraw(town.person(), row)
    assert "この集まりの掲載は終わりました" in text(client, f"/embed/gatherings/{row.public_id}", 410)


def test_a_reader_s_embed_is_kept_ready_and_shows_nobody_who_is_signed_in(town: Town, row: Gathering, app: Flask) -> None:
    assert may_be_kept("/embed/gatherings")
    answer = new_client(app).get("/embed/gatherings")
    assert answer.headers["Cache-Control"] == "public, no-cache"
    hers = signed_in(app, town.person("hanako@example.com", "かなりあ花子")).get("/embed/gatherings")
    assert hers.data == answer.data
    assert hers.headers["Cache-Control"] == "no-store"
    with transaction():
        cancel_date(town.person(), row, SATURDAY, "", town.settings)
    assert "中止" in new_client(app).get("/embed/gatherings").text


def test_words_from_strangers_stay_words(town: Town, client: InspectingClient) -> None:
    row = town.published(title="<img src=x onerror=alert(1)>", summary='"><script>alert(2)</script>', schedule=weekly(SATURDAY))
    for path in ("/embed/gatherings", f"/embed/gatherings/{row.public_id}"):
        for look in LOOKS:
            page = text(client, f"{path}?look={look}&q=%22%3E%3Cscript%3E&month=2026-12&theme=%22%3E%3Cscript%3E")
            assert "<script>alert" not in page
            assert "<img src=x" not in page


# The style sheet and the scripts


def test_only_the_embed_that_tells_its_height_has_a_script(row: Gathering, client: InspectingClient) -> None:
    answer = client.get("/embed/gatherings?fit=1")
    assert re.findall(r"<script[^>]*>", answer.text) == ['<script defer src="/embed/height.js">']
    assert f"script-src 'self' {BASE_URL}" in answer.headers["Content-Security-Policy"]
    for path in ("/embed/height.js", "/embed/idobata.js", "/embed/look.css"):
        file = client.get(path)
        assert file.status_code == 200
        assert file.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert file.headers["X-Content-Type-Options"] == "nosniff"
        assert file.headers["Cache-Control"].startswith("public, max-age=")
        assert len(file.data) < 16_000


def test_the_script_for_other_sites_is_tiny_and_knows_no_other_host(client: InspectingClient) -> None:
    script = text(client, "/embed/idobata.js")
    assert len(script) < 2_000
    assert "http" not in script
    assert not re.search(r"fetch|XMLHttp|cookie|localStorage|innerHTML|eval|sendBeacon", script)


def test_the_colours_of_the_address_reach_the_style_sheet_and_nothing_else_does(row: Gathering, client: InspectingClient) -> None:
    page = text(client, "/embed/gatherings?ground=fff&ink=%23112233&accent=800000&size=large&theme=};x")
    [style] = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    css = text(client, style.replace("&amp;", "&"))
    assert "--ground:#ffffff" in css
    assert "--ink:#112233" in css
    assert "--accent:#800000" in css
    assert ":root{font-size:125%" in css
    hostile = text(client, "/embed/look.css?ground=red;}body{display:none&ink=url(x)&size=9&theme=%3C")
    assert hostile == text(client, "/embed/look.css")
