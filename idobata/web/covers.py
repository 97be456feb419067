"""The numbers behind a generated cover: the same id always gives the same picture."""

from dataclasses import dataclass
from functools import lru_cache

from idobata.kernel.ids import ALPHABET


@dataclass(frozen=True, slots=True)
class CoverNumbers:
    """Three numbers from 0 to about 1,000 that place and size the circles."""

    a: int
    b: int
    c: int


@lru_cache(maxsize=4096)
def cover_numbers(seed: str) -> CoverNumbers:
    """The numbers of a public id (any text will do)."""
    a, b, c = 7, 3, 11
    for letter in seed:
        at = ALPHABET.find(letter) + 2
        a, b, c = (a * 31 + at) % 997, (b * 17 + at * 7) % 991, (c * 13 + at * 5) % 983
    return CoverNumbers(a, b, c)
