"""Footing: how far apart two boxes stand on the ground, or that nobody knows."""

from __future__ import annotations

from typing import Final

import pytest

from edge_agent.core.geometry import Box, Point, iou
from edge_agent.core.ground.calibration import solve
from edge_agent.core.ground.coordinates import GroundPoint
from edge_agent.core.ground.point_pairs import PointPair
from edge_agent.core.track.identity import STILL, THERE
from edge_agent.core.track.metric_overlap import BORDER, COARSE_M, MOVED_M, REMEMBERED, STILL_M, MetricOverlap
from edge_agent.core.track.tracker import MOVED
from tests.solids import BAG, BUS, CAR, COUNTER, POLE, from_above, measured
from tests.surveying import PERFECT, Pole

STREET: Final = MetricOverlap(measured(POLE))
PLAN: Final = MetricOverlap(from_above())
LEANING: Final = tuple(  # east grows without end towards the right edge of the picture
    PointPair(image=Point(x, y), ground=GroundPoint(4 * (x - 0.5) / (0.8 - x), -4 * (y - 0.5) / (0.8 - x)))
    for x in (0.3, 0.6)
    for y in (0.3, 0.5, 0.8)
)
CAR_ABOVE: Final = Box(0.4, 0.4, 0.5, 0.5)


def moved(metres: float) -> float:
    """How much of its place the car fills that has moved so far to the right, without its box changing."""
    return PLAN.fills(CAR_ABOVE, CAR_ABOVE.moved(metres / 40, 0))


def test_metres_are_told_on_the_scale_of_overlaps() -> None:
    """Half a metre is the least overlap of what stands still, a metre and a half that of what is there, no more."""
    assert moved(STILL_M / 2) == pytest.approx((1 + STILL) / 2)
    assert moved(STILL_M - 0.001) > STILL > moved(STILL_M + 0.001)
    assert moved(MOVED_M - 0.001) > THERE
    assert moved(MOVED_M + 0.001) < MOVED
    assert moved(2 * MOVED_M) == pytest.approx(MOVED / 2)


def test_far_away_trembling_is_allowed_for() -> None:
    """A bus 40 m away may be off by 3 σ, a metre, and has moved on only beyond twice that; near by half a metre is."""
    near, far = (STREET.stand(BUS.seen(POLE, 3, ahead)) for ahead in (22, 40))
    assert near is not None
    assert far is not None
    assert near.noise_m < 0.6
    assert 1.0 < far.noise_m < COARSE_M
    a, one, three = (BUS.seen(POLE, 3, ahead) for ahead in (40, 41, 43))
    assert STREET.fills(a, one) >= STILL
    assert STREET.fills(a, three) < MOVED < iou(a, three)


def test_where_a_box_trembles_by_metres_nobody_knows_them() -> None:
    """From a low pole a bus far down the street is left to the picture; a car beside it, of a lower box, is not."""
    low = Pole(height=4.0, tilt=10.0, field_of_view=70.0, heading=0.0)
    metric_overlap = MetricOverlap(measured(low))
    assert metric_overlap.stand(BUS.seen(low, 3, 50)) is None
    assert metric_overlap.stand(CAR.seen(low, 3, 50)) is not None


@pytest.mark.parametrize(
    "box",
    [
        CAR.seen(POLE, 20, 45),  # beside what was measured
        CAR.seen(POLE, 3, 90),  # beyond it
        Box(0.4, 0.01, 0.5, 0.02),  # in the sky
        Box(0.4, 0.9, 0.6, 1.0 - BORDER / 2),  # cut off by the picture's lower edge
        Box(0.0, 0.5, 0.3, 0.6),
        Box(0.7, 0.5, 1.0, 0.6),
    ],
)
def test_what_is_not_believed_is_left_to_the_picture(box: Box) -> None:
    """No metres, and so the overlap, and no gap."""
    other = CAR.seen(POLE, 3, 20)
    assert STREET.stand(box) is None
    assert STREET.gap(box, other) is STREET.gap(other, box) is None
    nudged = box.moved(0.001, -0.001)
    assert STREET.apart(box, nudged) is None
    assert STREET.fills(box, nudged) == iou(box, nudged)


def test_a_box_that_reaches_beyond_the_horizon_stands_nowhere() -> None:
    """One so wide that its lower edge does, under a camera that leans to one side."""
    leaning = MetricOverlap(solve(LEANING, PERFECT))
    assert leaning.stand(Box(0.45, 0.45, 0.55, 0.6)) is not None
    assert leaning.stand(Box(0.1, 0.45, 0.9, 0.6)) is None


def test_the_upper_edge_and_a_side_have_stayed() -> None:
    """Then something hides the rest, or does no more: the overlap decides. With the upper edge it has moved."""
    car = CAR.seen(POLE, 3, 20)
    third = 0.3 * car.height
    legless = Box(car.x0, car.y0, car.x1, car.y1 - third)
    narrow = Box(car.x0 + 0.4 * car.width, car.y0, car.x1, car.y1)
    raised = Box(car.x0, car.y0 - third, car.x1, car.y1 - third)
    both = Box(car.x0 + 0.2 * car.width, car.y0, car.x1, car.y1 - third)
    for cut in (legless, narrow, both):
        assert STREET.fills(car, cut) == STREET.fills(cut, car) == iou(car, cut) > THERE
    assert STREET.fills(car, raised) < MOVED


def test_a_box_that_grows_upwards_has_not_moved() -> None:
    """Its keeper stands up behind a stall: the foot is where it was."""
    counter = COUNTER.seen(POLE, 3, 12)
    taller = Box(counter.x0, counter.y0 - 0.6 * counter.height, counter.x1, counter.y1)
    assert iou(counter, taller) < STILL
    assert STREET.fills(counter, taller) == pytest.approx(1, abs=1e-9)


def test_a_box_of_another_size_is_another_thing_or_a_part() -> None:
    """Twice as large, on the same foot: the overlap decides."""
    car = CAR.seen(POLE, 3, 20)
    large = Box(car.x0 - car.width, car.y0 - car.height, car.x1 + car.width, car.y1)
    assert STREET.apart(car, large) is None
    assert STREET.fills(car, large) == iou(car, large)


def test_the_gap_is_from_lower_edge_to_lower_edge() -> None:
    """Side by side, behind each other, and cornerwise; touching, it is nothing."""
    a = Box(0.2, 0.4, 0.3, 0.5)  # its lower edge: 8 to 12 m to the east, 10 m to the south
    assert PLAN.gap(a, Box(0.4, 0.45, 0.5, 0.5)) == pytest.approx(4)
    assert PLAN.gap(a, Box(0.22, 0.5, 0.28, 0.6)) == pytest.approx(2)
    assert PLAN.gap(a, Box(0.375, 0.6, 0.4, 0.7)) == pytest.approx(5)
    assert PLAN.gap(a, Box(0.29, 0.3, 0.4, 0.5)) == pytest.approx(0)
    assert PLAN.gap(Box(0.22, 0.5, 0.28, 0.6), a) == pytest.approx(2)


def test_what_is_remembered_changes_nothing() -> None:
    """However many boxes were asked about."""
    fresh = MetricOverlap(measured(POLE))
    first = BAG.seen(POLE, 1, 15)
    known = fresh.stand(first)
    for number in range(REMEMBERED + 1):
        fresh.stand(Box(0.4, 0.4, 0.5 + number * 1e-5, 0.5))
    assert fresh.stand(first) == known
    assert known is not None
