r"""Outlines: whether the edges of a drawn polygon cross.

An area, a share inside and a rule of what lies where mean something only for a polygon whose edges meet at their
corners and nowhere else::

    1 ──── 2        1 ──── 2       edge n runs from corner n to the next one
    │      │         \  ×  /        right: edges 2 and 4 cross, and nobody can
    4 ──── 3        3 ──── 4       say what the polygon encloses
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge_agent.core.geometry import Point, Polygon

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
