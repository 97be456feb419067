"""What a page costs as the town grows: made anew each time, without a server.

Counted is the processor's time of this one thread, so that whatever else the machine does hardly matters.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import event
from werkzeug.test import EnvironBuilder, run_wsgi_app

from idobata.app import create_app
from idobata.bench.table import milliseconds, print_table
from idobata.bench.towns import SEARCHES, close, grown_town, page_addresses, town_settings
from idobata.store.database import db

Say = Callable[[str], None]
SIZES_COMPARED = (1_000, 10_000, 100_000)
FULL_SIZES = (*SIZES_COMPARED, 1_000_000)
ROUNDS = 15
_WARM_UPS = 3
# What a page may cost more in the biggest town than in the smallest.
MOST_RATIO = 1.5


@dataclass(frozen=True, slots=True)
class Cost:
    """Medians for one page: milliseconds of the processor in all, of them in the database, how many questions it asked, its size in kB."""

    whole: float
    database: float
    questions: int
    kilobytes: float


def growth(small: Cost, big: Cost) -> float:
    """How many times more a page costs in the big town, beyond what it shows more of: a page that is twice as full may cost twice as much."""
    return big.whole / small.whole / max(1.0, big.kilobytes / small.kilobytes)


@dataclass(frozen=True, slots=True)
class Question:
    """One question to the database: its words, its values, and how long it took in milliseconds."""

    words: str
    values: object
    took: float


def measure_growth(sizes: tuple[int, ...], say: Say, *, rounds: int = ROUNDS) -> None:
    """Print what each page costs in towns of these sizes, and how many times more in the biggest than in the smallest.

    A small town does not fill every page (few evening gatherings on a Sunday), so what is judged is the cost beyond what the page shows more of.
    """
    costs = {size: costs_in_town(size, say, rounds=rounds) for size in sizes}
    rows: list[list[str]] = []
    for name in costs[sizes[0]]:
        found = [costs[size][name] for size in sizes]
        ratio = growth(found[0], found[-1])
        rows.append(
            [
                name,
                *(milliseconds(one.whole) for one in found),
                *(milliseconds(one.database) for one in (found[0], found[-1])),
                *(milliseconds(one.kilobytes) for one in (found[0], found[-1])),
                str(found[-1].questions),
                f"{found[-1].whole / found[0].whole:.2f}",
                f"{ratio:.2f}",
                "" if ratio <= MOST_RATIO else "grows",
            ]
        )
    header = ["page", *(f"{size:,}" for size in sizes), f"db {sizes[0]:,}", f"db {sizes[-1]:,}", f"kB {sizes[0]:,}", f"kB {sizes[-1]:,}"]
    header += ["questions", "×", "× for what it shows", ""]
    say(f"processor milliseconds to make a page, median of {rounds}; db: of them in the database")
    print_table(header, rows, say)


def costs_in_town(size: int, say: Say, *, rounds: int) -> dict[str, Cost]:
    """The cost of each public page and search in a town of `size`."""
    settings = town_settings(grown_town(size, say))
    app = create_app(settings)
    with app.app_context():
        addresses = page_addresses(settings) | SEARCHES
        costs = {name: _cost(app, path, rounds) for name, path in addresses.items()}
        close(app)
    return costs


def questions_of(app: Flask, path: str) -> list[Question]:
    """Everything a page asks the database, in order; inside the app's context."""
    found: list[Question] = []
    began: list[float] = []

    def before(*_: object) -> None:
        began.append(time.thread_time())

    def after(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        found.append(Question(statement, parameters, (time.thread_time() - began.pop()) * 1000))

    engine = db.engine
    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    try:
        make_page(app, path)
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "after_cursor_execute", after)
    return found


def make_page(app: Flask, path: str) -> int:
    """Make a page anew, past the cache; returns its size in bytes. Raises RuntimeError when it is not a good page."""
    environ = EnvironBuilder(path=path).get_environ()
    body, status, _ = run_wsgi_app(lambda given, start: Flask.wsgi_app(app, given, start), environ, buffered=True)
    if not status.startswith("200"):
        raise RuntimeError(f"{path} answered {status}")
    return sum(len(piece) for piece in body)


def _cost(app: Flask, path: str, rounds: int) -> Cost:
    size = max(make_page(app, path) for _ in range(_WARM_UPS))
    times: list[float] = []
    for _ in range(rounds):
        began = time.thread_time()
        make_page(app, path)
        times.append((time.thread_time() - began) * 1000)
    asked = [questions_of(app, path) for _ in range(3)]
    return Cost(statistics.median(times), statistics.median(sum(one.took for one in run) for run in asked), len(asked[0]), size / 1000)
