"""Calibration: from points of the picture to metres on the ground, and how far that can be believed.

People name six or more pairs: a point seen in the picture, and the same point measured on the street. A homography is
fitted to them (``homography``), after the lens has been straightened (``lens``)::

    picture ──lens──▶ straight picture ──homography──▶ ground, in metres ──plane──▶ degrees

A fit always looks good on the points it was made of. So each pair is also left out in turn and predicted by the
others; that error, *left out*, is what a thing standing there would be misplaced by, and it is what the limit is for.

**The limit** is 0.3 m for pairs within 25 m of the camera's foot. Further away a pixel covers more ground, with the
square of the distance, and so much more is allowed, up to 1 m. Where nobody has measured the camera's foot every pair
is held to 0.3 m: from the homography alone it could only be guessed by way of the focal length, which six noisy points
hardly tell, and a wrong guess would excuse just the pairs that are off.

**Who is to blame** when it is exceeded is *not* the pair with the largest error: one bad pair bends the fit most where
the others are few, so that another one is predicted worst. It is the pair without which the others agree best.

Outside of the pairs' hull a fit is a guess that grows worse quickly; 20 % around it is believed, nothing beyond.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import hypot, inf, isfinite, sqrt
from typing import Final

import numpy as np

from edge_agent.core.geometry import Point
from edge_agent.core.ground.coordinates import GroundPoint, Hull, TangentPlane, grown, holds, hull_of, middle
from edge_agent.core.ground.homography import Matrix, NoHomographyError, Place, inverse, mapped
from edge_agent.core.ground.homography import solve as solve_homography
from edge_agent.core.ground.lens import Lens
from edge_agent.core.ground.point_pairs import CalibrationError, PointPair, refuse_few, refuse_line

LIMIT_M: Final = 0.3
NEAR_M: Final = 25.0
FAR_LIMIT_M: Final = 1.0
BELIEVED: Final = 0.2  # of the hull, around it


@dataclass(frozen=True, slots=True, kw_only=True)
class PairError:
    """How well one pair fits, in metres on the ground.

    ``residual_m`` is how far the fit misses it, ``left_out_m`` how far a fit of the others does, ``others_m`` how badly
    those agree among themselves then (root mean square), ``limit_m`` what ``left_out_m`` may be.
    """

    residual_m: float
    left_out_m: float
    others_m: float
    limit_m: float

    @property
    def too_large(self) -> bool:
        """Whether the others predict it worse than the limit."""
        return not self.left_out_m <= self.limit_m


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A camera's way from the picture to the ground.

    ``homography`` takes straightened points of the picture to metres from ``origin``, the middle of the pairs (the
    millions of metres of a national grid would cost the last digits), ``back`` the other way. ``plane`` says where on
    earth the metres are counted from, where that is known; ``errors`` has one entry a pair, in their order.
    """

    lens: Lens
    origin: GroundPoint
    homography: Matrix
    back: Matrix
    hull: Hull
    errors: tuple[PairError, ...]
    plane: TangentPlane | None = None

    @property
    def rms_m(self) -> float:
        """Root mean square of the residuals."""
        return _rms(error.residual_m for error in self.errors)

    @property
    def left_out_m(self) -> float:
        """The largest error of a pair that was left out."""
        return max(error.left_out_m for error in self.errors)

    @property
    def validity(self) -> Hull:
        """The outline on the ground in which positions are believed."""
        return grown(self.hull, BELIEVED)


def solve(
    pairs: tuple[PointPair, ...], lens: Lens, *, foot: GroundPoint | None = None, plane: TangentPlane | None = None
) -> Calibration:
    """The calibration that ``pairs`` give, if it can be believed.

    Args:
        pairs: Six or more, spread over the ground that matters.
        lens: The picture they were taken in.
        foot: The place under the camera, where it is known.
        plane: Where on earth the pairs' metres are counted from, where that is known.

    Raises:
        CalibrationError: Too few pairs, or on a line, or off by more than the limit.
    """
    calibration = fit(pairs, lens, foot=foot, plane=plane)
    refuse_bad(calibration)
    return calibration


def fit(
    pairs: tuple[PointPair, ...], lens: Lens, *, foot: GroundPoint | None = None, plane: TangentPlane | None = None
) -> Calibration:
    """The calibration that ``pairs`` give, however bad: for showing which of them are wrong.

    Raises:
        CalibrationError: Too few pairs, or on a line: there is no calibration to show.
    """
    refuse_few(pairs)
    origin = middle(tuple(pair.ground for pair in pairs))
    marks = tuple(_mark(pair, number, lens, origin) for number, pair in enumerate(pairs, 1))
    refuse_line(tuple(mark.seen for mark in marks))
    refuse_line(tuple(mark.lies for mark in marks))
    homography = _solved(marks)
    errors = tuple(_error(marks, index, homography, _limit(pair.ground, foot)) for index, pair in enumerate(pairs))
    if homography is None:
        raise _refusal(errors)
    return Calibration(
        lens=lens,
        origin=origin,
        homography=homography,
        back=inverse(homography),
        hull=hull_of(tuple(pair.ground for pair in pairs)),
        errors=errors,
        plane=plane,
    )


def refuse_bad(calibration: Calibration) -> None:
    """Raise CalibrationError, with the pair to blame, where some pair is off by more than its limit."""
    if any(error.too_large for error in calibration.errors):
        raise _refusal(calibration.errors)


def to_ground(calibration: Calibration, point: Point) -> GroundPoint | None:
    """Where on the ground ``point`` of the picture lies; None at the horizon and above."""
    straight = calibration.lens.straight(point)
    place = None if straight is None else mapped(calibration.homography, straight)
    origin = calibration.origin
    return None if place is None else GroundPoint(origin.east + place[0], origin.north + place[1])


def to_image(calibration: Calibration, ground: GroundPoint) -> Point | None:
    """Where in the picture (or beside it) a place on the ground is seen; None behind the camera."""
    straight = mapped(calibration.back, _from(calibration.origin, ground))
    return None if straight is None else calibration.lens.bent(straight)


def within(calibration: Calibration, point: Point) -> bool:
    """Whether ``point`` of the picture lies on ground where the calibration is believed."""
    ground = to_ground(calibration, point)
    return ground is not None and holds(calibration.validity, ground)


def metres_a_pixel(calibration: Calibration, point: Point) -> float | None:
    """How far apart on the ground two neighbouring pixels are at ``point``, at most; None at the horizon and above.

    Times the jitter of a box's foot in pixels (σ) this is the σ in metres of where a thing stands.
    """
    width, height = calibration.lens.size
    dx, dy = 0.5 / width, 0.5 / height
    sides = [to_ground(calibration, Point(point.x + x, point.y + y)) for x, y in ((-dx, 0), (dx, 0), (0, -dy), (0, dy))]
    left, right, above, below = sides
    if left is None or right is None or above is None or below is None:
        return None
    steps = [(b.east - a.east, b.north - a.north) for a, b in ((left, right), (above, below))]
    return float(np.linalg.norm(np.array(steps), 2))


@dataclass(frozen=True, slots=True)
class _Mark:
    """A pair as it is fitted: ``seen`` in the straight picture, lying so many metres from the origin."""

    seen: Place
    lies: Place

    def miss(self, homography: Matrix | None) -> float:
        """Metres between where the mark is put and where it lies; infinite where it is put nowhere."""
        put = None if homography is None else mapped(homography, self.seen)
        return inf if put is None else hypot(put[0] - self.lies[0], put[1] - self.lies[1])


def _mark(pair: PointPair, number: int, lens: Lens, origin: GroundPoint) -> _Mark:
    seen = lens.straight(pair.image)
    if seen is None:
        raise CalibrationError("a point outside of what the lens draws", "a point of the picture", pair=number)
    return _Mark(seen, _from(origin, pair.ground))


def _from(origin: GroundPoint, ground: GroundPoint) -> Place:
    return ground.east - origin.east, ground.north - origin.north


def _solved(marks: tuple[_Mark, ...]) -> Matrix | None:
    """The homography that fits ``marks`` best; None where one of them is so far off that none does."""
    try:
        return solve_homography(tuple(mark.seen for mark in marks), tuple(mark.lies for mark in marks))
    except NoHomographyError:
        return None


def _error(marks: tuple[_Mark, ...], index: int, homography: Matrix | None, limit_m: float) -> PairError:
    others = marks[:index] + marks[index + 1 :]
    of_others = _solved(others)
    return PairError(
        residual_m=marks[index].miss(homography),
        left_out_m=marks[index].miss(of_others),
        others_m=_rms(mark.miss(of_others) for mark in others),
        limit_m=limit_m,
    )


def _limit(ground: GroundPoint, foot: GroundPoint | None) -> float:
    far = 0.0 if foot is None else ground.distance(foot) / NEAR_M
    return min(FAR_LIMIT_M, LIMIT_M * max(1.0, far**2))


def _rms(values: Iterable[float]) -> float:
    squares = [value**2 for value in values]
    return sqrt(sum(squares) / len(squares))


def _refusal(errors: tuple[PairError, ...]) -> CalibrationError:
    """What to say of pairs of which some are off by too much."""
    bad = [index for index, error in enumerate(errors) if error.too_large]
    index = min(bad, key=lambda index: errors[index].others_m, default=None)
    if index is None or not isfinite(errors[index].others_m):
        return CalibrationError(
            "points that fit no plane or several", "points spread over an area, none of them far off"
        )
    error = errors[index]
    if not isfinite(error.left_out_m):
        return CalibrationError("a point that the others put beyond the horizon", "a place below it", pair=index + 1)
    value = f"a point {error.left_out_m:.2f} m from where the other pairs put it"
    return CalibrationError(value, f"at most {error.limit_m:.2f} m", pair=index + 1)
