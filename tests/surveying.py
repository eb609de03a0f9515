"""A camera on a pole whose every number is known, and the pairs of points that somebody would measure under it.

Told nothing but the pairs, the calibration must find what the pinhole here says (Hartley and Zisserman, *Multiple View
Geometry*, chapter 6): a point of the ground, seen from ``height`` above the foot, tilted down by ``tilt``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, hypot, radians, sin, tan
from typing import Final

import numpy as np

from edge_agent.core.geometry import Point
from edge_agent.core.ground.coordinates import GroundPoint
from edge_agent.core.ground.homography import Floats
from edge_agent.core.ground.lens import Lens
from edge_agent.core.ground.point_pairs import PointPair

SIZE: Final = (1920, 1080)
PERFECT: Final = Lens(size=SIZE)
HERE: Final = GroundPoint(0.0, 0.0)
FAR_M: Final = 40.0  # as far as somebody walks to measure
CELLS: Final = tuple((column, row) for row in (0, 2, 1) for column in (0, 2, 1))  # of a 3 x 3 grid, corners early


@dataclass(frozen=True, slots=True, kw_only=True)
class Pole:
    """A camera ``height`` metres up, looking ``heading`` degrees east of north and ``tilt`` degrees down."""

    height: float = 6.0
    tilt: float = 30.0
    field_of_view: float = 70.0
    heading: float = 20.0
    foot: GroundPoint = HERE
    lens: Lens = PERFECT

    @property
    def focal(self) -> float:
        """In halves of the diagonal, from the horizontal angle of view in degrees."""
        return self.lens.size[0] / 2 / tan(radians(self.field_of_view / 2)) / self.lens.half_diagonal

    def axes(self) -> Floats:
        """The camera's right, down and forward in east, north and up."""
        a, t = radians(self.heading), radians(self.tilt)
        right = (cos(a), -sin(a), 0)
        down = (-sin(t) * sin(a), -sin(t) * cos(a), -cos(t))
        forward = (cos(t) * sin(a), cos(t) * cos(a), -sin(t))
        return np.array([right, down, forward])

    def sees(self, ground: GroundPoint, *, up: float = 0.0) -> Point:
        """Where in the picture a place on the ground, or so many metres above it, is seen."""
        ray = self.axes() @ (ground.east - self.foot.east, ground.north - self.foot.north, up - self.height)
        point = self.lens.bent((self.focal * ray[0] / ray[2], self.focal * ray[1] / ray[2]))
        assert point is not None
        return Point(float(point.x), float(point.y))

    def stands(self, point: Point) -> GroundPoint:
        """Where on the ground a point of the picture lies."""
        offset = self.lens.straight(point)
        assert offset is not None
        ray = np.array([*offset, self.focal]) @ self.axes()
        assert ray[2] < 0, f"{point} lies above the horizon"
        return GroundPoint(
            self.foot.east - float(ray[0]) * self.height / float(ray[2]),
            self.foot.north - float(ray[1]) * self.height / float(ray[2]),
        )

    def top(self) -> float:
        """How high in the picture the ground is at most ``FAR_M`` away."""
        rows = [number / 100 for number in range(96)]
        return next(y for y in rows if self.is_near(Point(0.1, y)) and self.is_near(Point(0.9, y)))

    def is_near(self, point: Point) -> bool:
        """Whether the point lies on ground within ``FAR_M``."""
        offset = self.lens.straight(point)
        assert offset is not None
        return bool((np.array([*offset, self.focal]) @ self.axes())[2] < 0) and (
            self.stands(point).distance(self.foot) <= FAR_M
        )

    def pairs(self, places: list[tuple[float, float]]) -> tuple[PointPair, ...]:
        """One pair a cell of the grid; ``places`` says where in its cell each lies (0 to 1)."""
        top = self.top()
        return tuple(self.pair(in_cell(cell, place, top)) for cell, place in zip(CELLS, places, strict=False))

    def pair(self, image: Point) -> PointPair:
        """A point of the picture, measured without any error."""
        return PointPair(image=image, ground=self.stands(image))


def in_cell(cell: tuple[int, int], place: tuple[float, float], top: float) -> Point:
    """A point of one cell below ``top``, the outer fifth of each left free between them."""
    x = 0.1 + 0.8 * (cell[0] + 0.2 + 0.6 * place[0]) / 3
    return Point(x, top + (0.97 - top) * (cell[1] + 0.2 + 0.6 * place[1]) / 3)


def moved(pair: PointPair, east: float, north: float) -> PointPair:
    """The pair as somebody would write it who erred by so many metres."""
    return PointPair(image=pair.image, ground=GroundPoint(pair.ground.east + east, pair.ground.north + north))


def shaken(pair: PointPair, dx: float, dy: float) -> PointPair:
    """The pair as somebody would click it who erred by so many pixels."""
    image = Point(pair.image.x + dx / SIZE[0], pair.image.y + dy / SIZE[1])
    return PointPair(image=image, ground=pair.ground)


def off(place: GroundPoint | None, true: GroundPoint) -> float:
    """Metres between a place that was found and the true one."""
    assert place is not None
    return hypot(place.east - true.east, place.north - true.north)
