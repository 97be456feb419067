"""`bench` measures what it says, on a town of its own, and its words are understood."""

from pathlib import Path

import pytest

from idobata.app import create_app
from idobata.bench import running
from idobata.bench.growth import costs_in_town, make_page, questions_of
from idobata.bench.load import Load, percentile, read_wrk
from idobata.bench.pages import measure_search
from idobata.bench.plans import show_plans
from idobata.bench.posting import measure_posting
from idobata.bench.running import run_bench
from idobata.bench.table import milliseconds, print_table
from idobata.bench.towns import SEARCHES, close, copy_town, grown_town, page_addresses, town_settings

SIZE = 200
WRK = """Running 1s test @ http://127.0.0.1:8000/
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   412.04us    1.05ms  25.64ms   98.54%
    Req/Sec    36.68k     2.72k   41.15k    70.00%
  Latency Distribution
     50%  340.00us
     75%  412.00us
     90%    1.10ms
     99%    1.98s
  36775 requests in 1.00s, 5.40MB read
  Socket errors: connect 1, read 2, write 0, timeout 4
  Non-2xx or 3xx responses: 3
Requests/sec:  36612.41
Transfer/sec:      5.37MB
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A town of its own for the measurement."""
    monkeypatch.setenv("IDOBATA_DATA", str(tmp_path / "data"))
    return grown_town(SIZE, lambda words: None)


def test_a_town_is_grown_once_and_measured_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    assert grown_town(SIZE, said.append) == folder
    assert said == []
    (folder / "grown").write_text("2020-01-01")
    grown_town(SIZE, said.append)
    assert any("Growing" in line for line in said), "an old town has no coming dates left"


def test_every_page_it_measures_is_there(folder: Path) -> None:
    settings = town_settings(folder)
    app = create_app(settings)
    with app.app_context():
        for name, path in (page_addresses(settings) | SEARCHES).items():
            assert make_page(app, path) > 100, name
        assert len(questions_of(app, "/gatherings")) > 2
        with pytest.raises(RuntimeError, match="404"):
            make_page(app, "/nowhere")
        close(app)


def test_a_page_costs_something_and_asks_the_database(folder: Path) -> None:
    costs = costs_in_town(SIZE, lambda words: None, rounds=1)
    assert set(SEARCHES) < set(costs)
    assert all(cost.whole > 0 and cost.questions > 0 for cost in costs.values())


def test_people_who_post_at_once_all_get_through(folder: Path) -> None:
    said: list[str] = []
    measure_posting(SIZE, said.append, people=4, posts_each=2)
    assert f"{SIZE:,} gatherings, 4 people at once, 2 posts each; 8 of 8 posts are in the database" in said
    assert said[-1] == "failures: 0"


@pytest.mark.takes(45)
def test_kept_and_unkept_pages_are_measured_on_one_server(folder: Path) -> None:
    said: list[str] = []
    measure_search(SIZE, said.append, seconds=1)
    assert len(said) == 3 + len(SEARCHES)
    assert all(line.endswith("  0") for line in said[3:]), "no request failed"


def test_the_plans_say_how_the_database_goes_about_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idobata.bench.plans._WORTH_A_LOOK", 0.0)
    said: list[str] = []
    show_plans(SIZE, said.append)
    assert any("USING" in line and "INDEX" in line for line in said)


def test_a_copy_is_written_into_and_the_town_stays_as_it_was(folder: Path) -> None:
    copy = copy_town(folder, "copy")
    assert town_settings(copy).machine.database_url != town_settings(folder).machine.database_url
    assert (copy / "idobata.sqlite3").read_bytes() == (folder / "idobata.sqlite3").read_bytes()


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("pages", [("pages", 100_000)]),
        ("pages:10000", [("pages", 10_000)]),
        ("feeds", [("feeds", 100_000)]),
        ("posting:city", [("posting", 10_000)]),
        ("growth", [("growth", (1_000, 10_000, 100_000))]),
        ("growth:5000", [("growth", (1_000, 5_000))]),
        ("growth-full", [("growth", (1_000, 10_000, 100_000, 1_000_000))]),
        (None, [*((one, 100_000) for one in ("pages", "search", "feeds")), ("growth", (1_000, 10_000, 100_000)), ("posting", 100_000)]),
        ("speed", []),
        ("pages:huge", []),
        ("pages:7", []),
    ],
)
def test_names_and_sizes_are_understood(name: str | None, called: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[object] = []
    for one in ("pages", "search", "feeds", "growth", "posting"):
        monkeypatch.setattr(running, f"measure_{one}", lambda size, say, one=one: found.append((one, size)))
    said: list[str] = []
    run_bench(name, said.append)
    assert found == called
    if not called:
        assert said[0].startswith("There is no measurement")
        assert any("growth-full" in line for line in said)


def test_the_report_of_wrk_is_read_in_milliseconds_with_every_failure() -> None:
    assert read_wrk(WRK) == Load(per_second=36612.41, p50=0.34, p99=1980.0, failures=10)
    with pytest.raises(ValueError, match="wrk"):
        read_wrk("connection refused")


def test_a_percentile_is_a_value_that_was_seen() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([float(number) for number in range(100)], 0.99) == 99.0
    assert percentile([], 0.5) == 0.0


def test_columns_stand_straight_with_wide_letters() -> None:
    said: list[str] = []
    print_table(["page", "ms"], [["search 会", "1.0"], ["home", "100"]], said.append)
    assert said == ["page        ms", "─────────  ───", "search 会  1.0", "home       100"]
    assert [milliseconds(value) for value in (0.1234, 12.34, 123.4)] == ["0.12", "12.3", "123"]
