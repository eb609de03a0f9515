"""The wrong zone, several zones, and zones that know no calendar."""

from __future__ import annotations

from dataclasses import replace

from edge_agent.core.geometry import Box, Point, Polygon
from tests.core_run import tell
from tests.site import SHORT, STALL, Between, Until, permit, site, zone
from tests.street import KERB, RED, at, detection, looks, span, stands, together

LEFT: Polygon = (Point(0, 0), Point(0.45, 0), Point(0.45, 1), Point(0, 1))
RIGHT: Polygon = (Point(0.45, 0), Point(1, 0), Point(1, 1), Point(0.45, 1))
BOTH = site(zone(rule=SHORT, polygon=LEFT, ident="left"), zone(rule=SHORT, polygon=RIGHT, ident="right"))


def test_a_box_that_trembles_on_a_line_is_in_one_zone() -> None:
    """Zone flicker (frigate#238, #3375): entered at a half, left at a fifth, so it belongs to one of them all along."""
    trembling = lambda s: (detection(place=KERB.moved(0.01 if int(s) % 2 else 0.0, 0)),)  # noqa: E731
    result = tell(looks(trembling, until=90), BOTH)
    assert [event.zone for event in result.events] == ["right"] * 4


def test_a_thing_is_where_its_foot_is() -> None:
    """A tall box whose body fills one zone and whose foot stands in the other (supervision#1855, #1987)."""
    upper: Polygon = (Point(0, 0), Point(1, 0), Point(1, 0.6), Point(0, 0.6))
    lower: Polygon = (Point(0, 0.6), Point(1, 0.6), Point(1, 1), Point(0, 1))
    where = site(zone(rule=SHORT, polygon=upper, ident="upper"), zone(rule=SHORT, polygon=lower, ident="lower"))
    result = tell(looks(stands("car", 0, 30, place=Box(0.4, 0.2, 0.5, 0.8)), until=30), where)
    assert {event.zone for event in result.events} == {"lower"}


def test_each_zone_has_its_own_time() -> None:
    """Several zones (frigate#3538, #2570): one forbids stopping, the other long stops."""
    strict = zone(rule=replace(SHORT, dwell=span(5)), polygon=LEFT, ident="left")
    pair = together(stands("car", 0, 40, place=KERB.moved(-0.2, 0)), stands("car", 0, 40, place=KERB.moved(0.2, 0)))
    result = tell(looks(pair, until=25), site(strict, zone(rule=SHORT, polygon=RIGHT, ident="right")))
    assert [(e.zone, e.at) for e in result.events if e.type == "incident.opened"] == [
        ("left", at(5)),
        ("right", at(20)),
    ]


def test_a_car_that_drives_on_to_another_zone_starts_anew() -> None:
    """Its time in one is nothing to the other."""
    moves = together(
        stands("car", 0, 15, place=KERB.moved(-0.2, 0), look=RED),
        stands("car", 20, 50, place=KERB.moved(0.2, 0), look=RED),
    )
    result = tell(looks(moves, until=50), BOTH)
    assert [(event.zone, event.at) for event in result.events] == [("right", at(40)), ("right", at(40))]


def test_each_kind_has_its_own_time_in_one_zone() -> None:
    """Dwell by class (frigate#17562, #18781): and it is in what is sent (#12746)."""
    where = replace(zone(), rules={"illegal_parking": SHORT, STALL: replace(SHORT, dwell=span(40))})
    things = together(stands("car", 0, 60), stands("stall", 0, 60, place=KERB.moved(0.3, 0)))
    result = tell(looks(things, until=45), site(where))
    opened = [(e.kind, e.dwell_s) for e in result.events if e.type == "incident.opened"]
    assert opened == [("illegal_parking", 20), (STALL, 40)]


def test_a_zone_has_hours() -> None:
    """Schedules (frigate#3621; ZoneMinder#24): nothing before they begin, nothing after they end."""
    result = tell(looks(stands("stall", 0, 400), until=400), site(zone(STALL, rule=SHORT, hours=Between(100, 150))))
    assert result.story == [("opened", 120), ("warned", 120), ("suppressed", 150)]


def test_who_has_leave_is_left_alone_and_it_is_said() -> None:
    """A permit suppresses, and says that it did."""
    result = tell(looks(stands("stall", 0, 100), until=100), site(zone(STALL, rule=SHORT, permits=(permit(500),))))
    assert [(event.type, event.reason) for event in result.events] == [("incident.suppressed", "permit")]
    assert result.requests == []


def test_the_end_of_the_hours_stops_the_ladder() -> None:
    """No warning and no order after it, for however long it stands."""
    result = tell(looks(stands("stall", 0, 600), until=600), site(zone(STALL, rule=SHORT, hours=Until(45))))
    assert result.requests == [(1, 20)]
    assert result.ordered == []
