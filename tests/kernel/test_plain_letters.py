"""Letters of one machine become letters of all, and nothing else changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idobata.kernel.csv_file import csv_line, safe_cell, typed_cell
from idobata.kernel.plain_letters import plain_letters


@pytest.mark.parametrize(
    ("odd", "plain"),
    [
        ("①㈱℡№", "(1)(株)TELNo"),
        ("⑳❶➊⓫⓪", "(20)(1)(1)(11)(0)"),
        ("Ⅳ・ⅲ", "IV・iii"),
        ("㊤㋐⑴⒈ⓐ", "(上)(ア)(1)1.(a)"),
        ("㍻㋿㌔㎡", "平成令和キロm2"),
        ("ﾊﾟｿｺﾝ｡", "パソコン。"),
        ("½", "½"),
        ("髙﨑〜℃Å①", "髙﨑〜℃Å(1)"),
        ("ＡＢＣ　１２３🍙", "ＡＢＣ　１２３🍙"),
    ],
)
def test_odd_letters_become_plain(odd: str, plain: str) -> None:
    assert plain_letters(odd) == plain


@given(st.text())
def test_what_is_plain_stays(text: str) -> None:
    assert plain_letters(plain_letters(text)) == plain_letters(text)


@given(st.one_of(st.text(), st.text(alphabet="'\"=+-@＝　 a\t")))
def test_a_cell_made_harmless_reads_back_as_it_was_typed(text: str) -> None:
    assert typed_cell(safe_cell(text)) == text


def test_a_line_is_one_line_with_the_end_that_spreadsheets_want() -> None:
    assert csv_line(["=1+1", "a,b", "茶"]) == '\'=1+1,"a,b",茶\r\n'.encode()
