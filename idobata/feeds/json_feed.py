"""JSON Feed 1.1 with an `_event` object in each entry: what RSS readers get, for scripts. `json_feed.schema.json` says its form."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from idobata.feeds.entry import EntryEvent, FeedEntry, FeedHead, Reuse, falling
from idobata.feeds.leaving_out import each
from idobata.feeds.titles import one_line

SCHEMA = (Path(__file__).parent / "json_feed.schema.json").read_bytes()
"""The form of these feeds as a JSON Schema."""
VERSION = "https://jsonfeed.org/version/1.1"


def to_json_feed(head: FeedHead, entries: Iterable[FeedEntry]) -> bytes:
    """The feed, newest entry first. Equal input gives equal bytes. An entry that cannot be written is left out and logged."""
    told = each(falling(entries), lambda pair: _text(_item(*pair, head.language)), lambda pair: pair[0].guid)
    feed: dict[str, Any] = {
        "version": VERSION,
        "title": one_line(head.title) or head.page_url,
        "home_page_url": head.page_url,
        "feed_url": head.self_url,
        "description": one_line(head.description),
        "language": head.language,
        "authors": [{"name": one_line(head.author) or head.host}],
    }
    if head.hub_url:
        feed["hubs"] = [{"type": "WebSub", "url": head.hub_url}]
    # Each item is text already, so that one that cannot be written is found before the feed is.
    feed["_event"] = {"about": head.schema_url}
    opening = _text(feed).removesuffix("}")
    return f'{opening},"items":[{",".join(told)}]}}\n'.encode()


def _item(entry: FeedEntry, said_at: datetime, language: str) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.guid,
        "url": entry.link,
        "title": entry.title,
        "summary": entry.line,
        "content_html": entry.html,
        "date_published": said_at.isoformat(),
        "date_modified": max(entry.changed_at.replace(microsecond=0), said_at).astimezone(said_at.tzinfo).isoformat(),
        "language": language,
    }
    if entry.author:
        item["authors"] = [{"name": entry.author}]
    if entry.tags:
        item["tags"] = list(entry.tags)
    if entry.event is not None:
        item["_event"] = _event(entry.event) | {"reuse": _reuse(entry.reuse)}
    return item


def _event(event: EntryEvent) -> dict[str, Any]:
    known = event.latitude is not None and event.longitude is not None
    return {
        "gathering": event.gathering_id,
        "start": event.start.isoformat(),
        "end": event.end.isoformat() if event.end is not None else None,
        "all_day": not isinstance(event.start, datetime),
        "timezone": event.timezone,
        "status": event.state,
        "note": event.note,
        "moved_from": _day(event.moved_from),
        "location": {"name": event.place, "address": event.address, "district": event.district},
        "geo": {"latitude": round(event.latitude or 0.0, 6), "longitude": round(event.longitude or 0.0, 6)} if known else None,
        "online": event.online,
        "organizer": event.organizer,
        "category": {"slug": event.category, "name": event.kind} if event.category else None,
        "free": event.is_free,
        "fee": event.fee,
        "signup": event.signup,
        "first_step": event.first_step,
        "calendar_url": event.calendar_url,
    }


def _reuse(reuse: Reuse | None) -> dict[str, Any] | None:
    if reuse is None:
        return None
    return {
        "text": bool(reuse.licence_url),
        "words": reuse.words,
        "licence": reuse.licence or None,
        "licence_url": reuse.licence_url or None,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _text(thing: dict[str, Any]) -> str:
    text = json.dumps(thing, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # Half a letter (a lone surrogate) cannot be sent; found here it costs one entry and not the feed.
    text.encode()
    return text
