"""Where somebody goes after signing in: never off this site."""

from flask import current_app, g, url_for
from werkzeug.exceptions import HTTPException

from idobata.kernel.actor import Actor


def destination(then: str, *, is_staff: bool | None = None, actor: Actor | None = None) -> str:
    """`then` when it is a path of ours that the router knows; else what waits for this actor (who else: who is asking).

    Editors begin with the queue, other staff with the call sheet, everybody else with her own page. `is_staff` False sends to that.
    """
    if _is_ours(then):
        return then
    who: Actor = actor or g.actor
    if is_staff is False or not who.is_staff:
        return url_for("posting.my")
    return url_for("desk.queue" if who.may_edit() else "calls.sheet")


def _is_ours(then: str) -> bool:
    if not then.startswith("/") or then.startswith("//") or not then.isprintable() or any(letter in then for letter in "\\?#%"):
        return False
    try:
        current_app.url_map.bind("localhost").match(then, method="GET")
    except HTTPException:
        return False
    return True
