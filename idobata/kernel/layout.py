"""Where the house keeps what is not Python: in a clone beside the package, in an installed package inside it."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
LOCK = "requirements.lock"


def checkout_folder(package: Path = PACKAGE) -> Path | None:
    """The clone this package is run from, or None when it was installed as a package."""
    folder = package.parent
    return folder if (folder / LOCK).is_file() and (folder / "pyproject.toml").is_file() else None


def config_folder(package: Path = PACKAGE) -> Path:
    """The folder of `default.toml` and `cities/`."""
    checkout = checkout_folder(package)
    return checkout / "config" if checkout else package / "_config"


def migrations_folder(package: Path = PACKAGE) -> Path:
    """The folder of Alembic's `env.py` and `versions/`."""
    checkout = checkout_folder(package)
    return checkout / "migrations" if checkout else package / "_migrations"
