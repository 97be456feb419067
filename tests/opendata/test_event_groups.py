"""Rows into gatherings, as a resident would count them."""

from datetime import date, time
from typing import Any

from idobata.opendata.event_groups import fold_place


def weekly(*days: int, **cells: str) -> list[dict[str, str]]:
    return [{"NO": str(day), "開始日": f"2026-12-{day:02}", "終了日": f"2026-12-{day:02}", **cells} for day in days]


def test_twelve_rows_of_one_title_and_place_are_one_gathering_with_twelve_dates(read: Any) -> None:
    (group,) = read(*weekly(*range(1, 13))).groups
    assert [one.day.day for one in group.dates] == list(range(1, 13))
    assert len(group.numbers) == 12


def test_the_same_number_with_other_titles_is_another_gathering(read: Any) -> None:
    groups = read({"NO": "285"}, {"NO": "285", "名称": "子育てルーム"}).groups
    assert [group.title for group in groups] == ["絵本の会", "子育てルーム"]
    assert len({group.key for group in groups}) == 2


def test_the_same_title_in_two_branches_is_two_gatherings(read: Any) -> None:
    groups = read({"NO": "1"}, {"NO": "2", "集合場所": "森の図書館"}).groups
    assert [group.place_name for group in groups] == ["水辺公民館", "森の図書館"]


def test_one_number_in_two_rooms_is_one_course_and_the_room_is_told_with_its_date(read: Any) -> None:
    rows = [*weekly(4, 11), *weekly(18, 集合場所="椿庭園")]
    (group,) = read(*({**row, "NO": "30"} for row in rows)).groups
    assert group.place_name == "水辺公民館"
    assert [one.note for one in group.dates] == ["", "", "会場：椿庭園"]
    assert len(group.other_keys) == 1


def test_a_number_that_stands_for_everything_binds_nothing(read: Any) -> None:
    rows = [{"NO": "1"}, {"NO": "1", "集合場所": "森の図書館"}, {"NO": "1", "名称": "別の会"}]
    assert len(read(*rows).groups) == 3


def test_rows_without_a_number_are_not_bound_by_that(read: Any) -> None:
    assert len(read({"NO": ""}, {"NO": "", "集合場所": "森の図書館"}).groups) == 2


def test_spelling_does_not_make_a_second_gathering(read: Any) -> None:
    (group,) = read(*weekly(1, 名称="絵本の会（0・1歳）"), *weekly(8, 名称="絵本の会(０・１歳)", 集合場所="狛江市立水辺公民館")).groups
    assert group.title == "絵本の会（0・1歳）"
    assert len(group.dates) == 2


def test_place_names_with_and_without_their_town_are_one() -> None:
    assert (
        len({fold_place(place, "狛江市") for place in ("狛江市立西公民館", "西公民館", "狛江市西公民館", "西 公民館", "狛江西公民館")}) == 1
    )
    assert fold_place("狛江市役所2階", "狛江市") == fold_place("市役所2階", "狛江市")
    assert fold_place("狛江市民体育館", "狛江市") == fold_place("市民体育館", "狛江市")
    assert fold_place("狛江市", "狛江市") != ""
    assert fold_place("公民館", "") == fold_place("公民館", "（") == "公民館"


def test_two_hosts_with_the_same_words_are_two_gatherings_and_the_bigger_keeps_the_plain_key(read: Any) -> None:
    alone = read(*weekly(1, 8, 主催団体="東の会")).groups[0]
    groups = read(*weekly(1, 8, 主催団体="東の会"), *weekly(15, 主催団体="西の会")).groups
    assert {group.host_name: len(group.dates) for group in groups} == {"東の会": 2, "西の会": 1}
    assert len({group.key for group in groups}) == 2
    assert next(group for group in groups if group.host_name == "東の会").key == alone.key


def test_the_key_does_not_change_when_a_later_file_has_more_dates_new_numbers_another_host_office(read: Any) -> None:
    before = read(*weekly(1, 8, 主催団体="子育て課")).groups[0]
    later = read(*({**row, "NO": f"9{row['NO']}"} for row in weekly(8, 15, 22, 主催団体="こども未来課", 説明="新しい説明です。"))).groups[0]
    assert later.key == before.key
    assert before.key.startswith("132195:")
    assert len(before.key) <= 120


def test_another_city_with_the_same_words_has_another_key(read: Any) -> None:
    groups = read({}, {"都道府県コード又は市区町村コード": "142077"}).groups
    assert len({group.key for group in groups}) == 2


def test_a_course_counted_in_its_titles_is_one_gathering(read: Any) -> None:
    rows = [row for number, day in enumerate((4, 11, 18), start=1) for row in weekly(day, 名称=f"子育て講座{number}")]
    (group,) = read(*rows).groups
    assert group.title == "子育て講座"
    assert [one.note for one in group.dates] == ["子育て講座1", "子育て講座2", "子育て講座3"]


def test_editions_with_their_own_programme_stay_apart(read: Any) -> None:
    concerts = [{"名称": f"第{number}回ロビーコンサート", "説明": f"{number}組が出ます。"} for number in (7, 8)]
    assert len(read(*concerts).groups) == 2
    assert len(read({"名称": "初級英語1", "説明": "はじめての人へ。"}, {"名称": "初級英語2", "説明": "つづきの人へ。"}).groups) == 2
    assert read({"名称": "文化祭2026"}).groups[0].title == "文化祭2026"


def test_two_meetings_on_one_day_are_one_date_with_both_times_in_the_note(read: Any) -> None:
    (group,) = read({"開始時刻": "11:15", "終了時刻": "12:15"}, {"開始時刻": "10:00", "終了時刻": "11:00"}).groups
    (when,) = group.dates
    assert (when.starts, when.ends) == (time(10), time(12, 15))
    assert when.note == "10:00〜11:00、11:15〜12:15"


def test_rows_of_one_race_are_one_date_that_names_all_distances(read: Any) -> None:
    (group,) = read({"備考": "1㎞(小学生)"}, {"備考": "3㎞(中学生)"}).groups
    (when,) = group.dates
    assert when.note == "1㎞(小学生) ／ 3㎞(中学生)"
    assert (when.starts, when.ends) == (time(10), time(11, 30))
    assert "㎞" not in group.body


def test_dates_keep_their_own_times(read: Any) -> None:
    (group,) = read(*weekly(1), *weekly(8, 開始時刻="13:00", 終了時刻="15:00")).groups
    assert [(one.starts, one.ends) for one in group.dates] == [(time(10), time(11, 30)), (time(13), time(15))]


def test_what_is_special_on_one_date_is_told_there_and_only_there(read: Any) -> None:
    rows = [
        *weekly(1, 8, 15, 説明="絵本の読み聞かせ・折り紙を行います。"),
        *weekly(22, 説明="絵本の読み聞かせや折り紙を行います。クリスマスの工作もあります。"),
        *weekly(29, 説明="絵本の読み聞かせ・折り紙を行います。", 日時備考="開場13:30"),
    ]
    (group,) = read(*rows).groups
    assert group.summary == "絵本の読み聞かせ・折り紙を行います。"
    assert [one.note for one in group.dates] == ["", "", "", "クリスマスの工作もあります。", "開場13:30"]


def test_a_remark_all_dates_share_is_told_once(read: Any) -> None:
    (group,) = read(*weekly(1, 8, 日時備考="受付11:00まで", 備考="筆記用具持参")).groups
    assert group.rhythm_note == "受付11:00まで"
    assert group.body == "筆記用具持参"
    assert [one.note for one in group.dates] == ["", ""]


def test_a_called_off_date_is_marked_and_stays_in_its_gathering(read: Any) -> None:
    (group,) = read(*weekly(1), *weekly(8, 名称="【中止】絵本の会"), *weekly(15, 状態="中止")).groups
    assert group.title == "絵本の会"
    assert [one.called_off for one in group.dates] == [False, True, True]


def test_a_file_in_any_order_gives_dates_in_order_and_gatherings_in_the_order_of_the_file(read: Any) -> None:
    groups = read(*weekly(15, 名称="二番め"), *weekly(22, 1, 8), *weekly(1, 名称="二番め")).groups
    assert [group.title for group in groups] == ["二番め", "絵本の会"]
    assert [one.day.day for one in groups[1].dates] == [1, 8, 22]
    assert [one.line for one in groups[1].dates] == [4, 5, 3]


def test_a_point_on_the_map_is_taken_from_any_row_that_has_a_whole_one(read: Any) -> None:
    (group,) = read(*weekly(1, 緯度="35.6"), *weekly(8, 緯度="35.6", 経度="139.5")).groups
    assert (group.latitude, group.longitude) == (35.6, 139.5)
    assert group.warnings == ()


def test_fees_that_differ_are_pointed_out_once(read: Any) -> None:
    (group,) = read(*weekly(1, **{"料金(基本)": "500"}), *weekly(8, **{"料金(基本)": "700"}), *weekly(15, **{"料金(基本)": "700"})).groups
    assert group.fee_yen == 500
    assert [problem.field for problem in group.warnings] == ["fee"]


def test_the_last_deadline_counts(read: Any) -> None:
    (group,) = read(*weekly(8, 申込期限日="2026-12-07"), *weekly(1, 申込期限日="2026-11-30")).groups
    assert group.deadline == date(2026, 12, 7)


def test_titles_of_signs_alone_are_not_thrown_together(read: Any) -> None:
    assert len(read({"名称": "！！！"}, {"名称": "？？？"}).groups) == 2
