"""Who may write what the city says, and who may say yes to it."""

from idobata.kernel.actor import Actor, Role
from idobata.kernel.errors import NotAllowed


def may_write(actor: Actor) -> bool:
    """True for whoever writes and proposes, posts by hand, and keeps the ledger."""
    return actor.may_edit()


def must_write(actor: Actor) -> None:
    """Raises NotAllowed for whoever may not write."""
    if not may_write(actor):
        raise NotAllowed


def may_decide(actor: Actor) -> bool:
    """True for whoever says yes or no in the city's name."""
    return Role.APPROVER in actor.roles


def may_approve(actor: Actor, proposed_by: int | None, *, by_two: bool) -> bool:
    """True when the actor may approve what `proposed_by` proposed.

    By two: an approver, and somebody else than who proposed it. By one: whoever writes may say yes as well, to her own too.
    """
    if not by_two:
        return may_decide(actor) or may_write(actor)
    return may_decide(actor) and actor.person_id is not None and actor.person_id != proposed_by
