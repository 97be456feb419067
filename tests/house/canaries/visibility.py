"""docs/visibility.csv: which private cells may be seen where, by whom, and why."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

VISIBILITY_FILE = Path(__file__).parents[3] / "docs" / "visibility.csv"
NOTHING = "nothing"
EVERYBODY = "everybody"
# In place of a route: what stands on every page, whichever it is.
EVERY_ROUTE = "*"
_STAFF = ("editor", "welfare", "approver", "admin")
_RESIDENTS = ("poster", "other_poster", "lead", "member", "other_lead", "other_member")
GROUPS = {
    "everyone": ("anonymous", *_RESIDENTS, *_STAFF, "half_admin", "suspended"),
    "signed_in": (*_RESIDENTS, *_STAFF, "half_admin"),
    "known": (*_RESIDENTS, *_STAFF),
    "residents": _RESIDENTS,
    "editors": ("editor", "admin"),
    "staff": _STAFF,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: on this route these roles may see these classes of cells ("own …": only their own)."""

    number: int
    route: str
    roles: tuple[str, ...]
    what: tuple[str, ...]
    why: str

    def claims(self) -> set[tuple[str, str, str]]:
        """What it allows, one by one; nothing for a line that says "nothing"."""
        return {(self.route, role, what) for role in self.roles for what in self.what if what != NOTHING}


@cache
def lines() -> tuple[Line, ...]:
    """All lines in order."""
    with VISIBILITY_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Line(
                number,
                row["route"],
                tuple(role for name in row["roles"].split() for role in GROUPS.get(name, (name,))),
                tuple(one.strip() for one in row["what"].split(";")),
                row["why"],
            )
            for number, row in enumerate(csv.DictReader(file), start=2)
        )


@cache
def allowed() -> set[tuple[str, str, str]]:
    """Every (route, role, what) that a line allows; the route may be `EVERY_ROUTE`."""
    return {claim for line in lines() for claim in line.claims()}


def is_allowed(claim: tuple[str, str, str]) -> bool:
    """True when the table lets this role see this class on this route."""
    return claim in allowed() or (EVERY_ROUTE, *claim[1:]) in allowed()
