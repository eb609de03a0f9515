"""The hull: an outline that holds what it was drawn around."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.ground.coordinates import GroundPoint, grown, holds, hull_of

SQUARE = (GroundPoint(0, 0), GroundPoint(10, 0), GroundPoint(10, 10), GroundPoint(0, 10))
whole = st.builds(GroundPoint, st.integers(-9, 9), st.integers(-9, 9))


@given(points=st.lists(whole, min_size=3, max_size=12))
def test_a_hull_holds_its_points(points: list[GroundPoint]) -> None:
    """All of them, on whole metres exactly; and its corners are some of them."""
    hull = hull_of(tuple(points))
    assert all(holds(hull, point) for point in points)
    assert set(hull) <= set(points)


def test_what_lies_inside_is_no_corner() -> None:
    """Nor is what lies on an edge."""
    assert set(hull_of((*SQUARE, GroundPoint(5, 5), GroundPoint(5, 0)))) == set(SQUARE)
    assert not holds(SQUARE, GroundPoint(10.1, 5))


def test_an_outline_grows_from_its_middle() -> None:
    """A fifth more is a metre on each side of a square of ten."""
    wide = grown(SQUARE, 0.2)
    assert wide == (GroundPoint(-1, -1), GroundPoint(11, -1), GroundPoint(11, 11), GroundPoint(-1, 11))
    assert holds(wide, GroundPoint(10.9, 5))
    assert not holds(wide, GroundPoint(11.1, 5))
