"""Law 8: a calibration recovers the camera that the pairs were measured under, and names the pair that is wrong."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from edge_agent.core.geometry import Point
from edge_agent.core.ground.calibration import fit, solve, to_ground, to_image, within
from edge_agent.core.ground.coordinates import GroundPoint
from edge_agent.core.ground.homography import Floats
from edge_agent.core.ground.lens import Lens
from edge_agent.core.ground.point_pairs import CalibrationError, PointPair
from tests.surveying import SIZE, Pole, moved, off, shaken

PIXEL = 1 / Lens(size=SIZE).half_diagonal
SECOND_ORDER = 1.3  # what a pixel does beyond its first order: the law's bound is linear, perspective is not

poles = st.builds(
    Pole,
    height=st.floats(3, 10),
    tilt=st.floats(15, 60),
    field_of_view=st.floats(40, 100),
    heading=st.floats(0, 360),
    foot=st.builds(GroundPoint, st.floats(-500_000, 500_000), st.floats(0, 4_000_000)),  # a national grid's metres
    lens=st.sampled_from([Lens(size=SIZE), Lens(size=SIZE, k1=-0.08), Lens(size=SIZE, k1=-0.1, k2=0.02)]),
)
share = st.floats(0, 1)
spread = st.lists(st.tuples(share, share), min_size=6, max_size=9)
pixel = st.floats(-1, 1)
inside = st.tuples(share, share)


def among(pairs: tuple[PointPair, ...], place: tuple[float, float]) -> Point:
    """A point of the picture between the pairs: inside the hull of the first four, which are the corners."""
    a, b, _, c = (pair.image for pair in (pairs[0], pairs[1], pairs[2], pairs[3]))
    u, v = sorted(place)
    return Point(u * a.x + (v - u) * b.x + (1 - v) * c.x, u * a.y + (v - u) * b.y + (1 - v) * c.y)


@given(pole=poles, places=spread, at=inside)
def test_exact_pairs_give_the_camera_back(
    pole: Pole, places: list[tuple[float, float]], at: tuple[float, float]
) -> None:
    """To a millimetre on the ground, and to a thousandth of a pixel back in the picture."""
    pairs = pole.pairs(places)
    calibration = solve(pairs, pole.lens)
    point = among(pairs, at)
    ground = pole.stands(point)
    assert off(to_ground(calibration, point), ground) < 0.001
    seen = to_image(calibration, ground)
    assert seen is not None
    assert abs(seen.x - point.x) * SIZE[0] + abs(seen.y - point.y) * SIZE[1] < 0.001
    assert within(calibration, point)


def reach_of_a_pixel(pole: Pole, pairs: tuple[PointPair, ...], point: Point) -> float:
    """The most metres that ``point`` can be misplaced by when every pair is clicked up to a pixel wrong.

    Perturbation of the linear system A·h = 0 whose solution the homography is (Hartley and Zisserman, chapter 5): with
    noise n, A·dh = -dA·h to first order, so dh = -A⁺·dA·h, which is linear in n. The place of the point moves by its
    derivative times dh; the worst noise takes the sign of each coefficient, so their absolute values add up.
    """
    origin = pole.foot
    true = pinhole(pole)
    seen = np.array([pole.lens.straight(pair.image) for pair in pairs])
    lie = np.array([(pair.ground.east - origin.east, pair.ground.north - origin.north) for pair in pairs])
    system, noise = [], []
    for number, ((x, y), (east, north)) in enumerate(zip(seen, lie, strict=True)):
        row = np.array([x, y, 1.0])
        for axis, value in enumerate((east, north)):
            system.append(np.concatenate([row * (axis == 0), row * (axis == 1), -value * row]))
            noise.append(np.zeros(2 * len(pairs)))
            noise[-1][2 * number : 2 * number + 2] = true[axis, :2] - value * true[2, :2]
    answer = -np.linalg.pinv(np.array(system), rcond=1e-9) @ np.array(noise)
    offset = pole.lens.straight(point)
    assert offset is not None
    place = np.array([*offset, 1.0])
    ground = true @ place
    slopes = np.array(
        [
            np.concatenate([place * (a == 0), place * (a == 1), -ground[a] / ground[2] * place]) / ground[2]
            for a in (0, 1)
        ]
    )
    return float(np.hypot(*np.abs(slopes @ answer).sum(axis=1))) * PIXEL


def pinhole(pole: Pole) -> Floats:
    """The true homography from the straight picture to metres from the camera's foot."""
    axes = pole.axes()
    back = np.column_stack([axes[:, 0], axes[:, 1], -pole.height * axes[:, 2]])
    return np.asarray(np.linalg.inv(np.diag([pole.focal, pole.focal, 1.0]) @ back), np.float64)


@given(
    pole=poles,
    places=spread,
    noise=st.lists(st.tuples(pixel, pixel), min_size=9, max_size=9),
    at=inside,
)
def test_a_pixel_of_noise_costs_no_more_than_it_must(
    pole: Pole, places: list[tuple[float, float]], noise: list[tuple[float, float]], at: tuple[float, float]
) -> None:
    """Every pair clicked up to a pixel wrong moves a place among them by no more than first-order theory says."""
    pairs = pole.pairs(places)
    clicked = tuple(shaken(pair, *by) for pair, by in zip(pairs, noise, strict=False))
    point = among(pairs, at)
    bound = reach_of_a_pixel(pole, pairs, point)
    assert off(to_ground(fit(clicked, pole.lens), point), pole.stands(point)) <= SECOND_ORDER * bound + 0.001


def said_to_be_a_line(pairs: list[PointPair], lens: Lens) -> bool:
    """Whether the points are refused for where they lie, before any is held against the others."""
    try:
        fit(tuple(pairs), lens)
    except CalibrationError as error:
        return "almost on one line" in str(error)
    return False


@given(
    pole=poles,
    places=spread,
    which=st.integers(0, 8),
    by=st.floats(2, 20),
    towards=st.floats(0, 360),
    foot_known=st.booleans(),
)
def test_a_bad_pair_is_refused_by_its_number(
    pole: Pole,
    places: list[tuple[float, float]],
    which: int,
    by: float,
    towards: float,
    foot_known: bool,  # noqa: FBT001
) -> None:
    """One point measured 2 m wrong, anywhere, and it is that one which is named, with its error in metres.

    Where it is moved so far that the others are a line beside it, they are refused as such, and named too.
    """
    pairs = list(pole.pairs(places))
    bad = which % len(pairs)
    pairs[bad] = moved(pairs[bad], by * sin(radians(towards)), by * cos(radians(towards)))
    assume(not said_to_be_a_line(pairs, pole.lens))
    with pytest.raises(
        CalibrationError, match=r"pair \d+: found a point .*, expected at most (0|1)\.\d\d m"
    ) as refused:
        solve(tuple(pairs), pole.lens, foot=pole.foot if foot_known else None)
    assert refused.value.pair == bad + 1
    assert f"{by:.2f} m from where" in str(refused.value)
