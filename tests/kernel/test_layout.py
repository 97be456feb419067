"""Settings and migrations are found in a clone and in an installed package alike."""

from pathlib import Path

import pytest

from idobata.kernel import layout


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "井戸 端" / "idobata"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def clone(package: Path) -> Path:
    (package.parent / "pyproject.toml").touch()
    (package.parent / "requirements.lock").touch()
    return package.parent


def test_in_a_clone_both_folders_stand_beside_the_package(package: Path, clone: Path) -> None:
    assert layout.checkout_folder(package) == clone
    assert layout.config_folder(package) == clone / "config"
    assert layout.migrations_folder(package) == clone / "migrations"


def test_an_installed_package_carries_both_folders_inside(package: Path) -> None:
    assert layout.checkout_folder(package) is None
    assert layout.config_folder(package) == package / "_config"
    assert layout.migrations_folder(package) == package / "_migrations"


def test_a_lock_file_alone_makes_no_clone(package: Path) -> None:
    (package.parent / "requirements.lock").touch()

    assert layout.checkout_folder(package) is None


def test_these_tests_run_from_a_clone_with_both_folders() -> None:
    assert (layout.config_folder() / "default.toml").is_file()
    assert layout.migrations_folder().is_dir()
