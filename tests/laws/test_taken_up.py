"""Law 19: one thing is one matter, in one zone, and one shop's; whichever way round people draw."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from edge_agent.core.geometry import Box, Point
from edge_agent.core.incident.taken_up import TAKEN_UP
from edge_agent.core.incident.world import World
from edge_agent.core.site.frontages import Shop, Side, shop_before, street_side
from edge_agent.core.site.zones import Shares
from edge_agent.core.step import step
from tests.laws.streets import NARROW, Street, streets, walk
from tests.site import SHORT, WHOLE, site, zone

NESTED = site(
    zone(rule=SHORT),
    zone(rule=replace(SHORT, dwell=timedelta(seconds=5)), ident="n", polygon=NARROW),
    zone(rule=replace(SHORT, silent=True), ident="s"),
)


@settings(max_examples=80)
@given(street=streets)
def test_no_thing_is_the_matter_of_two_cases(street: Street) -> None:
    """However the zones lie in each other: of all that is open, nothing is shared."""
    world = World(camera="c1")
    for event in walk(street, NESTED).events:
        world, _ = step(world, event, NESTED)
        members = [spot for case in world.cases if isinstance(case.state, TAKEN_UP) for spot in case.members]
        assert len(members) == len(set(members))


tenths = st.integers(1, 9).map(lambda n: n / 10)
cuts = st.lists(st.integers(1, 99), min_size=1, max_size=6, unique=True).map(lambda found: [0, *sorted(found), 100])


@given(cuts=cuts, left=st.integers(0, 70), width=st.integers(5, 29))
def test_of_zones_that_tile_a_street_exactly_one_has_a_thing(cuts: list[int], left: int, width: int) -> None:
    """Those that hold it alone, or else the one that has most of it."""
    zones = tuple(
        zone(ident=f"z{n}", polygon=tuple(Point(x / 100, y) for x, y in ((a, 0), (b, 0), (b, 1), (a, 1))))
        for n, (a, b) in enumerate(pairwise(cuts))
    )
    place, shares = Box(left / 100, 0.4, (left + width) / 100, 0.6), Shares()
    holding = [z for z in zones if z.holds(place, already=False, shares=shares, others=zones)]
    assert holding
    alone = [z for z in zones if z.holds(place, already=False)]
    assert holding == alone if alone else len(holding) == 1
    most = max(shares.of(place, z.polygon) for z in zones)
    assert alone or shares.of(place, holding[0].polygon) == most


points = st.builds(Point, tenths, tenths)


@given(a=points, b=points, foot=points, side=st.sampled_from(Side))
def test_a_line_means_the_same_whichever_way_round_it_is_written(a: Point, b: Point, foot: Point, side: Side) -> None:
    """Walked the other way, the street is on the other hand; nothing lies on both sides of a line."""
    assume(a != b)
    other = Side.LEFT if side is Side.RIGHT else Side.RIGHT
    there, back = (
        Shop(id="s", name="S", frontage=(a, b), street=side),
        Shop(id="s", name="S", frontage=(b, a), street=other),
    )
    one = shop_before((there,), (side,), foot)
    assert (one is None) == (shop_before((back,), (other,), foot) is None)
    assert one is None or shop_before((there,), (other,), foot) is None


@given(a=points, b=points, foot=points, c=points, d=points)
def test_the_nearest_line_alone_decides(a: Point, b: Point, c: Point, d: Point, foot: Point) -> None:
    """Of two shops, a thing is told of one at most, and the order in which they are written means nothing."""
    assume(a != b and c != d)
    shops = (
        Shop(id="p", name="P", frontage=(a, b), street=Side.LEFT),
        Shop(id="q", name="Q", frontage=(c, d), street=Side.RIGHT),
    )
    sides = (Side.LEFT, Side.RIGHT)
    assert shop_before(shops, sides, foot) == shop_before(shops[::-1], sides[::-1], foot)


@given(a=points, b=points)
def test_the_side_that_is_taken_does_not_hang_on_how_the_line_is_written(a: Point, b: Point) -> None:
    """Unsaid, it is one place in the picture; nobody can tell it only of lines that run up and down."""
    assume(a != b)
    one, other = (street_side(Shop(id="s", name="S", frontage=ends), WHOLE) for ends in ((a, b), (b, a)))
    assert (one is None) == (other is None)
    assert one is None or one is not other
    assert one is not None or abs(a.x - b.x) < abs(a.y - b.y)
