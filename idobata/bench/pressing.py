"""One page under load: kept, made anew, and beside what the same server does at best."""

import urllib.request
from dataclasses import dataclass

from idobata.bench.load import Load, press
from idobata.bench.serving import FILE, READY, UNKEPT

WORKERS = 2
SECONDS = 4.0
# Enough to keep both workers busy; more would only measure the queue.
KEPT_CONNECTIONS = 16
# One request to a worker at a time: what somebody waits while a page is made.
UNKEPT_CONNECTIONS = 2
LIKE_A_BROWSER = {"Accept-Encoding": "gzip, deflate, br", "Accept": "text/html"}


@dataclass(frozen=True, slots=True)
class Pressed:
    """Bytes of the page and of what goes over the line, and the loads: a file of that size from disk, ready bytes, kept, made anew."""

    whole: int
    sent: int
    file: Load
    ready: Load
    kept: Load
    unkept: Load

    @property
    def failures(self) -> int:
        """Of all of them; anything but 0 makes the row worthless."""
        return sum(load.failures for load in (self.file, self.ready, self.kept, self.unkept))


def press_page(port: int, path: str, *, seconds: float) -> Pressed:
    """Measure one address of the served site."""
    sent, whole = _size_of(port, path, LIKE_A_BROWSER), _size_of(port, path, {})

    def load(path: str) -> Load:
        return press(port, path, connections=KEPT_CONNECTIONS, seconds=seconds, headers=LIKE_A_BROWSER)

    file, ready = load(f"{FILE}{sent}"), load(f"{READY}{sent}")
    # Both workers make the page once before it is counted as kept.
    press(port, path, connections=KEPT_CONNECTIONS, seconds=1, headers=LIKE_A_BROWSER)
    kept = load(path)
    unkept = press(port, path, connections=UNKEPT_CONNECTIONS, seconds=seconds, headers={**LIKE_A_BROWSER, UNKEPT: "1"})
    return Pressed(whole, sent, file, ready, kept, unkept)


def ratio(best: Load, found: Load) -> str:
    """How many times faster the best is, for a cell."""
    return f"{best.per_second / found.per_second:.2f}" if found.per_second else "–"


def _size_of(port: int, path: str, headers: dict[str, str]) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return len(answer.read())
