"""The worker: takes due rows from the outbox, one at a time, and does each once.

It runs as a thread in the default server, or alone. Killed in the middle of a row, it loses nothing: the row's lease runs
out and the next worker takes it.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from idobata.kernel import clock
from idobata.store.database import db
from idobata.store.outbox import Claimed, claim_one, finish, put_back

log = logging.getLogger("idobata.worker")

Handler = Callable[[Claimed], None]
PAUSE_SECONDS = 1.0


@dataclass(slots=True)
class Chore:
    """Something to be done again and again. Every worker may do it: it must be safe to do twice.

    A `slow` one may take minutes in a big town; it is done beside the outbox, so that no letter waits for it.
    """

    name: str
    every: timedelta
    do: Callable[[], object]
    due: datetime | None = None
    slow: bool = False


class Worker:
    """Does the outbox's work; `open_context` opens what the database needs around each step.

    Kinds that stand `behind` wait while anything else is due: a letter must not wait for hosts that may be slow.
    """

    def __init__(
        self,
        open_context: Callable[[], AbstractContextManager[object]],
        handlers: Mapping[str, Handler],
        chores: list[Chore],
        behind: frozenset[str] = frozenset(),
    ) -> None:
        self._open_context = open_context
        self._handlers = handlers
        self._chores = [one for one in chores if not one.slow]
        self._slow_chores = [one for one in chores if one.slow]
        self._behind = behind
        self._stop = threading.Event()

    def run(self) -> None:
        """Work until `stop`."""
        threading.Thread(target=self._run_slow_chores, name="worker, slow chores", daemon=True).start()
        while not self._stop.is_set():
            try:
                did = self.step(slow=False)
            except Exception:
                # The database may be away for a while; the loop must outlive that.
                log.exception("the worker stumbled")
                did = False
            if not did:
                self._stop.wait(PAUSE_SECONDS)

    def start_thread(self) -> threading.Thread:
        """Work in a thread that ends with the process."""
        thread = threading.Thread(target=self.run, name="worker", daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """End after the row at hand."""
        self._stop.set()

    def step(self, *, slow: bool = True) -> bool:
        """Do the chores that are due, `slow` ones too, and one row; False when there was no row."""
        with self._open_context():
            try:
                _do([*self._chores, *(self._slow_chores if slow else ())])
                row = claim_one(self._behind)
                if row is None:
                    return False
                self._handle(row)
                return True
            finally:
                db.session.remove()

    def run_until_empty(self, most: int = 1000) -> int:
        """Do every due row, for commands and tests; returns how many."""
        done = 0
        while done < most and self.step():
            done += 1
        return done

    def _handle(self, row: Claimed) -> None:
        handler = self._handlers.get(row.kind)
        if handler is None:
            put_back(row.id, row.attempts, f"no handler for {row.kind}")
            return
        try:
            handler(row)
        except Exception as error:
            db.session.rollback()
            # The kind of error only: a message may hold an address or a link.
            log.warning("row %s (%s) failed: %s", row.id, row.kind, type(error).__name__)
            put_back(row.id, row.attempts, type(error).__name__)
        else:
            finish(row.id)

    def _run_slow_chores(self) -> None:
        while self._slow_chores and not self._stop.is_set():
            try:
                with self._open_context():
                    try:
                        _do(self._slow_chores)
                    finally:
                        db.session.remove()
            except Exception:
                log.exception("the worker stumbled over a slow chore")
            self._stop.wait(PAUSE_SECONDS)


def _do(chores: list[Chore]) -> None:
    now = clock.now()
    for chore in chores:
        if chore.due is None or chore.due <= now:
            chore.due = now + chore.every
            try:
                chore.do()
            except Exception:
                db.session.rollback()
                log.exception("the chore %s failed", chore.name)
