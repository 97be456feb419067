"""What clerks write in words, in the manner of real listings."""

from datetime import time

import pytest

from idobata.gatherings.states import FeeKind, SignupKind
from idobata.opendata.profiles import Meaning
from idobata.opendata.prose import (
    Signup,
    close_up,
    is_online,
    is_rhythm,
    read_audience,
    read_capacity,
    read_fee,
    read_hours,
    read_phones,
    read_remark,
    read_signup,
    sentences,
    split_lead,
    word_skeleton,
)


def test_lines_a_program_put_behind_a_remark_are_taken_away_and_kept_by_meaning() -> None:
    remark = read_remark("受付は9時から\n定員: 10（先着）\n開始日: 2022/1/28\n終了日: 2022/1/28\n開始時刻: 9:30")
    assert remark.text == "受付は9時から"
    assert remark.tail == {
        Meaning.STARTS: "9:30",
        Meaning.LAST_DAY: "2022/1/28",
        Meaning.FIRST_DAY: "2022/1/28",
        Meaning.CAPACITY: "10（先着）",
    }


@pytest.mark.parametrize("cell", ["終了時刻: 日没まで", "開始日: 4月中旬から", "持ち物: 筆記用具", "開始日: 2022/1/28\nその前の週は休み"])
def test_what_a_person_wrote_stays(cell: str) -> None:
    assert read_remark(cell).text == cell


@pytest.mark.parametrize(
    ("base", "details", "kind", "yen", "words"),
    [
        ("0", "", FeeKind.FREE, None, ""),
        ("0", "小中学生は無料", FeeKind.FREE, None, "小中学生は無料"),
        ("０円", "", FeeKind.FREE, None, ""),
        ("無料", "", FeeKind.FREE, None, ""),
        ("", "無料", FeeKind.FREE, None, ""),
        ("", "参加費は無料です。", FeeKind.FREE, None, ""),
        ("", "0円", FeeKind.FREE, None, ""),
        ("0", "材料費500円", FeeKind.PAID, None, "材料費500円"),
        ("500", "", FeeKind.PAID, 500, ""),
        ("500", "資料代500円", FeeKind.PAID, 500, "資料代"),
        ("10000", "10,000円(8回合計)", FeeKind.PAID, 10000, "8回合計"),
        ("11800", "各11,800円", FeeKind.PAID, 11800, ""),
        ("1000", "年間", FeeKind.PAID, 1000, "年間"),
        ("1500", "初回のみ別途テキスト代1,000円", FeeKind.PAID, 1500, "初回のみ別途テキスト代1,000円"),
        ("1,500円", "", FeeKind.PAID, 1500, ""),
        ("", "800円/回", FeeKind.PAID, 800, ""),
        ("", "1,500円(初回のみ別途テキスト代1,000円)", FeeKind.PAID, 1500, "初回のみ別途テキスト代1,000円"),
        ("", "4,080円/月", FeeKind.PAID, None, "4,080円/月"),
        ("", "入館料(大人310円、高校生150円)", FeeKind.PAID, None, "入館料(大人310円、高校生150円)"),
        ("", "付き添い大人500円", FeeKind.PAID, None, "付き添い大人500円"),
        ("", "中学生以下無料", FeeKind.UNKNOWN, None, "中学生以下無料"),
        ("", "材料は用意します", FeeKind.UNKNOWN, None, "材料は用意します"),
        ("", "", FeeKind.UNKNOWN, None, ""),
        ("2500", "3歳未満は無料\n料金(基本): 前売り2,500 当日2,800", FeeKind.PAID, None, "前売り2,500 当日2,800、3歳未満は無料"),
    ],
)
def test_a_fee_is_free_only_when_nothing_is_paid(base: str, details: str, kind: FeeKind, yen: int | None, words: str) -> None:
    fee = read_fee(base, details)
    assert (fee.kind, fee.yen, fee.words, fee.problem) == (kind, yen, words, None)


def test_a_fee_that_turned_into_a_date_is_taken_back_with_a_warning() -> None:
    fee = read_fee("1901", "中学生以下無料\n料金(基本): 1901/5/14")
    assert (fee.kind, fee.yen, fee.words) == (FeeKind.PAID, 500, "中学生以下無料")
    assert fee.problem is not None
    assert "500円" in fee.problem.in_japanese()


@pytest.mark.parametrize(
    "words",
    [
        "申込不要",
        "申し込みは不要です",
        "不要(当日先着順)",
        "予約不要",
        "当日、直接会場へお越しください。",
        "直接、集合場所にお越しください。",
        "参加自由",
    ],
)
def test_no_sign_up_is_understood(words: str) -> None:
    assert read_signup(words, "", has_deadline=False) == Signup(SignupKind.NONE, words)


@pytest.mark.parametrize(
    "words",
    ["電話、先着順20名", "電話または直接、ふれあい館へお申し込みください。", "往復はがき", "電子申請システム", "茅の市HP申込みフォーム"],
)
def test_sign_up_is_understood(words: str) -> None:
    assert read_signup(words, "", has_deadline=False) == Signup(SignupKind.REQUIRED, words)


def test_sign_up_stays_open_where_the_words_leave_it_open() -> None:
    assert read_signup("申込不要（団体は電話で予約）", "", has_deadline=False).kind is SignupKind.UNKNOWN
    assert read_signup("整理券", "", has_deadline=False).kind is SignupKind.UNKNOWN
    assert read_signup("", "筆記用具をお持ちください。", has_deadline=False) == Signup(SignupKind.UNKNOWN)


def test_remarks_are_asked_only_when_the_sign_up_cell_is_empty() -> None:
    assert read_signup("", "事前申込1月7日開始", has_deadline=False).kind is SignupKind.REQUIRED
    assert read_signup("", "申込不要です", has_deadline=False).kind is SignupKind.NONE
    assert read_signup("当日、直接会場へお越しください。", "相談会は要予約", has_deadline=False).kind is SignupKind.NONE


def test_a_deadline_means_there_is_something_to_sign_up_for() -> None:
    assert read_signup("実行委員会事務局へ\n申込期限日: 2019/4/26", "", has_deadline=True) == Signup(
        SignupKind.REQUIRED, "実行委員会事務局へ"
    )


@pytest.mark.parametrize(
    ("cell", "extension", "phones"),
    [
        ("(0467)86-3175", "", ("(0467)86-3175",)),
        ("(090)1234-5678/(03)1234-5678", "", ("(090)1234-5678", "(03)1234-5678")),
        ("03-1234-5678、090-1234-5678", "", ("03-1234-5678", "090-1234-5678")),
        ("０３ー１２３４ー５６７８", "", ("03-1234-5678",)),
        ("0312345678", "", ("0312345678",)),
        ("(03)3430-1111", "2278", ("(03)3430-1111 内線2278",)),
        ("03-1234-5678(平日9時から17時)", "", ("03-1234-5678(平日9時から17時)",)),
        ("03-1234-5678\n03-1234-5678", "", ("03-1234-5678",)),
        ("市役所まで", "", ()),
        ("", "12", ()),
    ],
)
def test_phone_numbers_are_taken_apart(cell: str, extension: str, phones: tuple[str, ...]) -> None:
    assert read_phones(cell, extension) == phones


@pytest.mark.parametrize(
    ("cell", "typed", "words"),
    [
        ("20", "", "20人"),
        ("10", "10(先着。申込制）", "10人(先着。申込制）"),
        ("", "先着40", "先着40人"),
        ("", "10〜20", "10〜20人"),
        ("20組", "", "20組"),
        ("若干名", "", "若干名"),
        ("20人　先着順", "", "20人　先着順"),
        ("", "小学生。各公民館10(抽選）", "小学生。各公民館10(抽選）"),
        ("", "", ""),
    ],
)
def test_capacity_reads_as_one_says_it(cell: str, typed: str, words: str) -> None:
    assert read_capacity(cell, typed) == words


def test_who_it_is_for_comes_from_the_column_or_the_remarks() -> None:
    assert read_audience("中学生", "対象：大人") == "中学生"
    assert read_audience("", "対象*一般(大人)、シニア。筆記用具") == "一般(大人)、シニア"
    assert read_audience("", "【対象】：小学生　*託児あり") == "小学生"
    assert read_audience("", "筆記用具を持参") == ""


@pytest.mark.parametrize("text", ["毎週第3火曜日 全6回", "毎週金曜日・全6回", "月2回、月曜日", "第2・4土曜日", "隔週水曜", "全１４回"])
def test_prose_recurrence_is_seen(text: str) -> None:
    assert is_rhythm(text)


@pytest.mark.parametrize("text", ["開場13:30", "雨天の場合は中止", "第2会議室", "8/13の終了時間は11:30", ""])
def test_other_remarks_are_no_rhythm(text: str) -> None:
    assert not is_rhythm(text)


@pytest.mark.parametrize("place", ["オンライン", "Zoom", "ＺＯＯＭ", "オンライン開催", "Zoomミーティング"])
def test_online_is_no_place(place: str) -> None:
    assert is_online(place)


@pytest.mark.parametrize("place", ["オンラインと中央公民館", "市民ウェブ館", "", "公民館"])
def test_a_place_that_is_also_online_stays_a_place(place: str) -> None:
    assert not is_online(place)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("(1)13:50~14:50\n(2)15:10~16:10", (time(13, 50), time(16, 10))),
        ("(1)午後5時〜6時(2)午後6時15分〜7時15分", (time(17), time(19, 15))),
        ("午前9時30分　から　午前10時10分　まで", (time(9, 30), time(10, 10))),
        ("9時~17時 (最終日は16時まで)", (time(9), time(17))),
        ("受付11:00まで", None),
        ("1月中旬〜3月初旬", None),
    ],
)
def test_hours_named_in_a_remark_span_from_the_first_to_the_last(text: str, hours: tuple[time, time] | None) -> None:
    assert read_hours(text) == hours


def test_gaps_a_web_page_left_in_times_are_closed() -> None:
    assert close_up("午前10時　から　午前11時　まで、午後1時　から　午後3時　まで") == "午前10時から午前11時まで、午後1時から午後3時まで"


def test_the_lead_and_the_rest_say_everything_once() -> None:
    text = "文字を楽しむ教室です。字は十人十色。\n" + "基本編ではくせ字を直します。" * 10
    lead, rest = split_lead(text, 120)
    assert lead == "文字を楽しむ教室です。字は十人十色。"
    assert rest == "基本編ではくせ字を直します。" * 10


def test_a_short_text_is_all_lead() -> None:
    assert split_lead("将棋", 120) == ("将棋", "")
    assert split_lead("一つめ。\n二つめ。", 120) == ("一つめ。", "二つめ。")


def test_a_question_is_not_torn_from_its_answer_in_the_next_line() -> None:
    lead, _ = split_lead("わからないことはありませんか?\n\nという人の入門教室です。\nくわしく学びます。", 120)
    assert lead == "わからないことはありませんか? という人の入門教室です。"


def test_a_list_stays_whole_in_the_body() -> None:
    text = "お産の流れ\n\n沐浴の仕方\n\n質問タイム"
    assert split_lead(text, 120) == ("お産の流れ 沐浴の仕方 質問タイム", text)


def test_a_first_sentence_without_end_is_cut_and_the_body_keeps_it() -> None:
    text = "あ" * 300
    lead, rest = split_lead(text, 120)
    assert lead == "あ" * 119 + "…"
    assert rest == text


def test_a_sentence_is_not_cut_inside_a_bracket() -> None:
    lead, rest = split_lead("「えっ。これだけ?」と言われる会です。" + "つづき。" * 40, 20)
    assert lead == "「えっ。これだけ?」と言われる会です。"
    assert rest == "つづき。" * 40


def test_small_words_do_not_make_another_sentence() -> None:
    assert word_skeleton("絵本の読み聞かせや折り紙を行います。") == word_skeleton("絵本の読み聞かせ・折り紙を行います")
    assert word_skeleton("絵本の読み聞かせを行います。") != word_skeleton("絵本の読み聞かせ・折り紙を行います")
    assert word_skeleton("かたり") == "かたり"
    assert sentences("一つ。二つ!\n三つ") == ["一つ。", "二つ!", "三つ"]


@pytest.mark.parametrize("evil", ["0" * 20_000, "1," * 10_000, "第1・" * 6_000, "10時〜" * 5_000, "「" * 20_000, "　" * 20_000 + "から"])
def test_no_cell_is_so_odd_that_it_stops_the_import(evil: str) -> None:
    read_fee(evil, evil)
    read_signup(evil, evil, has_deadline=False)
    assert len(read_phones(evil, "")) <= 5
    read_hours(evil)
    is_rhythm(evil)
    close_up(evil)
    assert len(split_lead(evil, 120)[0]) <= 120
