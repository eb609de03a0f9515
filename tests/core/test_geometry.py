"""Geometry: boxes, polygons and the footprint."""

from __future__ import annotations

from math import inf, nan

import pytest

from edge_agent.core.geometry import (
    Box,
    Point,
    around,
    buffered_iou,
    can_be_seen,
    centroid,
    clipped,
    covered,
    gap_between,
    intersection,
    iou,
    polygon_area,
    share_inside,
)

A = Box(0.2, 0.2, 0.4, 0.6)
L_SHAPE = (Point(0, 0), Point(1, 0), Point(1, 0.5), Point(0.5, 0.5), Point(0.5, 1), Point(0, 1))


@pytest.mark.parametrize("sides", [(0, 0, 0, 1), (0, 1, 1, 0), (nan, 0, 1, 1), (0, 0, inf, 1)])
def test_a_box_without_area_is_refused(sides: tuple[float, float, float, float]) -> None:
    """The message shows the sides and the expectation."""
    with pytest.raises(ValueError, match=r"box \[.*\]: expected x0 < x1 and y0 < y1, all finite"):
        Box(*sides)


def test_a_footprint_is_the_lowest_quarter() -> None:
    """The part that touches the ground; its foot is the middle of the lower edge."""
    assert A.footprint == Box(0.2, 0.5, 0.4, 0.6)
    assert (A.foot.x, A.foot.y) == pytest.approx((0.3, 0.6))
    assert (A.centre.x, A.centre.y) == pytest.approx((0.3, 0.4))
    assert A.area == pytest.approx(0.08)


@pytest.mark.parametrize("by", [(0.1, 0.05), (0.3, 0), (0, 0.7), (0.5, 0), (0, 1.0)])
def test_a_buffered_overlap_is_that_of_the_grown_boxes(by: tuple[float, float]) -> None:
    """Whether the boxes overlap, only their margins do, or not even these."""
    b = A.moved(*by)
    assert buffered_iou(A, b, 0.6) == pytest.approx(iou(A.grown(0.6), b.grown(0.6)))


def test_boxes_grow_move_and_follow() -> None:
    """By shares of themselves, by spans of the picture, by shares of the way."""
    assert Box(1, 1, 2, 3).grown(0.5) == Box(0.5, 0, 2.5, 4)
    assert Box(0, 0, 1, 1).moved(2, 3) == Box(2, 3, 3, 4)
    assert Box(0, 0, 1, 1).towards(Box(2, 2, 3, 3), 0.5) == Box(1, 1, 2, 2)


def test_overlaps() -> None:
    """Shared area, its share of both, its share of one; nothing where boxes only touch."""
    b = A.moved(0.1, 0)
    assert intersection(A, b) == pytest.approx(0.04)
    assert iou(A, b) == pytest.approx(1 / 3)
    assert covered(A, b) == pytest.approx(0.5)
    assert iou(A, A.moved(0.2, 0)) == 0
    assert around((A, b)) == Box(0.2, 0.2, b.x1, 0.6)


def test_a_gap_is_between_footprints() -> None:
    """Two parasols whose tops touch stand apart by their feet."""
    assert gap_between(Box(0, 0, 1, 1), Box(4, 3, 5, 5)) == pytest.approx((3**2 + 3.5**2) ** 0.5)
    assert gap_between(A, A) == 0


@pytest.mark.parametrize(
    ("box", "seen"),
    [
        (A, True),
        (Box(-0.5, 0.1, 0.2, 0.9), True),
        (Box(0.5, 0.5, 0.5004, 0.6), False),
        (Box(1.1, 0.1, 1.3, 0.3), False),
        (Box(-9.0, 0.1, 9.0, 0.3), False),
    ],
    ids=["ordinary", "at the edge", "a speck", "outside", "larger than the world"],
)
def test_what_can_be_seen(box: Box, seen: bool) -> None:  # noqa: FBT001
    """What a detector says beyond that is not believed."""
    assert can_be_seen(box) is seen


def test_a_share_inside_a_concave_polygon() -> None:
    """Half of a box over the inner corner of an L, none of one in its open quarter, all of one in its arm."""
    assert polygon_area(L_SHAPE) == pytest.approx(0.75)
    assert share_inside(Box(0.4, 0.6, 0.6, 0.8), L_SHAPE) == pytest.approx(0.5)
    assert share_inside(Box(0.6, 0.6, 0.9, 0.9), L_SHAPE) == pytest.approx(0)
    assert share_inside(Box(0.1, 0.1, 0.4, 0.4), L_SHAPE) == pytest.approx(1)
    assert share_inside(Box(2, 2, 3, 3), L_SHAPE) == 0
    middle = centroid((Point(0, 0), Point(1, 0), Point(1, 1), Point(0, 1)))
    assert middle == Point(0.5, 0.5)


def test_a_box_is_clipped_to_the_picture() -> None:
    """One that is nowhere in it stays as it is, for others to refuse."""
    assert clipped(Box(-0.1, 0.2, 0.3, 1.2)) == Box(0, 0.2, 0.3, 1)
    assert clipped(Box(1.2, 1.2, 1.4, 1.4)) == Box(1.2, 1.2, 1.4, 1.4)
