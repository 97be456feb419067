"""Words that nobody should type, in every field of one gathering, past every check: each twin stays whole, all others in it stay as they were.

On SQLite alone, which stores what PostgreSQL refuses.
"""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from typing import Any

import feedparser
import icalendar
import pytest
import vobject
from jsonschema import Draft202012Validator
from lxml import etree
from sqlalchemy import String, Text, inspect

from idobata.feeds.json_feed import SCHEMA
from idobata.feeds.twin_queries import TWINS
from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.schedule import Rhythm, Schedule
from idobata.gatherings.values import GatheringValues, PlaceWords
from idobata.groups.models import Group
from idobata.kernel.actor import SYSTEM
from idobata.places.models import Place
from idobata.store.database import db
from idobata.store.transaction import transaction
from tests.feeds.entries import CONTROLS
from tests.feeds.feed_town import NOW, Town

HOSTILE = {
    "controls": f"前{CONTROLS}後",
    "end of CDATA": "]]><![CDATA[ <!-- & &amp; &#0; <script>alert(1)</script>",
    "four bytes": "👨‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿𠮷野家",
    "line breaks in an address": "https://evil.example/\r\nSet-Cookie: a=b\r\n\r\nBEGIN:VEVENT\r\nUID:evil",
    "a long word": "あ" * 10_000 + "x" * 10_000,
    "signs": "\"';:,\\n\\N=\t%00%0d%0a{}${7*7}{{7*7}}=1+1",
}
SATURDAYS = Schedule(rhythm=Rhythm.WEEKLY, first_day=date(2026, 11, 21), starts=time(10), ends=time(12), weekdays=(5,))
VALUES = GatheringValues(
    title="よい会", summary="おしゃべりの会です。", host_name="みどり会", schedule=SATURDAYS, place=PlaceWords(name="中央公民館")
)
# What the code reads to know what to do; its words are not anybody's.
KEPT = {"public_id", "publication", "venue_kind", "fee_kind", "signup_kind", "state", "origin", "origin_key"}


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """See above."""
    return sqlite_database_url


def read_xml(body: bytes) -> dict[str, Any]:
    """RSS or Atom, parsed strictly by libxml2 and then by a feed reader."""
    etree.fromstring(body, etree.XMLParser(recover=False, huge_tree=False))
    feed = feedparser.parse(body)
    assert not feed.bozo
    # Moments may give way by a second to a newcomer of the same one.
    loose = ("published", "published_parsed", "updated", "updated_parsed")
    return {item.id: {name: value for name, value in item.items() if name not in loose} for item in feed.entries}


def read_json(body: bytes) -> dict[str, Any]:
    """JSON Feed, held to its schema."""
    feed = json.loads(body)
    Draft202012Validator(json.loads(SCHEMA)).validate(feed)
    return {item["id"]: {name: value for name, value in item.items() if not name.startswith("date_")} for item in feed["items"]}


def read_ics(body: bytes) -> dict[str, Any]:
    """iCalendar, by two readers, its lines counted in octets."""
    lines = body.split(b"\r\n")
    assert lines.pop() == b""
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line and line.decode() for line in lines)
    assert vobject.readOne(body.decode())
    events = icalendar.Calendar.from_ical(body).walk("VEVENT")
    return {f"{event['UID']} {event.get('RECURRENCE-ID')}": event.to_ical() for event in events}


def read_csv(body: bytes) -> dict[str, Any]:
    """A table: one record on one line, each as wide as its header."""
    lines = body.decode("utf-8-sig").split("\r\n")
    assert lines.pop() == ""
    rows = list(csv.DictReader(lines, strict=True))
    assert len(rows) == len(lines) - 1
    assert all(None not in row and None not in row.values() for row in rows)
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    return {row["ページ"]: row for row in rows}


READERS: dict[str, Callable[[bytes], dict[str, Any]]] = {
    "rss": read_xml,
    "atom": read_xml,
    "json": read_json,
    "ics": read_ics,
    "csv": read_csv,
}


def poison(gathering: Gathering, hostile: str) -> set[str]:
    """Put the words into every text column of the gathering, its dates, its place and its group; their names."""
    poisoned: set[str] = set()
    dates = db.session.query(Occurrence).filter_by(gathering_id=gathering.id)
    for row in (gathering, *dates, gathering.place, gathering.group):
        assert row is not None
        for column in inspect(type(row)).columns:
            if isinstance(column.type, String | Text) and column.name not in KEPT and type(column.type) in (String, Text):
                setattr(row, column.name, hostile if not column.unique else hostile[:20])
                poisoned.add(f"{type(row).__name__}.{column.name}")
    return poisoned


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_every_twin_stays_whole_and_all_others_in_it_stay_as_they_were(town: Town, hostile: str) -> None:
    others = [town.publish(replace(VALUES, title=f"よい会{number}", place=PlaceWords(name=f"公民館{number}"))) for number in range(3)]
    with transaction():
        cancel_date(SYSTEM, others[0], date(2026, 11, 21), "雨のため", town.settings)
    before = {twin.suffix: READERS[twin.suffix](town.reader.get(f"/gatherings.{twin.suffix}").data) for twin in TWINS}
    bad = town.publish(replace(VALUES, place=PlaceWords(name="別の公民館")))
    with transaction():
        group = Group(slug="bad", name="わるい会", folded_name="わるい会", created_at=NOW, updated_at=NOW)
        db.session.add(group)
        db.session.flush()
        bad.group_id = group.id
        db.session.flush()
        db.session.refresh(bad)
        poisoned = poison(bad, hostile)
    assert {"Gathering.title", "Gathering.body", "Gathering.online_url", "Occurrence.note", "Place.name", "Group.name"} <= poisoned
    for twin in TWINS:
        response = town.reader.get(f"/gatherings.{twin.suffix}")
        assert response.status_code == 200
        found = READERS[twin.suffix](response.data)
        assert {name: found.get(name) for name in before[twin.suffix]} == before[twin.suffix], twin.suffix
        assert any(bad.public_id in name for name in found), f"{twin.suffix} lost the gathering"
        assert "evil" not in str(response.headers)
    assert isinstance(bad.place, Place)
    assert town.reader.get(f"/gatherings/{bad.public_id}.ics").status_code == 200
