"""The lens: a bend that can be undone wherever it draws something."""

from __future__ import annotations

from math import hypot, inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.geometry import Point
from edge_agent.core.ground.lens import Lens
from tests.surveying import SIZE

BARREL = Lens(size=SIZE, k1=-0.1)
points = st.builds(Point, st.floats(0, 1), st.floats(0, 1))
lenses = st.builds(Lens, size=st.just(SIZE), k1=st.floats(-0.12, 0.3), k2=st.floats(0, 0.1))


@given(lens=lenses, point=points)
def test_a_point_comes_back(lens: Lens, point: Point) -> None:
    """Straightened and bent again, every point of the picture is where it was."""
    straight = lens.straight(point)
    assert straight is not None
    back = lens.bent(straight)
    assert back is not None
    assert hypot(back.x - point.x, back.y - point.y) < 1e-9


def test_a_perfect_lens_bends_nothing() -> None:
    """The middle is 0, and a corner 1 away from it."""
    lens = Lens(size=SIZE)
    assert lens.straight(Point(0.5, 0.5)) == (0, 0)
    corner = lens.straight(Point(1, 1))
    assert corner is not None
    assert hypot(*corner) == pytest.approx(1)
    assert lens.half_diagonal == pytest.approx(1101.45, abs=0.01)


def test_a_barrel_draws_corners_too_near() -> None:
    """What a perfect lens would draw 1 away is drawn at 1 + k1 + k2; the middle stays."""
    drawn = Lens(size=SIZE, k1=-0.1, k2=0.02).bent((0, 1))
    assert drawn is not None
    assert (drawn.y - 0.5) * SIZE[1] / BARREL.half_diagonal == pytest.approx(0.92)
    assert BARREL.straight(Point(0.5, 0.5)) == (0, 0)


def test_nothing_comes_from_beyond_the_turn() -> None:
    """Far outside of the picture the formula turns back on itself; no place is drawn there."""
    assert BARREL.bent((1.9, 0)) is None
    assert BARREL.straight(Point(3, 0.5)) is None
    cushion = Lens(size=SIZE, k1=0.1)
    assert cushion.straight(Point(3, 0.5)) is not None
    assert cushion.bent((1.9, 0)) is not None


@pytest.mark.parametrize("bend", [(-0.2, 0.0), (0.0, -0.2), (-1.0, 0.1), (1e300, 0.0), (inf, 0.0), (nan, 0.0)])
def test_a_bend_that_folds_the_corners_is_refused(bend: tuple[float, float]) -> None:
    """No lens does that; the numbers are of another formula."""
    with pytest.raises(ValueError, match=r"k1 .*: expected a bend that reaches the picture's corners"):
        Lens(size=SIZE, k1=bend[0], k2=bend[1])


def test_a_picture_has_pixels() -> None:
    """A size of nothing is refused."""
    with pytest.raises(ValueError, match=r"size \[0, 1080\]: expected a width and a height in pixels"):
        Lens(size=(0, 1080))
