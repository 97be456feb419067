"""From a fresh clone to a running house, without any real installer: what is decided, in which order, and what is said."""

import ast
import errno
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from idobata import bootstrap
from idobata.bootstrap import chromium, installing, sentences, stamp, start, surroundings, system_packages, turn
from idobata.bootstrap.commands import CommandFailed, Commands
from idobata.bootstrap.place import Place
from idobata.bootstrap.sentences import Trouble
from idobata.kernel import layout

CHECKOUT = layout.PACKAGE.parent
VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A fresh clone in a folder with a space and Japanese letters."""
    checkout = tmp_path / "井戸 端"
    checkout.mkdir()
    (checkout / "pyproject.toml").touch()
    (checkout / stamp.RUN_LOCK).write_text("flask==1\n")
    (checkout / stamp.TEST_LOCK).write_text("flask==1\npytest==1\n")
    (checkout / installing.UV_LOCK).write_text("uv==1\n")
    return Place(checkout)


def make_python(place: Place) -> None:
    place.python.parent.mkdir(parents=True, exist_ok=True)
    place.python.touch(mode=0o755)


@dataclass
class Machine:
    """A machine of the imagination: which programs it has, what they do, and what was asked of them."""

    place: Place
    path_uv: bool = False
    has_pip: bool = True
    has_venv: bool = True
    network: bool = True
    apt: bool = False
    uv_network: bool = True
    venv_has_pip: bool = False
    version: str = VERSION
    asked: list[str] = field(default_factory=list)
    output: list[str] = field(default_factory=list)
    environ: Mapping[str, str] = field(default_factory=dict)

    def run(self, *command: str | Path, extra: Mapping[str, str] | None = None) -> str:
        words = [Path(command[0]).name, *(str(word) for word in command[1:])]
        said = " ".join(words)
        self.asked.append(said)
        if words[0] == "uv":
            return self._uv(said)
        if words[0] == "apt-get":
            self._need(self.apt, "E: Unable to locate package")
            self.has_venv = self.has_venv or "-venv" in said
            return ""
        return self._python(said)

    def _uv(self, said: str) -> str:
        if " venv " in said:
            make_python(self.place)
        else:
            self._need(self.network and self.uv_network, "error: error sending request for url")
        return ""

    def _python(self, said: str) -> str:
        if "sys.version_info" in said:
            return f"{self.version}\n"
        if "find_spec" in said:
            return f"{self.venv_has_pip}\n"
        if "-m venv" in said:
            self._need(self.has_venv, "The virtual environment was not created because ensurepip is not available.")
            make_python(self.place)
            self.venv_has_pip = True
            return ""
        if "--target" in said:
            self._need(self.has_pip, "No module named pip")
            self._need(self.network, "Temporary failure in name resolution")
            binary = self.place.tools / "uv-draft" / "bin" / "uv"
            binary.parent.mkdir(parents=True)
            binary.touch(mode=0o755)
            return ""
        self._need(self.network, "Temporary failure in name resolution")
        return ""

    def _need(self, there: bool, otherwise: str) -> None:
        if not there:
            self.output.append(otherwise)
            raise CommandFailed(otherwise)

    def names(self) -> list[str]:
        """What was asked, in short."""
        short = {
            "--target": "fetch uv",
            "uv venv": "uv venv",
            "uv pip": "uv install",
            "-m venv": "venv",
            "-m pip": "pip install",
            "apt-get update": "apt update",
            "apt-get install": "apt install",
        }
        named = (next((name for sign, name in short.items() if sign in said), None) for said in self.asked)
        return [name for name in named if name]


@pytest.fixture
def machine(place: Place, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(place)
    real_which = installing.shutil.which
    monkeypatch.setattr(
        installing.shutil, "which", lambda name, **options: ("/usr/bin/uv" if made.path_uv else None) if name == "uv" else real_which(name)
    )
    monkeypatch.setattr(system_packages, "may_install", lambda: made.apt)
    monkeypatch.setattr(start, "_commands", lambda place, *held: made)
    monkeypatch.setattr(installing, "base_python", lambda: "/usr/bin/python3")
    return made


class TestWhatIsInstalled:
    def test_a_fresh_clone_fetches_uv_into_its_own_folder_and_builds_with_it(self, place: Place, machine: Machine) -> None:
        assert start.ensure(place, stamp.RUN_LOCK) is True

        assert machine.names() == ["fetch uv", "uv venv", "uv install"]
        assert stamp.read(place.venv).satisfies(place.checkout, stamp.RUN_LOCK)
        assert not place.unfinished.exists()

    def test_a_uv_on_the_path_is_used(self, place: Place, machine: Machine) -> None:
        machine.path_uv = True

        start.ensure(place, stamp.RUN_LOCK)

        assert machine.names() == ["uv venv", "uv install"]

    def test_every_package_is_checked_against_its_hash_and_no_python_is_downloaded(self, place: Place, machine: Machine) -> None:
        machine.uv_network = False

        start.ensure(place, stamp.RUN_LOCK)

        assert machine.names() == ["fetch uv", "uv venv", "uv install", "venv", "pip install"]
        installs = [said for said in machine.asked if "install" in said]
        assert len(installs) == 3
        assert all("--require-hashes" in said for said in installs)
        assert all("--no-python-downloads" in said for said in machine.asked if said.startswith("uv "))

    def test_without_uv_venv_and_pip_do_it(self, place: Place, machine: Machine) -> None:
        machine.has_pip = False

        start.ensure(place, stamp.RUN_LOCK)

        assert machine.names() == ["fetch uv", "venv", "pip install"]

    def test_a_second_start_asks_nothing(self, place: Place, machine: Machine) -> None:
        start.ensure(place, stamp.RUN_LOCK)
        machine.asked.clear()

        assert start.ensure(place, stamp.RUN_LOCK) is False
        assert machine.asked == []

    def test_the_tests_add_to_the_environment_and_a_run_after_them_changes_nothing(self, place: Place, machine: Machine) -> None:
        start.ensure(place, stamp.RUN_LOCK)
        machine.asked.clear()

        assert start.ensure(place, stamp.TEST_LOCK) is True
        assert machine.names() == ["uv install"]
        assert start.ensure(place, stamp.RUN_LOCK) is False
        assert start.ensure(place, stamp.TEST_LOCK) is False

    def test_a_changed_lock_is_installed_into_the_same_environment(self, place: Place, machine: Machine) -> None:
        start.ensure(place, stamp.TEST_LOCK)
        machine.asked.clear()
        (place.checkout / stamp.RUN_LOCK).write_text("flask==2\n")

        assert start.ensure(place, stamp.RUN_LOCK) is True
        assert machine.names() == ["uv install"]

    def test_line_ends_that_git_changed_change_nothing(self, place: Place, machine: Machine) -> None:
        start.ensure(place, stamp.RUN_LOCK)
        (place.checkout / stamp.RUN_LOCK).write_bytes(b"flask==1\r\n")

        assert start.ensure(place, stamp.RUN_LOCK) is False

    def test_an_environment_somebody_else_made_is_added_to_and_not_thrown_away(self, place: Place, machine: Machine) -> None:
        make_python(place)
        (place.venv / "mine").touch()

        start.ensure(place, stamp.RUN_LOCK)

        assert (place.venv / "mine").exists()
        assert machine.names() == ["fetch uv", "uv install"]

    @pytest.mark.parametrize("version", ["3.10", "2.7"])
    def test_an_environment_of_a_python_that_is_too_old_is_built_anew(self, place: Place, machine: Machine, version: str) -> None:
        make_python(place)
        (place.venv / "old").touch()
        machine.version = version

        start.ensure(place, stamp.RUN_LOCK)

        assert not (place.venv / "old").exists()
        assert "uv venv" in machine.names()

    def test_an_environment_whose_python_was_removed_from_the_system_is_built_anew(self, place: Place, machine: Machine) -> None:
        start.ensure(place, stamp.RUN_LOCK)
        place.python.unlink()
        place.python.symlink_to("/nowhere/python3")
        machine.asked.clear()

        assert start.ensure(place, stamp.RUN_LOCK) is True
        assert machine.names() == ["uv venv", "uv install"]

    def test_an_environment_whose_python_moved_on_is_built_anew(self, place: Place, machine: Machine) -> None:
        make_python(place)
        stamp.write(place.venv, stamp.Stamp("3.0", {}))
        (place.venv / "old").touch()

        start.ensure(place, stamp.RUN_LOCK)

        assert not (place.venv / "old").exists()


class TestWhatIsRepaired:
    def test_an_interrupted_install_is_built_anew_at_the_next_start(self, place: Place, machine: Machine) -> None:
        machine.network = False
        with pytest.raises(Trouble):
            start.ensure(place, stamp.RUN_LOCK)
        make_python(place)
        (place.venv / "half").touch()
        machine.network = True

        assert start.ensure(place, stamp.RUN_LOCK) is True

        assert not (place.venv / "half").exists()

    def test_an_interrupted_change_does_not_look_complete_when_the_old_lock_comes_back(self, place: Place, machine: Machine) -> None:
        start.ensure(place, stamp.RUN_LOCK)
        machine.network = False
        (place.checkout / stamp.RUN_LOCK).write_text("flask==2\n")
        with pytest.raises(Trouble):
            start.ensure(place, stamp.RUN_LOCK)
        (place.checkout / stamp.RUN_LOCK).write_text("flask==1\n")
        machine.network = True

        assert start.ensure(place, stamp.RUN_LOCK) is True

    def test_an_interrupted_fetch_of_uv_is_fetched_again(self, place: Place, machine: Machine) -> None:
        (place.tools / "uv-draft" / "bin").mkdir(parents=True)

        start.ensure(place, stamp.RUN_LOCK)

        assert machine.names() == ["fetch uv", "uv venv", "uv install"]

    @pytest.mark.parametrize("text", ["", "[]", "{}", '{"python": "3.11"}', '{"python": "3.11", "locks": []}', "\udc80"])
    def test_a_broken_stamp_counts_as_none(self, place: Place, text: str) -> None:
        make_python(place)
        (place.venv / "idobata-stamp.json").write_text(text, errors="surrogateescape")

        assert stamp.read(place.venv) == stamp.Stamp()

    def test_the_stamp_tells_what_it_satisfies(self, place: Place) -> None:
        make_python(place)
        stamp.write(place.venv, stamp.after_installing(place.checkout, stamp.TEST_LOCK, "3.11"))

        kept = json.loads((place.venv / "idobata-stamp.json").read_text())
        assert set(kept["locks"]) == {stamp.RUN_LOCK, stamp.TEST_LOCK}
        assert [path.name for path in place.venv.iterdir() if path.name.startswith("idobata")] == ["idobata-stamp.json"]

    def test_two_starts_at_once_install_once(self, place: Place, machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
        place.tools.mkdir()
        results: list[bool] = []
        with turn.taken(place.tools / "turn", lambda: None):
            other = threading.Thread(target=lambda: results.append(start.ensure(place, stamp.RUN_LOCK)))
            other.start()
            other.join(0.3)
            assert other.is_alive()
            make_python(place)
            stamp.write(place.venv, stamp.after_installing(place.checkout, stamp.RUN_LOCK, VERSION))
        other.join(10)

        assert results == [True]
        assert machine.asked == []
        assert sentences.WAITING.japanese in capsys.readouterr().err


class TestWhatIsSaid:
    def trouble(self, place: Place) -> str:
        with pytest.raises(Trouble) as raised:
            start.ensure(place, stamp.RUN_LOCK)
        return raised.value.sentence.english

    def test_progress_is_said_in_both_languages(self, place: Place, machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
        start.ensure(place, stamp.RUN_LOCK)

        said = capsys.readouterr()
        assert said.out == ""  # what a command prints may be piped somewhere
        assert "はじめての準備" in said.err
        assert "about a minute" in said.err
        assert "準備ができました" in said.err

    def test_no_network(self, place: Place, machine: Machine) -> None:
        machine.network = False

        assert "check the network" in self.trouble(place)

    def test_no_venv_module_names_the_package_to_add(self, place: Place, machine: Machine) -> None:
        machine.has_pip = machine.has_venv = False

        assert f'"apt install python{VERSION}-venv"' in self.trouble(place)

    def test_root_on_debian_adds_that_package(self, place: Place, machine: Machine) -> None:
        machine.has_pip = machine.has_venv = False
        machine.apt = True

        start.ensure(place, stamp.RUN_LOCK)

        assert machine.names() == ["fetch uv", "venv", "apt install", "venv", "pip install"]

    @pytest.mark.parametrize(
        ("output", "sentence"),
        [
            ("OSError: [Errno 28] No space left on device", "disk is full"),
            ("error: failed to write: No space left on device (os error 28)", "disk is full"),
            ("THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "checksums"),
            ("error: Hash mismatch for `flask==1`", "checksums"),
            ("WARNING: NewConnectionError: [Errno -3] Temporary failure in name resolution", "network"),
            ("SSLError: certificate verify failed", "network"),
            ("client error (Connect): dns error: failed to lookup address", "network"),
            ("PermissionError: [Errno 13] Permission denied: '/srv'", "cannot be written"),
            ("something nobody thought of", "details are in /clone/.tools/install.log"),
            ("", "details are in"),
        ],
    )
    def test_what_an_installer_said_becomes_one_sentence(self, output: str, sentence: str) -> None:
        explained = sentences.explain(output, Path("/clone/.tools/install.log"), Path("/clone"), "python3.11-venv")

        assert sentence in explained.english
        assert "\n" not in explained.japanese + explained.english
        assert explained.japanese.endswith("。")

    @pytest.mark.parametrize(
        ("code", "sentence"), [(errno.ENOSPC, "disk is full"), (errno.EROFS, "cannot be written"), (errno.EIO, "Input/output error")]
    )
    def test_what_the_system_refuses_becomes_one_sentence(
        self, code: int, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def refuse(place: Place, lock: str) -> bool:
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr(start, "ensure", refuse)

        with pytest.raises(SystemExit) as ended:
            start.prepare([])

        assert ended.value.code == 1
        said = capsys.readouterr().err
        assert sentence in said
        assert len(said.splitlines()) == 2

    def test_ctrl_c_is_no_traceback(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        def interrupt(place: Place, lock: str) -> bool:
            raise KeyboardInterrupt

        monkeypatch.setattr(start, "ensure", interrupt)

        with pytest.raises(SystemExit) as ended:
            start.prepare([])

        assert ended.value.code == 130
        assert "途中でやめました" in capsys.readouterr().err

    @pytest.mark.parametrize("old", [(3, 6), (3, 8), (3, 10)])
    def test_a_python_that_is_too_old_can_read_the_sentence_for_it(self, old: tuple[int, int]) -> None:
        for file in ("__main__.py", "__init__.py"):
            ast.parse((layout.PACKAGE / file).read_text(encoding="utf-8"), feature_version=old)

    def test_a_python_that_is_too_old_says_so_and_ends(self) -> None:
        program = (
            "import sys, runpy; sys.version_info = (3, 9, 2); "
            f"sys.path.insert(0, {str(CHECKOUT)!r}); runpy.run_module('idobata', run_name='__main__')"
        )

        done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, encoding="utf-8", check=False)

        assert done.returncode == 1
        assert done.stdout == ""
        assert done.stderr.splitlines() == [
            "Idobata には Python 3.11 以上が必要です（いまは 3.9 です）。新しい Python でもう一度お願いします。",
            "Idobata needs Python 3.11 or newer (this is 3.9); please start it with a newer one.",
        ]


class TestWhoMayComeIn:
    def test_installers_keep_the_way_to_the_packages_and_lose_the_callers_habits(self) -> None:
        kept = surroundings.for_installers(
            {
                "HOME": "/home/hana",
                "HTTPS_PROXY": "http://proxy:8080",
                "PIP_INDEX_URL": "https://mirror.example/simple",
                "PIP_CERT": "/etc/ca.pem",
                "PIP_TARGET": "/elsewhere",
                "PIP_REQUIRE_VIRTUALENV": "1",
                "PIP_NO_BINARY": ":all:",
                "PIP_CONSTRAINT": "/c.txt",
                "UV_PYTHON": "3.8",
                "UV_INDEX_CITY_PASSWORD": "secret",
                "PYTHONPATH": "/other",
                "PYTHONHOME": "/other",
                "PYTHONWARNINGS": "error",
                "VIRTUAL_ENV": "/other/venv",
            },
            Path("/cache"),
        )

        assert kept["HTTPS_PROXY"] == "http://proxy:8080"
        assert kept["PIP_INDEX_URL"] == kept["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
        assert kept["PIP_CERT"] == kept["SSL_CERT_FILE"] == "/etc/ca.pem"
        assert kept["UV_INDEX_CITY_PASSWORD"] == "secret"
        assert kept["PIP_REQUIRE_VIRTUALENV"] == kept["PIP_USER"] == "0"
        gone = {"PIP_TARGET", "PIP_NO_BINARY", "PIP_CONSTRAINT", "UV_PYTHON", "PYTHONPATH", "PYTHONHOME", "PYTHONWARNINGS", "VIRTUAL_ENV"}
        assert not gone & kept.keys()

    def test_a_mirror_told_to_uv_itself_is_not_overruled(self) -> None:
        kept = surroundings.for_installers({"PIP_INDEX_URL": "https://one.example", "UV_INDEX_URL": "https://two.example"}, Path("/cache"))

        assert "UV_DEFAULT_INDEX" not in kept

    def test_somebody_without_a_home_gets_a_cache_in_the_clone(self, tmp_path: Path) -> None:
        assert surroundings.for_installers({"HOME": "/nonexistent"}, Path("/clone/cache"))["UV_CACHE_DIR"] == "/clone/cache"
        assert "UV_CACHE_DIR" not in surroundings.for_installers({"HOME": str(tmp_path)}, Path("/clone/cache"))

    def test_the_house_finds_its_own_modules_whatever_the_caller_had_set(self) -> None:
        kept = surroundings.for_the_house(
            {
                "IDOBATA_CITY": "demo",
                "PYTHONPATH": "/other",
                "PYTHONHOME": "/other",
                "PYTHONINSPECT": "1",
                "PYTHONOPTIMIZE": "2",
                "PYTEST_ADDOPTS": "-x",
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
                "VIRTUAL_ENV": "/other",
            },
            Path("/井戸 端"),
            Path("/井戸 端/.venv"),
        )

        assert kept == {"IDOBATA_CITY": "demo", "PYTHONPATH": "/井戸 端", "VIRTUAL_ENV": "/井戸 端/.venv"}


class TestTheWayIn:
    @pytest.fixture
    def entered(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
        """The commands this process would have become."""
        became: list[list[str]] = []

        def become(program: str, words: list[str], environ: dict[str, str]) -> None:
            became.append(words)
            raise SystemExit(0)

        monkeypatch.setattr(os, "execve", become)
        monkeypatch.setattr(layout, "checkout_folder", lambda: place.checkout)
        monkeypatch.setattr(start, "bring_browser", lambda place: None)
        monkeypatch.setattr(start, "ensure", lambda place, lock: False)
        monkeypatch.chdir(place.checkout)
        return became

    def test_any_python_becomes_the_one_of_the_clone(self, place: Place, entered: list[list[str]]) -> None:
        with pytest.raises(SystemExit):
            start.prepare(["import-events", "市の 行事.csv"])

        assert entered == [[str(place.python), "-P", "-X", "idobata_entered", "-m", "idobata", "import-events", "市の 行事.csv"]]

    def test_test_becomes_pytest_with_the_same_words(self, place: Place, entered: list[list[str]]) -> None:
        with pytest.raises(SystemExit):
            start.prepare(["test", "-k", "日付 and not browser"])

        assert entered == [[str(place.python), "-P", "-m", "pytest", "-k", "日付 and not browser"]]

    def test_inside_nothing_happens(self, entered: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(layout, "checkout_folder", lambda: Path(sys.prefix).parent)
        monkeypatch.setattr(Place, "is_here", property(lambda place: True))

        start.prepare(["serve"])

        assert entered == []

    def test_a_house_that_does_not_open_is_not_entered_for_ever(
        self, entered: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(sys, "_xoptions", {"idobata_entered": True})

        with pytest.raises(SystemExit) as ended:
            start.prepare([])

        assert ended.value.code == 1
        assert entered == []
        assert "delete the folder .venv" in capsys.readouterr().err

    def test_an_installed_package_is_left_alone(self, entered: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(layout, "checkout_folder", lambda: None)

        start.prepare(["serve"])

        assert entered == []

    def test_an_installed_package_has_no_tests(
        self, entered: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(layout, "checkout_folder", lambda: None)

        with pytest.raises(SystemExit):
            start.prepare(["test"])

        assert entered == []
        assert "from a clone" in capsys.readouterr().err


class TestTheBrowser:
    @pytest.fixture
    def without_browser(self, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
        there = lambda: "/usr/bin/chromium" if any("apt-get install" in said and "chromium" in said for said in machine.asked) else None  # noqa: E731
        monkeypatch.setattr(chromium, "find", there)
        monkeypatch.delenv("CI", raising=False)
        return machine

    def test_root_on_debian_gets_chromium(self, place: Place, without_browser: Machine) -> None:
        without_browser.apt = True

        start.bring_browser(place)

        assert without_browser.asked == ["apt-get install -y --no-install-recommends chromium"]

    def test_old_package_lists_are_renewed(self, place: Place) -> None:
        asked: list[str] = []

        class Bare(Commands):
            def run(self, *command: str | Path, extra: Mapping[str, str] | None = None) -> str:
                assert extra == {"DEBIAN_FRONTEND": "noninteractive"}
                asked.append(str(command[1]))
                if asked == ["install"]:
                    raise CommandFailed("apt-get")
                return ""

        assert system_packages.install(Bare(place.checkout, {}, place.log), "chromium") is True
        assert asked == ["install", "update", "install"]

    def test_a_plain_user_is_told_and_goes_on(self, place: Place, without_browser: Machine, capsys: pytest.CaptureFixture[str]) -> None:
        start.bring_browser(place)

        assert without_browser.asked == []
        assert "no browser" in capsys.readouterr().err

    def test_with_ci_it_stops_there(self, place: Place, without_browser: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CI", "true")

        with pytest.raises(Trouble):
            start.bring_browser(place)

    @pytest.fixture
    def program(self, tmp_path: Path) -> Callable[[str, str], Path]:
        def make(name: str, script: str) -> Path:
            file = tmp_path / "bin" / name
            file.parent.mkdir(exist_ok=True)
            file.write_text(f"#!/bin/sh\n{script}\n")
            file.chmod(0o755)
            return file

        return make

    def test_a_browser_that_only_tells_how_to_get_one_is_passed_over(self, program: Callable[[str, str], Path]) -> None:
        stub = program("chromium-browser", "echo please install the snap; exit 1")
        real = program("google-chrome", "echo Google Chrome 156")

        assert chromium.find({"PATH": str(stub.parent)}, places=()) == str(real)

    def test_the_browser_named_by_the_caller_comes_first(self, program: Callable[[str, str], Path]) -> None:
        mine = program("mine", "echo Chromium 1")
        other = program("chromium", "echo Chromium 2")

        assert chromium.find({"CHROME_PATH": str(mine), "PATH": str(other.parent)}, places=()) == str(mine)
        assert chromium.find({"CHROME_PATH": "/nowhere/chrome", "PATH": str(other.parent)}, places=()) == str(other)
        assert chromium.find({"PATH": "/nowhere"}, places=()) is None


class TestCommands:
    @pytest.fixture
    def commands(self, tmp_path: Path) -> Commands:
        return Commands(tmp_path, {"PATH": os.defpath}, tmp_path / "install.log")

    def test_what_programs_say_is_kept_and_not_shown(self, commands: Commands, capfd: pytest.CaptureFixture[str]) -> None:
        assert commands.run(sys.executable, "-c", "print('こんにちは')").strip() == "こんにちは"

        assert capfd.readouterr() == ("", "")
        assert "こんにちは" in commands.log.read_text(encoding="utf-8")
        assert commands.output == []

    def test_a_program_that_fails_leaves_its_words(self, commands: Commands) -> None:
        with pytest.raises(CommandFailed):
            commands.run(sys.executable, "-c", "import sys; sys.exit('out of luck')")

        assert "out of luck" in commands.output[0]

    def test_a_program_that_is_not_there_is_a_failure_like_any_other(self, commands: Commands) -> None:
        with pytest.raises(CommandFailed):
            commands.run("/nowhere/uv")


class TestTheLocks:
    def pins(self, name: str) -> dict[str, str]:
        lines = (CHECKOUT / name).read_text(encoding="utf-8").splitlines()
        return dict(line.rstrip(" \\").split("==", 1) for line in lines if line and not line[0].isspace() and "==" in line)

    def test_the_test_lock_holds_all_of_the_run_lock_with_the_same_pins(self) -> None:
        tests = self.pins(stamp.TEST_LOCK)

        assert {name: pin for name, pin in self.pins(stamp.RUN_LOCK).items() if tests.get(name) != pin} == {}

    @pytest.mark.parametrize("name", [stamp.RUN_LOCK, stamp.TEST_LOCK, installing.UV_LOCK])
    def test_every_pin_has_a_hash_and_no_lock_names_an_address(self, name: str) -> None:
        text = (CHECKOUT / name).read_text(encoding="utf-8")

        assert "://" not in text
        for entry in text.replace("\\\n", " ").splitlines():
            assert not entry.strip() or "--hash=sha256:" in entry

    def test_before_anything_is_installed_only_the_standard_library_is_needed(self) -> None:
        folders = (Path(bootstrap.__file__).parent.glob("*.py"), [Path(layout.__file__), layout.PACKAGE / "__init__.py"])
        for file in (file for files in folders for file in files):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                roots = {name.split(".")[0] for name in names}
                assert roots <= sys.stdlib_module_names | {"idobata"}, file
