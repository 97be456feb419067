"""Writers of a SQLite database stand in a line: whoever comes first writes first, and the next is woken at once.

SQLite itself lets a writer sleep and look again, up to a tenth of a second each time; whoever happens to look at the right moment
gets in, and somebody unlucky waits long.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from idobata.store.file_lock import locked


@contextmanager
def turn(engine: Engine) -> Iterator[None]:
    """Hold the turn to write. Other databases need none, and neither does one in memory."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        yield
    else:
        with locked(Path(f"{path}.turn")):
            yield
