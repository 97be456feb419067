"""The command `bench`: which measurement, on how big a town."""

from collections.abc import Callable
from dataclasses import dataclass

from idobata.bench.growth import FULL_SIZES, SIZES_COMPARED, measure_growth
from idobata.bench.pages import measure_feeds, measure_pages, measure_search
from idobata.bench.plans import show_plans
from idobata.bench.posting import measure_posting
from idobata.demo.growing_actions import SIZES

Say = Callable[[str], None]
DEFAULT_SIZE = SIZES["metropolis"]


@dataclass(frozen=True, slots=True)
class _Measurement:
    words: str
    run: Callable[[int | None, Say], None]


_MEASUREMENTS: dict[str, _Measurement] = {
    "pages": _Measurement(
        "requests a second of each public page, kept and unkept, beside ready bytes",
        lambda size, say: measure_pages(size or DEFAULT_SIZE, say),
    ),
    "search": _Measurement("the same for searches", lambda size, say: measure_search(size or DEFAULT_SIZE, say)),
    "feeds": _Measurement(
        "the same for a list as RSS, Atom, JSON, iCalendar and table, and for the feeds of programs that post",
        lambda size, say: measure_feeds(size or DEFAULT_SIZE, say),
    ),
    "growth": _Measurement(
        "what a page costs in towns of 1,000, 10,000 and 100,000 gatherings",
        lambda size, say: measure_growth(_up_to(SIZES_COMPARED, size), say),
    ),
    "growth-full": _Measurement("the same up to 1,000,000", lambda size, say: measure_growth(_up_to(FULL_SIZES, size), say)),
    "posting": _Measurement("fifty people who post at once", lambda size, say: measure_posting(size or DEFAULT_SIZE, say)),
    "plans": _Measurement(
        "the slowest question each page asks the database, and how it is answered", lambda size, say: show_plans(size or DEFAULT_SIZE, say)
    ),
}
_USUAL = ("pages", "search", "feeds", "growth", "posting")


def run_bench(name: str | None, say: Say) -> None:
    """Measure and print. `name` is a measurement, with a size behind it if wanted: `pages`, `growth:10000`, `posting:city`.

    Without a name all but the longest are run, one after the other.
    """
    asked, _, size_words = (name or "").partition(":")
    size = _size(size_words)
    if (asked and asked not in _MEASUREMENTS) or (size_words and size is None):
        say(f"There is no measurement “{name}”. A size may follow its name: pages:10000, pages:city.")
        for known, measurement in _MEASUREMENTS.items():
            say(f"  {known:<12} {measurement.words}")
        return
    for one in [asked] if asked else _USUAL:
        say(f"\n{one}: {_MEASUREMENTS[one].words}")
        _MEASUREMENTS[one].run(size, say)


def _size(words: str) -> int | None:
    if words in SIZES:
        return SIZES[words]
    plain = words.replace(",", "").replace("_", "")
    return int(plain) if plain.isascii() and plain.isdigit() and 100 <= int(plain) <= SIZES["region"] else None


def _up_to(sizes: tuple[int, ...], most: int | None) -> tuple[int, ...]:
    if most is None:
        return sizes
    return tuple(size for size in sizes if size < most) + (most,)
