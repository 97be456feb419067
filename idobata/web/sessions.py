"""The session cookie. Only somebody who signs in ever gets one; a reader never does."""

from datetime import datetime
from typing import Any

from flask import Flask, Request, Response, request
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.wrappers import Response as AnyResponse

from idobata.kernel import clock


def cookie_name(base_url: str) -> str:
    """The name of the cookie; over https with the prefix that no sibling host can overwrite."""
    return "__Host-idobata" if base_url.startswith("https:") else "idobata"


class _Nothing(dict[str, Any], SessionMixin):
    """A Flask session that keeps nothing: Flask-Login asks for one, the identity is in our own table."""


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
