"""Law 8: a polygon is a set of points: where its list begins and which way it runs changes nothing."""

from __future__ import annotations

from math import cos, pi, sin

from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.core.geometry import Box, Point, Polygon, centroid, polygon_area, share_inside
from tests.core_run import tell
from tests.site import SHORT, site, zone
from tests.street import KERB, looks, stands

side = st.floats(0.01, 0.4)
boxes = st.builds(lambda x, y, w, h: Box(x, y, x + w, y + h), st.floats(0, 0.6), st.floats(0, 0.6), side, side)


def star(reaches: list[float]) -> Polygon:
    """A polygon around the middle of the picture, convex or not, that never crosses itself."""
    step = 2 * pi / len(reaches)
    return tuple(Point(0.5 + r * cos(n * step), 0.5 + r * sin(n * step)) for n, r in enumerate(reaches))


stars = st.lists(st.floats(0.05, 0.5), min_size=3, max_size=9).map(star)


def turned(polygon: Polygon, by: int, *, back: bool) -> Polygon:
    """The same polygon, listed from another corner on, or the other way round."""
    cut = by % len(polygon)
    listed = polygon[cut:] + polygon[:cut]
    return listed[::-1] if back else listed


@given(polygon=stars, box=boxes, by=st.integers(0, 9), back=st.booleans())
def test_the_order_of_corners_means_nothing(polygon: Polygon, box: Box, by: int, back: bool) -> None:  # noqa: FBT001
    """Area, middle and the share of a box inside are the polygon's, not the list's."""
    other = turned(polygon, by, back=back)
    assert abs(polygon_area(other) - polygon_area(polygon)) < 1e-9
    assert abs(share_inside(box, other) - share_inside(box, polygon)) < 1e-9
    a, b = centroid(polygon), centroid(other)
    assert abs(a.x - b.x) + abs(a.y - b.y) < 1e-9


@given(polygon=stars, box=boxes)
def test_a_share_is_a_share(polygon: Polygon, box: Box) -> None:
    """From nothing to all of it, and never more area than the polygon has."""
    share = share_inside(box, polygon)
    assert -1e-9 <= share <= 1 + 1e-9
    assert share * box.area <= polygon_area(polygon) + 1e-9


@settings(max_examples=30)
@given(polygon=stars, by=st.integers(0, 9), back=st.booleans())
def test_a_zone_drawn_from_another_corner_is_the_same_zone(polygon: Polygon, by: int, back: bool) -> None:  # noqa: FBT001
    """The same incidents, to the id."""
    events = looks(stands("car", 0, 60, place=KERB), until=80, per_second=0.5)
    stories = [
        tell(events, site(zone(rule=SHORT, polygon=each))).effects for each in (polygon, turned(polygon, by, back=back))
    ]
    assert stories[0] == stories[1]
