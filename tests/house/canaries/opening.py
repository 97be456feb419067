"""Opens the planted town, once for a file of tests: the site as a city runs it, not the demo."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from flask import Flask

from idobata.kernel import clock
from tests.harness.databases import migrate
from tests.harness.site import MONDAY, make_settings, running
from tests.house.canaries.town import Canaries, build


def opened(folder: Path, url: str = "") -> Iterator[tuple[Flask, Canaries]]:
    """The app and its town, inside an application context, on a held Monday."""
    if not url:
        url = f"sqlite:///{folder / 'idobata.sqlite3'}"
        migrate(url)
    demo = make_settings(url, folder)
    settings = replace(demo, machine=replace(demo.machine, demo=False))
    clock.fix(MONDAY)
    try:
        for app in running(settings):
            with app.app_context():
                yield app, build(app, settings)
    finally:
        clock.fix(None)
