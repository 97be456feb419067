"""Whole files, from bytes to the report."""

from datetime import date
from typing import Any

import pytest

from idobata.kernel.errors import Invalid
from idobata.opendata.event_file import read_events

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(("encoding", "name"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8 (BOM)"), ("cp932", "CP932")])
def test_both_forms_in_every_encoding(gif: Any, recommended: Any, encoding: str, name: str) -> None:
    for data, profile, title in (
        (gif({}, encoding=encoding), "base-registry", "絵本の会"),
        (recommended({}, encoding=encoding), "recommended", "将棋のつどい"),
    ):
        result = read_events(data, TODAY)
        assert (result.encoding, result.profile.name) == (name, profile)
        assert [group.title for group in result.groups] == [title]


def test_a_file_with_one_bad_row_of_340_imports_339(gif: Any) -> None:
    rows = [{"NO": str(number), "名称": f"集まり その{number}の会"} for number in range(1, 341)]
    rows[199]["開始日"] = "2203-01-05"
    result = read_events(gif(*rows), TODAY)
    assert (result.row_count, len(result.groups), len(result.refused)) == (340, 339, 1)
    assert (result.refused[0].number, result.refused[0].line) == ("200", 201)
    assert [row.outcome for row in result.rows].count("accepted") == 339


def test_broken_bytes_in_one_row_leave_the_others(gif: Any) -> None:
    data = gif({"名称": "花見"}, {"名称": "月見"}, {"名称": "雪見"}).replace("月見".encode(), b"\xe6\x9c\x88\xe8")
    result = read_events(data, TODAY)
    assert [group.title for group in result.groups] == ["花見", "雪見"]
    (row,) = result.refused
    assert row.line == 3
    assert row.reason is not None
    assert "文字が壊れて" in row.reason.in_japanese()


def test_an_unclosed_quotation_mark_leaves_the_others(gif: Any) -> None:
    data = gif({"名称": "花見"}, {"名称": "月見"}, {"名称": "雪見"}).replace("月見".encode(), '"月見'.encode())
    result = read_events(data, TODAY)
    assert [group.title for group in result.groups] == ["花見", "雪見"]
    assert [(row.line, row.title) for row in result.refused] == [(3, "月見")]


def test_a_headline_above_the_header_and_a_header_twice_do_no_harm(gif: Any) -> None:
    data = gif({"名称": "花見"}, encoding="utf-8")
    result = read_events("令和8年度 イベント一覧\n\n".encode() + data + data.replace("花見".encode(), "月見".encode()), TODAY)
    assert [group.title for group in result.groups] == ["花見", "月見"]
    assert result.refused == ()


def test_a_file_without_rows_is_read_and_empty(gif: Any) -> None:
    result = read_events(gif(), TODAY)
    assert (result.row_count, result.groups) == (0, ())


def test_an_unknown_file_is_refused_with_one_helpful_sentence() -> None:
    with pytest.raises(Invalid, match="見出しが見つかりません"):
        read_events("氏名,点数\n山田,80\n".encode(), TODAY)
    with pytest.raises(Invalid, match="GIF.*開始日"):
        read_events("名称,説明,終了日,集合場所,申込方法\n花見,,,,\n".encode(), TODAY)


def test_warnings_of_all_gatherings_come_with_their_lines(gif: Any) -> None:
    result = read_events(gif({"名称": "花見", "緯度": "1"}, {"名称": "月見", "URL": "ftp://example.jp"}), TODAY)
    assert [(problem.field, problem.values["line"]) for problem in result.warnings] == [("latitude", 2), ("url", 3)]
    assert all(problem.in_japanese() for problem in result.warnings)


def test_reading_twice_gives_the_same(gif: Any) -> None:
    data = gif({"名称": "花見"}, {"名称": "月見"}, {"名称": "花見", "開始日": "2026-12-06", "終了日": "2026-12-06"})
    assert read_events(data, TODAY) == read_events(data, TODAY)
