"""Who may open a page. Every route names its guard; a test walks all routes and fails where one is missing."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import abort, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from idobata.kernel import clock
from idobata.kernel.actor import Actor, Role
from idobata.web.csrf import FIELD
from idobata.web.destinations import desk_home
from idobata.web.sessions import Visit

P = ParamSpec("P")
R = TypeVar("R")
GUARD = "guard"
# How long a proof of who sits there is fresh enough for exports, roles and keys.
FRESH_FOR = timedelta(minutes=10)


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Everybody, without an account."""
    setattr(view, GUARD, "public")
    return view


def signed_in(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Whoever is signed in; others are asked to."""
    return _guarded(view, "signed_in", lambda actor: actor.is_known)


def editors(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Staff who confirm posts."""
    return _guarded(view, "editors", lambda actor: actor.is_known and actor.may_edit())


def staff(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Staff who speak with hosts: those who confirm posts, and those who assess gatherings."""
    return _guarded(view, "staff", lambda actor: actor.is_known and (actor.may_edit() or actor.may_mark()))


def welfare(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Staff who assess gatherings for the welcome mark and write notes about them."""
    return _guarded(view, "welfare", lambda actor: actor.is_known and actor.may_mark())


def at_the_desk(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Staff who confirm posts; other staff, who know this address by heart, are led to where their own day begins."""
    guarded = editors(view)

    @wraps(guarded)
    def led(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        actor: Actor = g.actor
        if actor.is_staff and not actor.may_edit() and request.method != "POST":
            return redirect(desk_home(actor), 303)
        return guarded(*args, **kwargs)

    setattr(led, GUARD, "at_the_desk")
    return led


def approvers(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Staff who say yes or no to what goes out in the city's name."""
    return _guarded(view, "approvers", lambda actor: actor.is_known and Role.APPROVER in actor.roles)


def speakers(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Staff who have a part in what the city says elsewhere: those who write it, and those who say yes or no to it."""
    return _guarded(view, "speakers", lambda actor: actor.is_known and (actor.may_edit() or Role.APPROVER in actor.roles))


def admins(view: Callable[P, R]) -> Callable[P, R | Response]:
    """The city's administrators."""
    return _guarded(view, "admins", lambda actor: actor.is_known and Role.ADMIN in actor.roles)


def demo_only(view: Callable[P, R]) -> Callable[P, R]:
    """Everybody, but only where the demo runs: the route is not registered elsewhere."""
    setattr(view, GUARD, "demo_only")
    return view


def fresh(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Stands under `signed_in` or a staff guard, over what hurts most when a session is stolen: exports, roles, keys, one's own locks.

    Whoever proved longer than `FRESH_FOR` ago who she is proves it again first, and comes back to where she wanted to go; what she had
    typed is kept.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        visit: Visit | None = g.visit
        if visit is None:
            abort(404)
        if visit.owes_second:
            return redirect(url_for("second.ask", then=_place()), 303)
        if clock.now() - visit.proved_at <= FRESH_FOR:
            return view(*args, **kwargs)
        if request.method == "POST":
            return make_response(render_template("prove_again.html", words=_words(), action=request.full_path.rstrip("?")), 403)
        return redirect(url_for("proof.ask", then=request.path), 303)

    return guarded


def _guarded(view: Callable[P, R], name: str, may: Callable[[Actor], bool]) -> Callable[P, R | Response]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        actor: Actor = g.actor
        if not actor.is_known and request.method == "POST":
            # Somebody wrote for longer than the session lived: every word is given back, to be sent again.
            return make_response(render_template("signed_out.html", words=_words(), action=request.full_path.rstrip("?")), 403)
        if not actor.is_known:
            # Where to go afterwards travels as a path of ours, checked again before it is used.
            return redirect(url_for("accounts.sign_in", then=request.path), 303)
        if not may(actor):
            if g.visit is not None and g.visit.owes_second:
                return redirect(url_for("second.ask", then=_place()), 303)
            # Unknown and not allowed look the same.
            abort(404)
        return view(*args, **kwargs)

    setattr(guarded, GUARD, name)
    return guarded


def _words() -> list[tuple[str, str]]:
    # A password is typed once more: it shall stand in no page.
    return [(name, value) for name, value in request.form.items(multi=True) if name not in (FIELD, "password")]


def _place() -> str | None:
    return request.path if request.method in ("GET", "HEAD") else None
