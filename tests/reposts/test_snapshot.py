"""What a change is, the seal of a snapshot, the words of a correction, and which gatherings somebody pasted."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idobata.kernel.actor import Actor, Role
from idobata.reposts.ledger import correction
from idobata.reposts.pasted import gatherings_in
from idobata.reposts.permissions import may_approve
from idobata.reposts.snapshot import Change, Truth, difference, freeze, seal_of, truths_in

ON = Truth("abcdefghjkmn", "2026-12-05", "on", "2026-12-05T01:00:00+00:00", "2026-12-05T03:00:00+00:00", False, True, "w", 1)
LATER = {"starts": "2026-12-06T01:00:00+00:00", "ends": "2026-12-06T03:00:00+00:00"}


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        ({}, {}, None),
        # A new number alone (somebody filled another date) is nothing to tell.
        ({}, {"sequence": 9}, None),
        ({}, {"standing": "cancelled"}, Change.CANCELLED),
        ({}, {"standing": "withdrawn"}, Change.WITHDRAWN),
        ({}, LATER, Change.TIME),
        ({}, {"where": "x"}, Change.PLACE),
        ({}, {"where": "x", **LATER}, Change.TIME_AND_PLACE),
        ({}, {"all_day": True}, Change.TIME),
        # Cancelled counts more than where it would have been.
        ({}, {"standing": "cancelled", "where": "x"}, Change.CANCELLED),
        ({"standing": "cancelled"}, {}, Change.BACK),
        ({"standing": "cancelled"}, {"standing": "withdrawn"}, None),
        ({"standing": "withdrawn"}, {"standing": "cancelled"}, None),
        ({"standing": "withdrawn"}, LATER, Change.BACK),
    ],
)
def test_difference(before: dict[str, str], now: dict[str, str], change: Change | None) -> None:
    assert difference(replace(ON, **before), replace(ON, **now)) is change  # type: ignore[arg-type]


@given(st.text(), st.text(), st.sampled_from(["x", "line"]), st.sampled_from(["x", "line"]))
def test_the_seal_names_the_text_and_the_channel(one: str, other: str, here: str, there: str) -> None:
    same = (one, here) == (other, there)
    assert (seal_of(here, one, freeze([ON])) == seal_of(there, other, freeze([ON]))) is same


def test_the_seal_names_each_gathering_and_a_snapshot_comes_back_whole() -> None:
    frozen = freeze([ON])
    assert truths_in(frozen) == (ON,)
    assert seal_of("x", "文", frozen) != seal_of("x", "文", freeze([replace(ON, sequence=2)]))
    assert seal_of("x", "文", frozen) != seal_of("x", "文", freeze([ON, ON]))


@pytest.mark.parametrize("change", Change)
def test_a_correction_begins_with_its_mark_and_ends_with_the_page(change: Change) -> None:
    text = correction(change, "朝の将棋", "12月5日（土）午前10時", "12月6日（日）午前10時", "みどり公民館", "https://x.example/g")
    assert text.startswith("【中止】" if change is Change.CANCELLED else "【変更】")
    assert text.endswith("\nhttps://x.example/g")
    assert "「朝の将棋」" in text
    # Where it no longer is, nobody is told a new time.
    assert ("12月6日" in text) is (change not in (Change.CANCELLED, Change.WITHDRAWN))


def test_of_an_erased_gathering_nothing_is_said_again() -> None:
    assert correction(Change.WITHDRAWN, "", "12月5日（土）", "", "", "").splitlines() == [
        "【変更】先にお知らせした集まりのご案内を取り下げました。",
        "予定していた日：12月5日（土）",
        "お出かけの前に、主催の方へおたずねください。",
    ]


def test_pasted_addresses() -> None:
    typed = "https://x.example/gatherings/abcdefghjkmn\nhttps://x.example/gatherings/abcdefghjkmn/2026-12-05?lang=en abcdefghjkmn x/abcdefghjkmn/2026-13-45"
    assert gatherings_in(typed) == [("abcdefghjkmn", None), ("abcdefghjkmn", date(2026, 12, 5))]
    assert gatherings_in("https://x.example/gatherings ABCDEFGHJKMN abcdefghjkmno") == []


@pytest.mark.parametrize(
    ("roles", "person", "by_two", "may"),
    [
        ({Role.APPROVER}, 2, True, True),
        ({Role.APPROVER, Role.EDITOR}, 1, True, False),
        ({Role.EDITOR}, 2, True, False),
        ({Role.ADMIN}, 2, True, False),
        ({Role.EDITOR}, 1, False, True),
        ({Role.APPROVER}, 2, False, True),
        ({Role.WELFARE}, 2, False, False),
    ],
)
def test_who_may_approve(roles: set[Role], person: int, by_two: bool, may: bool) -> None:
    assert may_approve(Actor("x", person, roles=frozenset(roles)), 1, by_two=by_two) is may
