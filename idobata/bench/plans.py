"""Which question of each page costs most, and how the database goes about it. For whoever makes a slow page fast."""

from collections.abc import Callable

from idobata.app import create_app
from idobata.bench.growth import Question, make_page, questions_of
from idobata.bench.table import milliseconds
from idobata.bench.towns import SEARCHES, close, grown_town, page_addresses, town_settings
from idobata.store.database import db

# Milliseconds; what is faster is not worth a look.
_WORTH_A_LOOK = 2.0


def show_plans(size: int, say: Callable[[str], None]) -> None:
    """Print each page's slowest questions with the database's own plan."""
    settings = town_settings(grown_town(size, say))
    app = create_app(settings)
    with app.app_context():
        for name, path in (page_addresses(settings) | SEARCHES).items():
            make_page(app, path)
            slow = [one for one in questions_of(app, path) if one.took >= _WORTH_A_LOOK]
            if not slow:
                continue
            say(f"\n── {name}  {path}")
            for question in sorted(slow, key=lambda one: -one.took)[:3]:
                _show(question, say)
        close(app)


def _show(question: Question, say: Callable[[str], None]) -> None:
    say(f"{milliseconds(question.took)} ms: {' '.join(question.words.split())}")
    say(f"  with {question.values!r}")
    with db.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {question.words}", question.values)  # type: ignore[arg-type]
        for row in plan:
            say(f"    {row[-1]}")
