"""One transaction per act: everything an act writes is there, or nothing of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from idobata.store.database import db, writing

_after_public_change: WeakKeyDictionary[Engine, Callable[[], object]] = WeakKeyDictionary()


def after_public_change(engine: Engine, call: Callable[[], object]) -> None:
    """Have `call` run after each commit that may change what readers see."""
    _after_public_change[engine] = call


@contextmanager
def transaction(*, public: bool = True) -> Iterator[None]:
    """Write together, commit at the end, roll back on any error.

    `public=False` is for bookkeeping that no reader can see (sessions, the outbox), so that kept pages stay good.
    Inside another transaction it joins that one.
    """
    if writing.get():
        yield
        return
    # What was read so far was read outside; the write begins with the lock and reads anew.
    db.session.rollback()
    token = writing.set(True)
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        writing.reset(token)
    if public and (call := _after_public_change.get(db.engine)) is not None:
        call()
