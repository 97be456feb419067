"""One row: what is kept, what is warned of, and what must be refused."""

from datetime import date, time
from typing import Any

import pytest

from idobata.gatherings.rules import LIMITS
from idobata.gatherings.states import FeeKind, SignupKind
from idobata.opendata.event_file import ReadResult, read_events
from idobata.opendata.event_groups import EventGroup

TODAY = date(2026, 11, 23)


def only(result: ReadResult) -> EventGroup:
    assert result.refused == ()
    (group,) = result.groups
    return group


def said(group: EventGroup) -> list[str]:
    return [problem.in_japanese() for problem in group.warnings]


def reason(result: ReadResult) -> str:
    assert result.groups == ()
    (row,) = result.refused
    assert row.reason is not None
    return row.reason.in_japanese()


def test_a_full_row_of_the_50_column_form_says_everything(read: Any) -> None:
    group = only(
        read(
            {
                "名称(カナ)": "エホンノカイ",
                "イベント種類": "健康・福祉、スポーツ",
                "建物名等": "市民センター1階",
                "住所町名": "和泉本町",
                "住所丁目以下": "1-1-5",
                "緯度": "35.635125",
                "経度": "139.578176",
                "主催団体": "絵本の仲間",
                "共催団体": "水辺図書館",
                "定員": "12",
                "料金(基本)": "300",
                "申込期限日": "2026-12-01",
                "申込方法": "電話で水辺公民館へ",
                "アクセス方法": "狛江駅から徒歩3分",
                "駐車場情報": "なし",
                "連絡先電話番号": "(03)1234-5678",
                "連絡先メールアドレス": "ehon@Example.JP",
                "URL": "https://example.jp/ehon.html",
                "備考": "対象：幼児と保護者",
            }
        )
    )
    assert group.source == "132195"
    assert group.numbers == ("0000000001",)
    assert (group.title, group.kana) == ("絵本の会", "エホンノカイ")
    assert group.summary == "絵本をいっしょに読みます。"
    assert group.body == "共催：水辺図書館\n\n対象：幼児と保護者"
    assert group.host_name == "絵本の仲間"
    assert (group.place_name, group.address, group.building) == ("水辺公民館", "東京都狛江市和泉本町1-1-5", "市民センター1階")
    assert (group.latitude, group.longitude) == (35.635125, 139.578176)
    assert group.category_words == ("健康・福祉、スポーツ",)
    assert (group.fee_kind, group.fee_yen) == (FeeKind.PAID, 300)
    assert (group.signup_kind, group.signup_text, group.deadline) == (SignupKind.REQUIRED, "電話で水辺公民館へ", date(2026, 12, 1))
    assert (group.capacity_text, group.audience) == ("12人", "幼児と保護者")
    assert group.contact_phone == ("(03)1234-5678",)
    assert group.contact_email == "ehon@example.jp"
    assert group.url == "https://example.jp/ehon.html"
    (when,) = group.dates
    assert (when.day, when.last_day, when.starts, when.ends) == (date(2026, 12, 5), date(2026, 12, 5), time(10), time(11, 30))
    assert when.line == 2
    assert group.warnings == ()


def test_a_row_of_the_32_column_form_with_the_columns_of_hamamatsu(recommended: Any) -> None:
    result = read_events(
        recommended(
            {
                "イベント名_カナ": "ショウギノツドイ",
                "開始日時特記事項": "毎月第1土曜日",
                "料金(基本)": "0",
                "主催者": "将棋クラブ",
                "参加申込方法": "申込不要",
                "カテゴリー": "趣味",
                "区": "中央区",
            },
            added=("カテゴリー", "区", "公開日"),
        ),
        TODAY,
    )
    group = only(result)
    assert result.profile.name == "recommended"
    assert (group.title, group.host_name, group.place_name) == ("将棋のつどい", "将棋クラブ", "北部協働センター")
    assert group.address == "静岡県浜松市中央区本町1番地"
    assert group.rhythm_note == "毎月第1土曜日"
    assert (group.fee_kind, group.signup_kind) == (FeeKind.FREE, SignupKind.NONE)
    assert (group.category_words, group.area) == (("趣味",), "中央区")


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"名称": " 　"}, "名前がありません"),
        ({"名称": "\u200b\u202e"}, "名前がありません"),
        ({"名称": "【中止】"}, "名前がありません"),
        ({"開始日": ""}, "開始日がありません"),
        ({"開始日": "1月中旬?3月初旬"}, "開始日「1月中旬?3月初旬」を日付として読めません"),
        ({"開始日": "2203-01-05", "終了日": ""}, "2203年"),
        ({"開始日": "1998-01-05"}, "1998年"),
        ({"終了日": "2203-01-05"}, "2203年"),
        ({"終了日": "来月"}, "終了日「来月」を日付として読めません"),
        ({"終了日": "2026-11-05"}, "終了日（2026-11-05）が開始日（2026-12-05）より前"),
        ({"開始時刻": "13:00", "終了時刻": "09:00"}, "終了時刻（09:00）が開始時刻（13:00）より前"),
    ],
)
def test_a_row_nobody_could_go_by_is_refused_with_its_reason(read: Any, cells: dict[str, str], words: str) -> None:
    assert words in reason(read(cells))


def test_the_reason_stands_with_line_number_and_title(read: Any) -> None:
    (row,) = read({"説明": "一\n二"}, {"NO": "77", "名称": "遠い祭り", "開始日": "2203-01-05"}).refused
    assert (row.line, row.number, row.title, row.outcome) == (4, "77", "遠い祭り", "refused")


def test_a_year_five_years_ahead_is_still_believed(read: Any) -> None:
    assert only(read({"開始日": "2031-12-05", "終了日": "2031-12-05"})).dates[0].day == date(2031, 12, 5)
    assert "2032年" in reason(read({"開始日": "2032-01-05", "終了日": ""}))


def test_without_an_end_date_it_is_one_day(read: Any) -> None:
    assert only(read({"終了日": ""})).dates[0].last_day == date(2026, 12, 5)


def test_a_night_may_end_at_twenty_four_or_later(read: Any) -> None:
    (when,) = only(read({"開始時刻": "18:00", "終了時刻": "24:00"})).dates
    assert (when.last_day, when.starts, when.ends) == (date(2026, 12, 5), time(18), time(0))


def test_an_end_equal_to_the_start_is_an_end_not_known(read: Any) -> None:
    group = only(read({"開始時刻": "10:00", "終了時刻": "10:00"}))
    assert (group.dates[0].starts, group.dates[0].ends) == (time(10), None)
    assert "同じ時刻" in said(group)[0]


def test_an_end_without_a_start_stays_as_words(read: Any) -> None:
    (when,) = only(read({"開始時刻": "", "終了時刻": "16:00"})).dates
    assert (when.starts, when.ends, when.note) == (None, None, "16:00まで")


def test_a_time_in_words_stays_as_words_with_a_warning(read: Any) -> None:
    group = only(read({"開始時刻": "日の出のころ", "終了時刻": ""}))
    assert group.dates[0].note == "日の出のころ"
    assert "日の出のころ" in said(group)[0]


def test_times_only_named_in_the_remark_are_used(read: Any) -> None:
    (when,) = only(read({"開始時刻": "", "終了時刻": "", "日時備考": "(1)午後5時~6時(2)午後6時15分~7時15分"})).dates
    assert (when.starts, when.ends) == (time(17), time(19, 15))
    assert when.note == "(1)午後5時~6時(2)午後6時15分~7時15分"


def test_a_date_without_any_time_says_where_to_ask(read: Any) -> None:
    (when,) = only(read({"開始時刻": "", "終了時刻": ""})).dates
    assert when.starts is None
    assert "たしかめてください" in when.note


def test_several_days_keep_their_daily_hours_in_words(read: Any) -> None:
    (when,) = only(read({"終了日": "2026-12-07", "開始時刻": "10:00", "終了時刻": "18:00", "日時備考": "最終日は17:00まで"})).dates
    assert (when.day, when.last_day) == (date(2026, 12, 5), date(2026, 12, 7))
    assert when.note == "時間は10:00〜18:00、最終日は17:00まで"


def test_an_exhibition_of_two_months_is_kept_with_a_note_and_a_warning(read: Any) -> None:
    group = only(read({"終了日": "2027-01-31"}))
    assert group.dates[0].last_day == date(2027, 1, 31)
    assert "長い期間" in group.dates[0].note
    assert "58日" in said(group)[0]


def test_prose_recurrence_stays_as_text_and_machine_lines_go(read: Any) -> None:
    group = only(read({"日時備考": "毎週第3火曜日　全6回\n開始日: 2026/12/5\n終了日: 2026/12/5"}))
    assert group.rhythm_note == "毎週第3火曜日　全6回"
    assert group.dates[0].note == ""


def test_a_remark_that_is_only_a_rhythm_is_told_as_one(read: Any) -> None:
    group = only(read({"備考": "毎週金曜日・全6回"}))
    assert (group.rhythm_note, group.body) == ("毎週金曜日・全6回", "")
    longer = only(read({"備考": "毎週金曜日に開きます。\n筆記用具をお持ちください。"}))
    assert "筆記用具" in longer.body


def test_what_a_program_moved_out_of_a_column_is_moved_back(read: Any) -> None:
    group = only(read({"申込方法": "電話で\n申込期限日: 44550", "定員": "10", "備考": "動きやすい服で\n定員: 10(先着順)"}))
    assert group.deadline == date(2021, 12, 20)
    assert group.signup_text == "電話で"
    assert group.capacity_text == "10人(先着順)"
    assert group.body == "動きやすい服で"


def test_a_title_too_long_is_cut_with_a_warning_and_stays_whole_in_the_text(read: Any) -> None:
    title = "とても" * 40
    group = only(read({"名称": title}))
    assert len(group.title) == LIMITS["title"]
    assert group.body.startswith(title)
    assert "縮めました" in said(group)[0]


def test_invisible_letters_and_towers_of_accents_are_cleaned(read: Any) -> None:
    group = only(read({"名称": "\u202e絵本\u200bの会" + "\u0301" * 50, "説明": "読み\u202eます。\x07"}))
    assert group.title.startswith("絵本の会")
    assert len(group.title) < 10
    assert group.summary == "読みます。"


def test_cells_that_look_like_formulas_come_in_as_typed(read: Any) -> None:
    group = only(read({"名称": "=HYPERLINK(A1)", "説明": "+1 -1 @here", "主催団体": "-仲間-"}))
    assert (group.title, group.summary, group.host_name) == ("=HYPERLINK(A1)", "+1 -1 @here", "-仲間-")


def test_contact_or_city_stand_in_for_a_host_that_is_not_named(read: Any) -> None:
    assert only(read({"主催団体": ""})).host_name == "水辺公民館"
    assert only(read({"主催団体": "", "連絡先名称": ""})).host_name == "狛江市"


def test_an_online_gathering_has_no_address(read: Any) -> None:
    group = only(read({"集合場所": "オンライン", "緯度": "35.6", "経度": "139.5"}))
    assert group.online
    assert (group.place_name, group.address, group.latitude) == ("オンライン", "", None)


def test_a_meeting_point_beside_a_place_is_part_of_the_way(read: Any) -> None:
    group = only(read({"場所名称": "里山公園", "集合場所": "東駅改札前"}))
    assert (group.place_name, group.access) == ("里山公園", "集合：東駅改札前")


def test_odd_cells_are_dropped_with_a_warning_and_the_row_stays(read: Any) -> None:
    group = only(
        read(
            {
                "緯度": "35.6",
                "経度": "",
                "URL": "javascript:alert(1)",
                "連絡先メールアドレス": "公民館まで",
                "連絡先電話番号": "庁舎",
                "申込期限日": "前日まで",
                "集合場所": "",
            }
        )
    )
    assert (group.latitude, group.url, group.contact_email, group.contact_phone, group.deadline) == (None, "", "", (), None)
    assert {problem.field for problem in group.warnings} == {"latitude", "url", "email", "phone", "deadline_day", "place"}
    assert all(problem.values["line"] == 2 for problem in group.warnings)


def test_letters_lost_in_an_old_conversion_are_pointed_out(read: Any) -> None:
    assert "化けて" in said(only(read({"日時備考": "1月10日?3月5日の土日"})))[0]
    assert said(only(read({"説明": "行きませんか?楽しいですよ。"}))) == []


def test_without_a_description_the_summary_says_where_to_look(read: Any) -> None:
    assert "主催のページ" in only(read({"説明": "", "URL": "https://example.jp/"})).summary
    assert "問い合わせ先" in only(read({"説明": ""})).summary
    assert only(read({"説明": "", "備考": "筆記用具をお持ちください。"})).summary == "筆記用具をお持ちください。"


def test_sign_up_that_only_the_remarks_mention_is_said_in_words(read: Any) -> None:
    group = only(read({"日時備考": "事前申込12月1日開始"}))
    assert (group.signup_kind, group.signup_text) == (SignupKind.REQUIRED, "申し込みが必要です。")
    assert "12月3日" in only(read({"申込期限日": "2026-12-03"})).signup_text
