"""The ground: metres of a plane, and degrees of the earth."""

from __future__ import annotations

from math import cos, radians, sin, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.ground.coordinates import (
    FLATTENING,
    SEMI_MAJOR_M,
    GroundPoint,
    LonLat,
    TangentPlane,
    middle,
    plane_around,
)
from edge_agent.core.ground.homography import Floats

CHANGZHOU = LonLat(119.97, 31.81)
origins = st.builds(LonLat, st.floats(73, 135), st.floats(4, 53))
around = st.builds(GroundPoint, st.floats(-100, 100), st.floats(-100, 100))


def on_earth(place: LonLat) -> Floats:
    """The place in metres from the middle of the earth (Snyder 1987; any textbook of geodesy)."""
    lon, lat = radians(place.lon), radians(place.lat)
    e2 = FLATTENING * (2 - FLATTENING)
    across = SEMI_MAJOR_M / sqrt(1 - e2 * sin(lat) ** 2)
    return np.array([across * cos(lat) * cos(lon), across * cos(lat) * sin(lon), across * (1 - e2) * sin(lat)])


@given(origin=origins, ground=around)
def test_metres_are_metres(origin: LonLat, ground: GroundPoint) -> None:
    """100 m from where the plane touches the earth, its metres are true to three millimetres."""
    plane = TangentPlane(origin)
    step = on_earth(plane.to_lonlat(ground)) - on_earth(origin)
    lon, lat = radians(origin.lon), radians(origin.lat)
    east = float(step @ (-sin(lon), cos(lon), 0))
    north = float(step @ (-sin(lat) * cos(lon), -sin(lat) * sin(lon), cos(lat)))
    assert ground.distance(GroundPoint(east, north)) < 0.003


@given(origin=origins, ground=around)
def test_there_and_back(origin: LonLat, ground: GroundPoint) -> None:
    """Degrees and metres say the same place, to a micrometre."""
    plane = TangentPlane(origin)
    assert plane.to_ground(plane.to_lonlat(ground)).distance(ground) < 1e-6


def test_a_degree_of_changzhou() -> None:
    """A thousandth of a degree is 94.7 m to the east and 110.9 m to the north there."""
    east = TangentPlane(CHANGZHOU).to_ground(LonLat(119.971, 31.81))
    north = TangentPlane(CHANGZHOU).to_ground(LonLat(119.97, 31.811))
    assert (east.east, east.north) == pytest.approx((94.69, 0), abs=0.01)
    assert (north.east, north.north) == pytest.approx((0, 110.88), abs=0.01)


def test_the_plane_touches_the_middle() -> None:
    """A plane around places has them on all sides."""
    plane = plane_around((LonLat(119.96, 31.80), LonLat(119.98, 31.82)), "EPSG:4326")
    assert plane.crs == "EPSG:4326"
    assert (plane.origin.lon, plane.origin.lat) == pytest.approx((CHANGZHOU.lon, CHANGZHOU.lat))
    assert middle((GroundPoint(0, 2), GroundPoint(4, 4))) == GroundPoint(2, 3)
