"""Finds the browser the tests look through."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_PLACES = (
    "/usr/bin/chromium",
    "/snap/bin/chromium",
    "/opt/google/chrome/chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def find(environ: Mapping[str, str] = os.environ, places: tuple[str, ...] = _PLACES) -> str | None:
    """A browser that really starts: the one CHROME_PATH names, one on PATH, or one in a usual place."""
    named = (shutil.which(name, path=environ.get("PATH", "")) for name in _NAMES)
    candidates = dict.fromkeys((environ.get("CHROME_PATH"), *named, *places))
    return next((one for one in candidates if one and Path(one).is_file() and _answers(one)), None)


def _answers(browser: str) -> bool:
    # Ubuntu's chromium-browser may be a script that only tells how to get a snap.
    try:
        return subprocess.run([browser, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
