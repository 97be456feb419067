"""Requests a second and waiting times of public pages, kept and unkept, beside what the same server does at best."""

import urllib.request
from collections.abc import Callable

from idobata.app import create_app
from idobata.bench.load import press, tool
from idobata.bench.serving import BARE, READY, UNKEPT, served
from idobata.bench.table import milliseconds, print_table
from idobata.bench.towns import SEARCHES, close, grown_town, page_addresses, town_settings

Say = Callable[[str], None]
WORKERS = 2
SECONDS = 4.0
# Enough to keep both workers busy; more would only measure the queue.
KEPT_CONNECTIONS = 16
# One request to a worker at a time: what somebody waits while a page is made.
UNKEPT_CONNECTIONS = 2
_LIKE_A_BROWSER = {"Accept-Encoding": "gzip, deflate, br", "Accept": "text/html"}
_PAGES = ("home", "list", "district", "weekend", "calendar", "gathering", "list.rss", "list.ics", "gathering.ics")


def measure_pages(size: int, say: Say, *, seconds: float = SECONDS) -> None:
    """Print the table of the pages people open most."""
    folder = grown_town(size, say)
    settings = town_settings(folder)
    app = create_app(settings)
    with app.app_context():
        found = page_addresses(settings)
        close(app)
    _measure(
        folder_size=size, addresses={name: found[name] for name in _PAGES} | dict([next(iter(SEARCHES.items()))]), say=say, seconds=seconds
    )


def measure_search(size: int, say: Say, *, seconds: float = SECONDS) -> None:
    """Print the table of searches: common and rare words, a single letter, nothing found."""
    _measure(folder_size=size, addresses=SEARCHES, say=say, seconds=seconds)


def _measure(*, folder_size: int, addresses: dict[str, str], say: Say, seconds: float) -> None:
    rows: list[list[str]] = []
    with served(grown_town(folder_size, say), workers=WORKERS) as port:
        bare = press(port, BARE, connections=KEPT_CONNECTIONS, seconds=seconds, headers=_LIKE_A_BROWSER)
        for name, path in addresses.items():
            sent, whole = _size_of(port, path, _LIKE_A_BROWSER), _size_of(port, path, {})
            ready = press(port, f"{READY}{sent}", connections=KEPT_CONNECTIONS, seconds=seconds, headers=_LIKE_A_BROWSER)
            # Both workers make the page once before it is counted as kept.
            press(port, path, connections=KEPT_CONNECTIONS, seconds=1, headers=_LIKE_A_BROWSER)
            kept = press(port, path, connections=KEPT_CONNECTIONS, seconds=seconds, headers=_LIKE_A_BROWSER)
            unkept = press(port, path, connections=UNKEPT_CONNECTIONS, seconds=seconds, headers={**_LIKE_A_BROWSER, UNKEPT: "1"})
            rows.append(
                [
                    name,
                    f"{whole / 1000:.0f}",
                    f"{sent / 1000:.1f}",
                    f"{ready.per_second:,.0f}",
                    f"{kept.per_second:,.0f}",
                    f"{ready.per_second / kept.per_second:.2f}" if kept.per_second else "–",
                    milliseconds(kept.p50),
                    milliseconds(kept.p99),
                    f"{unkept.per_second:,.0f}",
                    milliseconds(unkept.p50),
                    milliseconds(unkept.p99),
                    str(ready.failures + kept.failures + unkept.failures),
                ]
            )
    say(f"{folder_size:,} gatherings, {WORKERS} workers, {tool()}, {seconds:.0f} s each; a bare Flask view: {bare.per_second:,.0f}/s")
    header = ["page", "kB", "sent kB", "ready/s", "kept/s", "ready÷kept", "p50 ms", "p99 ms", "unkept/s", "p50 ms", "p99 ms", "failed"]
    print_table(header, rows, say)


def _size_of(port: int, path: str, headers: dict[str, str]) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return len(answer.read())
