"""A date as a row of an official list: one line, plain letters, nothing of a home, and the same again when it is read."""

from dataclasses import fields, replace
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idobata.gatherings.first_visit import QUESTIONS
from idobata.gatherings.states import FeeKind, OccurrenceState, SignupKind, VenueKind
from idobata.kernel.csv_file import safe_cell
from idobata.kernel.errors import Invalid
from idobata.opendata.event_cells import cells_of, is_own, read_own, sort_notes
from idobata.opendata.event_record import EventRecord, split_address
from idobata.opendata.profile_files import Profile
from idobata.opendata.profiles import GIF, RECOMMENDED, Meaning, recognise
from idobata.opendata.written_cells import lines_again, on_one_line

BOTH = pytest.mark.parametrize("profile", [GIF, RECOMMENDED], ids=lambda one: one.name)
FULL = EventRecord(
    public_id="k7m2x9pqrs4t",
    day=date(2026, 12, 5),
    title="=朝の将棋",
    summary="将棋を　さします。",
    body="はじめに。\n\n・一つ\n　字下げ　と間",
    state=OccurrenceState.FULL,
    about_times="毎週土曜日（祝日は休み）",
    note="この日は公園で ／ 雨なら中",
    first_day=date(2026, 12, 6),
    last_day=date(2026, 12, 7),
    starts=time(20),
    ends=time(1, 30),
    source="992011",
    prefecture="みなも県",
    publisher="汐坂市",
    place="みどり公民館",
    address="みなも県汐坂市駅前一丁目6番11号",
    latitude=35.3088,
    longitude=139.3158,
    access="赤い屋根のとなり\n入口は北",
    parking="8台",
    online=True,
    host="+みなと将棋会",
    category="食べる",
    district="北町",
    fee_kind=FeeKind.PAID,
    fee_yen=100,
    fee_words="米代100円",
    signup_kind=SignupKind.REQUIRED,
    signup_words="電話で。\nまたは窓口で",
    audience="どなたでも",
    bring="将棋盤：あれば",
    rain="小雨なら",
    language="英語",
    crowd="10",
    facts={"当日参加OK": True, "見るだけOK": False},
    first_visit={one.name: f"{one.heading}です" for one in QUESTIONS},
    contact_name="松永",
    contact_phone="000-000-0311",
    homepage="https://example.jp/",
)
PLAIN = EventRecord(
    public_id="k7m2x9pqrs4t",
    day=date(2026, 12, 5),
    title="朝の会",
    summary="集まります。",
    first_day=date(2026, 12, 5),
    last_day=date(2026, 12, 5),
    prefecture="みなも県",
    publisher="汐坂市",
    place="みどり公民館",
)


def through(record: EventRecord, profile: Profile[Meaning]) -> EventRecord:
    layout = recognise([column.header for column in profile.columns])
    cells = [safe_cell(cell) for cell in cells_of(record, profile)]
    assert not [cell for cell in cells if "\n" in cell or "\r" in cell]
    assert is_own(layout, cells)
    return read_own(layout, cells)


def cell(record: EventRecord, profile: Profile[Meaning], header: str) -> str:
    return cells_of(record, profile)[[column.header for column in profile.columns].index(header)]


@BOTH
@pytest.mark.parametrize("record", [FULL, PLAIN], ids=["full", "plain"])
def test_everything_that_is_told_comes_back(record: EventRecord, profile: Profile[Meaning]) -> None:
    again = through(record, profile)
    # The list's own head, and two fields that are told as one until the other dates are seen.
    aside = {"prefecture", "publisher", "about_times", "note", "page", "licence", "updated_at"}
    lost = {one.name for one in fields(EventRecord) if one.name not in aside and getattr(again, one.name) != getattr(record, one.name)}
    assert lost == set()
    assert again.note == (f"{record.about_times} ／ {record.note}" if record.note else "")


@BOTH
def test_a_home_is_told_by_its_area_alone(profile: Profile[Meaning]) -> None:
    home = replace(PLAIN, venue=VenueKind.PRIVATE, place="北町の商店街のちかく", district="北町")
    assert cell(home, profile, "場所名称") == "北町の商店街のちかく（くわしい場所は主催の方にたずねてください）"
    again = through(home, profile)
    assert (again.venue, again.place, again.address) == (VenueKind.PRIVATE, "北町の商店街のちかく", "")


@BOTH
@pytest.mark.parametrize("state", list(OccurrenceState))
def test_every_state_travels_and_a_cancellation_cannot_be_overlooked(state: OccurrenceState, profile: Profile[Meaning]) -> None:
    record = replace(PLAIN, state=state)
    assert through(record, profile).state is state
    told = cell(record, profile, "状態") if profile is GIF else cell(record, profile, "イベント名")
    assert ("中止" in told) is (state is OccurrenceState.CANCELLED)


@BOTH
@pytest.mark.parametrize(
    ("kind", "yen", "words", "base"),
    [
        (FeeKind.FREE, None, "", "0"),
        (FeeKind.FREE, None, "申し込みがいります", "0"),
        (FeeKind.PAID, 1500, "", "1500"),
        (FeeKind.PAID, None, "材料費300円", ""),
        (FeeKind.UNKNOWN, None, "", ""),
        (FeeKind.UNKNOWN, None, "主催に聞いてください", ""),
    ],
)
def test_a_fee_is_a_number_without_a_unit_and_free_is_nought(
    kind: FeeKind, yen: int | None, words: str, base: str, profile: Profile[Meaning]
) -> None:
    record = replace(PLAIN, fee_kind=kind, fee_yen=yen, fee_words=words)
    assert cell(record, profile, "料金(基本)") == base
    again = through(record, profile)
    assert (again.fee_kind, again.fee_yen, again.fee_words) == (kind, yen, words)


def test_what_has_no_column_is_told_in_the_remarks_and_only_there() -> None:
    assert "対象：" not in cell(FULL, GIF, "備考")
    assert cell(FULL, RECOMMENDED, "備考").startswith("状態：満員　対象：どなたでも　持ち物：将棋盤：あれば　")
    assert cell(PLAIN, RECOMMENDED, "備考") == ""


def test_letters_of_one_machine_are_written_plain() -> None:
    assert cell(replace(PLAIN, title="①㈱の会"), GIF, "名称") == "(1)(株)の会"


@pytest.mark.parametrize("broken", [{"開始日": "あした"}, {"NO": "k7m2x9pqrs4t-20261399"}])
def test_a_row_that_was_broken_since_is_refused(broken: dict[str, str]) -> None:
    layout = recognise([column.header for column in GIF.columns])
    cells = [broken.get(column.header, told) for column, told in zip(GIF.columns, cells_of(PLAIN, GIF), strict=True)]
    with pytest.raises(Invalid):
        read_own(layout, cells)


def test_a_number_of_another_city_is_not_taken_for_one_of_ours() -> None:
    layout = recognise([column.header for column in GIF.columns])
    assert not is_own(layout, ["0000000001", *[""] * 49])


@given(st.text(alphabet="あ \n\u3000"))
def test_breaks_and_wide_spaces_come_back(text: str) -> None:
    # Only several plain spaces in a row cannot be told from a wide one, and even they are written the same again.
    assert on_one_line(lines_again(on_one_line(text))) == on_one_line(text)
    if " " not in text:
        assert lines_again(on_one_line(text)) == text


@pytest.mark.parametrize(
    ("cells", "about", "notes"),
    [
        (["毎週", "毎週 ／ 雨", "毎週"], "毎週", ["", "雨", ""]),
        (["雨", "風"], "", ["雨", "風"]),
        (["", "雨"], "", ["", "雨"]),
        (["毎週 ／ 雨 ／ 風"], "毎週", ["雨 ／ 風"]),
    ],
)
def test_what_holds_of_all_dates_is_told_from_what_holds_of_one(cells: list[str], about: str, notes: list[str]) -> None:
    assert sort_notes(cells) == (about, notes)


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("みなも県汐坂市駅前一丁目6番11号", ("みなも県", "汐坂市", "駅前", "一丁目6番11号")),
        ("北町1-2-3", ("みなも県", "汐坂市", "北町", "1-2-3")),
        ("汐坂市北町", ("みなも県", "汐坂市", "北町", "")),
        ("東京都狛江市元和泉1-1-1", ("東京都", "狛江市", "元和泉", "1-1-1")),
        ("神奈川県横浜市中区本町6-50-10", ("神奈川県", "横浜市中区", "本町", "6-50-10")),
        ("静岡県周智郡森町森2101", ("静岡県", "周智郡森町", "森", "2101")),
    ],
)
def test_an_address_is_split_as_the_lists_ask_and_nothing_is_lost(address: str, parts: tuple[str, ...]) -> None:
    split = split_address(address, "みなも県", "汐坂市")
    assert (split.prefecture, split.city, split.town, split.block) == parts
    assert address in "".join(parts)
