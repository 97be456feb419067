"""What a test of this house may rely on."""

import os
import socket
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

from idobata.kernel import layout
from tests.harness import missing, scratch
from tests.harness.browser import fonts_configuration
from tests.harness.network import NetworkRefused, is_local
from tests.harness.postgres import PostgresServer
from tests.harness.side_by_side import seconds_of_files

pytest_plugins = ["pytester"]


@pytest.mark.parametrize(
    "host", [None, "", "localhost", "LOCALHOST.", "town.localhost", "127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", b"::1"]
)
def test_this_machine_may_be_reached(host: object) -> None:
    assert is_local(host)


@pytest.mark.parametrize("host", ["example.com", "localhost.example.com", "10.0.0.1", "2001:db8::1", "169.254.169.254", "日本.jp"])
def test_another_machine_may_not(host: str) -> None:
    assert not is_local(host)


@pytest.mark.parametrize(
    "reach",
    [
        lambda: socket.create_connection(("example.com", 80), timeout=1),
        lambda: socket.create_connection(("192.0.2.1", 80), timeout=1),
        lambda: socket.getaddrinfo("example.com", 80),
        lambda: socket.gethostbyname("example.com"),
        lambda: _udp().sendto(b"?", ("192.0.2.1", 53)),
        lambda: _udp().connect_ex(("192.0.2.1", 53)),
    ],
)
def test_a_test_that_reaches_out_fails_and_not_with_an_ordinary_network_error(reach: Callable[[], Any]) -> None:
    with pytest.raises(NetworkRefused) as refused:
        reach()

    assert not isinstance(refused.value, OSError)


def _udp() -> socket.socket:
    closed = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    closed.close()  # it is refused before anything would be sent
    return closed


def test_a_server_of_this_machine_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), timeout=5) as client:
        other, _ = server.accept()
        with other:
            other.sendall(b"hello")
            assert client.recv(5) == b"hello"


def test_settings_of_the_machine_do_not_reach_the_tests() -> None:
    assert not [name for name in os.environ if name.startswith("IDOBATA_") or name in ("PGHOST", "PGUSER", "PGPASSWORD", "http_proxy")]


def _tables(url: str) -> set[str]:
    engine = sqlalchemy.create_engine(url)
    try:
        return set(sqlalchemy.inspect(engine).get_table_names())
    finally:
        engine.dispose()


def _do(url: str, statement: str) -> Any:
    engine = sqlalchemy.create_engine(url)
    try:
        with engine.begin() as connection:
            return connection.exec_driver_sql(statement)
    finally:
        engine.dispose()


@pytest.mark.parametrize("time", ["first", "second"])
def test_each_test_gets_a_database_of_its_own(database_url: str, time: str) -> None:
    assert "alembic_version" in _tables(database_url)
    assert "left_behind" not in _tables(database_url)
    _do(database_url, "CREATE TABLE left_behind (id INTEGER)")


def test_a_database_for_migrations_has_no_table(empty_database_url: str) -> None:
    assert _tables(empty_database_url) == set()


def test_postgresql_is_real_and_knows_japanese_letters(postgres_server: PostgresServer, empty_postgres_url: str) -> None:
    engine = sqlalchemy.create_engine(empty_postgres_url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT '祭' ~ '[[:alpha:]]'").scalar_one() is True
        assert connection.exec_driver_sql("SHOW server_encoding").scalar_one() == "UTF8"
        assert connection.exec_driver_sql("SHOW listen_addresses").scalar_one() == ""
    engine.dispose()


def test_a_database_can_be_given_back_while_somebody_is_connected(postgres_server: PostgresServer) -> None:
    name = postgres_server.create()
    engine = sqlalchemy.create_engine(postgres_server.url(name))
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
        postgres_server.give_back(name)
        other = postgres_server.create()
        with pytest.raises(sqlalchemy.exc.OperationalError):
            connection.exec_driver_sql("SELECT 1")
    engine.dispose()
    postgres_server.give_back(other)


def test_the_browser_is_a_japanese_readers(page: Any) -> None:
    page.set_content("<p>井戸端</p>")

    assert page.evaluate("navigator.language") == "ja-JP"
    assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Asia/Tokyo"


def test_the_browser_draws_japanese_letters_and_not_little_boxes(page: Any) -> None:
    page.set_content("<canvas width=100 height=50>")
    draw = """letter => {
        const pen = document.querySelector('canvas').getContext('2d')
        pen.clearRect(0, 0, 100, 50)
        pen.font = '40px sans-serif'
        pen.fillText(letter, 5, 40)
        return Array.from(pen.getImageData(0, 0, 100, 50).data).join('')
    }"""

    drawn = Counter(page.evaluate(draw, letter) for letter in "井戸端濵德邉")

    assert len(drawn) == 6


def test_a_font_folder_may_have_any_name() -> None:
    written = fonts_configuration(Path("/家 & 庭/<fonts>"), Path("/tmp/cache"))

    assert "<dir>/家 &amp; 庭/&lt;fonts&gt;</dir>" in written


def test_a_missing_tool_is_said_at_the_end_of_the_run() -> None:
    assert missing.not_run(["there is no browser", "there is no browser", "there is no PostgreSQL"]) == [
        "not run: 1 test, because there is no PostgreSQL",
        "not run: 2 tests, because there is no browser",
    ]


@pytest.mark.parametrize(("ci", "outcome"), [("", {"skipped": 2}), ("true", {"failed": 1, "errors": 1})])
def test_with_ci_nothing_is_skipped(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: str, outcome: dict[str, int]) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("PYTHONPATH", str(layout.checkout_folder()))
    pytester.makeconftest('pytest_plugins = ["tests.harness.missing"]')
    pytester.makepyfile(
        """
        import pytest
        from tests.harness.missing import cannot_be_had

        @pytest.fixture
        def tool():
            cannot_be_had("the tool is lost")

        def test_with_tool(tool): ...

        def test_skipped():
            pytest.skip("not today")
        """
    )

    result = pytester.runpytest_subprocess("-p", "no:playwright", "-p", "no:cacheprovider")

    result.assert_outcomes(**outcome)
    said = result.stdout.str()
    assert "the tool is lost" in said
    assert "not today" in said
    assert ("not run: 1 test, because the tool is lost" in said) is (ci == "")


@pytest.fixture
def small_house(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A house of two files, one of which takes long."""
    for name in [name for name in os.environ if name.startswith("PYTEST_")]:
        monkeypatch.delenv(name)  # we may be in a worker ourselves
    monkeypatch.setenv("CI", "")
    monkeypatch.setenv("PYTHONPATH", str(layout.checkout_folder()))
    monkeypatch.setenv("PYTEST_XDIST_AUTO_NUM_WORKERS", "2")
    pytester.makepyprojecttoml('[tool.pytest.ini_options]\ntestpaths = ["tests"]\nmarkers = ["takes: seconds"]')
    tests = pytester.mkdir("tests")
    (tests / "conftest.py").write_text('pytest_plugins = ["tests.harness.side_by_side", "tests.harness.missing"]\n', encoding="utf-8")
    (tests / "test_short.py").write_text(
        "import pytest\ndef test_one(): ...\ndef test_two(): pytest.skip('the tool is lost')\n", encoding="utf-8"
    )
    (tests / "test_tall.py").write_text("import pytest\n@pytest.mark.takes(90)\ndef test_three(): ...\n", encoding="utf-8")
    return pytester


def run_small(house: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return house.runpytest_subprocess("-p", "no:playwright", "-p", "no:cacheprovider", *arguments)


@pytest.mark.parametrize("arguments", [(), ("tests",), ("-k", "t")])
def test_a_run_of_everything_is_shared_out_once_and_says_all_that_was_not_run(small_house: pytest.Pytester, arguments: tuple[str]) -> None:
    result = run_small(small_house, *arguments)

    result.assert_outcomes(passed=2, skipped=1)
    said = result.stdout.str()
    assert "2 workers [3 items]" in said
    assert "not run: 1 test, because the tool is lost" in said


@pytest.mark.parametrize("arguments", [("tests/test_short.py", "tests/test_tall.py"), ("-n", "0"), ("-s",)])
def test_a_run_of_files_or_one_that_is_watched_stays_in_one_process(small_house: pytest.Pytester, arguments: tuple[str]) -> None:
    result = run_small(small_house, *arguments)

    result.assert_outcomes(passed=2, skipped=1)
    assert "workers" not in result.stdout.str()


def test_with_ci_nothing_is_skipped_by_a_worker(small_house: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")

    result = run_small(small_house)

    result.assert_outcomes(passed=2, failed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "the tool is lost" in result.stdout.str()


def test_the_longest_file_is_begun_first(small_house: pytest.Pytester) -> None:
    items, _ = small_house.inline_genitems("tests", "-p", "no:playwright", "-p", "no:xdist")

    assert {name.rpartition("/")[2]: seconds for name, seconds in seconds_of_files(items).items()} == {
        "test_short.py": pytest.approx(0.2),
        "test_tall.py": 90,
    }


def test_what_killed_runs_left_behind_is_removed(tmp_path: Path) -> None:
    gone, mine, foreign = (tmp_path / name for name in ("ido-4194305-abc", f"ido-{os.getpid()}-abc", "ido-keep"))
    for folder in (gone, mine, foreign):
        folder.mkdir()

    scratch.sweep((str(tmp_path),))

    assert [folder.exists() for folder in (gone, mine, foreign)] == [not Path("/proc/self").exists(), True, True]
