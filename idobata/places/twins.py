"""Twin entries: one place that stands in the register twice. A hint for the editor's eyes, never a verdict."""

from dataclasses import dataclass

from idobata.kernel.distance import metres_between
from idobata.kernel.likeness import are_alike
from idobata.kernel.text import fold_name

NEAR_METRES = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """What of a place is compared. Degrees are WGS 84, both or neither."""

    name: str
    district: str | None = None
    latitude: float | None = None
    longitude: float | None = None


def may_be_one_place(one: Sketch, other: Sketch) -> bool:
    """True for the same name written otherwise (in one district, or where one says none), or alike names less than 60 m apart."""
    same_name = fold_name(one.name) != "" and fold_name(one.name) == fold_name(other.name)
    if same_name and (not one.district or not other.district or one.district == other.district):
        return True
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return False
    near = metres_between((one.latitude, one.longitude), (other.latitude, other.longitude)) < NEAR_METRES
    return near and are_alike(one.name, other.name)
