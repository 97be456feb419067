"""Who acts. Views, jobs and commands make one; actions read it."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What the city lets a member of staff do."""

    EDITOR = "editor"
    WELFARE = "welfare"
    APPROVER = "approver"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a background job or a command, as the rules see it.

    `person_id` is the inner integer and never leaves the process; `label` is what the deed log shows. `speaks_for` is the public
    id of the one gathering for which a member of staff passes on what its host has said (on the phone, at the counter).
    """

    label: str
    person_id: int | None = None
    email: str | None = None
    roles: frozenset[Role] = frozenset()
    is_system: bool = False
    speaks_for: str | None = None

    @property
    def is_known(self) -> bool:
        """True for a signed-in person."""
        return self.person_id is not None

    @property
    def is_staff(self) -> bool:
        """True for anybody with a role of the city."""
        return bool(self.roles)

    def may_edit(self) -> bool:
        """True when the actor may confirm, return and tidy what residents post."""
        return self.is_system or bool(self.roles & {Role.EDITOR, Role.ADMIN})

    def may_mark(self) -> bool:
        """True when the actor may assess gatherings, give the welcome mark and read staff notes."""
        return self.is_system or bool(self.roles & {Role.WELFARE, Role.ADMIN})


ANONYMOUS = Actor(label="anonymous")
SYSTEM = Actor(label="system", is_system=True)
