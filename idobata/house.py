"""Opens settings and database the way a command or a server needs them."""

import os
from dataclasses import dataclass

from flask import Flask

from idobata.app import create_app
from idobata.kernel.layout import config_folder
from idobata.kernel.settings import Settings
from idobata.kernel.settings_reader import read
from idobata.store.migrating import migrate

DEMO_CITY = "demo"
# Tells the server's own worker processes how the house was opened. Begins with "_": it is ours, not a setting.
MODE = "_IDOBATA_MODE"


@dataclass(frozen=True, slots=True)
class Mode:
    """How the site is opened: as a demo or in production, with the background worker inside or elsewhere."""

    demo: bool
    worker_inside: bool

    def to_environment(self) -> None:
        """Hand the mode on to child processes."""
        os.environ[MODE] = ",".join(name for name, on in (("demo", self.demo), ("worker", self.worker_inside)) if on) or "-"

    @classmethod
    def from_environment(cls) -> "Mode":
        """The mode a parent process handed on; production with a worker inside when there is none."""
        words = os.environ.get(MODE, "worker").split(",")
        return cls(demo="demo" in words, worker_inside="worker" in words)


def read_settings(*, demo: bool, production: bool = False) -> Settings:
    """The settings of the city named in IDOBATA_CITY. Raises `SettingsError` with every mistake."""
    return read(os.environ.get("IDOBATA_CITY", DEMO_CITY), os.environ, config_folder(), demo=demo, production=production)


def open_app(*, demo: bool, production: bool = False) -> Flask:
    """A migrated application, for commands."""
    settings = read_settings(demo=demo, production=production)
    migrate(settings.machine.database_url)
    return create_app(settings)
