"""Single cells into values."""

from datetime import date, time

import pytest

from idobata.opendata.cells import Clock, excel_number, read_clock, read_day, read_degrees, read_source


@pytest.mark.parametrize(
    "cell",
    [
        "2022-01-24",
        "2022/1/24",
        "２０２２／１／２４",
        " 2022年1月24日 ",
        "2022年1月24日(月)",
        "2022年1月24日（月・祝）",
        "2022.1.24",
        "20220124",
        "令和4年1月24日",
        "令和４年１月２４日（月曜日）",
        "R4.1.24",
        "2022/1/24 0:00",
        "2022-01-24T00:00:00",
        "44585",
    ],
)
def test_a_day_is_read_however_a_clerk_writes_it(cell: str) -> None:
    assert read_day(cell) == date(2022, 1, 24)


def test_the_first_year_of_an_era_is_written_with_a_word() -> None:
    assert read_day("令和元年5月1日") == date(2019, 5, 1)
    assert read_day("平成31年4月30日") == date(2019, 4, 30)


@pytest.mark.parametrize(
    "cell", ["", "未定", "1月24日", "2022-02-30", "2022/13/1", "24/1/2022", "1月中旬", "2022", "２月", "202201241", "9" * 5000]
)
def test_what_is_no_day_is_none(cell: str) -> None:
    assert read_day(cell) is None


def test_a_fee_that_excel_took_for_a_date_can_be_taken_back() -> None:
    assert excel_number(date(1901, 5, 14)) == 500


@pytest.mark.parametrize(
    ("cell", "at"),
    [
        ("09:00", time(9)),
        ("9:00", time(9)),
        ("９：３０", time(9, 30)),
        ("9:00:00", time(9)),
        ("10時", time(10)),
        ("10時30分", time(10, 30)),
        ("午前10時", time(10)),
        ("午後2時半", time(14, 30)),
        ("午後 2 時 05 分", time(14, 5)),
        ("午後0時30分", time(12, 30)),
        ("午後12時30分", time(12, 30)),
        ("正午", time(12)),
        ("PM 3:00", time(15)),
        ("AM 12:15", time(0, 15)),
        ("13:00頃", time(13)),
        ("00:00", time(0)),
    ],
)
def test_a_time_is_read_however_a_clerk_writes_it(cell: str, at: time) -> None:
    assert read_clock(cell) == Clock(at)


def test_times_past_midnight_are_on_the_next_day() -> None:
    assert read_clock("24:00") == Clock(time(0), next_day=True)
    assert read_clock("25:30") == Clock(time(1, 30), next_day=True)


@pytest.mark.parametrize("cell", ["", "未定", "30:00", "10:75", "10", "日没", "10:00〜12:00"])
def test_what_is_no_time_is_none(cell: str) -> None:
    assert read_clock(cell) is None


def test_a_point_in_japan_is_kept_and_a_swapped_one_put_right() -> None:
    assert read_degrees("35.635125", "１３９．５７８１７６") == (35.635125, 139.578176, None)
    north, east, problem = read_degrees("139.5", "35.6")
    assert (north, east) == (35.6, 139.5)
    assert problem is not None
    assert "入れかわって" in problem.in_japanese()


@pytest.mark.parametrize(
    ("latitude", "longitude"), [("35.6", ""), ("", "139.5"), ("0", "0"), ("51.5", "-0.12"), ("北", "東"), ("nan", "inf"), ("1e2", "1e2")]
)
def test_a_point_that_is_none_or_elsewhere_is_dropped_with_a_word(latitude: str, longitude: str) -> None:
    north, east, problem = read_degrees(latitude, longitude)
    assert (north, east) == (None, None)
    assert problem is not None


def test_no_point_at_all_is_nothing_to_talk_about() -> None:
    assert read_degrees("", " ") == (None, None, None)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("132195", "132195"),
        ("１３２１９５", "132195"),
        ("13219", "132195"),
        ("11002", "011002"),
        ("132190", ""),
        ("", ""),
        ("東京都", ""),
    ],
)
def test_a_municipal_code_gets_back_the_zero_or_check_digit_it_lost(cell: str, code: str) -> None:
    assert read_source(cell) == code
