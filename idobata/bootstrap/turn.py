"""One start at a time changes the environment; the others wait for their turn."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl


@contextmanager
def taken(file: Path, waiting: Callable[[], None]) -> Iterator[int]:
    """Hold the turn inside a block; yields the open file. `waiting` is called once when somebody else has it.

    The operating system gives the turn back when the last process that holds the open file ends, however it ends.
    """
    with file.open("ab") as turn:
        if sys.platform != "win32":
            try:
                fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting()
                fcntl.flock(turn, fcntl.LOCK_EX)
        yield turn.fileno()
