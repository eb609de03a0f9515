"""Law 13: where metres are believed they decide what stands and what has moved on; elsewhere nothing changes."""

from __future__ import annotations

from dataclasses import replace
from math import cos, hypot, radians, sin

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from edge_agent.core.events import Detection
from edge_agent.core.geometry import Box, Point, iou
from edge_agent.core.ground.calibration import solve
from edge_agent.core.ground.coordinates import GroundPoint
from edge_agent.core.ground.point_pairs import PointPair
from edge_agent.core.site.site import Site
from edge_agent.core.track.identity import STILL, THERE
from edge_agent.core.track.metric_overlap import ACROSS, DOWN, MOVED_M, SIGMAS, STILL_M, MetricOverlap
from edge_agent.core.track.tracker import MOVED
from tests.core_run import tell
from tests.laws.streets import Shell, Street, shells, sites, streets, walk
from tests.site import SHORT, site, zone
from tests.solids import CAR, Solid, knowing
from tests.street import detection, looks
from tests.surveying import PERFECT, Pole

SITE = site(zone(rule=SHORT))
FULL = [(0.5, 0.5)] * 9  # a pair in the middle of each cell of the picture
CORNER = tuple(  # of the picture, where nothing ever stands
    PointPair(image=Point(x, y), ground=GroundPoint(10 * x, -10 * y)) for x in (0.02, 0.1, 0.2) for y in (0.8, 0.9)
)
poles = st.builds(
    Pole,
    height=st.floats(4, 10),
    tilt=st.floats(15, 45),
    field_of_view=st.floats(50, 90),
    heading=st.floats(0, 360),
    foot=st.builds(GroundPoint, st.floats(-500_000, 500_000), st.floats(0, 4_000_000)),
)
share = st.floats(0, 1)
angles = st.floats(0, 360)
eight = st.lists(st.tuples(share, angles), min_size=8, max_size=8)
near = st.floats(0, 6)
corners = st.floats(-1e5, 1e5)
solids = st.builds(
    Solid, width=st.floats(0.5, 2.5), length=st.floats(0.5, 10), height=st.floats(0.4, 3), turn=st.floats(0, 180)
)


def somewhere(pole: Pole, across: float, down: float) -> GroundPoint:
    """A place that the camera sees in the middle half of the picture, below its horizon."""
    return pole.stands(Point(0.25 + 0.5 * across, pole.top() + (0.9 - pole.top()) * down))


def box_of(pole: Pole, solid: Solid, place: GroundPoint, metres: float = 0.0, angle: float = 0.0) -> Box:
    """The box of a thing that stands so many metres from ``place`` in a direction, if all of it is in the picture."""
    a = radians(angle)
    east, north = place.east + metres * sin(a), place.north + metres * cos(a)
    h, beside, beyond = radians(pole.heading), east - pole.foot.east, north - pole.foot.north
    assume(beside * sin(h) + beyond * cos(h) > solid.length + 1)  # before the camera
    box = solid.seen(pole, east, north)
    assume(box.x0 > 0.01 and box.y0 > 0 and box.x1 < 0.99 and box.y1 < 0.99)
    return box


def ground_of(pole: Pole) -> MetricOverlap:
    """The ground under the camera, as nine exact pairs tell it."""
    return MetricOverlap(solve(pole.pairs(FULL), PERFECT))


def believed(metric_overlap: MetricOverlap, box: Box) -> float:
    """How far what stands there may be off and still stand still, where the metres are believed."""
    stand = metric_overlap.stand(box)
    assume(stand is not None)
    assert stand is not None
    return max(STILL_M, stand.noise_m)


@settings(max_examples=60)
@given(pole=poles, across=share, down=share, turn=angles, steps=eight)
def test_what_trembles_within_the_limit_stands(
    pole: Pole, across: float, down: float, turn: float, steps: list[tuple[float, float]]
) -> None:
    """A car off its place by up to a fifth of a metre any way, at every look, is one thing that stands."""
    metric_overlap, place, car = ground_of(pole), somewhere(pole, across, down), replace(CAR, turn=turn)
    boxes = [box_of(pole, car, place, 0.2 * far, angle) for far, angle in steps]
    for box in boxes:
        believed(metric_overlap, box)
    calibrated = knowing(SITE, solve(pole.pairs(FULL), PERFECT))
    result = tell(looks(lambda s: (detection(place=boxes[int(s) % 8]),), until=60), calibrated)
    assert result.happened[:1] == ["opened"]
    assert "resolved" not in result.happened
    assert len(result.incidents) == 1


@settings(max_examples=60)
@given(pole=poles, across=share, down=share, turn=angles, way=angles, speed=st.floats(0.3, 2))
def test_what_goes_beyond_the_limit_for_two_seconds_has_left(
    pole: Pole, across: float, down: float, turn: float, way: float, speed: float
) -> None:
    """A car that stood for 30 s and creeps a metre and more beyond the limit, any way, has left its place."""
    metric_overlap, place, car = ground_of(pole), somewhere(pole, across, down), replace(CAR, turn=turn)
    limit = max(MOVED_M, 2 * believed(metric_overlap, box_of(pole, car, place)))
    far = limit + 1.5
    for metres in (far / 3, far / 2, far):
        believed(metric_overlap, box_of(pole, car, place, metres, way))

    def creeping(second: float) -> tuple[Detection, ...]:
        return (detection(place=box_of(pole, car, place, min(far, max(0.0, speed * (second - 30))), way)),)

    calibrated = knowing(SITE, solve(pole.pairs(FULL), PERFECT))
    until = 30 + far / speed + 6
    result = tell(looks(creeping, until=until), calibrated)
    assert result.happened[0] == "opened"
    (end,) = [event.end for event in result.events if event.type == "incident.resolved"]
    assert end is not None


@given(pole=poles, across=share, down=share, solid=solids, way=angles)
def test_metres_and_the_picture_agree_far_from_the_limits(
    pole: Pole, across: float, down: float, solid: Solid, way: float
) -> None:
    """What has not moved stands still by both; what is three of its own lengths away, and 5 m, has moved on by both."""
    metric_overlap, place = ground_of(pole), somewhere(pole, across, down)
    box = box_of(pole, solid, place)
    assert metric_overlap.fills(box, box) == iou(box, box) == 1
    gone = box_of(pole, solid, place, 5 + 3 * max(solid.length, solid.width), way)
    assume(iou(box, gone) < MOVED)
    assert metric_overlap.fills(box, gone) < MOVED


@given(pole=poles, across=share, down=share, solid=solids, metres=near, way=angles)
def test_the_scale_says_what_the_metres_do(
    pole: Pole, across: float, down: float, solid: Solid, metres: float, way: float
) -> None:
    """At least ``STILL`` within the limit, ``THERE`` within that of moving on, and below ``MOVED`` beyond."""
    metric_overlap, place = ground_of(pole), somewhere(pole, across, down)
    a, b = box_of(pole, solid, place), box_of(pole, solid, place, metres, way)
    apart, fills = metric_overlap.apart(a, b), metric_overlap.fills(a, b)
    assert metric_overlap.fills(b, a) == pytest.approx(fills)
    if apart is None:
        assert fills == iou(a, b)
        return
    still = max(STILL_M, apart.noise_m)
    assert (fills >= STILL) == (apart.metres <= still)
    assert (fills >= THERE) == (fills >= MOVED) == (apart.metres <= max(MOVED_M, 2 * still))


@given(pole=poles, across=share, down=share, solid=solids, metres=near, way=angles, turn=angles, far=corners)
def test_whence_metres_are_counted_means_nothing(
    pole: Pole, across: float, down: float, solid: Solid, metres: float, way: float, turn: float, far: float
) -> None:
    """Measured along other axes from another corner, things are as far apart."""
    place, pairs = somewhere(pole, across, down), pole.pairs(FULL)
    a, b = box_of(pole, solid, place), box_of(pole, solid, place, metres, way)
    here, there = (
        MetricOverlap(solve(pairs, PERFECT)),
        MetricOverlap(solve(tuple(turned(pair, turn, far) for pair in pairs), PERFECT)),
    )
    one, other = here.apart(a, b), there.apart(a, b)
    assume((one is None) == (other is None))  # on the outline a last bit decides
    if one is not None and other is not None:
        assert other.metres == pytest.approx(one.metres, abs=1e-3)
        assert other.noise_m == pytest.approx(one.noise_m, abs=1e-3)
        assert there.gap(a, b) == pytest.approx(here.gap(a, b), abs=1e-3)


def turned(pair: PointPair, degrees: float, far: float) -> PointPair:
    """The same pair, its place told along other axes."""
    a, place = radians(degrees), pair.ground
    east, north = place.east - 1_000, place.north + 500
    return PointPair(
        image=pair.image,
        ground=GroundPoint(far + cos(a) * east - sin(a) * north, -far + sin(a) * east + cos(a) * north),
    )


@given(pole=poles, across=share, down=share, solid=solids)
def test_three_sigma_are_what_a_box_trembles_on_the_ground(
    pole: Pole, across: float, down: float, solid: Solid
) -> None:
    """At least what either way of trembling comes to under the true camera, and no more than both together."""
    calibration, box = solve(pole.pairs(FULL), PERFECT), box_of(pole, solid, somewhere(pole, across, down))
    stand, foot = MetricOverlap(calibration).stand(box), box.foot
    assume(stand is not None)
    assert stand is not None
    here = pole.stands(foot)
    lower = pole.stands(Point(foot.x, foot.y - SIGMAS * DOWN * box.height)).distance(here)
    middle = pole.stands(Point(foot.x + SIGMAS * ACROSS * box.width, foot.y)).distance(here)
    assert max(lower, middle) - 1e-6 <= stand.noise_m <= hypot(lower, middle) + 1e-6
    further = MetricOverlap(calibration).stand(box.moved(0, -0.02))
    if further is not None:
        assert further.noise_m > stand.noise_m


@settings(max_examples=60)
@given(street=streets, here=sites, shell=shells)
def test_outside_of_what_was_measured_nothing_is_another(street: Street, here: Site, shell: Shell) -> None:
    """Whatever is seen where no metre is believed: the same world and the same effects as without a calibration."""
    corner = solve(CORNER, PERFECT)
    plain = walk(street, replace(here, calibrations={}), shell=shell)
    known = walk(street, knowing(here, corner), shell=shell)
    assert known.run.effects == plain.run.effects
    assert known.run.world == plain.run.world
