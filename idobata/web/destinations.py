"""Where somebody goes after signing in: never off this site, and where there is something for her to do."""

from flask import current_app, g, url_for
from werkzeug.exceptions import HTTPException

from idobata.kernel.actor import Actor


def destination(then: str, *, is_staff: bool | None = None, actor: Actor | None = None) -> str:
    """`then` when it is a path of ours that the router knows; else what waits for this actor (who else: who is asking).

    Staff begin at their `desk_home`, everybody else with her own page. `is_staff` False sends to that. `/desk` is what staff know by
    heart: whoever may not open the queue there is led past it.
    """
    who: Actor = actor or g.actor
    begins_at_desk = who.is_staff and is_staff is not False
    if _is_ours(then) and not (begins_at_desk and then == url_for("desk.queue")):
        return then
    return desk_home(who) if begins_at_desk else url_for("posting.my")


def desk_home(actor: Actor) -> str:
    """Where the day of a member of staff begins: with the queue, with the finder, or with what waits for her yes."""
    if actor.may_edit():
        return url_for("desk.queue")
    return url_for("find.find" if actor.may_mark() else "approvals.show")


def _is_ours(then: str) -> bool:
    if not then.startswith("/") or then.startswith("//") or not then.isprintable() or any(letter in then for letter in "\\?#%"):
        return False
    try:
        current_app.url_map.bind("localhost").match(then, method="GET")
    except HTTPException:
        return False
    return True
