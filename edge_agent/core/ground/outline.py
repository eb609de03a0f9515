"""Outlines: where on earth a zone lies, as far as its camera's calibration is believed.

A zone is drawn on the picture, often with the sky behind it. What is told of it on the ground is the part that lies
within the measured outline, cut off at its edges (I. Sutherland and G. Hodgman, *Reentrant Polygon Clipping*, CACM 17,
1974)::

        ┌────────────┐ the zone                 ┌───────┐
     ┌──┼─────────┐  │                          │       │
     │  │         │  │       ─────▶             │       │
     └──┼─────────┘  │ what is believed         └───────┘
        └────────────┘

What I dislike about it: a zone with a notch that is cut in two stays one outline, with a seam.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from edge_agent.core.geometry import Point

if TYPE_CHECKING:
    from edge_agent.core.geometry import Polygon
    from edge_agent.core.ground.calibration import Calibration
    from edge_agent.core.ground.coordinates import LonLat

CORNERS: Final = 3


def outline(polygon: Polygon, calibration: Calibration) -> tuple[LonLat, ...]:
    """The corners, in degrees, of the part of ``polygon`` that is believed; none where there is no such part."""
    from edge_agent.core.ground.calibration import to_ground, to_image  # noqa: PLC0415 - numpy, and most cameras have none

    believed = tuple(to_image(calibration, corner) for corner in calibration.validity)
    window = tuple(point for point in believed if point is not None)
    if calibration.plane is None or len(window) < len(believed):
        return ()
    left, inside = polygon, _middle(window)
    for a, b in pairwise((*window, window[0])):
        left = _cut(left, a, b, inside)
    ground = tuple(place for point in left if (place := to_ground(calibration, point)) is not None)
    if len(ground) < CORNERS:
        return ()
    return tuple(calibration.plane.to_lonlat(place) for place in ground)


def _middle(points: Polygon) -> Point:
    return Point(sum(point.x for point in points) / len(points), sum(point.y for point in points) / len(points))


def _cut(polygon: Polygon, a: Point, b: Point, inside: Point) -> Polygon:
    """What of ``polygon`` lies on the side of the line from ``a`` to ``b`` that ``inside`` is on."""
    side = 1 if _turn(a, b, inside) > 0 else -1
    kept: list[Point] = []
    for start, end in zip(polygon, (*polygon[1:], *polygon[:1]), strict=True):
        before, after = side * _turn(a, b, start), side * _turn(a, b, end)
        if before >= 0:
            kept.append(start)
        if before * after < 0:
            share = before / (before - after)
            kept.append(Point(start.x + share * (end.x - start.x), start.y + share * (end.y - start.y)))
    return tuple(kept)


def _turn(a: Point, b: Point, point: Point) -> float:
    return (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)
