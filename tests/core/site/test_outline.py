"""Outlines: what people may draw, and what shapely thinks of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon as Known

from edge_agent.core.geometry import Point, polygon_area
from edge_agent.core.site.polygons import crossing_edges
from edge_agent.core.site.zones import MIN_CORNERS

GRID = st.integers(0, 6)


def drawn(*corners: tuple[float, float]) -> tuple[Point, ...]:
    """A polygon of these corners."""
    return tuple(Point(x, y) for x, y in corners)


@pytest.mark.parametrize(
    ("corners", "crossing"),
    [
        pytest.param([(0, 0), (2, 0), (2, 2), (0, 2)], None, id="a square"),
        pytest.param([(0, 0), (2, 0), (2, 2), (0, 2), (0, 0)], None, id="closed by repeating its first corner"),
        pytest.param([(0, 0), (0, 0), (2, 0), (2, 2), (2, 2), (0, 2)], None, id="corners clicked twice"),
        pytest.param([(0, 0), (4, 0), (4, 4), (2, 1), (0, 4)], None, id="a concave one"),
        pytest.param([(0, 0), (1, 0), (2, 0), (2, 2)], None, id="a corner in the middle of a side"),
        pytest.param([(0, 0), (2, 2), (2, 0), (0, 2)], (1, 3), id="a bow tie"),
        pytest.param([(0, 0), (4, 0), (4, 2), (2, 0), (0, 2)], (1, 3), id="a corner that touches a side"),
        pytest.param([(0, 0), (4, 0), (4, 2), (4, 4), (4, 1), (0, 1)], (2, 4), id="an edge that folds back"),
        pytest.param([(0, 0), (2, 0), (0, 0), (0, 2)], (1, 2), id="a spike"),
        pytest.param([(0, 0), (4, 0), (1, 0), (1, 2)], (1, 2), id="along its own side"),
        pytest.param([(0, 0), (2, 2), (4, 0), (4, 4), (2, 2), (0, 4)], (1, 4), id="two loops that share a corner"),
        pytest.param([(0, 0), (2, 0)], (1, 2), id="there and back"),
    ],
)
def test_edges_meet_at_their_corners_only(corners: list[tuple[float, float]], crossing: tuple[int, int] | None) -> None:
    """The first two edges that meet elsewhere are named by number."""
    assert crossing_edges(drawn(*corners)) == crossing


@given(st.lists(st.tuples(GRID, GRID), min_size=3, max_size=8))
def test_it_judges_as_the_library_does(corners: list[tuple[int, int]]) -> None:
    """On a coarse grid, where touching and overlapping are common, shapely (GEOS) finds the same polygons valid."""
    known = Known(corners)
    polygon = drawn(*corners)
    if len(set(corners)) >= MIN_CORNERS:  # GEOS reads fewer as a point or a line
        assert (crossing_edges(polygon) is None) == known.is_valid
    if known.is_valid:
        assert polygon_area(polygon) == pytest.approx(known.area)
