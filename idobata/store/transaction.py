"""One transaction per act: everything an act writes is there, or nothing of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from idobata.store.database import db, writing
from idobata.store.deeds import forget_waiting, seal
from idobata.store.turns import turn

# True as soon as one part of the running transaction may change what readers see.
_is_public: ContextVar[bool] = ContextVar("is_public", default=False)

_after_public_change: WeakKeyDictionary[Engine, Callable[[], object]] = WeakKeyDictionary()
_before_commit: WeakKeyDictionary[Engine, Callable[[], object]] = WeakKeyDictionary()


def after_public_change(engine: Engine, call: Callable[[], object]) -> None:
    """Have `call` run after each commit that may change what readers see."""
    _after_public_change[engine] = call


def before_commit(engine: Engine, call: Callable[[], object]) -> None:
    """Have `call` run as the last thing in each transaction, inside it: after the deeds have their place in the log."""
    _before_commit[engine] = call


@contextmanager
def transaction(*, public: bool = True) -> Iterator[None]:
    """Write together, commit at the end, roll back on any error.

    `public=False` is for bookkeeping that no reader can see (sessions, the outbox), so that kept pages stay good.
    Inside another transaction it joins that one; then the whole is public as soon as one part is.
    """
    if writing.get():
        if public:
            _is_public.set(True)
        yield
        return
    # What was read so far was read outside; the write begins with the lock and reads anew. (A rollback alone forgets
    # nothing when the last transaction has ended already.)
    db.session.rollback()
    db.session.expire_all()
    forget_waiting()
    lock, mark = writing.set(True), _is_public.set(public)
    try:
        with turn(db.engine):
            try:
                yield
                seal()
                if (last := _before_commit.get(db.engine)) is not None:
                    last()
                db.session.commit()
            except BaseException:
                db.session.rollback()
                forget_waiting()
                raise
        changed = _is_public.get()
    finally:
        writing.reset(lock)
        _is_public.reset(mark)
    if changed and (call := _after_public_change.get(db.engine)) is not None:
        call()
