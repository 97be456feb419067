"""One broken row must never take a whole feed down."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

log = logging.getLogger(__name__)
T = TypeVar("T")
R = TypeVar("R")


def each(rows: Iterable[T], make: Callable[[T], R], name: Callable[[T], str]) -> list[R]:
    """What `make` makes of each row; a row it cannot make anything of is left out and logged, and the others stand."""
    made: list[R] = []
    for row in rows:
        try:
            made.append(make(row))
        except Exception as error:
            log.warning("left %s out of a feed: %s", name(row), type(error).__name__)
    return made
