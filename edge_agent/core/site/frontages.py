"""Frontages: the line a shop's goods must stay behind, on which side of it the street lies, and whose a thing is.

Whoever walks along the line as it is written, from its first end to its second, has the street to the ``left`` or to
the ``right`` of him in the picture; the file says which::

        ═══════ shop ════════             a ──────────▶ b    street: right
        ─a────frontage─────b─             a ◀────────── b    street: left   (the same line, written the other way)
            ●      zone     (street)

Where nobody has said it, it is taken from how the zone lies: on the one side of the line, and the street is there; on
both, and it is the side that is lower in the picture, nearer to the camera. Of a line that runs up and down through its
zone nobody can tell, and it is refused.

A thing is the nearest front's whose stretch it stands before; what stands in a gap between two neighbours is the
nearer's, unless the gap is wider than the shorter of their lines: then it is somebody else's front. What is behind
that nearest line is inside, whatever it is to the lines of other shops.

What I dislike about it: "inside" is told by the foot of a thing alone, and a rack that leans over the line is outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from math import hypot
from typing import TYPE_CHECKING, Final

from edge_agent.core.geometry import Point, Polygon, polygon_area

if TYPE_CHECKING:
    from collections.abc import Iterator

ONE_SIDED: Final = 0.95  # of a zone: as much on one side of a line says where the street lies
LEVEL: Final = 0.1  # of a line's length: as far apart in height as its ends must be across, to have a lower side
NEXT_TO: Final = 1e-9


class Side(StrEnum):
    """Where the street lies, seen by who walks along a frontage from its first end to its second."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A known shop and the line its goods must stay behind; ``contact`` is its merchant in the centre's register.

    ``street`` is the side on which the street lies, None where nobody has said it.
    """

    id: str
    name: str
    frontage: tuple[Point, Point]
    contact: str | None = None
    street: Side | None = None


def street_side(shop: Shop, zone: Polygon) -> Side | None:
    """The side of a shop's line on which the street is taken to lie; None where nobody can tell."""
    if shop.street is not None:
        return shop.street
    a, b = shop.frontage
    on_right = polygon_area(_beyond(zone, a, b)) / polygon_area(zone)
    if on_right >= ONE_SIDED or on_right <= 1 - ONE_SIDED:
        return Side.RIGHT if on_right >= ONE_SIDED else Side.LEFT
    if abs(b.x - a.x) < LEVEL * hypot(b.x - a.x, b.y - a.y):
        return None
    return Side.RIGHT if b.x > a.x else Side.LEFT  # below: y runs down


def shop_before(shops: tuple[Shop, ...], sides: tuple[Side | None, ...], foot: Point) -> Shop | None:
    """The shop before whose line the ``foot`` of a thing stands, or None; ``sides`` are the streets of the shops."""
    near = [(_distance(shop, foot), shop.id, index) for index, shop in enumerate(shops) if _faces(shop, foot)]
    near = near or list(_in_gaps(shops, foot))
    if not near:
        return None
    index = min(near)[2]
    return shops[index] if _is_beyond(shops[index], sides[index], foot) else None


def towards_street(first: tuple[float, float], second: tuple[float, float], side: Side) -> tuple[float, float]:
    """The unit vector from a line into the street, in the unit of its ``first`` and ``second`` end, such as pixels."""
    across, down = second[0] - first[0], second[1] - first[1]
    turn = (1.0 if side is Side.RIGHT else -1.0) / hypot(across, down)
    return -turn * down, turn * across


def _is_beyond(shop: Shop, side: Side | None, foot: Point) -> bool:
    turned = _side(*shop.frontage, foot)
    return turned > 0 if side is Side.RIGHT else side is Side.LEFT and turned < 0


def _faces(shop: Shop, foot: Point) -> bool:
    """Whether the foot lies between the ends of the line, seen from the line."""
    return 0 <= _along(shop.frontage, foot) <= 1


def _in_gaps(shops: tuple[Shop, ...], foot: Point) -> Iterator[tuple[float, str, int]]:
    """The two neighbours of each gap before which the foot lies, with how far from each it is."""
    for (i, one), (j, other) in combinations(enumerate(shops), 2):
        gap = min(((p, q) for p in one.frontage for q in other.frontage), key=lambda pair: _apart(*pair))
        width = _apart(*gap)
        if NEXT_TO < width <= min(_apart(*one.frontage), _apart(*other.frontage)) and 0 <= _along(gap, foot) <= 1:
            yield _distance(one, foot), one.id, i
            yield _distance(other, foot), other.id, j


def _along(line: tuple[Point, Point], foot: Point) -> float:
    """How far along a line the foot lies, 0 at its first end, 1 at its second."""
    a, b = line
    across, down = b.x - a.x, b.y - a.y
    return ((foot.x - a.x) * across + (foot.y - a.y) * down) / (across**2 + down**2)


def _distance(shop: Shop, foot: Point) -> float:
    """How far the foot is from a shop's line, in fractions of the picture."""
    a, b = shop.frontage
    along = min(1.0, max(0.0, _along(shop.frontage, foot)))
    return _apart(Point(a.x + along * (b.x - a.x), a.y + along * (b.y - a.y)), foot)


def _apart(a: Point, b: Point) -> float:
    return hypot(a.x - b.x, a.y - b.y)


def _side(a: Point, b: Point, point: Point) -> float:
    """Twice the area of the triangle a, b, point: above 0 to the right of who walks from a to b."""
    return (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)


def _beyond(polygon: Polygon, a: Point, b: Point) -> Polygon:
    """What of a polygon lies to the right of the line through a and b; the line itself where nothing does."""
    corners: list[Point] = []
    before = polygon[-1]
    for corner in polygon:
        was, now = _side(a, b, before), _side(a, b, corner)
        if (was >= 0) != (now >= 0):
            share = was / (was - now)
            corners.append(Point(before.x + share * (corner.x - before.x), before.y + share * (corner.y - before.y)))
        if now >= 0:
            corners.append(corner)
        before = corner
    return tuple(corners) or (a, b)
