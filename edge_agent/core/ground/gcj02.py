"""GCJ-02: the shifted degrees of Chinese web maps, and back to those of the earth.

The shift is a sum of sines, published many times over; nobody has published how exact the sums are. Back is found by
stepping until the shifted place is the one that was given, which is exact to the formula and no better than it: survey
what must be right to the metre.

Only where somebody *says* that degrees are GCJ-02: nothing in a number tells, and 500 m are a street.
"""

from __future__ import annotations

from math import cos, pi, radians, sin, sqrt
from typing import Final

from edge_agent.core.ground.coordinates import LonLat

AXIS_M: Final = 6_378_245.0  # Krasovsky 1940, with its eccentricity
E2: Final = 0.00669342162296594323
_STEPS: Final = 8  # each leaves less than a hundredth of what was wrong
_LON0: Final = 105.0
_LAT0: Final = 35.0


def from_gcj02(place: LonLat) -> LonLat:
    """The degrees (WGS 84, and CGCS2000 within centimetres) of a place that is given in GCJ-02."""
    lon, lat = place.lon, place.lat
    for _ in range(_STEPS):
        shifted = to_gcj02(LonLat(lon, lat))
        lon, lat = lon - (shifted.lon - place.lon), lat - (shifted.lat - place.lat)
    return LonLat(lon, lat)


def to_gcj02(place: LonLat) -> LonLat:
    """The shifted degrees of a place."""
    x, y = place.lon - _LON0, place.lat - _LAT0
    bent = 1 - E2 * sin(radians(place.lat)) ** 2
    up = _up(x, y) * 180 / (AXIS_M * (1 - E2) / (bent * sqrt(bent)) * pi)
    across = _across(x, y) * 180 / (AXIS_M / sqrt(bent) * cos(radians(place.lat)) * pi)
    return LonLat(place.lon + across, place.lat + up)


def _waves(value: float, *sizes: tuple[float, float]) -> float:
    return sum(size * sin(value * pi * times) for size, times in sizes) * 2 / 3


def _up(x: float, y: float) -> float:
    slope = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    waves = _waves(x, (20.0, 6.0), (20.0, 2.0)) + _waves(
        y, (20.0, 1.0), (40.0, 1 / 3), (160.0, 1 / 12), (320.0, 1 / 30)
    )
    return slope + waves


def _across(x: float, y: float) -> float:
    slope = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    waves = _waves(x, (20.0, 6.0), (20.0, 2.0), (20.0, 1.0), (40.0, 1 / 3), (150.0, 1 / 12), (300.0, 1 / 30))
    return slope + waves
