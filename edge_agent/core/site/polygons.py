r"""Growing: a polygon with all its edges moved outwards, or inwards, by as much.

Somebody who draws a zone by hand is a hand's breadth off, and whether a hand's breadth matters is worth a try. Each
edge is moved along its normal and met with its neighbours (a mitred offset)::

        ┌─────────────┐          a corner goes where its two moved edges meet; a very sharp one would shoot
        │  ┌───────┐  │          far out, so no corner moves further than REACH times the distance
        │  │ drawn │  │
        └──┴───────┴──┘

What I dislike about it: an offset that swallows a whole edge turns the polygon inside out there. Such a polygon is
refused instead of mended.

Outlines: whether the edges of a drawn polygon cross.

An area, a share inside and a rule of what lies where mean something only for a polygon whose edges meet at their
corners and nowhere else::

    1 ──── 2        1 ──── 2       edge n runs from corner n to the next one
    │      │         \  ×  /        right: edges 2 and 4 cross, and nobody can
    4 ──── 3        3 ──── 4       say what the polygon encloses
"""

from __future__ import annotations

from itertools import combinations
from math import hypot
from typing import TYPE_CHECKING, Final

from edge_agent.core.geometry import Point

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.core.geometry import Polygon

Edge = tuple["Point", "Point"]


def crossing_edges(polygon: Polygon) -> tuple[int, int] | None:
    """The first two edges that meet where they should not, numbered from 1; None where all is well.

    Edges that touch, overlap or fold back on each other count as crossing. A corner said twice in a row is one
    corner, and so is a last one that repeats the first. Every pair is tried: people draw tens of corners.
    """
    ring = list(zip(polygon, polygon[1:] + polygon[:1], strict=True))
    edges = [(number, edge) for number, edge in enumerate(ring, start=1) if edge[0] != edge[1]]
    for i, j in combinations(range(len(edges)), 2):
        (a, first), (b, second) = edges[i], edges[j]
        after, closing = j == i + 1, i == 0 and j == len(edges) - 1
        if after or closing:
            wrong = (after and _folded_back(first, second)) or (closing and _folded_back(second, first))
        else:
            wrong = _meet(first, second)
        if wrong:
            return a, b
    return None


def _meet(first: Edge, second: Edge) -> bool:
    """Whether two edges share a point."""
    a, b, c, d = *first, *second
    apart = (_turn(a, b, c), _turn(a, b, d)), (_turn(c, d, a), _turn(c, d, b))
    if all(one * other < 0 for one, other in apart):
        return True
    ends = ((first, c, apart[0][0]), (first, d, apart[0][1]), (second, a, apart[1][0]), (second, b, apart[1][1]))
    return any(turn == 0 and _between(edge, point) for edge, point, turn in ends)


def _folded_back(first: Edge, second: Edge) -> bool:
    """Whether an edge runs back along the one before it."""
    (a, corner), (_, b) = first, second
    ahead = (corner.x - a.x) * (b.x - corner.x) + (corner.y - a.y) * (b.y - corner.y)
    return _turn(a, corner, b) == 0 and ahead < 0


def _turn(a: Point, b: Point, c: Point) -> float:
    """More than 0 where a → b → c turns one way, less for the other, 0 where they lie on one line."""
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)


def _between(edge: Edge, point: Point) -> bool:
    """Whether a point of the edge's line lies on the edge."""
    a, b = edge
    return min(a.x, b.x) <= point.x <= max(a.x, b.x) and min(a.y, b.y) <= point.y <= max(a.y, b.y)


REACH: Final = 3.0
_TINY: Final = 1e-9  # where an edge runs back along the one before it, there is no outside to move to
DIGITS: Final = 4  # of a fraction of the picture, as zones are written


def grown(polygon: Polygon, distance: float) -> Polygon:
    """``polygon`` with its edges moved out by ``distance`` (in, where negative), cut at the picture's edge.

    ``distance`` is a fraction of the picture.

    Raises:
        ValueError: Nothing would be left of it, or its edges would cross.
    """
    if distance == 0:
        return polygon
    corners = _distinct(polygon)
    out = distance if _turning(corners) > 0 else -distance
    around = zip(corners[-1:] + corners[:-1], corners, corners[1:] + corners[:1], strict=True)
    moved = tuple(_moved(before, corner, after, out) for before, corner, after in around)
    cut = tuple(Point(_within(corner.x), _within(corner.y)) for corner in moved)
    if not all(_along(moved, corners)) or crossing_edges(cut) is not None:
        msg = f"a polygon that does not survive being grown by {distance:g}"
        raise ValueError(msg)
    return cut


def _along(moved: Polygon, corners: Polygon) -> Iterator[bool]:
    """Whether each edge still runs the way it ran."""
    for a, b, c, d in zip(corners, corners[1:] + corners[:1], moved, moved[1:] + moved[:1], strict=True):
        yield (b.x - a.x) * (d.x - c.x) + (b.y - a.y) * (d.y - c.y) > 0


def _distinct(polygon: Polygon) -> Polygon:
    """The corners, none said twice in a row."""
    return tuple(
        corner for before, corner in zip(polygon[-1:] + polygon[:-1], polygon, strict=True) if before != corner
    )


def _turning(polygon: Polygon) -> float:
    """Twice the signed area: its sign tells which way round the corners are said."""
    return sum(a.x * b.y - b.x * a.y for a, b in zip(polygon, polygon[1:] + polygon[:1], strict=True))


def _moved(before: Point, corner: Point, after: Point, out: float) -> Point:
    """Where the corner goes when the edges before and after it move by ``out`` along their outward normals."""
    first, second = _normal(before, corner), _normal(corner, after)
    along = first[0] + second[0], first[1] + second[1]
    size = max(hypot(*along), _TINY)
    reach = min(2 / size**2, REACH / size)
    return Point(corner.x + out * reach * along[0], corner.y + out * reach * along[1])


def _normal(a: Point, b: Point) -> tuple[float, float]:
    """The unit vector to the right of the way from a to b."""
    dx, dy = b.x - a.x, b.y - a.y
    length = hypot(dx, dy)
    return dy / length, -dx / length


def _within(side: float) -> float:
    return round(min(1.0, max(0.0, side)), DIGITS)
