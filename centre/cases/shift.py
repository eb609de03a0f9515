"""GCJ-02, in which Chinese web maps are drawn. For display alone: nothing shifted is ever kept or sent.

The formula is the one in public use since 2013 (``eviltransform``, MIT, describes it); it moves a point by some 500 m
within China. CGCS2000 and WGS 84 agree within a metre, so nothing is done between those.
"""

from __future__ import annotations

from math import cos, pi, sin, sqrt
from typing import Final

AXIS_M: Final = 6378245.0  # of Krasovsky's ellipsoid
FLAT: Final = 0.00669342162296594323  # its squared eccentricity


def to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """A point in degrees of CGCS2000, shifted; outside China it stays where it is."""
    if not (72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271):  # noqa: PLR2004 - the bounds in use
        return lon, lat
    x, y = lon - 105.0, lat - 35.0
    waves = 20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    north += (waves + 20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    east += (waves + 20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    bend = 1.0 - FLAT * sin(lat / 180.0 * pi) ** 2
    metres_north = (AXIS_M * (1.0 - FLAT)) / (bend * sqrt(bend)) * pi / 180.0
    metres_east = AXIS_M / sqrt(bend) * cos(lat / 180.0 * pi) * pi / 180.0
    return lon + east / metres_east, lat + north / metres_north
