"""Requests a second and waiting times of public pages, kept and unkept, beside what the same server does at best."""

from collections.abc import Callable

from idobata.app import create_app
from idobata.bench.load import press, tool
from idobata.bench.pressing import KEPT_CONNECTIONS, LIKE_A_BROWSER, SECONDS, WORKERS, press_page, ratio
from idobata.bench.serving import BARE, served
from idobata.bench.table import milliseconds, print_table
from idobata.bench.towns import SEARCHES, close, grown_town, page_addresses, town_settings
from idobata.feeds.poster_queries import POSTER_FEEDS
from idobata.feeds.twin_queries import TWINS

Say = Callable[[str], None]
_HEADER = (
    *("page", "kB", "sent kB", "file/s", "ready/s", "kept/s", "file÷kept", "ready÷kept", "p50 ms", "p99 ms"),
    *("unkept/s", "p50 ms", "p99 ms", "failed"),
)
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


def measure_feeds(size: int, say: Say, *, seconds: float = SECONDS) -> None:
    """Print the table of a list in every format of its twins, and of the feeds for programs that post."""
    twins = {f"list.{twin.suffix}": f"/gatherings.{twin.suffix}" for twin in TWINS}
    feeds = {f"{feed.name}.rss": f"/feeds/{feed.name}.rss" for feed in POSTER_FEEDS}
    _measure(folder_size=size, addresses=twins | feeds, say=say, seconds=seconds)


def _measure(*, folder_size: int, addresses: dict[str, str], say: Say, seconds: float) -> None:
    rows: list[list[str]] = []
    with served(grown_town(folder_size, say), workers=WORKERS) as port:
        bare = press(port, BARE, connections=KEPT_CONNECTIONS, seconds=seconds, headers=LIKE_A_BROWSER)
        for name, path in addresses.items():
            found = press_page(port, path, seconds=seconds)
            rows.append(
                [
                    name,
                    f"{found.whole / 1000:.0f}",
                    f"{found.sent / 1000:.1f}",
                    f"{found.file.per_second:,.0f}",
                    f"{found.ready.per_second:,.0f}",
                    f"{found.kept.per_second:,.0f}",
                    ratio(found.file, found.kept),
                    ratio(found.ready, found.kept),
                    milliseconds(found.kept.p50),
                    milliseconds(found.kept.p99),
                    f"{found.unkept.per_second:,.0f}",
                    milliseconds(found.unkept.p50),
                    milliseconds(found.unkept.p99),
                    str(found.failures),
                ]
            )
    say(f"{folder_size:,} gatherings, {WORKERS} workers, {tool()}, {seconds:.0f} s each; a bare Flask view: {bare.per_second:,.0f}/s")
    print_table(_HEADER, rows, say)
