"""Calibration files: metres as measured, degrees as metres, and the site that names them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from edge_agent.config.camera.calibration_file import read_calibration, read_survey
from edge_agent.core.geometry import Point
from edge_agent.core.ground.calibration import to_ground
from edge_agent.core.ground.coordinates import GroundPoint, LonLat, TangentPlane
from tests.config.samples import CALIBRATED, CALIBRATION, SITE, load, write_calibration, write_site

MIDDLE = Point(0.5, 0.6)


def in_degrees(text: str, plane: TangentPlane) -> str:
    """The sample with its metres written as degrees."""
    for east, north in ((-7.18, 16.05), (0.0, 16.05), (7.18, 16.05), (-4.19, 8.22), (0.0, 8.22), (4.19, 8.22)):
        place = plane.to_lonlat(GroundPoint(east, north))
        text = text.replace(f"ground: [{east}, {north}]", f"lonlat: [{place.lon:.9f}, {place.lat:.9f}]")
    return text.replace("pairs:", "crs: EPSG:4490\npairs:")


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    """Pairs, picture, lens, foot and date."""
    text = CALIBRATION.replace("pairs:", "lens: {k1: -0.05}\nfoot: {ground: [0, 0]}\npairs:")
    survey = read_survey(write_calibration(tmp_path, text))
    assert survey.file.date == date(2026, 11, 1)
    assert (survey.lens.size, survey.lens.k1, survey.lens.k2) == ((1920, 1080), -0.05, 0)
    assert survey.foot == GroundPoint(0, 0)
    assert survey.pairs[1].ground == GroundPoint(0, 16.05)
    assert survey.plane is None


def test_a_site_holds_the_calibrations_of_its_cameras(tmp_path: Path) -> None:
    """Of those that have one; the file counts as read."""
    path = write_calibration(tmp_path)
    loaded = load(write_site(tmp_path, site=CALIBRATED))
    assert loaded.site.calibrations == {"c1": read_calibration(path, "c1")}
    assert loaded.files[-1] == path
    assert load(write_site(tmp_path, site=SITE)).site.calibrations == {}


def test_degrees_are_the_same_places(tmp_path: Path) -> None:
    """Metres between two places are the same whichever way they are written, and can be told as degrees."""
    origin = LonLat(119.97, 31.81)
    local = read_calibration(write_calibration(tmp_path), "c1")
    text = in_degrees(CALIBRATION, TangentPlane(origin)).replace("pairs:", "foot: {lonlat: [119.97, 31.81]}\npairs:")
    survey = read_survey(write_calibration(tmp_path, text))
    assert survey.plane is not None
    assert survey.plane.crs == "EPSG:4490"
    assert survey.foot is not None
    place, expected = to_ground(survey.fitted(), MIDDLE), to_ground(local, MIDDLE)
    assert place is not None
    assert expected is not None
    assert place.distance(survey.foot) == pytest.approx(expected.distance(GroundPoint(0, 0)), abs=0.002)
    degrees = survey.plane.to_lonlat(place)
    assert TangentPlane(origin).to_ground(degrees).distance(expected) < 0.002
