r"""Growing: a polygon with all its edges moved outwards, or inwards, by as much.

Somebody who draws a zone by hand is a hand's breadth off, and whether a hand's breadth matters is worth a try. Each
edge is moved along its normal and met with its neighbours (a mitred offset)::

        ┌─────────────┐          a corner goes where its two moved edges meet; a very sharp one would shoot
        │  ┌───────┐  │          far out, so no corner moves further than REACH times the distance
        │  │ drawn │  │
        └──┴───────┴──┘

What I dislike about it: an offset that swallows a whole edge turns the polygon inside out there. Such a polygon is
refused instead of mended.
"""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING, Final

from edge_agent.core.geometry import Point
from edge_agent.core.outline import crossing_edges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.core.geometry import Polygon

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
