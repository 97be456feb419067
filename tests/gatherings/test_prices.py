"""A fee as a number: only where the words leave no doubt."""

import pytest

from idobata.gatherings.prices import sure_price


@pytest.mark.parametrize(
    ("kind", "yen", "words", "price"),
    [
        ("free", None, "", 0),
        ("free", None, "申し込みもいりません", 0),
        ("free", None, "お茶は100円", None),
        ("free", None, "材料費は実費", None),
        ("paid", 300, "", 300),
        ("paid", 300, "材料費300円", 300),
        ("paid", 300, "お茶代３００円", 300),
        ("paid", None, "参加費 1,500円", 1500),
        ("paid", None, "１回５００円です。", 500),
        ("paid", None, "500円", 500),
        ("paid", 300, "300円（小学生は100円）", None),
        ("paid", 300, "500円", None),
        ("paid", None, "大人500円、子ども200円", None),
        ("paid", None, "500円くらい", None),
        ("paid", None, "500円から", None),
        ("paid", None, "500〜800円", None),
        ("paid", None, "月500円", None),
        ("paid", None, "年会費500円", None),
        ("paid", None, "実費", None),
        ("paid", None, "5００００００円", None),
        ("paid", None, "", None),
        ("unknown", None, "", None),
        ("unknown", 300, "300円", None),
    ],
)
def test_a_price_is_told_only_where_it_is_sure(kind: str, yen: int | None, words: str, price: int | None) -> None:
    assert sure_price(kind, yen, words) == price
