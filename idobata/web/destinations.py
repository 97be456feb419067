"""Where somebody goes after signing in: never off this site."""

from flask import current_app, g, url_for
from werkzeug.exceptions import HTTPException


def destination(then: str, *, is_staff: bool | None = None) -> str:
    """`then` when it is a path of ours that the router knows; else the desk for staff and one's own page for others."""
    if _is_ours(then):
        return then
    staff = g.actor.is_staff if is_staff is None else is_staff
    return url_for("desk.queue" if staff else "posting.my")


def _is_ours(then: str) -> bool:
    if not then.startswith("/") or then.startswith("//") or not then.isprintable() or any(letter in then for letter in "\\?#%"):
        return False
    try:
        current_app.url_map.bind("localhost").match(then, method="GET")
    except HTTPException:
        return False
    return True
