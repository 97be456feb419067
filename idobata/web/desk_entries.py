"""What stands in the desk's own navigation, for whom, and in which order. Only what this site has is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Flask, current_app, request

from idobata.kernel.actor import Actor, Role
from idobata.kernel.words import N_
from idobata.web.destinations import desk_home
from idobata.web.pages import sentence, url

_COUNTS = "idobata_desk_counts"
_EDITING: Callable[[Actor], bool] = Actor.may_edit
_MARKING: Callable[[Actor], bool] = Actor.may_mark


def _talking(actor: Actor) -> bool:
    return actor.may_edit() or actor.may_mark()


def _approving(actor: Actor) -> bool:
    return Role.APPROVER in actor.roles


def _speaking(actor: Actor) -> bool:
    return actor.may_edit() or _approving(actor)


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
    ("reposts.show", N_("発信"), _speaking),
    ("approvals.show", N_("決裁"), _approving),
    ("people.show", N_("職員"), _admins),
    ("requests_on_paper.ask", N_("紙での求め"), _admins),
    ("desk.log", N_("記録"), _EDITING),
)


@dataclass(frozen=True, slots=True)
class DeskEntry:
    """One way to go. `is_here`: this page lies there. `count`: how much there must be done now, whoever does it; 0 is not shown."""

    words: str
    address: str
    is_here: bool
    count: int = 0


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
        counted = current_app.extensions[_COUNTS].get(endpoint)
        found.append(DeskEntry(sentence(words), address, request.path == path or below, counted() if counted else 0))
    return found


def set_up(app: Flask, counts: Mapping[str, Callable[[], int]]) -> None:
    """Give templates the names. `counts` says by endpoint how much is to be done there now."""
    app.extensions[_COUNTS] = counts
    app.jinja_env.globals.update(desk_entries=desk_entries, desk_home=desk_home)
