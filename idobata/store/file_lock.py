"""One holder at a time, among all threads and processes of a machine: a lock on a small file."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

# Windows locks a range of bytes against reading too, so there it is a byte that nobody reads.
_UNREAD = 8


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """Hold the lock on the file at `path` (made when it is missing) inside a block; yields the open file's descriptor.

    Whoever waits is woken at once. The operating system gives the lock back when its holder dies.
    """
    # A descriptor of its own for each time: the lock belongs to the open file, so it holds back threads and forked children too.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    try:
        _lock(descriptor)
        try:
            yield descriptor
        finally:
            # Said aloud, because closing is not enough: a memory map keeps a copy of the descriptor, and with it the lock.
            _unlock(descriptor)
    finally:
        os.close(descriptor)


if sys.platform == "win32":

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, _UNREAD, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _UNREAD, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
