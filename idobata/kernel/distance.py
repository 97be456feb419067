"""Distances on the ground between points in degrees (WGS 84)."""

import math

_EARTH_METRES = 6_371_000.0


def metres_between(here: tuple[float, float], there: tuple[float, float]) -> float:
    """The distance of two points (latitude, longitude in degrees) on the ground."""
    lat1, lat2 = math.radians(here[0]), math.radians(there[0])
    half_lat, half_lon = (lat2 - lat1) / 2, math.radians(there[1] - here[1]) / 2
    part = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
    return 2 * _EARTH_METRES * math.asin(min(1.0, math.sqrt(part)))


def box_around(latitude: float, longitude: float, metres: float) -> tuple[float, float, float, float]:
    """South, north, west and east of a box in degrees that holds everything within `metres`: for a query to begin with."""
    up = math.degrees(metres / _EARTH_METRES)
    aside = up / max(math.cos(math.radians(latitude)), 0.01)
    return latitude - up, latitude + up, longitude - aside, longitude + aside


def in_japan(latitude: float, longitude: float) -> bool:
    """True for a point that can lie in Japan."""
    return 20.0 <= latitude <= 46.0 and 122.0 <= longitude <= 154.5
