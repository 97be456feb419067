"""The floors of docs/architecture.md as import-linter contracts: down, left, and one door per library."""

from collections.abc import Iterable
from dataclasses import dataclass

from grimp import ImportGraph
from importlinter.application import output
from importlinter.domain import fields
from importlinter.domain.contract import Contract, ContractCheck

HOUSE = "idobata"
_TOP = 6
_SCREENS, _JOBS = 5, 4
_BY_LAST_WORD = {"views": _SCREENS, "forms": _SCREENS, "jobs": _JOBS, "actions": 3, "queries": 3, "models": 2, "commands": 6}
_TOOLKITS = {"web": _SCREENS, "outside": _JOBS, "store": 2}


@dataclass(frozen=True, slots=True)
class Plan:
    """The features from left to right, and the folders that open the house."""

    features: tuple[str, ...]
    openers: frozenset[str]

    def floor(self, module: str) -> int | None:
        """The floor a module stands on; None when the plan has no place for its folder."""
        room = room_of(module)
        if room == "kernel":
            return 0
        if room in _TOOLKITS:
            return _TOOLKITS[room]
        if room in self.features:
            return _BY_LAST_WORD.get(_last_word(module), 1)
        return _TOP if room in self.openers or module.count(".") <= 1 else None

    def objection(self, importer: str, imported: str) -> str | None:
        """Why `importer` may not import `imported`, or None when it may."""
        here, there = room_of(importer), room_of(imported)
        floor, other = self.floor(importer), self.floor(imported)
        if here == there or floor == _TOP:
            # Inside one room only the floors of a feature count.
            inside = here in self.features and floor is not None and other is not None and other > floor
            return f"floor {floor} may not look up to floor {other}" if inside else None
        if floor is None or other is None:
            return None  # named once by `homeless`, not for each of its imports
        if other > floor:
            return f"floor {floor} may not look up to floor {other}"
        if there == "kernel":
            return None
        if here == "kernel":
            return "the kernel knows nobody"
        if here in _TOOLKITS and there in self.features:
            return f"{here}/ serves every feature and knows none"
        return self._sideways(importer, imported) if other == floor else None

    def _sideways(self, importer: str, imported: str) -> str | None:
        here, there = room_of(importer), room_of(imported)
        if there in _TOOLKITS:
            return None
        if self.features.index(there) > self.features.index(here):
            return f"{there} is to the right of {here}; tell a fact instead"
        if _last_word(imported) in ("views", "jobs"):
            return f"the {_last_word(imported)} of another feature are not called"
        return None

    def homeless(self, modules: Iterable[str]) -> list[str]:
        """Modules in a folder the plan does not name."""
        return sorted(module for module in modules if module.startswith(f"{HOUSE}.") and self.floor(module) is None)


@dataclass(frozen=True, slots=True)
class Door:
    """Where one library may be imported: floors by number, rooms and files by name."""

    library: str
    floors: frozenset[int]
    places: tuple[str, ...]

    def lets_in(self, module: str, plan: Plan) -> bool:
        """True when this module may import the library."""
        inside = any(module == f"{HOUSE}.{place}" or module.startswith(f"{HOUSE}.{place}.") for place in self.places)
        return inside or plan.floor(module) in self.floors


def read_door(text: str) -> Door:
    """A door from its line in pyproject.toml: "flask: 5, 6, web"."""
    library, _, rest = text.partition(":")
    words = [word.strip() for word in rest.split(",") if word.strip()]
    return Door(
        library.strip(),
        frozenset(int(word) for word in words if word.isdigit()),
        tuple(word for word in words if not word.isdigit()),
    )


def room_of(module: str) -> str:
    """The folder or top file of a module: `gatherings` of `idobata.gatherings.models`."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def _last_word(module: str) -> str:
    return module.rsplit(".", 1)[-1].rsplit("_", 1)[-1]


def _of_the_house(graph: ImportGraph) -> list[str]:
    return sorted(module for module in graph.modules if module == HOUSE or module.startswith(f"{HOUSE}."))


class _HouseContract(Contract):
    @property
    def plan(self) -> Plan:
        """The plan stands once, in [tool.importlinter], for all contracts."""
        return Plan(tuple(self.session_options["features"]), frozenset(self.session_options["openers"]))

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print one line for each objection."""
        for line in check.metadata["objections"]:
            output.print_error(f"- {line}")
        output.new_line()


class FloorsContract(_HouseContract):
    """Imports go down to any feature, left on the same floor, and never up or right."""

    type_name = "floors"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at every import between two modules of the house."""
        modules = _of_the_house(graph)
        lines = [f"{module} has no place in the plan of pyproject.toml" for module in self.plan.homeless(modules)]
        for importer in modules:
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                reason = self.plan.objection(importer, imported) if imported.startswith(f"{HOUSE}.") else None
                if reason:
                    lines.append(f"{importer} -> {imported}: {reason}")
        return ContractCheck(kept=not lines, metadata={"objections": lines})


class DoorsContract(_HouseContract):
    """Each library is known in few places."""

    type_name = "doors"
    doors = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at every import of a library that has a door."""
        lines = []
        for door in (read_door(text) for text in self.doors):  # type: ignore[attr-defined]
            if door.library in graph.modules:
                importers = sorted(graph.find_modules_that_directly_import(door.library))
                lines += [f"{one} may not import {door.library}" for one in importers if not door.lets_in(one, self.plan)]
        return ContractCheck(kept=not lines, metadata={"objections": lines})
