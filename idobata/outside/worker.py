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
    """Something to be done again and again. Every worker may do it: it must be safe to do twice."""

    name: str
    every: timedelta
    do: Callable[[], object]
    due: datetime | None = None


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
        self._chores = chores
        self._behind = behind
        self._stop = threading.Event()

    def run(self) -> None:
        """Work until `stop`."""
        while not self._stop.is_set():
            try:
                did = self.step()
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

    def step(self) -> bool:
        """Do the chores that are due and one row; False when there was no row."""
        with self._open_context():
            try:
                self._do_chores()
                row = claim_one(self._behind)
                if row is None:
                    return False
                self._do(row)
                return True
            finally:
                db.session.remove()

    def run_until_empty(self, most: int = 1000) -> int:
        """Do every due row, for commands and tests; returns how many."""
        done = 0
        while done < most and self.step():
            done += 1
        return done

    def _do(self, row: Claimed) -> None:
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

    def _do_chores(self) -> None:
        now = clock.now()
        for chore in self._chores:
            if chore.due is None or chore.due <= now:
                chore.due = now + chore.every
                try:
                    chore.do()
                except Exception:
                    db.session.rollback()
                    log.exception("the chore %s failed", chore.name)
