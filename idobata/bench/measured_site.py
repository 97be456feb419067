"""The site as it is measured, for the server's own processes (`idobata.bench.measured_site:app`).

Beside the site's pages it answers with ready bytes, with a file and with a bare Flask view, and makes a page anew where it is asked to: so
all of a table comes from one server in one run.
"""

import atexit
import os
import tempfile
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask

from idobata.app import create_app
from idobata.bench.serving import BARE, FILE, FOLDER, READY, UNKEPT
from idobata.bench.towns import town_settings

_UNKEPT = "HTTP_" + UNKEPT.upper().replace("-", "_")


class MeasuredSite:
    """The site, and what it is compared with."""

    def __init__(self, site: Flask) -> None:
        self._site = site
        self._bare = Flask("bare", static_folder=None)
        self._bare.add_url_rule(BARE, view_func=lambda: "hello")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith(READY):
            body = _ready(int(path.removeprefix(READY)))
            start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))])
            return [body]
        if path.startswith(FILE):
            body = _file(int(path.removeprefix(FILE))).read_bytes()
            start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))])
            return [body]
        if path == BARE:
            return self._bare(environ, start_response)
        if _UNKEPT in environ:
            # The class's own method: the instance's has the page cache in front of it.
            return Flask.wsgi_app(self._site, environ, start_response)
        return self._site(environ, start_response)


@lru_cache(maxsize=100)
def _ready(size: int) -> bytes:
    # Chance bytes: nobody on the way may make them smaller.
    return os.urandom(size)


@lru_cache(maxsize=100)
def _file(size: int) -> Path:
    descriptor, name = tempfile.mkstemp(prefix="idobata-bench-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(_ready(size))
    atexit.register(os.unlink, name)
    return Path(name)


def make_app() -> MeasuredSite:
    """The site of the town that the parent process named."""
    return MeasuredSite(create_app(town_settings(Path(os.environ[FOLDER]))))


app = make_app()
