"""Serves a town for a measurement, in processes of its own, on a free port of this machine."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from idobata.kernel.layout import PACKAGE
from idobata.outside.server import serve

FOLDER = "_IDOBATA_BENCH_TOWN"
"""Tells the server's processes which town."""
UNKEPT = "X-Bench-Unkept"
"""A header: make the page anew, past the page cache."""
READY = "/-bench/ready/"
"""With a number of bytes behind it: so many bytes, ready since the first time."""
FILE = "/-bench/file/"
"""With a number of bytes behind it: so many bytes, read from a file each time."""
BARE = "/-bench/bare"
"""A Flask view that does nothing."""
_LONGEST_START = 60.0
_LONGEST_END = 15.0


@contextmanager
def served(folder: Path, *, workers: int) -> Iterator[int]:
    """The port a town is served on while the block runs. Raises RuntimeError when the server does not come up."""
    port = _free_port()
    environ = {**os.environ, FOLDER: str(folder)}
    command = [sys.executable, "-m", "idobata.bench.serving", str(port), str(workers)]
    process = subprocess.Popen(command, env=environ, cwd=PACKAGE.parent)
    try:
        _wait(process, port)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(_LONGEST_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + _LONGEST_START
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    raise RuntimeError("the measured site did not come up")


if __name__ == "__main__":
    serve("idobata.bench.measured_site:app", "127.0.0.1", int(sys.argv[1]), int(sys.argv[2]))
