"""The hull: the smallest convex outline around places on the ground, and who is inside of it."""

from __future__ import annotations

from edge_agent.core.ground import GroundPoint, middle

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
