"""The ground: places in metres on a plane that touches the earth where the camera stands, and their degrees.

Within a few hundred metres the earth is flat enough to be measured with a tape. A plane touches it at its origin;
one degree is there so many metres to the north and so many to the east::

    north = (lat - lat0) · M      M = a(1 - e²) / (1 - e² sin² lat0)^3/2   radius of curvature along the meridian
    east  = (lon - lon0) · N cos lat0     N = a / (1 - e² sin² lat0)^1/2   and across it (in radians)

(J. P. Snyder, *Map Projections: A Working Manual*, USGS Professional Paper 1395, 1987, equations 4-18 and 4-20.)

What I dislike about it: it is no map projection. 100 m from the origin it is a millimetre out, 1 km from it a
decimetre, and that grows with the square.

The hull: the smallest convex outline around places on the ground, and who is inside of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, degrees, hypot, radians, sin, sqrt
from typing import Final

SEMI_MAJOR_M: Final = 6_378_137.0  # CGCS2000 (EPSG:4490); WGS 84's differs in the flattening's eighth digit
FLATTENING: Final = 1 / 298.257222101
_E2: Final = FLATTENING * (2 - FLATTENING)


@dataclass(frozen=True, slots=True)
class GroundPoint:
    """A place on the ground, in metres to the east and to the north of a local origin."""

    east: float
    north: float

    def distance(self, other: GroundPoint) -> float:
        """Metres between two places."""
        return hypot(self.east - other.east, self.north - other.north)


def middle(points: tuple[GroundPoint, ...]) -> GroundPoint:
    """The mean of ``points`` (at least one)."""
    count = len(points)
    return GroundPoint(sum(p.east for p in points) / count, sum(p.north for p in points) / count)


@dataclass(frozen=True, slots=True)
class LonLat:
    """A place on the earth, in degrees to the east and to the north."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class TangentPlane:
    """The plane that touches the earth at ``origin``; ``crs`` says which degrees those are.

    CGCS2000 (EPSG:4490) and WGS 84 (EPSG:4326) are the same in practice; GCJ-02, of Chinese web maps, is 500 m off.
    """

    origin: LonLat
    crs: str = "EPSG:4490"

    def to_ground(self, place: LonLat) -> GroundPoint:
        """Metres from the origin."""
        east, north = self._metres_a_radian()
        return GroundPoint(
            radians(place.lon - self.origin.lon) * east,
            radians(place.lat - self.origin.lat) * north,
        )

    def to_lonlat(self, place: GroundPoint) -> LonLat:
        """The degrees of a place on the plane."""
        east, north = self._metres_a_radian()
        return LonLat(
            self.origin.lon + degrees(place.east / east),
            self.origin.lat + degrees(place.north / north),
        )

    def _metres_a_radian(self) -> tuple[float, float]:
        latitude = radians(self.origin.lat)
        bent = 1 - _E2 * sin(latitude) ** 2
        across = SEMI_MAJOR_M / sqrt(bent)
        return across * cos(latitude), across * (1 - _E2) / bent


def plane_around(places: tuple[LonLat, ...], crs: str) -> TangentPlane:
    """The plane that touches the earth in the middle of ``places`` (at least one)."""
    count = len(places)
    return TangentPlane(LonLat(sum(p.lon for p in places) / count, sum(p.lat for p in places) / count), crs)


Hull = tuple[GroundPoint, ...]


def hull_of(points: tuple[GroundPoint, ...]) -> Hull:
    """The corners of the hull, anticlockwise (Andrew's monotone chain, Information Processing Letters 9, 1979)."""
    ordered = sorted(set(points), key=lambda p: (p.east, p.north))
    return _half(ordered)[:-1] + _half(ordered[::-1])[:-1]


def grown(hull: Hull, share: float) -> Hull:
    """The same outline with every corner ``share`` further from the middle of the corners."""
    inside = middle(hull)
    return tuple(_along(inside, corner, 1 + share) for corner in hull)


def holds(hull: Hull, point: GroundPoint) -> bool:
    """Whether ``point`` lies inside the hull or on its outline."""
    return all(_turn(a, b, point) >= 0 for a, b in zip(hull, hull[1:] + hull[:1], strict=True))


def _half(ordered: list[GroundPoint]) -> Hull:
    chain: list[GroundPoint] = []
    for point in ordered:
        while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return tuple(chain)


def _turn(a: GroundPoint, b: GroundPoint, point: GroundPoint) -> float:
    """Twice the area of the triangle: positive where ``point`` lies to the left of the way from a to b."""
    return (b.east - a.east) * (point.north - a.north) - (b.north - a.north) * (point.east - a.east)


def _along(a: GroundPoint, b: GroundPoint, share: float) -> GroundPoint:
    return GroundPoint(a.east + share * (b.east - a.east), a.north + share * (b.north - a.north))
