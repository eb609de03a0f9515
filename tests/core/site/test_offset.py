"""Growing a polygon: worked out for a square, and laws for any that people draw."""

from __future__ import annotations

from math import cos, pi, sin

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from edge_agent.core.geometry import Point, polygon_area
from edge_agent.core.site.polygons import crossing_edges, grown

SQUARE = (Point(0.4, 0.4), Point(0.6, 0.4), Point(0.6, 0.6), Point(0.4, 0.6))


def ring(corners: int, radius: float) -> tuple[Point, ...]:
    """A regular polygon around the middle of the picture."""
    turns = (2 * pi * n / corners for n in range(corners))
    return tuple(Point(0.5 + radius * cos(turn), 0.5 + radius * sin(turn)) for turn in turns)


def test_every_edge_moves_as_far() -> None:
    """A square grown by 0.02 is one that begins 0.02 sooner and ends 0.02 later; shrunk the same."""
    assert grown(SQUARE, 0.02) == (Point(0.38, 0.38), Point(0.62, 0.38), Point(0.62, 0.62), Point(0.38, 0.62))
    assert grown(SQUARE, -0.02) == (Point(0.42, 0.42), Point(0.58, 0.42), Point(0.58, 0.58), Point(0.42, 0.58))
    assert grown(SQUARE, 0) is SQUARE


@pytest.mark.parametrize("distance", [0.03, -0.03])
def test_the_way_round_changes_nothing(distance: float) -> None:
    """Corners said backwards are the same zone."""
    assert set(grown(SQUARE[::-1], distance)) == set(grown(SQUARE, distance))


def test_a_hollow_corner_stays_hollow() -> None:
    """An L grows on both sides of its inner corner."""
    shape = (Point(0.2, 0.2), Point(0.8, 0.2), Point(0.8, 0.5), Point(0.5, 0.5), Point(0.5, 0.8), Point(0.2, 0.8))
    assert grown(shape, 0.05)[3] == Point(0.55, 0.55)
    assert grown(shape, -0.05)[3] == Point(0.45, 0.45)


def test_a_sharp_corner_does_not_shoot_out() -> None:
    """A needle's point moves three times the distance at most, and one that folds back does not move."""
    needle = (Point(0.2, 0.5), Point(0.6, 0.49), Point(0.6, 0.51))
    assert grown(needle, 0.01)[0] == Point(0.17, 0.5)


def test_the_picture_is_the_limit() -> None:
    """What would lie outside is cut to its edge."""
    whole = (Point(0, 0), Point(1, 0), Point(1, 1), Point(0, 1))
    assert grown(whole, 0.05) == whole


@pytest.mark.parametrize("distance", [-0.1, -0.18, -0.5])
def test_what_would_not_survive_is_refused(distance: float) -> None:
    """A square of 0.2 cannot lose 0.1 on every side, nor be turned inside out by losing more."""
    with pytest.raises(ValueError, match="does not survive being grown by"):
        grown(SQUARE, distance)


def test_a_shape_whose_arms_would_meet_is_refused() -> None:
    """A U whose gap closes encloses nobody knows what."""
    shape = tuple(
        Point(x, y)
        for x, y in (
            (0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.52, 0.8), (0.52, 0.4), (0.48, 0.4), (0.48, 0.8), (0.2, 0.8)
        )
    )  # fmt: skip
    with pytest.raises(ValueError, match="does not survive"):
        grown(shape, 0.03)


def test_a_corner_said_twice_is_one() -> None:
    """As people close a ring by saying its first corner again."""
    assert set(grown((*SQUARE, SQUARE[0]), 0.02)) == set(grown(SQUARE, 0.02))


@given(corners=st.integers(3, 9), radius=st.floats(0.1, 0.4), distance=st.floats(-0.04, 0.04))
def test_it_grows_when_grown_and_can_be_drawn(corners: int, radius: float, distance: float) -> None:
    """Larger for more, smaller for less, and its edges never cross."""
    assume(abs(distance) > 0.001)
    before = ring(corners, radius)
    after = grown(before, distance)
    assert (polygon_area(after) - polygon_area(before)) * distance > 0
    assert crossing_edges(after) is None
