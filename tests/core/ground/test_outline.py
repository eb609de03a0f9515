"""A zone lies on the ground where the calibration knows degrees and is believed, and is cut off there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge_agent.core.geometry import Point
from edge_agent.core.ground.calibration import within
from edge_agent.core.ground.coordinates import holds
from edge_agent.core.ground.outline import outline
from tests.core.ground.test_position import PLANE, POLE, calibrated
from tests.surveying import off

KERB = (Point(0.4, 0.5), Point(0.6, 0.5), Point(0.6, 0.6), Point(0.4, 0.6))
PICTURE = (Point(0, 0), Point(1, 0), Point(1, 1), Point(0, 1))


def test_each_corner_is_where_the_pole_sees_it() -> None:
    """To a millimetre, in the order in which they were drawn."""
    calibration = calibrated()
    assert all(within(calibration, corner) for corner in KERB)
    corners = outline(KERB, calibration)
    assert len(corners) == len(KERB)
    assert max(off(PLANE.to_ground(a), POLE.stands(b)) for a, b in zip(corners, KERB, strict=True)) < 0.001


@pytest.mark.parametrize("polygon", [PICTURE, PICTURE[::-1]], ids=["one way", "the other"])
def test_a_zone_with_the_sky_in_it_ends_where_the_measured_ground_does(polygon: tuple[Point, ...]) -> None:
    """Nothing beyond is told; what is believed is told whole, whichever way round it was drawn."""
    calibration = calibrated()
    corners = [PLANE.to_ground(each) for each in outline(polygon, calibration)]
    hull = calibration.validity
    shrunk = [replace(each, east=each.east * 0.999, north=each.north * 0.999) for each in corners]
    assert len(corners) >= 3
    assert any(off(each, corner) < 0.01 for each in corners for corner in hull)
    assert all(holds(hull, each) or min(off(each, corner) for corner in corners) < 0.05 for each in shrunk)


def test_a_zone_beside_the_measured_ground_is_nowhere() -> None:
    """As is one of a camera that knows metres only."""
    sky = (Point(0.1, 0.0), Point(0.9, 0.0), Point(0.9, 0.05))
    assert outline(sky, calibrated()) == ()
    assert outline(KERB, replace(calibrated(), plane=None)) == ()
