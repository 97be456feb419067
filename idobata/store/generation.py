"""One number that says how often something public has changed, shared by all worker processes of a machine."""

import mmap
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_SIZE = 8


class Generation:
    """The generation of everything public: a counter in an eight-byte file that every worker maps into its memory.

    A page remembers the generation it was made in. Whoever has committed a public change raises the counter *after* the commit, and
    from then on every page of an older generation is made anew, in all processes at once. Reading costs about 0.1 µs and no system call.

    The file holds nothing worth keeping: it may be deleted while the site is stopped, never while it runs (running workers would go
    on looking at the deleted file).
    """

    def __init__(self, path: Path) -> None:
        """Open the counter at `path`, making the file and its folder when they are missing. Raises OSError when that is impossible."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        with self._locked() as descriptor:
            # Growing under the lock means that many workers may start at once, and that a file cut short is healed, not mourned.
            if os.fstat(descriptor).st_size < _SIZE:
                os.ftruncate(descriptor, _SIZE)
            self._map = mmap.mmap(descriptor, _SIZE)
        # One aligned eight-byte cell: a reader sees the old number or the new one, never half of each.
        self._cell = memoryview(self._map).cast("Q")

    def read(self) -> int:
        """The present generation. It only ever grows while the file lives."""
        return self._cell[0]

    def raise_(self) -> int:
        """Raise the generation by one and return the new one. Safe among threads and processes: no two callers get the same number."""
        with self._locked():
            raised = self._cell[0] + 1
            self._cell[0] = raised
            return raised

    @contextmanager
    def _locked(self) -> Iterator[int]:
        # A descriptor of its own for each time: the lock belongs to the open file, so it holds back threads and forked children too.
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            _lock(descriptor)
            try:
                yield descriptor
            finally:
                # Said aloud, because closing is not enough: a memory map keeps a copy of the descriptor, and with it the lock.
                _unlock(descriptor)
        finally:
            os.close(descriptor)


# Windows locks a range of bytes against reading too, so there it is a byte behind the number, which nobody reads.
if sys.platform == "win32":

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, _SIZE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _SIZE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
