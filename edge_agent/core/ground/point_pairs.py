"""Point pairs: what people measure for a calibration, and which sets of them can tell nothing.

Every pair is left out in turn, and the others must still tell a plane. They do not where all but one of *those* lie on
one line, so among all of them no line may hold all but two::

    ● ● ● ●  ●     a kerb with two points beside it:        ●   ●   ●    two kerbs: enough
        ●   ●      one left out, the other tells nothing    ●   ●   ●
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import dist, isfinite, sqrt
from statistics import median
from typing import Final

import numpy as np

from edge_agent.core.errors import BadInputError
from edge_agent.core.geometry import Point
from edge_agent.core.ground.coordinates import GroundPoint
from edge_agent.core.ground.homography import Place

MIN_PAIRS: Final = 6
THIN: Final = 0.01  # of the distance of two points in the median: a strip so narrow is a line


class CalibrationError(BadInputError):
    """The pairs give no calibration that can be believed; ``pair`` counts from 1, None where it is none's fault."""

    def __init__(self, value: str, expected: str, *, pair: int | None = None) -> None:
        """Say in one sentence what was found and what is expected."""
        self.found, self.expected, self.pair = value, expected, pair
        where = "calibration" if pair is None else f"calibration: pair {pair}"
        super().__init__(f"{where}: found {value}, expected {expected}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PointPair:
    """One point as it is seen, in fractions of the picture, and where it lies."""

    image: Point
    ground: GroundPoint

    def __post_init__(self) -> None:
        """Refuse what is not a number."""
        if not isfinite(self.image.x + self.image.y + self.ground.east + self.ground.north):
            raise ValueError("a pair of points: expected four finite numbers")


def refuse_few(pairs: tuple[PointPair, ...]) -> None:
    """Raise CalibrationError for too few pairs, and for a point given twice: its twin would predict it."""
    if len(pairs) < MIN_PAIRS:
        raise CalibrationError(f"{len(pairs)} pairs of points", f"at least {MIN_PAIRS}")
    images: dict[Point, int] = {}
    grounds: dict[GroundPoint, int] = {}
    for number, pair in enumerate(pairs, 1):
        first = min(images.setdefault(pair.image, number), grounds.setdefault(pair.ground, number))
        if first != number:
            raise CalibrationError(f"a point of pair {first} again", "each point once", pair=number)


def refuse_line(points: tuple[Place, ...]) -> None:
    """Raise CalibrationError where all points but two, or more of them, lie on one line."""
    # The median, not the length: one point far off makes every set long, and is no reason to call the others a line.
    apart = median(dist(a, b) for a, b in combinations(points, 2))
    for but in combinations(range(len(points)), 2):
        others = [point for index, point in enumerate(points) if index not in but]
        if _width(others) <= THIN * apart:
            a, b = (index + 1 for index in but)
            raise CalibrationError(f"all points but {a} and {b} almost on one line", "points spread over an area")


def _width(points: list[Place]) -> float:
    """How far from the best line through them the points are, root mean square."""
    centred = np.array(points) - np.mean(points, axis=0)
    return float(np.linalg.svd(centred, compute_uv=False)[1]) / sqrt(len(points))
