"""`idobata pictures`: photographs the demo town for the README, in its own folder and at a held moment."""

import base64
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import click

from idobata.bootstrap import chromium
from idobata.kernel.layout import checkout_folder

# A Saturday morning in winter: something is on today and tomorrow, and every run shows the same town.
MOMENT = "2026-12-05T09:10:00+09:00"
EDITOR = "editor@city.shiosaka.example"
LARGEST_BYTES = 200_000
# From the best to the plainest; the first that is small enough is taken.
QUALITIES = (86, 80, 74, 66, 58, 50, 40)
START_SECONDS = 120

_PARTS = ("playwright", "pylopdf_fonts_jp")
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
  <alias><family>sans-serif</family><prefer><family>Noto Sans JP</family></prefer></alias>
  <alias><family>system-ui</family><prefer><family>Noto Sans JP</family></prefer></alias>
</fontconfig>
"""


class PicturesError(Exception):
    """No pictures can be taken; the message says what is missing, in one sentence."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One page of the town. `path` is an address; with `follow` the first link on it that this selector finds is opened."""

    name: str
    path: str
    follow: str = ""
    by_editor: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """A screen, in CSS pixels. `density` is how many pixels of the picture one of them becomes."""

    width: int
    height: int
    density: int


SCENES = (
    Scene("home", "/"),
    Scene("list", "/gatherings"),
    Scene("calendar", "/calendar"),
    Scene("gathering", "/gatherings?q=チェス", follow='main a[href^="/gatherings/"]'),
    Scene("post", "/post"),
    Scene("desk", "/desk", by_editor=True),
)
FRAMES = (Frame(1280, 860, 1), Frame(360, 720, 2))


def picture_name(scene: Scene, frame: Frame) -> str:
    """The name of the file: `home-360.webp`."""
    return f"{scene.name}-{frame.width}.webp"


def take_pictures(folder: Path, say: Callable[[str], None]) -> int:
    """Write every scene at every width into `folder` and return how many pictures there are.

    Raises `PicturesError` when the browser or a part of the test environment is missing, or the demo does not start.
    """
    browser_path = _browser()
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with tempfile.TemporaryDirectory(prefix="idobata-pictures-") as name:
        own = Path(name)
        with _demo(own) as address, _chromium(browser_path, own) as browser:
            for frame in FRAMES:
                for scene in SCENES:
                    picture = _photograph(browser, address, scene, frame)
                    file = folder / picture_name(scene, frame)
                    file.write_bytes(picture)
                    say(f"{file.name}  {len(picture) / 1000:.0f} kB")
                    count += 1
    return count


@click.command("pictures")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="Where to; without it docs/pictures of the clone.")
def pictures(folder: Path | None) -> None:
    """Photograph the demo town for the README."""
    checkout = checkout_folder()
    if folder is None and checkout is None:
        raise click.UsageError("There is no clone here: name a folder with --folder.")
    try:
        count = take_pictures(folder or Path(checkout or ".") / "docs" / "pictures", click.echo)
    except PicturesError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{count} pictures.")


def _browser() -> str:
    missing = [part for part in _PARTS if find_spec(part) is None]
    if missing:
        raise PicturesError(
            "Pictures need the test environment (missing: "
            + ", ".join(missing)
            + "); run `python3 -m idobata test` once, it brings what it needs."
        )
    found = chromium.find()
    if found is None:
        raise PicturesError("Pictures need the browser Chromium, and none was found; install it, or name one in CHROME_PATH.")
    return found


@contextmanager
def _demo(own: Path) -> Iterator[str]:
    """The demo town in a process of its own, as a newcomer starts it; gives its address."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("IDOBATA_", "_IDOBATA_"))}
    environ = {**kept, "IDOBATA_DATA": str(own / "data"), "IDOBATA_NOW": MOMENT}
    log = own / "demo.log"
    with log.open("wb") as out:
        demo = subprocess.Popen(
            [sys.executable, "-m", "idobata", "--port", str(port)],
            cwd=checkout_folder(),
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
        try:
            _wait(demo, address, log)
            yield address
        finally:
            demo.terminate()
            try:
                demo.wait(timeout=20)
            except subprocess.TimeoutExpired:
                demo.kill()
                demo.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(demo: subprocess.Popen[bytes], address: str, log: Path) -> None:
    # No proxy of this machine stands before this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    give_up = time.monotonic() + START_SECONDS
    while demo.poll() is None and time.monotonic() < give_up:
        try:
            with opener.open(f"{address}/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
    raise PicturesError(" ".join(["The demo town did not start.", *last]))


@contextmanager
def _chromium(browser_path: str, own: Path) -> Iterator[Any]:
    """The browser, with Noto Sans JP and no other letters, so that pictures look alike everywhere."""
    # Only here: nobody who serves a city has these two, and importing them costs every other command its quick start.
    sync_playwright = import_module("playwright.sync_api").sync_playwright
    fonts = Path(str(import_module("pylopdf_fonts_jp").__file__)).parent
    configuration = own / "fonts.conf"
    configuration.write_text(_FONTS.format(fonts=escape(str(fonts)), cache=escape(str(own / "fonts"))), encoding="utf-8")
    quiet = ["--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--force-color-profile=srgb", "--lang=ja"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        quiet.append("--no-sandbox")  # root cannot have one; only our own pages are opened
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path,
            args=quiet,
            # The words of the browser itself (in date fields) follow its own language.
            env={**os.environ, "FONTCONFIG_FILE": str(configuration), "LANGUAGE": "ja"},
        )
        try:
            yield browser
        finally:
            browser.close()


def _photograph(browser: Any, address: str, scene: Scene, frame: Frame) -> bytes:
    context = browser.new_context(
        viewport={"width": frame.width, "height": frame.height},
        device_scale_factor=frame.density,
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
        reduced_motion="reduce",
    )
    try:
        page = context.new_page()
        if scene.by_editor:
            page.goto(f"{address}/sign-in?then={scene.path}")
            page.locator(f'form:has(input[value="{EDITOR}"]) button').click()
            page.wait_for_url(f"**{scene.path}")
        else:
            page.goto(f"{address}{scene.path}")
        if scene.follow:
            page.locator(scene.follow).first.click()
            page.wait_for_url("**/gatherings/**")
        page.evaluate("document.fonts.ready.then(() => true)")
        return _smallest_good(page)
    finally:
        context.close()


def _smallest_good(page: Any) -> bytes:
    # Playwright itself writes no WebP; the browser does.
    camera = page.context.new_cdp_session(page)
    picture = b""
    for quality in QUALITIES:
        shot = camera.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
        picture = base64.b64decode(shot["data"])
        if len(picture) <= LARGEST_BYTES:
            return picture
    raise PicturesError(f"A picture stays larger than {LARGEST_BYTES // 1000} kB.")
