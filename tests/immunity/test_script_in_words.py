"""Classes 1, 3, 4, 28, 29: script in what people write. Mobilizon 1.0.0-beta.2 and 4.0.1, Indico CVE-2023-37901, feedgen CVE-2020-5227.

Every text a person can type, on every page, letter, feed and calendar that shows it. The client itself looks at each page for inline
script, event attributes and script links; here the doors are opened that it cannot see into: JSON-LD, feeds, calendars.
"""

import io
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import feedparser  # type: ignore[import-untyped]
import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.models import Gathering
from idobata.gatherings.rules import LIMITS
from idobata.gatherings.values import PlaceWords
from idobata.kernel.text import clean_line, clean_text
from idobata.store.database import db
from idobata.store.mail_tray import TrayMail
from idobata.store.transaction import transaction
from tests.gatherings.google_event import faults
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, days_from_monday, new_client, press, signed_in, weekly

PAYLOADS = (
    "</script><script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "</title></textarea><svg onload=alert(1)>",
    "<!--<script>]]><![CDATA[",
    "{{7*7}}${7*7}{%x%} %(title)s %s",
    "javascript:alert(1)//",
    "https://a.example/\"onmouseover=alert(1) x='",
    "\u2028\u2029alert(1)\ufeff\u202e\x00\x1b[31m\ud800",
    "a\r\nBEGIN:VEVENT\r\nATTACH:http://evil.example/\r\nEND:VEVENT",
    "a;X-EVIL=1:b,c\\nSUMMARY:x\\",
    "&lt;script&gt;&#x3c;script&#x3e;&amp;",
    "<a href=//evil.example>x</a><base href=//evil.example>",
)
LINES = ("title", "summary", "host_name", "audience", "bring", "rain", "parking", "language", "contact_name", "fee_words", "contact_phone")
TEXTS = ("body", "signup_words")
ALLOWED = {"p", "ul", "ol", "li", "br", "a", "strong"}


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """What is escaped does not depend on the database."""
    return sqlite_database_url


class Tags(HTMLParser):
    """All tags and attributes of a piece of HTML, as a browser would find them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self.links |= {value or "" for name, value in attrs if name == "href"}


def hostile(payload: str) -> dict[str, Any]:
    """Values with a payload in every text; cleaned as the form cleans it."""
    words: dict[str, Any] = {name: clean_line(payload, limit=10_000)[: LIMITS[name]] or "x" for name in LINES}
    words |= {name: clean_text(f"{payload}\n・{payload}\n1. {payload}\n2. x", limit=10_000)[: LIMITS[name]] for name in TEXTS}
    line = clean_line(payload, limit=10_000)
    words["place"] = PlaceWords(name=line[:80] or "x", address=line[:150], access=line[:200])
    words["schedule"] = weekly(days_from_monday(5), count=2, note=line[:200])
    return words | {"contact_phone_public": True, "facts": {}}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_somebody_writes_stays_words_wherever_it_is_shown(
    town: Town, app: Flask, client: InspectingClient, work: Callable[[], int], payload: str
) -> None:
    host = town.person("mallory@example.com", clean_line(payload, limit=10_000)[:60])
    row = town.published(host, **hostile(payload))
    with transaction():
        cancel_date(host, row, days_from_monday(5), clean_line(payload, limit=10_000)[:200], town.settings)
    waiting = town.waiting(host, **hostile(payload))
    work()
    mine, desk = signed_in(app, host), signed_in(app, town.staff())
    one, place = row.public_id, row.place.public_id if row.place else ""
    title = row.title

    for path in (
        "/",
        "/gatherings",
        f"/gatherings/{one}",
        f"/gatherings/{one}?lang=en",
        f"/places/{place}",
        "/calendar/2026-12",
        "/calendar",
    ):
        assert client.get(path).status_code == 200, path
    client.get("/gatherings", query_string=dict.fromkeys(("q", "district", "from", "lang", "fact"), sendable(payload)))
    for path in ("/my", f"/my/{one}", f"/my/{one}/edit", f"/my/{one}/withdraw", f"/my/{one}/dates/2026-12-05/move", f"/post?from={one}"):
        assert mine.get(path).status_code == 200, path
    for path in ("/desk", f"/desk/{one}", f"/desk/{waiting.public_id}", "/desk/log", f"/desk?done=published&about={one}"):
        assert desk.get(path).status_code == 200, path
    typed = {"return-words": sendable(payload), "return-code": town.settings.rules[0].code, "step": "preview"}
    assert press(desk, f"/desk/{waiting.public_id}/return", at=f"/desk/{waiting.public_id}", **typed).status_code == 200
    for number in db.session.scalars(select(TrayMail.id)):
        assert client.get(f"/-/mail/{number}").status_code == 200

    assert_json_holds(client.get(f"/gatherings/{one}").text, title)
    assert_feed_is_whole(client.get("/gatherings.rss").data)
    assert_feed_is_whole(client.get("/feeds/new.rss?lang=en").data)
    for path in ("/gatherings.ics", f"/gatherings/{one}.ics", f"/places/{place}.ics"):
        assert_calendar_is_whole(client.get(path).data, title)


def sendable(payload: str) -> str:
    return payload.encode("utf-8", "ignore").decode()


def assert_json_holds(page: str, title: str) -> None:
    scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    told = {one["@type"]: one for one in map(json.loads, scripts)}
    assert told.keys() == {"Event", "BreadcrumbList"}
    assert told["Event"]["name"] == title
    assert faults(told["Event"]) == []
    assert not set("".join(scripts)) & set("<>&'\u2028\u2029")


def assert_feed_is_whole(data: bytes) -> None:
    found = feedparser.parse(io.BytesIO(data), sanitize_html=False)
    assert not found.bozo
    assert found.entries
    for entry in found.entries:
        for part in entry.content:
            html = Tags(part.value)
            assert html.tags <= ALLOWED
            assert html.attributes <= {"href", "rel", "class"}
            assert all(link.startswith(("http://", "https://")) for link in html.links)
        assert entry.link.startswith("http://127.0.0.1:8000/")


def assert_calendar_is_whole(data: bytes, title: str) -> None:
    assert b"\r\nATTACH" not in data
    assert b"\r\nX-EVIL" not in data
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    events = Calendar.from_ical(data).walk("VEVENT")
    assert events
    assert all(title in str(event["SUMMARY"]) for event in events)
    known = {"UID", "DTSTAMP", "LAST-MODIFIED", "CREATED", "SEQUENCE", "TRANSP", "CATEGORIES", "LOCATION", "SUMMARY", "DESCRIPTION", "URL"}
    assert {name for event in events for name in event} <= known | {
        "LINK",
        "X-IDOBATA-REUSE",
        "STATUS",
        "DTSTART",
        "DTEND",
        "GEO",
        "CONFERENCE",
        "RECURRENCE-ID",
        "RRULE",
    }


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "\u200bjavascript:alert(1)",
        " data:text/html,<script>",
        "//evil.example/",
        "https:evil.example",
        "https://good.example\\@evil.example/",
        "https://city@evil.example/",
        "vbscript:x",
        "ｊａｖａｓｃｒｉｐｔ:alert(1)",
        "https://[::1]/",
        "file:///etc/passwd",
    ],
)
def test_no_link_leads_into_a_script_or_hides_where_it_leads(town: Town, app: Flask, address: str) -> None:
    mine = signed_in(app, town.person())
    row = town.draft()
    for field in ("contact_url", "online_url"):
        page = press(mine, f"/my/{row.public_id}/edit", do="save", **plain_form(), **{field: address})
        assert page.status_code == 422, field
    kept = db.session.scalars(select(Gathering).where(Gathering.id == row.id).execution_options(populate_existing=True)).one()
    assert (kept.contact_url, kept.online_url) == ("", "")


def plain_form() -> dict[str, str]:
    return {
        "day": "2026-12-05",
        "starts": "10:00",
        "rhythm": "once",
        "venue_kind": "place",
        "place_name": "みどり公民館",
        "title": "将棋",
        "summary": "さします。",
        "fee_kind": "free",
        "host_name": "会",
        "pledge": "y",
    }


def test_a_title_is_no_template_and_no_format(town: Town, app: Flask) -> None:
    words = "{{7*7}} %(title)s %s {0} ${x}"
    row = town.waiting(title=words)
    desk = signed_in(app, town.staff())
    answer = press(desk, f"/desk/{row.public_id}/seen", at=f"/desk/{row.public_id}", version="x")
    assert words in answer.text.replace("&#39;", "'")
    assert "49" not in re.sub(r"<[^>]*>", "", new_client(app).get("/gatherings").text)
