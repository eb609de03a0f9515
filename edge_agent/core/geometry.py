"""Boxes, polygons and the footprint: where a thing stands in the picture.

All coordinates are fractions of the picture, x to the right and y down, so that a zone outlives a change
of resolution::

    (0,0) ─────────── x ▶ (1,0)
      │    x0,y0 ┌────────┐
      y          │  body  │      the *footprint* is the lowest quarter of a box: the part that touches
      ▼          │████████│      the ground. The centre of a tall box seen from a pole lies metres behind
    (0,1)        └────────┘ x1,y1  the thing itself, so no zone test ever uses it.

What I dislike about it: without calibration a quarter of the height is a guess that suits cars seen from
4-8 m up; a lorry's footprint comes out too deep, a parasol's too high.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import hypot, inf
from typing import Final

FOOT_SHARE: Final = 0.25  # of the height of a box, from its bottom
SPECK: Final = 0.001  # of the picture: two pixels of a wide one
WORLD: Final = 3.0  # pictures: the most that a box may reach beyond its edges


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the picture, both coordinates as fractions of its size."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in fractions of the picture, ``x0 < x1`` and ``y0 < y1``."""

    x0: float
    y0: float
    x1: float
    y1: float

    def __post_init__(self) -> None:
        """Refuse a rectangle that has no area or is not a number."""
        # Written for speed: a fold makes hundreds of boxes a look. Not-a-number fails every comparison.
        if not (-inf < self.x0 < self.x1 < inf and -inf < self.y0 < self.y1 < inf):
            sides = (self.x0, self.y0, self.x1, self.y1)
            msg = f"box {list(sides)}: expected x0 < x1 and y0 < y1, all finite"
            raise ValueError(msg)

    @property
    def width(self) -> float:
        """Width as a fraction of the picture's width."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Height as a fraction of the picture's height."""
        return self.y1 - self.y0

    @property
    def area(self) -> float:
        """Area as a fraction of the picture."""
        return (self.x1 - self.x0) * (self.y1 - self.y0)

    @property
    def centre(self) -> Point:
        """The middle of the box."""
        return Point((self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2)

    @property
    def foot(self) -> Point:
        """The middle of the lower edge: where the thing touches the ground."""
        return Point((self.x0 + self.x1) / 2, self.y1)

    @property
    def footprint(self) -> Box:
        """The lowest quarter of the box."""
        return Box(self.x0, self.y1 - FOOT_SHARE * (self.y1 - self.y0), self.x1, self.y1)

    def grown(self, share: float) -> Box:
        """The same box with ``share`` of its width and height added on each side."""
        dx, dy = share * (self.x1 - self.x0), share * (self.y1 - self.y0)
        return Box(self.x0 - dx, self.y0 - dy, self.x1 + dx, self.y1 + dy)

    def moved(self, dx: float, dy: float) -> Box:
        """The same box shifted by ``dx``, ``dy``."""
        return Box(self.x0 + dx, self.y0 + dy, self.x1 + dx, self.y1 + dy)

    def towards(self, other: Box, share: float) -> Box:
        """This box drawn ``share`` (0-1) of the way towards ``other``."""
        keep = 1 - share
        return Box(
            keep * self.x0 + share * other.x0,
            keep * self.y0 + share * other.y0,
            keep * self.x1 + share * other.x1,
            keep * self.y1 + share * other.y1,
        )


PICTURE: Final = Box(0.0, 0.0, 1.0, 1.0)
Overlap = Callable[[Box, Box], float]  # how much of its place a thing still fills, 0 to 1


def intersection(a: Box, b: Box) -> float:
    """Area shared by two boxes, as a fraction of the picture."""
    if a.x1 <= b.x0 or b.x1 <= a.x0 or a.y1 <= b.y0 or b.y1 <= a.y0:
        return 0.0  # most pairs of a street lie apart, and dozens are asked about at every look
    return (min(a.x1, b.x1) - max(a.x0, b.x0)) * (min(a.y1, b.y1) - max(a.y0, b.y0))


def iou(a: Box, b: Box) -> float:
    """Intersection over union of two boxes, 0 to 1."""
    ax0, ay0, ax1, ay1 = a.x0, a.y0, a.x1, a.y1  # written out: the most asked question of a fold
    bx0, by0, bx1, by1 = b.x0, b.y0, b.x1, b.y1
    if ax1 <= bx0 or bx1 <= ax0 or ay1 <= by0 or by1 <= ay0:
        return 0.0
    shared = (min(ax1, bx1) - max(ax0, bx0)) * (min(ay1, by1) - max(ay0, by0))
    return shared / ((ax1 - ax0) * (ay1 - ay0) + (bx1 - bx0) * (by1 - by0) - shared)


def buffered_iou(a: Box, b: Box, share: float) -> float:
    """Intersection over union of two boxes, each grown by ``share`` of its width and height on every side, 0 to 1."""
    a_width, a_height, b_width, b_height = a.x1 - a.x0, a.y1 - a.y0, b.x1 - b.x0, b.y1 - b.y0
    spread = 1 + 2 * share
    if abs(a.x0 + a.x1 - b.x0 - b.x1) >= spread * (a_width + b_width):
        return 0.0  # most pairs of a street lie apart
    across = min(a.x1 + share * a_width, b.x1 + share * b_width) - max(a.x0 - share * a_width, b.x0 - share * b_width)
    down = min(a.y1 + share * a_height, b.y1 + share * b_height) - max(a.y0 - share * a_height, b.y0 - share * b_height)
    if across <= 0 or down <= 0:
        return 0.0
    shared = across * down
    return shared / (spread**2 * (a_width * a_height + b_width * b_height) - shared)


def can_be_seen(box: Box) -> bool:
    """Whether a thing can have this box: it lies in the picture, is no speck and not larger than the world."""
    fits = SPECK <= box.width <= WORLD and SPECK <= box.height <= WORLD
    return fits and intersection(box, PICTURE) > 0


def clipped(box: Box) -> Box:
    """What of a box lies in the picture: detectors guess what sticks out; one that is nowhere in it stays as it is."""
    if not intersection(box, PICTURE):
        return box
    return Box(max(box.x0, 0.0), max(box.y0, 0.0), min(box.x1, 1.0), min(box.y1, 1.0))


def covered(subject: Box, by: Box) -> float:
    """The share of ``subject`` that lies under ``by``, 0 to 1."""
    shared = intersection(subject, by)
    return shared / subject.area if shared else 0.0


def around(boxes: tuple[Box, ...]) -> Box:
    """The smallest box that holds all of ``boxes`` (at least one)."""
    if len(boxes) == 1:
        return boxes[0]
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))


def gap_between(a: Box, b: Box) -> float:
    """The distance between two boxes' footprints, 0 where they touch (fractions of the picture)."""
    foot_a, foot_b = a.footprint, b.footprint
    dx = max(foot_a.x0 - foot_b.x1, foot_b.x0 - foot_a.x1, 0.0)
    dy = max(foot_a.y0 - foot_b.y1, foot_b.y0 - foot_a.y1, 0.0)
    return hypot(dx, dy)


Polygon = tuple[Point, ...]


def polygon_area(polygon: Polygon) -> float:
    """Area of a simple polygon by the shoelace formula, whatever its direction."""
    return _area(_corners(polygon))


def centroid(polygon: Polygon) -> Point:
    """The mean of the vertices: inside for the convex shapes people draw."""
    return Point(sum(p.x for p in polygon) / len(polygon), sum(p.y for p in polygon) / len(polygon))


def share_inside(box: Box, polygon: Polygon) -> float:
    """The share of ``box`` that lies inside ``polygon``, 0 to 1.

    Sutherland and Hodgman's clipping (CACM 17, 1974): the polygon, convex or not, is cut by the four sides of
    the box; the slivers it leaves along the sides of a concave polygon have no area.
    """
    clipped = _clip(_corners(polygon), box)
    return _area(clipped) / box.area if clipped else 0.0


ACROSS: Final = 24  # points by which the share of a footprint in several polygons is told
DOWN: Final = 6


def share_inside_any(box: Box, polygons: tuple[Polygon, ...]) -> float:
    """The share of ``box`` that lies inside any of ``polygons``, 0 to 1, to one part in 144; overlaps count once."""
    inside = 0
    for row in range(DOWN):
        y = box.y0 + (row + 0.5) / DOWN * (box.y1 - box.y0)
        for column in range(ACROSS):
            x = box.x0 + (column + 0.5) / ACROSS * (box.x1 - box.x0)
            inside += any(_is_inside(x, y, polygon) for polygon in polygons)
    return inside / (ACROSS * DOWN)


def _is_inside(x: float, y: float, polygon: Polygon) -> bool:
    """Whether a ray to the right of the point leaves the polygon an odd number of times."""
    odd, before = False, polygon[-1]
    for corner in polygon:
        if (corner.y > y) != (before.y > y) and x < corner.x + (y - corner.y) * (before.x - corner.x) / (
            before.y - corner.y
        ):
            odd = not odd
        before = corner
    return odd


Corner = tuple[float, float]  # a point of a polygon while it is worked on


def _corners(polygon: Polygon) -> list[Corner]:
    return [(point.x, point.y) for point in polygon]


def _area(polygon: list[Corner]) -> float:
    return abs(_signed_area(polygon))


def _signed_area(polygon: list[Corner]) -> float:
    doubled = 0.0
    ax, ay = polygon[-1]
    for bx, by in polygon:
        doubled += ax * by - bx * ay
        ax, ay = bx, by
    return doubled / 2


def _clip(polygon: list[Corner], box: Box) -> list[Corner]:
    polygon = _keep_across(polygon, box.x0, 1.0)
    polygon = _keep_across(polygon, -box.x1, -1.0) if polygon else polygon
    polygon = _keep_down(polygon, box.y0, 1.0) if polygon else polygon
    return _keep_down(polygon, -box.y1, -1.0) if polygon else polygon


def _keep_across(corners: list[Corner], limit: float, sign: float) -> list[Corner]:
    """What of a polygon has ``sign * x >= limit``: one cut by a side of a box, edge by edge."""
    inside: list[Corner] = []
    ax, ay = corners[-1]
    above_a = sign * ax - limit
    for corner in corners:
        bx, by = corner
        above_b = sign * bx - limit
        if (above_a >= 0) != (above_b >= 0):
            inside.append((sign * limit, ay + above_a / (above_a - above_b) * (by - ay)))
        if above_b >= 0:
            inside.append(corner)
        ay, above_a = by, above_b
    return inside


def _keep_down(corners: list[Corner], limit: float, sign: float) -> list[Corner]:
    """The same for ``sign * y >= limit``; written twice, because a fold asks thousands of times a second."""
    inside: list[Corner] = []
    ax, ay = corners[-1]
    above_a = sign * ay - limit
    for corner in corners:
        bx, by = corner
        above_b = sign * by - limit
        if (above_a >= 0) != (above_b >= 0):
            inside.append((ax + above_a / (above_a - above_b) * (bx - ax), sign * limit))
        if above_b >= 0:
            inside.append(corner)
        ax, above_a = bx, above_b
    return inside
