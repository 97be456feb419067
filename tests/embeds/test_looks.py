"""What an embed's address asks, and that nobody can choose colours that cannot be read."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idobata.embeds.looks import COLORS, SIZES, THEMES, Look, Wishes, as_color, read_wishes, sensible_height
from idobata.embeds.palette import DARK, LIGHT, grounds, palette, root_rules, unused_colors
from idobata.kernel.colors import contrast

WELL = "#0b4b50"
colors = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
maybe_colors = st.one_of(st.just(""), colors)
wishes_of_any_kind = st.builds(
    Wishes,
    look=st.sampled_from(list(Look)),
    theme=st.sampled_from(THEMES),
    size=st.sampled_from(SIZES),
    ground=maybe_colors,
    ink=maybe_colors,
    accent=maybe_colors,
    heading=st.booleans(),
    fit=st.booleans(),
)


@given(wishes_of_any_kind)
def test_whatever_colours_are_chosen_all_letters_can_be_read(wishes: Wishes) -> None:
    for ground in grounds(wishes):
        found = palette(wishes, ground, WELL)
        for name in ("ink", "ink-soft", "accent", "stop", "care", "saturday", "sunday"):
            assert contrast(found.properties[name], ground) >= 4.5, name
        for name in ("accent", "stop"):
            assert contrast(found.properties[f"on-{name}"], found.properties[name]) >= 4.5, name
        for name in ("ink", "accent"):
            if getattr(wishes, name) and name not in found.unused:
                assert found.properties[name] == getattr(wishes, name)


@given(wishes_of_any_kind, st.sampled_from(list(Look)))
def test_wishes_come_back_from_their_own_address(wishes: Wishes, usual: Look) -> None:
    assert read_wishes(wishes.query(usual), usual) == (wishes, ())


def test_a_colour_that_cannot_be_read_is_named() -> None:
    wishes = Wishes(look=Look.LIST, ground="#ffffff", ink="#888888", accent="#0b4b50")
    assert unused_colors(wishes, WELL) == ("ink",)
    assert unused_colors(replace(wishes, ink="#767676"), WELL) == ()
    assert unused_colors(replace(wishes, ground="#000000", ink="#888888"), WELL) == ("accent",)


def test_chosen_colours_end_the_choice_between_day_and_night() -> None:
    plain = Wishes(look=Look.LIST)
    assert grounds(plain) == (LIGHT, DARK)
    assert grounds(replace(plain, theme="light")) == (LIGHT,)
    assert grounds(replace(plain, theme="dark", accent="#ffffff")) == (DARK,)
    assert grounds(replace(plain, accent="#800000")) == (LIGHT,)
    assert grounds(replace(plain, ground="#123456", theme="light")) == ("#123456",)
    assert "prefers-color-scheme" in root_rules(plain, WELL)
    assert "prefers-color-scheme" not in root_rules(replace(plain, ground="#123456"), WELL)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("#0B4B50", "#0b4b50"),
        ("0b4b50", "#0b4b50"),
        (" fff ", "#ffffff"),
        ("#abc", "#aabbcc"),
        ("", ""),
        ("red", ""),
        ("#12345", ""),
        ("１２３４５６", ""),
        ("#fff;}", ""),
        ("url(x)", ""),
    ],
)
def test_a_colour_is_hex_digits_and_nothing_else(typed: str, found: str) -> None:
    assert as_color(typed) == found


@given(st.text())
def test_no_text_gets_into_a_style_sheet(text: str) -> None:
    wishes, broken = read_wishes([*((name, text) for name in COLORS), ("theme", text), ("size", text)], Look.LIST)
    assert re.fullmatch(r"[\w\s:;{}#%@().,-]*", root_rules(wishes, WELL), re.ASCII)
    if text.strip() and not as_color(text):
        assert set(COLORS) <= set(broken)


def test_what_cannot_be_used_is_named_and_left_out() -> None:
    given = [("look", "spiral"), ("limit", "0"), ("month", "2026-13"), ("theme", "pink"), ("fit", "yes"), ("heading", "")]
    wishes, broken = read_wishes(given, Look.CARDS)
    assert wishes == Wishes(look=Look.CARDS)
    assert sorted(broken) == ["fit", "limit", "look", "month", "theme"]
    wishes, broken = read_wishes([("look", "calendar"), ("month", "2026-12"), ("limit", "7")], Look.LIST)
    assert (wishes.month, wishes.limit, broken) == (date(2026, 12, 1), 7, ())


def test_a_frame_without_a_script_grows_with_what_stands_in_it() -> None:
    of_list = [sensible_height(Wishes(look=Look.LIST, limit=number)) for number in (1, 3, 10, 50)]
    assert of_list == sorted(of_list)
    assert of_list[-1] == of_list[-2]
    assert sensible_height(Wishes(look=Look.NEXT, size="small")) < sensible_height(Wishes(look=Look.NEXT, size="large"))
    assert 300 <= sensible_height(Wishes(look=Look.CARDS), single=True) <= 500
