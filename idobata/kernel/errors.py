"""What can be wrong with what somebody asks for. Views turn these into pages, commands into sentences."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. `sentence` is Japanese, marked with `N_`; `values` fill its %(name)s places."""

    field: str
    sentence: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)

    def in_japanese(self) -> str:
        """The finished sentence in the source language (for reports and commands)."""
        return self.sentence % self.values if self.values else self.sentence


class Invalid(Exception):
    """Values that a rule refuses; nothing was written."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.in_japanese() for problem in problems))
        self.problems = problems


class NotFound(Exception):
    """Unknown, or not for this actor: the two must look the same."""


class NotAllowed(Exception):
    """The actor is known and may not do this."""


class WrongState(Exception):
    """The act does not fit the state a thing is in. `sentence` says in Japanese what to do instead."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
