"""What stands in the desk's own navigation, for whom, and in which order. Only what this site has is shown."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app, request

from idobata.kernel.actor import Actor, Role
from idobata.kernel.words import N_
from idobata.web.destinations import desk_home
from idobata.web.pages import sentence, url

_EDITING: Callable[[Actor], bool] = Actor.may_edit
_MARKING: Callable[[Actor], bool] = Actor.may_mark


def _talking(actor: Actor) -> bool:
    return actor.may_edit() or actor.may_mark()


def _approving(actor: Actor) -> bool:
    return Role.APPROVER in actor.roles


def _admins(actor: Actor) -> bool:
    return Role.ADMIN in actor.roles


# (endpoint, words, whose it is): first what one does with listings, then what one does for people and with the site.
ENTRIES: tuple[tuple[str, str, Callable[[Actor], bool]], ...] = (
    ("desk.queue", N_("待っているもの"), _EDITING),
    ("find.find", N_("さがす"), _MARKING),
    ("welcome.desk_list", N_("しるし"), _MARKING),
    ("calls.sheet", N_("電話"), _talking),
    ("gaps.show", N_("空いているところ"), _talking),
    ("proxy.start", N_("代わりに書く"), _talking),
    ("phone.ask_code", N_("合言葉を聞く"), _talking),
    ("reports.cases", N_("通報"), _EDITING),
    ("groups.desk", N_("団体"), _EDITING),
    ("desk_places.places", N_("場所"), _EDITING),
    ("approvals.show", N_("決裁"), _approving),
    ("people.show", N_("職員"), _admins),
    ("requests_on_paper.ask", N_("紙での求め"), _admins),
    ("desk.log", N_("記録"), _EDITING),
)


@dataclass(frozen=True, slots=True)
class DeskEntry:
    """One way to go. `is_here`: this page lies there."""

    words: str
    address: str
    is_here: bool


def desk_entries(actor: Actor) -> list[DeskEntry]:
    """The entries for somebody, in their order."""
    known = current_app.view_functions
    found: list[DeskEntry] = []
    for endpoint, words, may_open in ENTRIES:
        if endpoint not in known or not may_open(actor):
            continue
        address = url(endpoint)
        path = address.split("?")[0]
        # Everything lies under the queue's address; a page below it is no queue.
        below = endpoint != "desk.queue" and request.path.startswith(f"{path}/")
        found.append(DeskEntry(sentence(words), address, request.path == path or below))
    return found


def set_up(app: Flask) -> None:
    """Give templates the names."""
    app.jinja_env.globals.update(desk_entries=desk_entries, desk_home=desk_home)
