"""Homographies: from one plane to another and back, and which points tell too little."""

from __future__ import annotations

import pytest

from edge_agent.core.ground.homography import NoHomographyError, Place, inverse, mapped, solve

SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
ROAD = ((0.0, 0.0), (4.0, 0.0), (3.0, 4.0), (1.0, 4.0))  # the square, seen along it


def test_four_corners_tell_all() -> None:
    """The square's diagonals cross where the road's do, and the way back undoes it."""
    matrix = solve(SQUARE, ROAD)
    for place, lies in zip(SQUARE, ROAD, strict=True):
        assert mapped(matrix, place) == pytest.approx(lies)
        assert mapped(inverse(matrix), lies) == pytest.approx(place)
    assert mapped(matrix, (0.5, 0.5)) == pytest.approx((2, 8 / 3))


def test_nothing_lies_beyond_the_horizon() -> None:
    """The road's edges meet at a vanishing point, 8 above; what lies higher is no place of the square."""
    back = solve(ROAD, SQUARE)
    assert mapped(back, (2, 7.9)) is not None
    assert mapped(back, (2, 8.1)) is None


def test_points_on_both_sides_of_the_horizon() -> None:
    """The side with more weight is this side."""
    folded = solve(SQUARE, ((0.0, 0.0), (1.0, 0.0), (0.4, 0.3), (0.0, 1.0)))
    assert [mapped(folded, place) is None for place in SQUARE].count(True) == 1


@pytest.mark.parametrize(
    "points",
    [
        ((0.0, 0.0),) * 5,
        ((0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (3.0, 3.0), (4.0, 4.0)),
        ((0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (3.0, 3.0), (4.0, 0.0)),
    ],
    ids=["one point", "a line", "a line and a point"],
)
def test_points_on_a_line_tell_too_little(points: tuple[Place, ...]) -> None:
    """On either side: many homographies fit them."""
    good = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.3, 0.6))
    for pair in ((points, good), (good, points), (points, points)):
        with pytest.raises(NoHomographyError):
            solve(*pair)
