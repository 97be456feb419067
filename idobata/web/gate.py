"""The gate every request passes: language, actor, CSRF on the way in; headers on the way out."""

import time
from collections.abc import Callable
from typing import TypeVar

from flask import Flask, Response, abort, current_app, g, request
from werkzeug.exceptions import MethodNotAllowed

from idobata.kernel import clock
from idobata.kernel.actor import ANONYMOUS
from idobata.kernel.ids import token_hash
from idobata.kernel.settings import Settings
from idobata.web.csrf import CsrfGate
from idobata.web.framing import may_be_framed
from idobata.web.language import asked_language
from idobata.web.security_headers import apply
from idobata.web.sessions import Visit, cookie_name, session_secret

V = TypeVar("V", bound=Callable[..., object])
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# These endpoints keep what somebody typed when the token is too old, and show it with a new one.
KEEPS_WORDS = "keeps_words"
# These endpoints are for programs of others, which can have no page and no token of ours; a test names them all.
FOR_MACHINES = "for_machines"


_WHO = "idobata_who"


def set_up(app: Flask, settings: Settings, gate: CsrfGate, who: Callable[[str], Visit | None]) -> None:
    """Hang the gate before and after every request. `who` finds the visit of a session's secret."""
    app.extensions[_WHO] = who
    name = cookie_name(settings.machine.base_url)
    is_https = settings.machine.base_url.startswith("https:")

    @app.before_request
    def _enter() -> None:
        g.language = asked_language(settings.city.languages)
        g.csrf_failed = False
        # No page is kept unless its own view says so.
        g.keep_page, g.fresh_until = False, None
        if getattr(app.view_functions.get(request.endpoint or ""), FOR_MACHINES, False):
            # Nobody is signed in here, whatever comes along; so no browser can be made to send something in somebody's name.
            recognise(None)
            if gate.is_from_a_browser(request):
                abort(403)
            return
        recognise(session_secret(name))
        if isinstance(request.routing_exception, MethodNotAllowed):
            return  # no view will run; the answer names the methods that there are
        if request.method not in SAFE and not gate.passes(request, g.csrf_holder):
            view = app.view_functions.get(request.endpoint or "")
            # Only an old page of our own gets its words back: another site must not fill in our forms for somebody to send.
            if view is None or not getattr(view, KEEPS_WORDS, False) or not gate.is_from_here(request):
                abort(403)
            g.csrf_failed = True

    @app.after_request
    def _leave(response: Response) -> Response:
        kept = getattr(g, "keep_page", False) and not getattr(g, "actor", ANONYMOUS).is_known and response.status_code == 200
        private = not kept and "Cache-Control" not in response.headers
        apply(response, private=private, is_https=is_https, embeddable=may_be_framed(response))
        if kept and "Set-Cookie" not in response.headers:
            response.headers.setdefault("Cache-Control", "public, no-cache")
            # The clock may be held still; the page cache counts in the machine's own seconds.
            lasts = (g.fresh_until - clock.now()).total_seconds()
            response.headers["X-Fresh-Until"] = str(int(time.time() + max(0.0, lasts)))
        return response


def recognise(secret: str | None) -> None:
    """Take whoever holds this session secret as the one who asks: at the gate, and again when a view has given out a new secret."""
    who: Callable[[str], Visit | None] = current_app.extensions[_WHO]
    visit = who(secret) if secret else None
    g.visit = visit
    g.actor = visit.actor if visit else ANONYMOUS
    g.session_secret = secret if visit else None
    g.csrf_holder = token_hash(secret) if visit and secret else ""


def keeps_words(view: V) -> V:
    """Mark a view that looks at `g.csrf_failed` itself and gives back what was typed."""
    setattr(view, KEEPS_WORDS, True)
    return view


def for_machines(view: V) -> V:
    """Mark a view that programs of others send to: without session and token, and never from a browser."""
    setattr(view, FOR_MACHINES, True)
    return view
