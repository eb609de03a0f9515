"""Zones: who stands inside, and before which shop."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.core.geometry import Box, Point, share_inside
from edge_agent.core.site.frontages import Shop, Side, street_side
from edge_agent.core.site.zones import ENTERED, LEFT
from tests.site import WHOLE, zone

CORNERS = st.builds(Point, st.floats(0, 0.8), st.floats(0, 0.8))
RIGHT_HALF = (Point(0.5, 0), Point(1, 0), Point(1, 1), Point(0.5, 1))
STREET = zone(
    shops=(
        Shop(id="li", name="Li's fruit", frontage=(Point(0.1, 0.3), Point(0.5, 0.3))),
        Shop(id="wu", name="Wu's tea", frontage=(Point(0.9, 0.2), Point(0.3, 0.2))),
    )
)


def standing(share: float) -> Box:
    """A box of which ``share`` lies in the right half."""
    return Box(0.5, 0.1, 0.7, 0.3).moved(0.2 * (share - 1), 0)


def test_a_polygon_needs_an_inside() -> None:
    """Two points are a line."""
    with pytest.raises(ValueError, match="zone 'z': a polygon needs 3 points, got 2"):
        zone(polygon=WHOLE[:2])


@pytest.mark.parametrize(("share", "enters", "stays"), [(0.6, True, True), (0.4, False, True), (0.1, False, False)])
def test_a_zone_is_entered_at_half_and_left_at_a_fifth(share: float, enters: bool, stays: bool) -> None:  # noqa: FBT001
    """A box that trembles on the line is not in and out all day."""
    half = zone(polygon=RIGHT_HALF)
    assert half.holds(standing(share), already=False) is enters
    assert half.holds(standing(share), already=True) is stays


@given(corner=CORNERS, zone_at=CORNERS, already=st.booleans())
def test_a_zone_holds_by_the_share_alone(corner: Point, zone_at: Point, already: bool) -> None:  # noqa: FBT001
    """Wherever a thing stands: what lies apart from the polygon is not measured, and would have no share."""
    place = Box(0, 0, 0.2, 0.3).moved(corner.x, corner.y)
    polygon = tuple(Point(zone_at.x + dx, zone_at.y + dy) for dx, dy in ((0.2, 0), (0.4, 0.2), (0.2, 0.4), (0, 0.2)))
    share = share_inside(place.footprint, polygon)
    assert zone(polygon=polygon).holds(place, already=already) is (share > LEFT if already else share >= ENTERED)


def test_what_is_exempt_does_not_count() -> None:
    """A driveway, whoever stands in it and for however long."""
    driveway = replace(zone(), exempt=(RIGHT_HALF,))
    assert not driveway.holds(standing(1), already=True)
    assert driveway.holds(standing(0.2), already=False)


@pytest.mark.parametrize(
    ("foot", "shop"),
    [
        ((0.2, 0.4), "li"),
        ((0.4, 0.4), "li"),  # beyond both lines: the nearer one
        ((0.8, 0.4), "wu"),
        ((0.2, 0.25), None),  # behind its line
        ((0.05, 0.4), None),  # beside every line
    ],
)
def test_goods_stand_before_the_nearest_shop(foot: tuple[float, float], shop: str | None) -> None:
    """On the street's side of its line and between the ends, whichever way the line was drawn."""
    x, y = foot
    nearest_shop = STREET.shop_before(Box(x - 0.01, y - 0.05, x + 0.01, y))
    assert (nearest_shop.id if nearest_shop else None) == shop


def test_a_thing_that_is_over_many_zones_stays_in_each_that_has_enough_of_it() -> None:
    """None of seven strips has a fifth of it, and all together have it."""
    strips = tuple(
        zone(
            ident=f"z{n}",
            polygon=(Point(n / 10, 0), Point((n + 1) / 10, 0), Point((n + 1) / 10, 1), Point(n / 10, 1)),
        )
        for n in range(1, 8)
    )
    bus = Box(0.1, 0.4, 0.8, 0.6)
    assert all(strip.holds(bus, already=True, others=strips) for strip in strips)
    assert not any(strip.holds(bus, already=True) for strip in strips)
    assert sum(strip.holds(bus, already=False, others=strips) for strip in strips) == 1


def test_a_zone_that_is_smaller_than_a_thing_is_covered_by_it() -> None:
    """A car on a hydrant's zone: the share of the zone counts, not that of the car."""
    hydrant = zone(polygon=(Point(0.45, 0.5), Point(0.5, 0.5), Point(0.5, 0.55), Point(0.45, 0.55)))
    assert hydrant.holds(Box(0.3, 0.3, 0.6, 0.6), already=False)
    assert not hydrant.holds(Box(0.48, 0.3, 0.78, 0.6), already=False)


@pytest.mark.parametrize(("x", "shop"), [(0.42, "li"), (0.48, "wu"), (0.95, None)])
def test_before_a_gap_stands_what_is_the_nearer_shop_s(x: float, shop: str | None) -> None:
    """The street is where it is said to be."""
    fronts = (
        Shop(id="li", name="Li", frontage=(Point(0.1, 0.3), Point(0.4, 0.3)), street=Side.RIGHT),
        Shop(id="wu", name="Wu", frontage=(Point(0.8, 0.3), Point(0.5, 0.3)), street=Side.LEFT),
    )
    assert [street_side(front, WHOLE) for front in fronts] == [Side.RIGHT, Side.LEFT]
    nearest_shop = zone(shops=fronts).shop_before(Box(x - 0.01, 0.35, x + 0.01, 0.4))
    assert (nearest_shop.id if nearest_shop else None) == shop


def test_where_the_street_lies_beside_an_upright_line_nobody_can_tell() -> None:
    """It cuts through its zone, and neither side is below."""
    assert street_side(Shop(id="li", name="Li", frontage=(Point(0.5, 0.2), Point(0.5, 0.8))), WHOLE) is None
