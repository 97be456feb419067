"""The session cookie. Only somebody who signs in ever gets one; a reader never does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, Request, Response, request
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.wrappers import Response as AnyResponse

from idobata.kernel import clock
from idobata.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in browser at the gate. `proved_at`: when it last proved who sits there. `owes_second`: a member of staff before her
    second factor; until then `actor` has no role."""

    session_id: int
    actor: Actor
    proved_at: datetime
    owes_second: bool


def cookie_name(base_url: str) -> str:
    """The name of the cookie; over https with the prefix that no sibling host can overwrite."""
    return "__Host-idobata" if base_url.startswith("https:") else "idobata"


def asking_cookie_name(base_url: str) -> str:
    """The name of the short-lived cookie of a browser that has asked for a sign-in mail."""
    return f"{cookie_name(base_url)}-asked"


class _Nothing(dict[str, Any], SessionMixin):
    """A Flask session that keeps nothing: who is signed in stands in our own table."""


class NoFlaskSession(SessionInterface):
    """Keeps Flask from ever setting a cookie of its own."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin:
        """An empty session."""
        return _Nothing()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Saves nothing."""


def session_secret(name: str) -> str | None:
    """The secret this browser sent, if any."""
    value = request.cookies.get(name)
    return value if value and len(value) < 100 else None


def set_cookie(response: AnyResponse, name: str, secret: str, ends_at: datetime) -> None:
    """Give the browser its secret."""
    seconds = max(0, int((ends_at - clock.now()).total_seconds()))
    response.set_cookie(name, secret, max_age=seconds, secure=name.startswith("__Host-"), httponly=True, samesite="Lax", path="/")


def drop_cookie(response: AnyResponse, name: str) -> None:
    """Take it away."""
    response.delete_cookie(name, secure=name.startswith("__Host-"), httponly=True, samesite="Lax", path="/")
