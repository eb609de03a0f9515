"""Metric overlap: how far apart two boxes stand on the ground, in metres, or not at all.

A box says more of a thing far away than its overlap shows. Seen from a pole, a bus that rolls 4 m on along the street
still fills most of its place in the picture; near by, a stall's box may lose a third when its keeper sits down, and the
stall has not moved by a hand. Where a camera is calibrated, the middle of the lower edge tells the metres::

      ┌──────┐ ┌╌╌╌╌╌╌┐
      │ then │ ┆ now  ┆      ●──── metres on the ground ────○
      └──●───┘ └╌╌○╌╌╌┘

The answer is given on the scale of overlaps, so that whoever asks whether a thing still fills its place asks the same
question with and without metres: at ``STILL`` it is off by as much as is allowed to what stands still (``STILL_M``, or
what 3 σ of a box's trembling are there), at ``THERE`` by as much as to what is there yet (``MOVED_M``, or twice that),
and beyond that below ``MOVED``. Overlaps say it alike of a car seen from its side.

There are no metres, and the picture decides, where

- a foot lies where the calibration is not believed, or at the picture's border, where a box is cut off;
- 3 σ are more than ``COARSE_M``: so far away the picture tells as much;
- the boxes are of unlike size, or have the upper edge and a side in common: then something in front hides a part of one
  of them, and where it ends is not where the thing stands. What moves along the ground takes the upper edge or both
  sides with it.

What I dislike about it: a thing about as high as the camera hangs keeps its upper edge, and, straight ahead, a side as
well. When it rolls away from the camera it is left to the picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, sqrt
from typing import TYPE_CHECKING, Final

from edge_agent.core.geometry import Box, Point, iou
from edge_agent.core.ground.calibration import to_ground
from edge_agent.core.ground.coordinates import holds
from edge_agent.core.track.identity import STILL, THERE
from edge_agent.core.track.tracker import MOVED

if TYPE_CHECKING:
    from edge_agent.core.ground.calibration import Calibration
    from edge_agent.core.ground.coordinates import GroundPoint

STILL_M: Final = 0.5
MOVED_M: Final = 1.5
COARSE_M: Final = 1.5
DOWN: Final = 0.015  # σ of the lower edge of a box whose thing stands, of its height: docs/calibration.md
ACROSS: Final = 0.01  # and of its middle, of its width
SIGMAS: Final = 3.0
BORDER: Final = 0.005  # of the picture: nearer to its edge a box is cut off
ALIKE: Final = 2.0  # in area, the larger to the smaller
KEPT: Final = 1 / 4  # of how far a lower edge or a side has moved: edges that moved less have stayed
REMEMBERED: Final = 512  # boxes: more than are asked about at a few looks


@dataclass(frozen=True, slots=True)
class GroundPosition:
    """Where a thing stands, its lower edge from left to right, and how far 3 σ of its box's trembling put it."""

    foot: GroundPoint
    left: GroundPoint
    right: GroundPoint
    noise_m: float


@dataclass(frozen=True, slots=True)
class Apart:
    """How far two boxes stand apart, and by how much that could be trembling."""

    metres: float
    noise_m: float


class MetricOverlap:
    """The ground under one camera; it remembers where the boxes of the last looks stand."""

    __slots__ = ("_calibration", "_known", "_outline")

    def __init__(self, calibration: Calibration) -> None:
        self._calibration = calibration
        self._outline = calibration.validity
        self._known: dict[Box, GroundPosition | None] = {}

    def fills(self, place: Box, box: Box) -> float:
        """How much of its place a thing still fills, 0 to 1: metres on the scale of overlaps, else the overlap."""
        apart = self.apart(place, box)
        return iou(place, box) if apart is None else _overlap(apart)

    def apart(self, a: Box, b: Box) -> Apart | None:
        """How far apart one thing was seen to stand; None where metres cannot tell."""
        if not _one_thing_whole(a, b):
            return None
        here, there = self.stand(a), self.stand(b)
        if here is None or there is None:
            return None
        return Apart(here.foot.distance(there.foot), max(here.noise_m, there.noise_m))

    def gap(self, a: Box, b: Box) -> float | None:
        """Metres between two things, from where one touches the ground to where the other does; None as above."""
        here, there = self.stand(a), self.stand(b)
        if here is None or there is None:
            return None
        ends = ((here.left, there), (here.right, there), (there.left, here), (there.right, here))
        return min(_to_edge(end, stand) for end, stand in ends)  # two lower edges never cross

    def stand(self, box: Box) -> GroundPosition | None:
        """Where the thing of a box stands; None where that is not believed, or trembles too much."""
        try:
            return self._known[box]
        except KeyError:
            stand = self._measured(box)
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[box] = stand
        return stand

    def _measured(self, box: Box) -> GroundPosition | None:
        if box.x0 < BORDER or box.x1 > 1 - BORDER or box.y1 > 1 - BORDER:
            return None
        middle = (box.x0 + box.x1) / 2
        foot = to_ground(self._calibration, Point(middle, box.y1))
        if foot is None or not holds(self._outline, foot):
            return None
        above = to_ground(self._calibration, Point(middle, box.y1 - SIGMAS * DOWN * box.height))
        left = to_ground(self._calibration, Point(box.x0, box.y1))
        right = to_ground(self._calibration, Point(box.x1, box.y1))
        if above is None or left is None or right is None:
            return None
        noise = _worst(_way(foot, above, 1), _way(left, right, SIGMAS * ACROSS))
        return GroundPosition(foot, left, right, noise) if noise <= COARSE_M else None


def _overlap(apart: Apart) -> float:
    """Metres as the overlap that says as much."""
    still = max(STILL_M, apart.noise_m)
    moved = max(MOVED_M, 2 * still)
    if apart.metres <= still:
        return 1 - (1 - STILL) * (apart.metres / still)
    if apart.metres <= moved:
        return THERE + (STILL - THERE) * (moved - apart.metres) / (moved - still)
    return MOVED * moved / apart.metres


def _one_thing_whole(a: Box, b: Box) -> bool:
    """Whether two boxes can be one thing, seen whole in both or cut off alike."""
    ax0, ay0, ax1, ay1, bx0, by0, bx1, by1 = a.x0, a.y0, a.x1, a.y1, b.x0, b.y0, b.x1, b.y1
    width, height, other_width, other_height = ax1 - ax0, ay1 - ay0, bx1 - bx0, by1 - by0
    if not 1 / ALIKE <= (width * height) / (other_width * other_height) <= ALIKE:
        return False
    width, height = max(width, other_width), max(height, other_height)
    left, right, upper = abs(ax0 - bx0) / width, abs(ax1 - bx1) / width, abs(ay0 - by0) / height
    limit = KEPT * max(left, right, abs(ay1 - by1) / height)
    return upper > limit or (left > limit and right > limit)


def _way(a: GroundPoint, b: GroundPoint, share: float) -> tuple[float, float]:
    return share * (b.east - a.east), share * (b.north - a.north)


def _worst(a: tuple[float, float], b: tuple[float, float]) -> float:
    """How far two independent steps take a thing in the direction in which they take it furthest.

    It is the larger singular value of the matrix whose columns they are.
    """
    total = a[0] ** 2 + a[1] ** 2 + b[0] ** 2 + b[1] ** 2
    turned = a[0] * b[1] - a[1] * b[0]
    return sqrt((total + sqrt(max(0.0, total**2 - 4 * turned**2))) / 2)


def _to_edge(point: GroundPoint, stand: GroundPosition) -> float:
    """Metres from a point to a thing's lower edge."""
    a, b = stand.left, stand.right
    along, up = b.east - a.east, b.north - a.north
    east, north = point.east - a.east, point.north - a.north
    share = min(1.0, max(0.0, (along * east + up * north) / (along**2 + up**2)))
    return hypot(east - share * along, north - share * up)
