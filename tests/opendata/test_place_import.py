"""`import-places`: into the register once, and again without doubles; people's words stay. On both databases."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from idobata.gatherings.filters import Filters
from idobata.gatherings.list_queries import find_dates
from idobata.gatherings.place_actions import change_place, check_place, merge_places, register_place_by_hand
from idobata.gatherings.values import PlaceWords
from idobata.kernel.settings import Settings
from idobata.opendata.place_commands import BATCH, import_places_file
from idobata.places.actions import add_place
from idobata.places.models import Place
from idobata.places.queries import values_of
from idobata.places.values import PlaceValues
from idobata.store.database import db
from idobata.store.deeds import Deed
from idobata.store.transaction import after_public_change, transaction
from tests.harness.site import Town, everything
from tests.opendata.facilities import facilities


class Run:
    """Imports a file and keeps what was said."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings, self.folder = settings, folder
        self.said: list[str] = []

    def __call__(self, *rows: dict[str, str], dry_run: bool = False) -> list[list[str]]:
        """The lines of the report without its head."""
        file, report = self.folder / "places.csv", self.folder / "report.csv"
        file.write_bytes(facilities(*rows))
        self.said = []
        import_places_file(file, self.settings, dry_run=dry_run, report=report, say=self.said.append)
        return [line.split(",", 4) for line in report.read_text("utf-8-sig").splitlines()[1:]]


@pytest.fixture
def run(inside: None, settings: Settings, tmp_path: Path) -> Run:
    return Run(settings, tmp_path)


def outcomes(lines: list[list[str]]) -> list[str]:
    return [line[3] for line in lines]


def count() -> int:
    return db.session.scalar(select(func.count(Place.id))) or 0


def only() -> Place:
    return db.session.scalars(select(Place)).one()


def test_a_list_is_imported_as_checked_places_and_again_without_doubles(run: Run) -> None:
    rows = [{"NO": str(number), "名称": f"公民館{number}"} for number in range(1, BATCH + 3)]
    assert set(outcomes(run(*rows, {"NO": "x", "名称": ""}))) == {"作成", "取りこめません"}
    assert count() == BATCH + 2
    assert {(place.checked_how, place.checked_at is not None) for place in db.session.scalars(select(Place))} == {("list", True)}
    assert f"作成 {BATCH + 2:,}件、更新 0件、変更なし 0件、取りこめません 1件。" in run.said
    turned: list[int] = []
    after_public_change(db.engine, lambda: turned.append(1))
    before = everything()
    assert set(outcomes(run(*rows))) == {"変更なし"}
    assert everything() == before
    assert turned == [], "readers' pages stay kept"


def test_a_dry_run_foresees_the_same_and_writes_nothing(run: Run) -> None:
    before = everything()
    foreseen = run({}, {"NO": "2", "名称": "緑の館", "緯度": "139.3", "経度": "35.3"}, {"NO": "3", "名称": ""}, dry_run=True)
    assert everything() == before
    assert "ためしに読んだだけで、何も書きこんでいません。" in run.said
    assert run({}, {"NO": "2", "名称": "緑の館", "緯度": "139.3", "経度": "35.3"}, {"NO": "3", "名称": ""}) == foreseen
    assert outcomes(foreseen) == ["作成", "作成", "取りこめません"]
    assert "入れかわっていた" in foreseen[1][4]


def test_a_newer_list_changes_what_is_new_and_its_gatherings_follow(run: Run, settings: Settings) -> None:
    town = Town(settings)
    run({})
    row = town.published(place=PlaceWords(public_id=only().public_id, name="みどり公民館"), title="朝の会")
    before = row.sequence
    assert outcomes(run({"名称": "わかば会館", "電話番号": ""})) == ["更新"]
    place = only()
    assert (place.name, place.phone) == ("わかば会館", "000-000-0301"), "an empty cell takes nothing away"
    assert row.sequence == before + 1
    assert [one.gathering.title for one in find_dates(Filters(q="わかば"), settings).rows] == ["朝の会"]
    acts = db.session.scalars(select(Deed.act).where(Deed.thing == "place").order_by(Deed.id)).all()
    assert acts == ["place.imported", "place.imported"]


def test_what_a_person_changed_stays_and_the_report_says_so(run: Run, settings: Settings) -> None:
    town = Town(settings)
    run({})
    place = only()
    with transaction():
        values = PlaceValues(
            **{**{name: getattr(values_of(place), name) for name in PlaceValues.__dataclass_fields__}, "phone": "本当の番号"}
        )
        change_place(town.staff(), place, values, settings)
    [line] = run({"電話番号": "000-9", "URL": "https://new.example/"})
    assert (place.phone, place.url) == ("本当の番号", "https://new.example/")
    assert "こちらでたしかめたところ（電話）は、そのままにしました。" in line[4]


def test_what_an_editor_checked_before_is_only_filled_and_a_typed_entry_is_taken_over(run: Run, settings: Settings) -> None:
    town = Town(settings)
    with transaction():
        checked = add_place(PlaceValues(name="みどり公民館", phone="1", access_facts={"wheelchair": False}), checked=True, how="visit")
    town.published(place=PlaceWords(name="緑の館", access="うその道"))
    typed = db.session.scalars(select(Place).where(Place.name == "緑の館")).one()
    first, second = run({}, {"NO": "2", "名称": "緑の 館"})
    assert count() == 2
    assert (checked.phone, checked.kana, checked.access_facts) == ("1", "ミドリコウミンカン", {"wheelchair": False, "wide-toilet": True})
    assert checked.checked_how == "visit"
    assert "（電話・入りやすさ）" in first[4]
    assert (typed.phone, typed.checked_how) == ("000-000-0301", "list")
    assert (first[3], second[3]) == ("更新", "更新")
    assert outcomes(run({}, {"NO": "2", "名称": "緑の 館"})) == ["変更なし", "変更なし"]


def test_a_merged_place_is_followed_and_never_made_again(run: Run, settings: Settings) -> None:
    town = Town(settings)
    run({}, {"NO": "2", "名称": "緑の館", "住所": "汐坂市港1", "電話番号": "2"})
    a, b = db.session.scalars(select(Place).order_by(Place.id)).all()
    with transaction():
        hall = register_place_by_hand(town.staff(), PlaceValues(name="緑会館"), "visit", settings)
        merge_places(town.staff(), hall, b, settings)
    [_first, second] = run({}, {"NO": "2", "名称": "緑の館", "住所": "汐坂市港1", "電話番号": "2", "URL": "https://hall.example/"})
    assert (second[3], hall.url, count()) == ("更新", "https://hall.example/", 3)
    with transaction():
        merge_places(town.staff(), a, hall, settings)
    before = values_of(a)
    lines = run({}, {"NO": "2", "名称": "緑の館", "住所": "汐坂市港1", "電話番号": "3"})
    assert outcomes(lines) == ["変更なし", "変更なし"]
    assert "「みどり公民館」にまとめた場所なので、そのままにしました。" in lines[1][4]
    assert (values_of(a), count()) == (before, 3)


def test_two_facilities_of_one_name_are_two_and_a_new_number_at_the_same_address_is_one(run: Run) -> None:
    rows = [{"NO": "1", "名称": "中央公園", "住所": "汐坂市北町1"}, {"NO": "2", "名称": "中央公園", "住所": "汐坂市港1"}]
    run(*rows)
    assert count() == 2
    run({"NO": "7", "名称": "中央公園", "住所": "汐坂市北町1"}, rows[1])
    assert count() == 2
    assert sorted(key for key in db.session.scalars(select(Place.source_key)) if key) == ["992011:2", "992011:7"]


def test_the_same_reading_in_the_other_kana_is_no_change(run: Run, settings: Settings) -> None:
    with transaction():
        place = register_place_by_hand(
            Town(settings).staff(), PlaceValues(name="みどり公民館", kana="みどりこうみんかん"), "visit", settings
        )
    [line] = run({})
    assert place.kana == "みどりこうみんかん"
    assert line[3:] == ["更新", ""]


def test_a_check_by_an_editor_is_not_undone_by_a_list(run: Run, settings: Settings) -> None:
    run({})
    with transaction():
        check_place(Town(settings).staff(), only(), "visit")
    run({"URL": "https://new.example/"})
    assert (only().checked_how, only().url) == ("visit", "https://new.example/")


def test_the_report_runs_no_formula_and_hostile_cells_stay_words(run: Run) -> None:
    [line] = run({"NO": "=1+1", "名称": "=HYPERLINK(1)", "名称_カナ": "'; DROP TABLE places; --", "住所": "<script>x</script>"})
    assert line[1].startswith("'=")
    assert line[2].startswith("'=")
    assert only().kana == "'; DROP TABLE places; --"
