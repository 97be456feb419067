"""Flask-Login, told by the gate who is there.

Its own session and its "remember me" stay unused: who is signed in stands in our own table, behind a hashed secret, and the gate has
looked it up once for the request already.
"""

from flask import Flask, Request, g
from flask_login import LoginManager, UserMixin

from idobata.kernel.actor import ANONYMOUS, Actor


class Visitor(UserMixin):
    """Whoever makes this request, as Flask-Login's `current_user`. Follows the gate: signing in or out within a request shows at once."""

    @property
    def actor(self) -> Actor:
        """The person as the rules see her."""
        actor: Actor = getattr(g, "actor", ANONYMOUS)
        return actor

    @property
    def is_authenticated(self) -> bool:
        """True for somebody who is signed in."""
        return self.actor.is_known

    @property
    def is_anonymous(self) -> bool:
        """True for a reader."""
        return not self.actor.is_known

    def get_id(self) -> str:
        """What Flask-Login would put into its session, which nobody keeps."""
        return str(self.actor.person_id or "")


def set_up(app: Flask) -> None:
    """Make `current_user` known to views and templates."""
    manager = LoginManager()
    # Bound to nothing in a cookie, so there is nothing to protect in one.
    manager.session_protection = None
    manager.anonymous_user = Visitor
    manager.init_app(app)

    @manager.request_loader
    def _load(request: Request) -> Visitor:
        del request
        return Visitor()
