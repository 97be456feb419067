"""How alike two short names are, however they are written. A hint for a person's eyes, never a verdict."""

from collections import Counter

from idobata.kernel.text import fold_name

ALIKE = 0.6
# A single letter is part of nearly every name; two already are a word (将棋).
SHORTEST_WORD = 2


def are_alike(one: str, other: str) -> bool:
    """True when one name is the other, is part of it, or shares enough pairs of letters with it (Dice, 0.6)."""
    first, second = fold_name(one) or one.strip(), fold_name(other) or other.strip()
    if first == second:
        return True
    shorter, longer = sorted((first, second), key=len)
    if len(shorter) < SHORTEST_WORD:
        return False
    return shorter in longer or likeness(first, second) >= ALIKE


def likeness(one: str, other: str) -> float:
    """How many pairs of neighbouring letters two texts share: 0 none, 1 all of them."""
    first, second = _pairs(one), _pairs(other)
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else 0.0


def _pairs(text: str) -> Counter[str]:
    return Counter(text[at : at + 2] for at in range(len(text) - 1))
