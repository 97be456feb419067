"""The form that puts an embed together, without a script, and the lines it prints."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from idobata.embeds.snippet import snippet
from idobata.gatherings.posting_actions import withdraw
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import BASE_URL, Town


def page(client: InspectingClient, **asked: str) -> str:
    answer = client.get("/embed", query_string=asked)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def lines(html: str) -> str:
    [found] = re.findall(r"<textarea[^>]*>(.*?)</textarea>", html, re.DOTALL)
    return unescape(found)


def frame(html: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in re.findall(r'([a-z]+)="([^"]*)"', lines(html).split("></iframe>")[0])}


def test_without_a_word_it_prints_a_frame_that_works(town: Town, client: InspectingClient) -> None:
    town.published(title="朝のおにぎり")
    html = page(client)
    found = frame(html)
    assert found["src"] == f"{BASE_URL}/embed/gatherings?fit=1"
    assert found["title"] == "これからの集まり"
    assert found["sandbox"] == "allow-popups allow-popups-to-escape-sandbox allow-scripts"
    assert 300 <= int(found["height"]) <= 1000
    assert f'<script async src="{BASE_URL}/embed/idobata.js"></script>' in lines(html)
    assert "朝のおにぎり" in client.get(found["src"].removeprefix(BASE_URL)).text
    # The preview is the same page.
    assert 'src="/embed/gatherings?fit=1"' in html


def test_whoever_allows_no_script_gets_a_frame_without_one(client: InspectingClient) -> None:
    html = page(client, fit="0", height="555")
    assert "script" not in lines(html)
    assert frame(html)["height"] == "555"
    assert frame(html)["src"] == f"{BASE_URL}/embed/gatherings"


def test_a_pasted_address_brings_its_filters_and_the_form_stands_above_them(town: Town, client: InspectingClient) -> None:
    town.published()
    html = page(
        client, source=f"{BASE_URL}/districts/minato?category=eat&free=1&lang=en", category="learn", when="", look="next", language="en"
    )
    address = urlsplit(frame(html)["src"])
    assert address.path == "/embed/districts/minato"
    assert parse_qs(address.query) == {"category": ["learn"], "free": ["1"], "look": ["next"], "lang": ["en"], "fit": ["1"]}
    assert f'href="{BASE_URL}/screen?district=minato&amp;category=learn&amp;free=1&amp;lang=en"' in html
    assert '<html lang="ja">' in html


@pytest.mark.parametrize(
    "typed", ["https://elsewhere.example/gatherings", "みなと会", "javascript:alert(1)", '"><script>alert(1)</script>']
)
def test_an_address_of_somewhere_else_is_said_and_stays_typed(client: InspectingClient, typed: str) -> None:
    html = page(client, source=typed)
    assert "このサイトの一覧や集まりのアドレスではないようです" in html
    assert "<textarea" not in html
    [field] = re.findall(r'<input[^>]*name="source"[^>]*>', html)
    assert f'value="{typed}"' in unescape(field)
    assert 'aria-invalid="true"' in field
    assert "<script>alert" not in html


def test_a_page_that_is_not_there_or_was_taken_down_is_said(town: Town, client: InspectingClient) -> None:
    row = town.published()
    assert f"/embed/gatherings/{row.public_id}?fit=1" in page(client, source=f"/gatherings/{row.public_id}")
    assert "そのページは見つかりません" in page(client, source="/groups/no-such")
    assert "そのページは見つかりません" in page(client, source=f"/gatherings/{town.waiting().public_id}")
    with transaction():
        withdraw(town.person(), row)
    assert "この集まりの掲載は終わりました" in page(client, source=f"/gatherings/{row.public_id}")


def test_colours_nobody_could_read_and_what_could_not_be_used_are_named(client: InspectingClient) -> None:
    html = page(client, ground="#ffffff", ink="#aaaaaa", accent="blue", height="99999", when="someday")
    assert "こちらで選んだ色にしました：文字の色" in html
    assert "次の条件をのぞいて、つくりました：いつ、高さ、リンクの色" in html
    assert "accent" not in frame(html)["src"]


def test_our_own_page_may_show_our_frames_and_still_stands_in_none(client: InspectingClient) -> None:
    answer = client.get("/embed")
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cache-Control"] == "public, no-cache"


def test_hostile_words_cannot_leave_the_lines() -> None:
    text = snippet('https://x.example/?a=1&b="><script>', '"><script>alert(1)</script>', 300, "https://x.example/embed/idobata.js")
    assert text.count("<script") == 1
    assert "&amp;b=&quot;&gt;" in text
