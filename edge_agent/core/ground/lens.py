"""The lens: what bends straight kerbs, and the plane in which they are straight again.

Points are measured from the middle of the picture in halves of its diagonal, so that a corner is 1 away. A point that
a perfect lens would draw ``r`` away from the middle is drawn by this one at::

    bent(r) = r · (1 + k1·r² + k2·r⁴)        k1 < 0: a barrel, as wide lenses have

These are the numbers of FFmpeg's ``lenscorrection`` filter: whoever has found there what makes kerbs straight can
write them down here. Brown's k1 of a chessboard calibration is this one times (half diagonal / focal length)².

What I dislike about it: a barrel turns back on itself somewhere (``bent`` falls again). What lies beyond is outside
of the picture, and has no place here.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, inf, sqrt
from typing import Final

from edge_agent.core.geometry import Point

HALVINGS: Final = 60  # of an interval: down to the last bit of a float
Offset = tuple[float, float]  # from the middle of the picture, in halves of its diagonal, x right and y down


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """The ``size`` of the picture in pixels (width, height) and how its lens bends it."""

    size: tuple[int, int]
    k1: float = 0.0
    k2: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a picture without pixels, and a bend that folds the picture's corners over."""
        if min(self.size) < 1:
            raise ValueError(f"size {list(self.size)}: expected a width and a height in pixels")
        if not max(abs(self.k1), abs(self.k2)) <= 1 or self._bent(self._turn()) < 1:
            raise ValueError(f"k1 {self.k1:g}, k2 {self.k2:g}: expected a bend that reaches the picture's corners")

    @property
    def half_diagonal(self) -> float:
        """Half of the picture's diagonal, in pixels."""
        return hypot(*self.size) / 2

    def straight(self, point: Point) -> Offset | None:
        """Where a perfect lens would have drawn ``point``; None for one so far outside that no light comes from it."""
        x, y = self._offset(point)
        if not (self.k1 or self.k2):
            return x, y
        bent = hypot(x, y)
        if bent == 0:
            return x, y
        straight = self._unbent(bent)
        return None if straight is None else (x * straight / bent, y * straight / bent)

    def bent(self, offset: Offset) -> Point | None:
        """The point of the picture where this lens draws ``offset``; None where it draws nothing."""
        x, y = offset
        radius = hypot(x, y)
        if radius > self._turn():
            return None
        scale = 1 + self.k1 * radius**2 + self.k2 * radius**4
        return self._point((x * scale, y * scale))

    def _offset(self, point: Point) -> Offset:
        width, height = self.size
        return (point.x - 0.5) * width / self.half_diagonal, (point.y - 0.5) * height / self.half_diagonal

    def _point(self, offset: Offset) -> Point:
        width, height = self.size
        return Point(0.5 + offset[0] * self.half_diagonal / width, 0.5 + offset[1] * self.half_diagonal / height)

    def _bent(self, radius: float) -> float:
        return radius if radius == inf else radius * (1 + self.k1 * radius**2 + self.k2 * radius**4)

    def _turn(self) -> float:
        """The radius where ``bent`` begins to fall: the least positive root of its derivative, or infinity."""
        # 1 + 3·k1·u + 5·k2·u² = 0 with u = r²; written so that k2 = 0 is no special case.
        inside = 9 * self.k1**2 - 20 * self.k2
        if inside < 0:
            return inf
        below = -3 * self.k1 + sqrt(inside)
        return sqrt(2 / below) if below > 0 else inf

    def _unbent(self, bent: float) -> float | None:
        """The radius that is drawn at ``bent``, by halving the interval that holds it."""
        low, high, turn = 0.0, min(1.0, self._turn()), self._turn()
        while self._bent(high) < bent:
            if high == turn:
                return None
            high = min(2 * high, turn)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self._bent(middle) < bent else (low, middle)
        return (low + high) / 2
