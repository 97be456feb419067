"""A canary in every private column: whatever a reader can open, none of them sings."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from idobata.accounts.actions import find_or_make_person, make_link
from idobata.gatherings.date_actions import cancel_date
from idobata.gatherings.models import Gathering
from idobata.gatherings.posting_actions import withdraw
from idobata.groups.actions import add_group
from idobata.kernel.actor import SYSTEM, Role
from idobata.store.database import db
from idobata.store.deeds import record
from idobata.store.outbox import tell
from idobata.store.transaction import transaction
from tests.harness.inspecting_client import InspectingClient
from tests.harness.site import Town, days_from_monday, everything, make_settings, new_client, running, weekly

SING = "kanaria"
MOST_PAGES = 250
PUBLIC_WORDS = "みんなに見える言葉"


@pytest.fixture
def reader(sqlite_database_url: str, tmp_path: Path, monday: object) -> Iterator[InspectingClient]:
    """A reader in a town as a city runs it (no demo), full of things that are nobody's business."""
    demo = make_settings(sqlite_database_url, tmp_path)
    settings = replace(demo, machine=replace(demo.machine, demo=False))
    for app in running(settings):
        with app.app_context():
            fill(Town(settings))
            yield new_client(app)


def fill(town: Town) -> None:
    poster = town.person(f"{SING}-poster@example.com", f"{SING} 本名")
    town.staff(Role.EDITOR, f"{SING}-staff@city.example.com")
    with transaction():
        add_group(
            SYSTEM,
            "minato-shogi",
            "みなと将棋会",
            "駒の音がすきな人の集まりです。",
            "minato",
            [],
            find_or_make_person(f"{SING}-lead@example.com", SING),
        )
    hidden = {
        "contact_name": f"{SING} 窓口",
        "contact_phone": f"{SING}-090",
        "contact_email": f"{SING}-contact@example.com",
        "contact_url": f"https://{SING}.example/",
    }
    rows = [
        town.published(poster, title=PUBLIC_WORDS, schedule=weekly(days_from_monday(5), count=3), **hidden),
        town.published(poster, title=f"団体の{PUBLIC_WORDS}", body="本文", facts={"drop-in": True}, **hidden),
    ]
    gone = town.published(poster, title=f"{SING} 取り下げ", **hidden)
    rows += [gone, town.draft(poster, title=f"{SING} 下書き", **hidden), town.waiting(poster, title=f"{SING} 確認待ち", **hidden)]
    with transaction():
        withdraw(poster, gone)
        cancel_date(poster, rows[0], days_from_monday(5), "雨のため", town.settings)
        for number, row in enumerate(rows):
            row.return_code, row.return_words = "other", f"{SING} 担当より"
            row.source_key, row.source_digest = f"{SING}:{number}", f"{SING}-digest"
        record(poster, f"{SING}.deed", "gathering", rows[0].public_id, note=SING)
        tell("mail", {"to": f"{SING}@example.com", "text": SING})
        make_link("sign_in", f"{SING}-poster@example.com", timedelta(hours=1))


def everything_a_reader_can_open(app: Flask, client: InspectingClient) -> dict[str, str]:
    """Every page reached from the first one and from every public route; its words by its address."""
    waiting = deque(["/"])
    row = db.session.scalars(select(Gathering).where(Gathering.publication == "published")).first()
    assert row is not None
    known = {
        "public_id": row.public_id,
        "slug": "minato-shogi",
        "month": "2026-12",
        "day": days_from_monday(5).isoformat(),
        "token": "x",
        "name": "x",
    }
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()):
            waiting.append(re.sub(r"<(?:[a-z]+:)?(\w+)>", lambda match: known.get(match[1], "1"), rule.rule))
    waiting += [f"/gatherings{suffix}?q={SING}" for suffix in ("", ".rss", ".ics")]
    waiting += [
        f"/gatherings/{other.public_id}{suffix}"
        for other in db.session.scalars(select(Gathering))
        for suffix in ("", ".ics", "/2026-12-05")
    ]
    seen: dict[str, str] = {}
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.popleft()
        if path in seen or path.startswith("/static/"):
            continue
        answer = client.get(path)
        assert "Set-Cookie" not in answer.headers, path
        seen[path] = f"{answer.headers} {answer.get_data(as_text=True)}"
        if answer.mimetype == "text/html":
            links = re.findall(r'(?:href|action)="([^"]+)"', answer.get_data(as_text=True))
            waiting += [link.replace("&amp;", "&").split("#")[0] for link in links if link.startswith("/") and not link.startswith("//")]
    return seen


def test_no_private_word_reaches_a_reader_and_reading_changes_nothing(reader: InspectingClient) -> None:
    before = everything()
    seen = everything_a_reader_can_open(reader.application, reader)
    assert len(seen) > 80
    # A page that was asked for the canary says so itself, in its field and its links.
    singing = {path for path, words in seen.items() if SING in words.lower() and SING not in path.lower()}
    assert singing == set()
    assert sum(PUBLIC_WORDS in words for words in seen.values()) > 10, "the readers' own words are there"
    assert everything() == before


def test_searching_for_a_private_word_finds_nothing(reader: InspectingClient) -> None:
    for word in (SING, f"{SING}-poster", "窓口", "本名", "担当より", "取り下げ", "下書き", "確認待ち"):
        for path in ("/gatherings", "/gatherings.rss", "/gatherings.ics", "/calendar"):
            page = reader.get(path, query_string={"q": word}).get_data(as_text=True)
            assert PUBLIC_WORDS not in page, (path, word)
            assert f"{SING} " not in page, (path, word)


def test_hidden_contact_is_shown_the_moment_its_host_makes_it_public(reader: InspectingClient) -> None:
    """So that the test above cannot pass because nothing of a contact is ever shown."""
    row = db.session.scalars(select(Gathering).where(Gathering.title == PUBLIC_WORDS)).one()
    with transaction():
        row.contact_phone_public = True
    page = reader.get(f"/gatherings/{row.public_id}").get_data(as_text=True)
    assert f"{SING}-090" in page
    assert f"{SING}-contact" not in page
