"""The WSGI application, for granian, gunicorn or any other server: `idobata.wsgi:app`."""

from flask import Flask

from idobata.app import create_app
from idobata.house import Mode, read_settings
from idobata.outside.worker import Worker
from idobata.web.rooms import WORKER


def make_app() -> Flask:
    """The application as the environment asks for it, with its background worker when that is to be inside."""
    mode = Mode.from_environment()
    app = create_app(read_settings(demo=mode.demo, production=not mode.demo))
    if mode.worker_inside:
        worker: Worker = app.extensions[WORKER]
        worker.start_thread()
    return app


app = make_app()
