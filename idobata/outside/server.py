"""The web server: granian with worker processes, set so that it starts plainly, stops within ten seconds and leaves nobody behind."""

import errno
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from typing import Final
from wsgiref.types import WSGIApplication

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

# Threads per worker process that run the app. With one, a single slow request (a sign-in hashes a password for 0.2 s, a post may wait for
# the database's write lock) would hold up every reader whose connection the kernel gave to that worker. Four keep reading and writing
# apart and cost ready pages nothing that can be measured; more would only compete for the interpreter and for SQLite's one write lock.
THREADS: Final = 4
# Connections a worker holds at once, idle ones included. Stays under the usual limit of 1,024 open files.
_CONNECTIONS: Final = 512
# Not yet accepted connections the kernel keeps in line.
_BACKLOG: Final = 1024
# Seconds a worker has to finish its running requests. With the rest of stopping it stays under ten.
_GRACE: Final = 8


def serve(target: str, host: str, port: int, workers: int, *, on_ready: Callable[[], None] | None = None) -> None:
    """Serve the WSGI app `target` ("module:name") until SIGTERM or Ctrl-C.

    The app is imported in each of the `workers` processes, from the installed packages or the present folder; a worker that dies is
    replaced. `on_ready` is called once, in this process but in another thread, when the first worker accepts connections. One worker with
    its threads is right for a small city on SQLite, where only one can write anyway; several for a big one on PostgreSQL.

    Raises SystemExit with one sentence when the address cannot be had, and with 1 when a worker dies again as soon as it is replaced.
    """
    address = _free_address(host, port)
    server = Granian(
        target,
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backlog=_BACKLOG,
        backpressure=_CONNECTIONS,
        respawn_failed_workers=True,
        # Without it a worker that never answers SIGTERM would keep the server from ending for ever.
        workers_kill_timeout=_GRACE,
        log_level=LogLevels.warning,
    )
    if on_ready is not None:
        server.on_startup(lambda: _tell_when_ready(address, port, on_ready))
    server.serve(target_loader=_load)


def _free_address(host: str, port: int) -> str:
    """The address of `host`, after a look whether its port is free.

    The server itself would not notice: it lets several processes share a port, even those of another server that runs already.
    """
    if not 1 <= port <= 65535:
        raise SystemExit(f"ポート {port} という番号はありません。--port で 1 から 65535 までの番号を選んでください。")
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(family, kind, protocol) as probe:
            if sys.platform != "win32":
                # A server that has just stopped leaves old connections behind; those do not count.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except PermissionError:
        raise SystemExit(f"ポート {port} を使う権限がありません。--port で 1024 以上の番号を選んでください。") from None
    except socket.gaierror:
        raise SystemExit(f"「{host}」という名前のアドレスが見つかりません。--host をたしかめてください。") from None
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise SystemExit(f"「{host}」はこの機械のアドレスではありません。--host をたしかめてください。") from None
        raise SystemExit(f"{host} のポート {port} は、もう使われています。--port で別の番号を選んでください。") from None
    return str(where[0])


def _tell_when_ready(address: str, port: int, on_ready: Callable[[], None]) -> None:
    # A worker opens its own door, and only after it has imported the app; so the open door is the news.
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)

    def knock() -> None:
        while True:
            try:
                socket.create_connection((here, port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return on_ready()

    threading.Thread(target=knock, name="knock", daemon=True).start()


def _load(target: str) -> WSGIApplication:
    """Import the app. The first thing that runs in a new worker process."""
    # A forked worker inherits the server's signal handlers, which would swallow a SIGTERM that comes while the app is imported.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    threading.Thread(target=_end_with_the_server, name="end with the server", daemon=True).start()
    folder = os.getcwd()
    if folder not in sys.path:
        sys.path.insert(0, folder)
    module, _, name = target.partition(":")
    app: WSGIApplication = getattr(import_module(module), name or "app")
    return app


def _end_with_the_server() -> None:
    # A killed server cannot tell its workers to end; left alone they would keep the port, and the old code with it.
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_GRACE)
        os._exit(1)
