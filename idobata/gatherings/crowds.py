"""How many people usually come, in bands: a number would be a promise, and nobody counts heads."""

from idobata.kernel.words import N_

CROWDS: dict[str, str] = {
    "5": N_("5人くらいまで"),
    "10": N_("6人から10人くらい"),
    "20": N_("11人から20人くらい"),
    "50": N_("21人から50人くらい"),
    "more": N_("50人より多い"),
}
# Follows from the band, so it is never asked by itself.
SMALL_GROUP = "small-group"
_SMALL = frozenset({"5", "10"})


def is_small(crowd: str) -> bool | None:
    """Whether a band means a small group; None when nobody said how many come."""
    return crowd in _SMALL if crowd in CROWDS else None
