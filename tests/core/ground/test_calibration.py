"""Calibration: what it knows of the ground, where it stops, and what it refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge_agent.core.geometry import Point
from edge_agent.core.ground.calibration import fit, metres_a_pixel, solve, to_ground, to_image, within
from edge_agent.core.ground.coordinates import GroundPoint, LonLat, TangentPlane
from edge_agent.core.ground.lens import Lens
from edge_agent.core.ground.point_pairs import CalibrationError, PointPair
from tests.surveying import SIZE, Pole, moved

POLE = Pole()
PAIRS = POLE.pairs([(0.5, 0.5)] * 8)
SEEN = Point(0.5, 0.6)


def test_exact_pairs_have_no_errors() -> None:
    """Neither in the fit nor left out; and the plane is kept for whoever wants degrees."""
    plane = TangentPlane(LonLat(119.97, 31.81))
    calibration = solve(PAIRS, POLE.lens, plane=plane)
    assert calibration.plane == plane
    assert calibration.rms_m < 1e-6
    assert calibration.left_out_m < 1e-6
    assert len(calibration.errors) == len(PAIRS)


def test_a_calibration_is_a_value() -> None:
    """The same pairs give equal calibrations, which can be keys."""
    assert len({solve(PAIRS, POLE.lens), solve(PAIRS, POLE.lens)}) == 1


def test_there_is_no_ground_in_the_sky() -> None:
    """Above the horizon, outside of the lens, and behind the camera."""
    flat = Pole(tilt=15)
    calibration = solve(flat.pairs([(0.5, 0.5)] * 8), flat.lens)
    assert to_ground(calibration, Point(0.5, 0.05)) is None
    assert metres_a_pixel(calibration, Point(0.5, 0.05)) is None
    assert not within(calibration, Point(0.5, 0.05))
    assert to_image(calibration, flat.stands(Point(0.5, 0.6))) is not None
    behind = GroundPoint(-flat.stands(SEEN).east, -flat.stands(SEEN).north)
    assert to_image(calibration, behind) is None
    barrel = Pole(lens=Lens(size=SIZE, k1=-0.1))
    assert to_ground(solve(barrel.pairs([(0.5, 0.5)] * 8), barrel.lens), Point(3, 0.9)) is None


def test_it_is_believed_a_fifth_around_its_points() -> None:
    """A place inside the outline, one just beyond it, and one too far."""
    calibration = solve(PAIRS, POLE.lens)
    middle, corner = GroundPoint(*_mean(calibration.hull)), calibration.hull[0]

    def towards(share: float) -> bool:
        place = GroundPoint(
            middle.east + share * (corner.east - middle.east), middle.north + share * (corner.north - middle.north)
        )
        seen = to_image(calibration, place)
        assert seen is not None
        return within(calibration, seen)

    assert [towards(share) for share in (0.5, 1.19, 1.21)] == [True, True, False]


def _mean(points: tuple[GroundPoint, ...]) -> tuple[float, float]:
    return sum(p.east for p in points) / len(points), sum(p.north for p in points) / len(points)


def test_a_pixel_covers_more_ground_further_away() -> None:
    """Along the line of sight a pixel covers the square of the distance over height and focal length."""
    calibration = solve(PAIRS, POLE.lens)
    point = Point(0.5, 0.5)  # in the middle of the picture, 30 degrees down: 12 m of sight over 6 m of height
    focal = POLE.focal * POLE.lens.half_diagonal
    assert metres_a_pixel(calibration, point) == pytest.approx(12**2 / (6 * focal), rel=1e-3)


@pytest.mark.parametrize(("count", "value"), [(0, "0 pairs"), (5, "5 pairs")])
def test_five_pairs_are_too_few(count: int, value: str) -> None:
    """With one left out, four remain: they fit anything."""
    with pytest.raises(CalibrationError, match=f"calibration: found {value} of points, expected at least 6"):
        solve(PAIRS[:count], POLE.lens)


def test_a_pair_counts_once() -> None:
    """A point given again would be predicted by its twin; so would one click on two places."""
    again = (*PAIRS, PAIRS[1])
    with pytest.raises(CalibrationError, match=r"pair 9: found a point of pair 2 again, expected each point once"):
        solve(again, POLE.lens)
    with pytest.raises(CalibrationError, match=r"pair 9: found a point of pair 3 again"):
        solve((*PAIRS, moved(PAIRS[2], 1, 1)), POLE.lens)


def test_points_on_a_line_are_refused() -> None:
    """A kerb tells nothing of what lies beside it, nor does a kerb with two points there: one of them is left out."""
    kerb = tuple(POLE.pair(Point(0.2 + 0.1 * n, 0.5 + 0.05 * n)) for n in range(6))
    with pytest.raises(CalibrationError, match="all points but 1 and 2 almost on one line, expected points spread"):
        solve(kerb, POLE.lens)
    beside = tuple(POLE.pair(Point(x, 0.5)) for x in (0.8, 0.9))
    with pytest.raises(CalibrationError, match="all points but 7 and 8 almost on one line"):
        solve(kerb + beside, POLE.lens)
    assert solve((*kerb, *beside, POLE.pair(Point(0.7, 0.6))), POLE.lens).left_out_m < 1e-6


def test_a_line_is_a_line_on_the_street_too() -> None:
    """Points that are spread over the picture and measured along one tape are refused as well."""
    taped = tuple(replace(pair, ground=GroundPoint(3.0 * n, 4.0 * n)) for n, pair in enumerate(PAIRS))
    with pytest.raises(CalibrationError, match="almost on one line"):
        solve(taped, POLE.lens)


@pytest.mark.parametrize("by", [100.0, 1e4, 1e7])
def test_a_slip_of_the_pen_is_named(by: float) -> None:
    """A digit too many throws one pair so far off that nothing fits all of them."""
    with pytest.raises(CalibrationError, match=rf"pair 5: found a point {by:.0f}\.\d\d m from where"):
        solve((*PAIRS[:4], moved(PAIRS[4], by, 0), *PAIRS[5:]), POLE.lens)


def test_two_slips_have_no_name() -> None:
    """Leaving out either of them leaves the other."""
    pairs = (*PAIRS[:4], moved(PAIRS[4], 1e7, 0), moved(PAIRS[5], 0, 1e7), *PAIRS[6:])
    with pytest.raises(CalibrationError, match="calibration: found points that fit no plane or several"):
        solve(pairs, POLE.lens)


def test_a_point_beside_the_lens_is_refused() -> None:
    """Where a barrel draws nothing, nobody can have seen a point."""
    pairs = (*PAIRS, PointPair(image=Point(3, 0.5), ground=GroundPoint(99, 99)))
    with pytest.raises(CalibrationError, match=r"pair 9: found a point outside of what the lens draws"):
        solve(pairs, Lens(size=SIZE, k1=-0.1))


def test_what_is_no_number_is_refused() -> None:
    """At once, not in the middle of the solution."""
    with pytest.raises(ValueError, match="expected four finite numbers"):
        PointPair(image=SEEN, ground=GroundPoint(float("nan"), 0))


def test_a_bad_pair_can_be_shown() -> None:
    """What is refused can be fitted all the same, to show every pair's error beside the others'."""
    pairs = (*PAIRS[:3], moved(PAIRS[3], 0.5, 0), *PAIRS[4:])
    errors = fit(pairs, POLE.lens).errors
    assert errors[3].left_out_m == pytest.approx(0.5)
    assert errors[3].residual_m < 0.5
    assert errors[3].others_m < 1e-6
    assert min(error.others_m for error in (*errors[:3], *errors[4:])) > 0.01
    with pytest.raises(
        CalibrationError, match=r"pair 4: found a point 0\.50 m from where .*, expected at most 0\.30 m"
    ):
        solve(pairs, POLE.lens)


def test_far_from_the_foot_more_is_allowed() -> None:
    """Up to 25 m 0.3 m, then with the square of the distance, up to 1 m; nothing more where the foot is unknown."""
    pairs = (*PAIRS, *(POLE.pair(Point(0.5, y)) for y in _rows_at((24, 35, 80))))
    limits = [error.limit_m for error in fit(pairs, POLE.lens, foot=POLE.foot).errors[-3:]]
    assert limits == pytest.approx([0.3, 0.3 * (35 / 25) ** 2, 1.0])
    assert {error.limit_m for error in fit(pairs, POLE.lens).errors} == {0.3}


def _rows_at(distances: tuple[int, ...]) -> list[float]:
    heading = POLE.axes()[2]
    ahead = heading[:2] / (heading[:2] @ heading[:2]) ** 0.5
    return [POLE.sees(GroundPoint(float(ahead[0]) * d, float(ahead[1]) * d)).y for d in distances]


def test_a_point_put_beyond_the_horizon_is_infinitely_off() -> None:
    """The others' horizon runs below it; there is no distance to say."""
    flat = Pole(tilt=15)
    pairs = flat.pairs([(0.5, 0.5)] * 9)
    sky = replace(pairs[8], image=Point(0.5, 0.02))
    with pytest.raises(CalibrationError, match=r"pair 9: found a point that the others put beyond the horizon"):
        solve((*pairs[:8], sky), flat.lens)
