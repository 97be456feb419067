"""The browser of the tests: Chromium as a Japanese reader has it, with Noto Sans JP and nothing of this machine."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pylopdf_fonts_jp
import pytest
from playwright.sync_api import expect

from idobata.bootstrap import chromium
from tests.harness import scratch
from tests.harness.missing import cannot_be_had

# How long a page may take to become what a test expects, on a machine that is busy with other things.
PATIENCE_MS = 15_000

_QUIET = (
    "--no-sandbox",  # root and most containers cannot have one; only our own pages are opened
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # The browser is not under the guard of network.py: it finds no name but this machine's.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <alias><family>sans-serif</family><prefer><family>Noto Sans JP</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>Noto Sans JP</family></prefer></alias>
  <alias><family>serif</family><prefer><family>Noto Serif JP</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>Noto Sans JP</family></prefer></alias>
</fontconfig>
"""


def fonts_configuration(fonts: Path, cache: Path) -> str:
    """A fontconfig file that knows only the fonts of one folder."""
    return _FONTS.format(fonts=escape(str(fonts)), cache=escape(str(cache)))


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser. Without one the test is not run."""
    found = chromium.find()
    if found is None:
        cannot_be_had("no browser was found; install Chromium or name one in CHROME_PATH")
    return found


@pytest.fixture(scope="session")
def fonts_file() -> Iterator[Path]:
    """The fontconfig file of the run: without Japanese letters every page would be little boxes."""
    with scratch.folder(in_memory=False) as folder:
        file = folder / "fonts.conf"
        fonts = Path(pylopdf_fonts_jp.__file__).parent
        file.write_text(fonts_configuration(fonts, folder / "cache"), encoding="utf-8")
        yield file


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], chromium_path: str, fonts_file: Path) -> dict[str, Any]:
    """How Playwright starts the browser, and how long its tests wait for what they expect."""
    expect.set_options(timeout=PATIENCE_MS)
    return {
        **browser_type_launch_args,
        "executable_path": chromium_path,
        "args": list(_QUIET),
        "env": {**os.environ, "FONTCONFIG_FILE": str(fonts_file)},
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A reader in Japan."""
    return {**browser_context_args, "locale": "ja-JP", "timezone_id": "Asia/Tokyo"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that opens the browser, so that `-m "not browser"` leaves it out."""
    for item in items:
        if set(getattr(item, "fixturenames", ())) & {"browser", "chromium_path"}:
            item.add_marker("browser")
