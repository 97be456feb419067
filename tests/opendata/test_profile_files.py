"""An official list of columns is a file: the shipped ones are right, a new one needs no code, a broken one is named."""

import csv
import io
from datetime import date, time
from pathlib import Path

import pytest

from idobata.gatherings.states import FeeKind
from idobata.opendata.data_sets import DATA_SETS
from idobata.opendata.dictionary import FORMAT_WORDS
from idobata.opendata.event_cells import cells_of, read_own
from idobata.opendata.event_record import EventRecord
from idobata.opendata.profile_files import FORMATS, ProfileError
from idobata.opendata.profiles import read_event_profiles, recognise

RECORD = EventRecord(
    public_id="k7m2x9pqrs4t",
    day=date(2026, 12, 5),
    title="朝の将棋",
    summary="将棋をさします。",
    first_day=date(2026, 12, 5),
    last_day=date(2026, 12, 5),
    starts=time(10),
    ends=time(12),
    source="992011",
    prefecture="みなも県",
    publisher="汐坂市",
    place="みどり公民館",
    address="北町1-2-3",
    fee_kind=FeeKind.FREE,
)
# A list of columns nobody has published: in another order, joined addresses, flags, a licence in every row.
TOMORROW = """
kind = "gatherings"
name = "tomorrow"
label = "あすの一覧"
english = "List of tomorrow"
[[columns]]
header = "ID"
tells = "id"
format = "line"
[[columns]]
header = "地方公共団体名"
tells = "publisher"
format = "line"
[[columns]]
header = "イベント名"
tells = "title"
format = "called_off"
[[columns]]
header = "開始日"
tells = "first_day"
format = "day"
[[columns]]
header = "開始時間"
tells = "starts"
format = "clock"
[[columns]]
header = "所在地_連結表記"
tells = "full_address"
format = "line"
[[columns]]
header = "場所名称"
tells = "place"
format = "line"
[[columns]]
header = "説明"
tells = "body"
format = "text"
[[columns]]
header = "無料"
tells = "free"
format = "flag"
[[columns]]
header = "画像_ライセンス"
tells = "licence"
format = "fixed"
value = "CC BY 4.0"
"""


@pytest.mark.parametrize(
    ("stem", "columns"), [("gatherings-base-registry", 50), ("gatherings-recommended", 32), ("places-recommended", 24)]
)
def test_the_shipped_lists_are_complete_and_explain_every_column(stem: str, columns: int) -> None:
    profile = next(one.profile for one in DATA_SETS if one.stem == stem)
    assert len(profile.columns) == columns
    assert [column.header for column in profile.columns if not column.about] == []
    # What is always empty has no example, and says so.
    assert [
        column.header for column in profile.columns if not column.example and "空欄" not in column.about and "のせない" not in column.about
    ] == []


def test_a_new_list_is_a_new_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "gatherings-tomorrow.toml").write_text(TOMORROW, encoding="utf-8")
    (profile,) = read_event_profiles(tmp_path)
    cells = cells_of(RECORD, profile)
    assert cells == [
        "k7m2x9pqrs4t-20261205",
        "汐坂市",
        "朝の将棋",
        "2026-12-05",
        "10:00",
        "みなも県汐坂市北町1-2-3",
        "みどり公民館",
        "将棋をさします。",
        "1",
        "CC BY 4.0",
    ]
    layout = recognise([column.header for column in profile.columns], (profile,))
    again = read_own(layout, cells)
    assert (again.public_id, again.title, again.starts, again.place) == ("k7m2x9pqrs4t", "朝の将棋", time(10), "みどり公民館")
    assert again.address == "みなも県汐坂市北町1-2-3"


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ('tells = "title"|tells = "tytle"', "'tytle' is nothing a column can tell"),
        ('format = "called_off"|format = "loud"', "'loud' is no format"),
        ('header = "無料"|header = "説明"', "comes twice"),
        ('name = "tomorrow"|', "name is missing"),
        ('kind = "gatherings"|kind = "weather"', "kind must be"),
        ('value = "CC BY 4.0"|valeu = "CC BY 4.0"', "valeu is no key of a column"),
        ('label = "あすの一覧"|label = あす', "gatherings-tomorrow.toml"),
    ],
)
def test_a_mistake_in_a_file_is_named_with_the_file(tmp_path: Path, broken: str, said: str) -> None:
    old, new = broken.split("|")
    assert old in TOMORROW
    (tmp_path / "gatherings-tomorrow.toml").write_text(TOMORROW.replace(old, new), encoding="utf-8")
    with pytest.raises(ProfileError, match=said):
        read_event_profiles(tmp_path)


def test_the_examples_of_the_dictionary_are_cells_that_could_stand_there() -> None:
    for one in DATA_SETS:
        line = io.StringIO()
        csv.writer(line).writerow(column.example for column in one.profile.columns)
        assert line.getvalue().count("\n") == 1


def test_every_form_of_a_cell_is_explained() -> None:
    assert set(FORMAT_WORDS) == FORMATS
