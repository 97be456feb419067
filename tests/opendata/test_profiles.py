"""A file is recognised by its header, however it is spelt, ordered or extended."""

import random

import pytest

from idobata.kernel.errors import Invalid
from idobata.opendata.profile_files import Profile, fold_header
from idobata.opendata.profiles import GIF, PROFILES, RECOMMENDED, Meaning, recognise


def headers(profile: Profile[Meaning]) -> list[str]:
    return [column.header for column in profile.columns]


def test_the_two_forms_have_their_official_width_and_no_column_twice() -> None:
    assert (len(RECOMMENDED.columns), len(GIF.columns)) == (32, 50)
    for profile in PROFILES:
        assert len({fold_header(header) for header in headers(profile)}) == len(profile.columns)
        assert len({column.tells for column in profile.columns}) == len(profile.columns)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_each_form_is_known_by_its_own_header(profile: Profile[Meaning]) -> None:
    layout = recognise(headers(profile))
    assert layout.profile is profile
    assert [layout.places[column.tells] for column in profile.columns] == list(range(len(profile.columns)))


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_order_width_brackets_and_spaces_of_a_header_do_not_matter(profile: Profile[Meaning]) -> None:
    shuffled = headers(profile)
    random.Random(7).shuffle(shuffled)
    spelt = [header.replace("(", "（").replace(")", "）").replace("NO", "Ｎｏ．").replace("_", " ") + "　" for header in shuffled]
    layout = recognise(spelt)
    assert layout.profile is profile
    assert fold_header(spelt[layout.places[Meaning.FEE_DETAILS]]) == fold_header("料金(詳細)")
    assert set(layout.places) == {column.tells for column in profile.columns}


def test_columns_a_city_added_are_used_where_they_help_and_passed_over_otherwise() -> None:
    layout = recognise([*headers(RECOMMENDED), "カテゴリー", "区", "公開日", "子育て情報"])
    assert layout.profile is RECOMMENDED
    assert layout.places[Meaning.CATEGORY] == 32
    assert layout.places[Meaning.AREA] == 33


def test_columns_that_are_lacking_read_as_empty_and_short_rows_too() -> None:
    layout = recognise(["名称", "開始日", "説明", "集合場所", "申込方法", "備考"])
    assert layout.profile is GIF
    values = layout.values(["花見", "2026-04-01"])
    assert values[Meaning.TITLE] == "花見"
    assert values[Meaning.REMARKS] == ""
    assert values[Meaning.HOST] == ""


def test_the_first_of_two_equal_headers_counts() -> None:
    layout = recognise([*headers(GIF), "名称"])
    assert layout.places[Meaning.TITLE] == headers(GIF).index("名称")


def test_a_header_that_lacks_the_date_names_the_nearest_form_and_the_column() -> None:
    with pytest.raises(Invalid) as refusal:
        recognise([header for header in headers(GIF) if header != "開始日"])
    said = refusal.value.problems[0].in_japanese()
    assert GIF.label in said
    assert "開始日" in said
    assert "名称、" not in said


def test_a_list_of_facilities_is_not_taken_for_events() -> None:
    with pytest.raises(Invalid, match="開始日"):
        recognise(
            [
                "都道府県コード又は市区町村コード",
                "NO",
                "都道府県名",
                "市区町村名",
                "名称",
                "名称_カナ",
                "住所",
                "方書",
                "緯度",
                "経度",
                "URL",
            ]
        )


def test_a_file_that_is_something_else_is_told_what_a_header_looks_like() -> None:
    with pytest.raises(Invalid) as refusal:
        recognise(["氏名", "点数"])
    assert "「イベント名」や「開始日」" in refusal.value.problems[0].in_japanese()


@pytest.mark.parametrize("sign", ["\t", ";"])
def test_a_wrong_delimiter_is_named(sign: str) -> None:
    with pytest.raises(Invalid, match="区切り"):
        recognise([sign.join(headers(GIF))])
