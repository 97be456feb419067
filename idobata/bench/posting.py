"""Fifty people who post at the same moment: does everybody get through, and how long does the slowest wait?"""

import http.client
import re
import threading
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from idobata.app import create_app
from idobata.bench.load import percentile
from idobata.bench.serving import served
from idobata.bench.table import milliseconds, print_table
from idobata.bench.towns import close, copy_town, grown_town, town_settings
from idobata.gatherings.models import Gathering
from idobata.kernel import clock
from idobata.kernel.settings import Settings
from idobata.store.database import db
from idobata.web.form_guards import SHORTEST_SECONDS

Say = Callable[[str], None]
PEOPLE = 50
POSTS_EACH = 4
WORKERS = 2
_EARLY = 8
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_OPENED = re.compile(r'name="opened" value="([^"]+)"')


@dataclass(slots=True)
class _Seen:
    """What the people met: milliseconds from pressing the button to the answer, and the first words of each refusal."""

    opened: list[float]
    sent: list[float]
    failures: list[str]


def measure_posting(size: int, say: Say, *, people: int = PEOPLE, posts_each: int = POSTS_EACH) -> None:
    """Print how long people waited who all open the form, wait for each other, and press the button at once, several times over."""
    folder = copy_town(grown_town(size, say), f"posting-{size}")
    settings = town_settings(folder)
    seen = _Seen([], [], [])
    with served(folder, workers=WORKERS) as port:
        # A site that runs has answered before; each worker's first post fetches templates and statements that stay.
        early = _Seen([], [], [])
        for number in range(people, people + _EARLY):
            _person(port, number, 1, threading.Barrier(1), settings, early)
        before = _count(settings)
        barrier = threading.Barrier(people)
        threads = [threading.Thread(target=_person, args=(port, number, posts_each, barrier, settings, seen)) for number in range(people)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    kept = _count(settings) - before
    say(f"{size:,} gatherings, {people} people at once, {posts_each} posts each; {kept} of {people * posts_each} posts are in the database")
    rows = [
        [name, str(len(times)), *(milliseconds(percentile(times, share)) for share in (0.5, 0.99, 1.0))]
        for name, times in (("open the form", seen.opened), ("send it", seen.sent))
    ]
    print_table(["", "times", "p50 ms", "p99 ms", "longest ms"], rows, say)
    say(f"failures: {len(seen.failures)}" + (f"; the first: {seen.failures[0]}" if seen.failures else ""))


def _person(port: int, number: int, posts: int, barrier: threading.Barrier, settings: Settings, seen: _Seen) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for turn in range(posts):
        try:
            began = time.perf_counter()
            page = _ask(connection, "GET", "/post")
            seen.opened.append((time.perf_counter() - began) * 1000)
            token, opened = _TOKEN.search(page[1]), _OPENED.search(page[1])
            # Nobody writes a post faster, and the site knows.
            time.sleep(SHORTEST_SECONDS + 1)
            barrier.wait(120)
            began = time.perf_counter()
            status, answer = _ask(
                connection, "POST", "/post", _words(number, turn, token[1] if token else "", opened[1] if opened else "", settings)
            )
            seen.sent.append((time.perf_counter() - began) * 1000)
            if status != 303:
                seen.failures.append(f"{status} {_first_words(answer)}")
        except (OSError, http.client.HTTPException, threading.BrokenBarrierError) as error:
            seen.failures.append(repr(error))
            connection.close()
    connection.close()


def _ask(connection: http.client.HTTPConnection, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
    connection.request(method, path, body=urllib.parse.urlencode(form) if form else None, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode("utf-8", "replace")


def _words(number: int, turn: int, token: str, opened: str, settings: Settings) -> dict[str, str]:
    day = clock.today(settings.city.zone) + timedelta(days=7 + number % 28)
    return {
        "csrf_token": token,
        "opened": opened,
        "pledge": "y",
        "day": day.isoformat(),
        "starts": "10:00",
        "ends": "12:00",
        "rhythm": "weekly",
        "weekdays": str(day.weekday()),
        "venue_kind": "place",
        "place_name": f"第{number % 9 + 1}公民館",
        "title": f"{number}番目の人の{turn + 1}つ目の集まり",
        "summary": "おにぎりを食べて、将棋をさします。見ているだけの人もいます。",
        "host_name": f"投稿する人{number}",
        "email": f"poster-{number}-{turn}@example.com",
        "fee_kind": "free",
        "signup_kind": "none",
        "do": "send",
    }


def _first_words(page: str) -> str:
    found = re.search(r'role="alert".*?</', page, re.DOTALL) or re.search(r"<h1.*?</h1>", page, re.DOTALL)
    return re.sub(r"\s+|<[^>]*>", " ", found[0] if found else page[:200]).strip()[:200]


def _count(settings: Settings) -> int:
    app = create_app(settings)
    with app.app_context():
        number = db.session.scalar(select(func.count(Gathering.id))) or 0
        close(app)
    return number
