"""One number that says how often something public has changed, shared by all worker processes of a machine."""

import mmap
import os
from pathlib import Path

from idobata.store.file_lock import locked

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
        with locked(self._path) as descriptor:
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
        with locked(self._path):
            raised = self._cell[0] + 1
            self._cell[0] = raised
            return raised
