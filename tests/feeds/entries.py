"""Entries as the composer makes them, and words that nobody should type."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from idobata.feeds.composing import Composer
from idobata.feeds.entry import FeedEntry, FeedHead
from idobata.gatherings.cards import GatheringCard, OccurrenceCard, PlaceCard
from idobata.kernel.markup import to_html
from idobata.kernel.settings import OpenData
from idobata.kernel.words import in_japanese

TOKYO = ZoneInfo("Asia/Tokyo")
SAID_AT = datetime(2026, 11, 20, 3, 4, 5, 678_900, tzinfo=UTC)
HEAD = FeedHead(
    title="しおさか井戸端パーティー：北町・無料",
    description="ふらっと行ける集まり",
    page_url="https://idobata.example/gatherings?district=kitamachi&free=1",
    self_url="https://idobata.example/gatherings.rss?district=kitamachi&free=1",
    language="ja",
    author="しおさか井戸端パーティー",
    host="idobata.example",
    schema_url="https://idobata.example/feeds/json-feed.schema.json",
)
PLACE = PlaceCard(
    public_id="pppppppppppp",
    name="中央公民館",
    district_name="北町",
    address="北町1-2-3",
    latitude=35.123456789,
    longitude=139.5,
    access="",
    checked=None,
)
GATHERING = GatheringCard(
    public_id="abcdefghjkmn",
    title="井戸端パーティー",
    summary="おしゃべりの会です。",
    body_html=to_html("お茶があります。\n\n・将棋\n・編み物"),
    rhythm="毎週土曜日",
    note="",
    next_one=None,
    upcoming=(),
    past_count=0,
    fee_words="無料",
    is_free=True,
    signup_words="申し込みはいりません",
    signup_kind="none",
    online_url="",
    audience="",
    bring="マイカップ",
    rain="",
    parking="",
    languages="",
    first_step=False,
    first_step_words="",
    crowd="",
    first_visit=(),
    contact=(),
    fact_groups=(),
    place=PLACE,
    place_note="",
    group=None,
    host_name="みどり会",
    category_slug="eat",
    category_name="食べる",
    color="#000000",
    district_slug="kitamachi",
    district_name="北町",
    published_at=SAID_AT,
    updated_at=SAID_AT,
    checked_at=None,
    publication="published",
)
OCCURRENCE = OccurrenceCard(
    gathering_id="abcdefghjkmn",
    title="井戸端パーティー",
    summary="おしゃべりの会です。",
    day=date(2026, 12, 5),
    last_day=date(2026, 12, 5),
    starts_at=datetime(2026, 12, 5, 13, tzinfo=TOKYO),
    ends_at=datetime(2026, 12, 5, 15, tzinfo=TOKYO),
    all_day=False,
    end_known=True,
    state="planned",
    state_words="",
    state_note="",
    moved_from=None,
    rhythm="毎週土曜日",
    place_name="中央公民館",
    district_name="北町",
    category_slug="eat",
    category_name="食べる",
    color="#000000",
    online=False,
    facts=(),
    is_free=True,
    first_step=False,
    host_name="みどり会",
    updated_at=SAID_AT,
)
TERMS = OpenData(licence="CC BY 4.0", licence_url="https://licences.example/by/4.0", reuse_by_default=False, days_back=31, days_ahead=184)
COMPOSER = Composer("ja", in_japanese, TERMS)


def entry(
    number: int = 0,
    *,
    said_at: datetime = SAID_AT,
    changed_at: datetime = SAID_AT,
    gathering: GatheringCard = GATHERING,
    composer: Composer = COMPOSER,
    **occurrence: Any,
) -> FeedEntry:
    """One of many entries, with a guid of its own."""
    return composer.entry(
        replace(OCCURRENCE, **occurrence),
        gathering,
        guid=f"tag:idobata.example,2026:{number:03}",
        link="https://idobata.example/gatherings/abcdefghjkmn/2026-12-05",
        calendar_url="https://idobata.example/gatherings/abcdefghjkmn.ics",
        said_at=said_at,
        changed_at=changed_at,
    )


ENTRY = entry()


def hostile_entry(number: int, hostile: str) -> FeedEntry:
    """An entry with the same hostile text wherever somebody's words can be."""
    occurrence: dict[str, Any] = {"title": f"前{hostile}後", "state_words": "中止"}
    occurrence |= dict.fromkeys(("place_name", "host_name", "district_name", "category_name", "state_note", "rhythm"), hostile)
    gathering = replace(
        GATHERING,
        summary=hostile,
        fee_words=hostile,
        signup_words=hostile,
        bring=hostile,
        category_name=hostile,
        body_html=to_html(hostile),
        place=replace(PLACE, name=hostile, address=hostile),
    )
    return entry(number, gathering=gathering, **occurrence)


CONTROLS = "".join(map(chr, (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, 0x202E, 0x2066, 0xFEFF, 0xFFFE, 0xFFFF)))
"""Every control character, and those that turn, hide or end a line."""

HOSTILE = [
    "\x00\x01\x08\x0b\x1f\x7f\x80\x9f",
    "\ufffe\uffff\ufdd0",
    "\ud800 \udfff",
    "]]>",
    "<![CDATA[",
    "<script>alert(1)</script>&nbsp;&bogus;<!--",
    "👨‍👩‍👧‍👦🏳️‍🌈𠮷野家",
    "\u202eabc\u2066",
    "a\r\nb\u2028c\u2029d\x85e",
    "z" + "\u0301" * 500,
    "%(title)s {0} {x} %s",
]
