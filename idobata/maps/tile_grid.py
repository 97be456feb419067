"""Where a point lies in the grid of map tiles (Web Mercator, as all tile servers have it), and which tiles belong to a city."""

import math
from dataclasses import dataclass
from typing import Final

# Beyond it the square world of the tiles ends.
_LAST_LATITUDE: Final = 85.0511
_KM_IN_A_DEGREE: Final = 111.32


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of the world between two parallels and two meridians, in degrees (WGS 84)."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, latitude: float, longitude: float) -> bool:
        """True for a point inside."""
        return self.south <= latitude <= self.north and self.west <= longitude <= self.east

    def touches(self, z: int, x: int, y: int) -> bool:
        """True for a tile that shows some of it."""
        left, top = tile_at(self.north, self.west, z)
        right, bottom = tile_at(self.south, self.east, z)
        return left <= x <= right and top <= y <= bottom


def box_around(latitude: float, longitude: float, radius_km: float) -> Box:
    """The box whose edges are `radius_km` from a point."""
    up = radius_km / _KM_IN_A_DEGREE
    aside = radius_km / (_KM_IN_A_DEGREE * math.cos(math.radians(latitude)))
    return Box(latitude - up, longitude - aside, latitude + up, longitude + aside)


def tile_at(latitude: float, longitude: float, z: int) -> tuple[int, int]:
    """Column and row of the tile that holds a point at zoom `z`."""
    size = 2**z
    slope = math.asinh(math.tan(math.radians(max(-_LAST_LATITUDE, min(_LAST_LATITUDE, latitude)))))
    column, row = int((longitude + 180) / 360 * size), int((1 - slope / math.pi) / 2 * size)
    return min(size - 1, max(0, column)), min(size - 1, max(0, row))
