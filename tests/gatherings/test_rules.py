"""What a gathering must say before the town may see it."""

from dataclasses import replace
from pathlib import Path

import pytest

from idobata.accounts.models import Person
from idobata.gatherings.home_models import PrivateHome
from idobata.gatherings.models import Gathering, Occurrence
from idobata.gatherings.proxies import HOST_LIMITS
from idobata.gatherings.proxy_models import ProxyPost
from idobata.gatherings.rules import LIMITS, problems
from idobata.gatherings.states import FeeKind, SignupKind, VenueKind
from idobata.gatherings.values import GatheringValues, PlaceWords
from idobata.places.models import Place
from tests.harness.site import MONDAY, days_from_monday, make_settings, once

SETTINGS = make_settings("sqlite:////nowhere/idobata.sqlite3", Path("nowhere"))
GOOD = GatheringValues(
    title="朝の将棋",
    summary="将棋をさします。",
    host_name="みなと将棋会",
    schedule=once(days_from_monday(5)),
    place=PlaceWords(name="みどり公民館"),
)


def fields(**changes: object) -> list[str]:
    return [problem.field for problem in problems(replace(GOOD, **changes), SETTINGS, MONDAY.date())]  # type: ignore[arg-type]


def test_the_few_things_that_are_required_are_enough() -> None:
    assert fields() == []


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"title": ""}, "title"),
        ({"summary": ""}, "summary"),
        ({"host_name": ""}, "host_name"),
        ({"place": PlaceWords()}, "place_name"),
        ({"venue_kind": VenueKind.PRIVATE}, "area_words"),
        ({"district": "atlantis"}, "district"),
        ({"category": "war"}, "category"),
        ({"fee_kind": FeeKind.PAID}, "fee_words"),
        ({"signup_kind": SignupKind.REQUIRED}, "signup_words"),
        ({"signup_kind": SignupKind.REQUIRED, "contact_phone": "095-000"}, "signup_words"),
        ({"facts": {"magic": True, "drop-in": True}}, "facts"),
        ({"contact_phone_public": True}, "contact_phone"),
        ({"contact_email_public": True}, "contact_email"),
        ({"contact_url_public": True}, "contact_url"),
        ({"schedule": once(days_from_monday(-1))}, "first_day"),
    ],
)
def test_what_is_missing_or_unknown_is_said_at_its_field(changes: dict[str, object], field: str) -> None:
    assert fields(**changes) == [field]


@pytest.mark.parametrize(
    "changes",
    [
        {"place": PlaceWords(public_id="abcdefghjkmn")},
        {"venue_kind": VenueKind.ONLINE, "place": PlaceWords()},
        {"venue_kind": VenueKind.PRIVATE, "place": PlaceWords(), "area_words": "北町の商店街のちかく"},
        {"fee_kind": FeeKind.PAID, "fee_yen": 0},
        {"fee_kind": FeeKind.PAID, "fee_words": "材料費だけ"},
        {"signup_kind": SignupKind.REQUIRED, "signup_words": "前の日までに電話で"},
        {"signup_kind": SignupKind.REQUIRED, "contact_phone": "095-000", "contact_phone_public": True},
        {"signup_kind": SignupKind.OPTIONAL},
        {"facts": {"drop-in": False}},
        {"schedule": once(days_from_monday(0))},
    ],
)
def test_everything_else_is_the_hosts_own_business(changes: dict[str, object]) -> None:
    assert fields(**changes) == []


def test_all_problems_come_at_once_in_the_order_of_the_form() -> None:
    assert fields(title="", summary="", place=PlaceWords(), schedule=once(days_from_monday(-1))) == [
        "first_day",
        "place_name",
        "title",
        "summary",
    ]


def test_sentences_are_whole_when_they_are_read() -> None:
    said = problems(replace(GOOD, facts={"magic": True}), SETTINGS, MONDAY.date())
    assert said[0].in_japanese() == "知らない気軽ポイントがあります：magic"


def test_every_column_has_room_for_what_the_form_allows() -> None:
    columns = {
        **Gathering.__table__.columns,
        "place_name": Place.__table__.columns["name"],
        "place_address": Place.__table__.columns["address"],
    }
    columns |= {"note": Occurrence.__table__.columns["note"], "exact_place": PrivateHome.__table__.columns["exact_place"]}
    for name, limit in LIMITS.items():
        room = columns[name].type.length  # type: ignore[union-attr]
        assert room is None or room >= limit, name
    for name, limit in HOST_LIMITS.items():
        assert ProxyPost.__table__.columns[name].type.length >= limit, name  # type: ignore[attr-defined]
    assert Person.__table__.columns["name"].type.length >= LIMITS["host_name"]  # type: ignore[attr-defined]
