"""Words about access in real lists: understood where they are plain, kept as words where they are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idobata.opendata.access_words import read_access_words, read_answer
from idobata.places.access_facts import SLUGS


@pytest.mark.parametrize(
    "cell, answers",
    [
        ("車椅子可;多目的トイレ;スロープ", {"wheelchair": True, "wide-toilet": True, "step-free": True}),
        ("車いす対応トイレ", {"wide-toilet": True}),
        ("車イス使用者用駐車場", {"reserved-parking": True}),
        ("車椅子貸出;ベビーカー貸出", {"wheelchair-rental": True, "stroller-rental": True}),
        ("障がい者用トイレ有", {"wide-toilet": True}),
        ("エレベータなし", {"step-free": False}),
        ("段差なし", {"step-free": True}),
        ("スロープ（無）", {"step-free": False}),
        ("オストメイト対応トイレ：無し", {"ostomate": False}),
        ("授乳室・おむつ替えコーナー", {"nursing": True, "diapers": True}),
        ("点字ブロック；点字案内", {"tactile-paving": True, "braille": True}),
        ("補助犬同伴可", {"assistance-dog": True}),
        ("飲食不可", {"food": False}),
        ("エレベーター;エスカレーターなし", {"step-free": True}),
        ("筆談可；子ども用トイレ", {"writing": True, "child-toilet": True}),
        ("", {}),
    ],
)
def test_plain_words_become_answers(cell: str, answers: dict[str, bool]) -> None:
    assert read_access_words(cell).answers == answers
    assert read_access_words(cell).rest == ()


def test_what_nobody_can_read_for_sure_stays_in_words() -> None:
    read = read_access_words("手すりあり;多目的トイレ;職員が手伝います")
    assert read.answers == {"wide-toilet": True}
    assert read.rest == ("手すりあり", "職員が手伝います")


@pytest.mark.parametrize("cell", ["有", "可", "あり", "○", "１", "可能"])
def test_yes_in_a_column_of_its_own(cell: str) -> None:
    assert read_answer(cell) is True


@pytest.mark.parametrize("cell", ["無", "不可", "なし", "×"])
def test_no_in_a_column_of_its_own(cell: str) -> None:
    assert read_answer(cell) is False


@pytest.mark.parametrize("cell", ["", " ", "0", "-", "調査中", "一部可"])
def test_anything_else_has_not_been_answered(cell: str) -> None:
    assert read_answer(cell) is None


@given(st.text(max_size=60))
def test_no_text_breaks_it_and_every_slug_is_known(cell: str) -> None:
    assert set(read_access_words(cell).answers) <= set(SLUGS)
