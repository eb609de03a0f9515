"""Positions are told where the calibration knows degrees and is believed, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

from edge_agent.core.geometry import Box
from edge_agent.core.ground.calibration import Calibration, solve
from edge_agent.core.ground.coordinates import LonLat, TangentPlane
from edge_agent.core.ground.position import position
from tests.surveying import PERFECT, Pole, off

PLANE = TangentPlane(LonLat(119.97, 31.81))
POLE = Pole()
KERB = Box(0.4, 0.4, 0.5, 0.5)


def calibrated() -> Calibration:
    """The camera on its pole, measured without an error."""
    return solve(POLE.pairs([(0.5, 0.5)] * 9), PERFECT, plane=PLANE)


def test_the_foot_of_a_box_is_where_the_pole_sees_it() -> None:
    """To a millimetre, in degrees of CGCS2000; the middle of the box would lie metres behind."""
    place = position(KERB, calibrated())
    assert place is not None
    assert off(PLANE.to_ground(place.lonlat), POLE.stands(KERB.foot)) < 0.001
    assert off(PLANE.to_ground(place.lonlat), POLE.stands(KERB.centre)) > 1
    assert place.crs == "EPSG:4490"
    assert place.left_out_m < 0.001


def test_without_degrees_there_is_no_position() -> None:
    """Metres from somewhere say nothing to a centre."""
    assert position(KERB, replace(calibrated(), plane=None)) is None


def test_where_the_calibration_is_not_believed_there_is_none() -> None:
    """Beyond the measured points, and above the horizon."""
    assert position(Box(0.0, 0.9, 0.02, 1.0), calibrated()) is None
    assert position(Box(0.4, 0.0, 0.5, 0.01), calibrated()) is None
