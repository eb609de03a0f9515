"""Shortfalls say of what stood for long enough which one thing it lacked, and of nothing else."""

from __future__ import annotations

from dataclasses import replace

from edge_agent.app.replay.replay import Assumed, accounted, replay
from edge_agent.core.effects import Note, Remark
from edge_agent.core.geometry import Box, Point
from edge_agent.core.incident.near_misses import unfinished
from edge_agent.core.incident.world import World
from edge_agent.core.site.frontages import Shop, Side
from edge_agent.core.site.zones import Zone
from tests.core_run import CoreRun, tell
from tests.site import GARBAGE, PARKING, SHORT, STALL, TRADING, Until, permit, site, zone
from tests.street import KERB, Things, looks, stands, together

WEST = (Point(0, 0), Point(0.44, 0), Point(0.44, 1), Point(0, 1))  # holds four tenths of what stands at the kerb
FAR_WEST = (Point(0, 0), Point(0.41, 0), Point(0.41, 1), Point(0, 1))  # holds one
BESIDE = KERB.moved(0.12, 0)
FAR = Box(0.8, 0.8, 0.9, 0.9)
FRONTAGE = Shop(id="s1", name="Li's fruit", frontage=(Point(0.3, 0.6), Point(0.7, 0.6)), street=Side.LEFT)


def gone(things: Things, *zones: Zone, stood: float = 40) -> CoreRun:
    """What is told of things that stand for a while and leave."""
    return tell(looks(things, until=stood + 80), site(*zones))


def test_a_car_that_stood_half_beside_the_zone_is_remarked_on() -> None:
    """With the share of its foot that was inside."""
    (note,) = gone(stands("car", 0, 40), zone(rule=SHORT, polygon=WEST)).of(Note)
    assert note.what is Remark.OUTSIDE
    assert note.share is not None
    assert abs(note.share - 0.4) < 1e-9
    assert (note.camera, note.zone, note.kind, note.dwell_s) == ("c1", "z", PARKING, 40)


def test_what_is_far_from_a_violation_is_not_remarked_on() -> None:
    """Hardly inside; too short; of another kind; or lacking two things at once."""
    car = stands("car", 0, 40)
    assert gone(car, zone(rule=SHORT, polygon=FAR_WEST)).remarks == []
    assert gone(stands("car", 0, 15), zone(rule=SHORT, polygon=WEST)).remarks == []
    assert gone(stands("bin", 0, 40), zone(GARBAGE, rule=SHORT)).remarks == []
    assert gone(car, zone(rule=SHORT, polygon=WEST, hours=Until(-5))).remarks == []
    exempt = replace(zone(rule=SHORT), exempt=(WEST, (Point(0.4, 0), Point(1, 0), Point(1, 1), Point(0.4, 1))))
    assert gone(car, exempt).remarks == []


def test_what_stood_out_of_hours_is_remarked_on() -> None:
    """Where it would have been a violation at another hour."""
    assert gone(stands("car", 0, 40), zone(rule=SHORT, hours=Until(-5))).remarks == [Remark.OFF_HOURS]


def test_a_table_alone_is_remarked_on_and_a_stall_is_not() -> None:
    """A parasol beside it makes it a stall; a stall needs nothing beside it."""
    table = stands("table", 0, 40)
    assert gone(table, zone(STALL, rule=SHORT)).remarks == [Remark.INCOMPLETE]
    both = gone(together(table, stands("umbrella", 0, 40, place=BESIDE)), zone(STALL, rule=SHORT))
    assert both.remarks == []
    assert "resolved" in both.happened
    assert gone(stands("stall", 0, 40), zone(STALL, rule=SHORT, hours=Until(-5))).remarks == [Remark.OFF_HOURS]


def test_a_part_of_an_incident_is_no_near_miss() -> None:
    """Also where the camera waits longer for the things than the rule that they broke."""
    patient = zone(PARKING, rule=replace(SHORT, leave_grace=SHORT.leave_grace * 3), ident="patient")
    both = together(stands("table", 0, 60), stands("umbrella", 0, 60, place=BESIDE))
    result = gone(both, zone(STALL, rule=SHORT), patient, stood=60)
    assert "resolved" in result.happened
    assert result.remarks == []


def test_goods_before_no_shop_are_remarked_on() -> None:
    """They stand in the zone, on the wrong side of every line."""
    inside = zone(TRADING, rule=SHORT, shops=(FRONTAGE,))
    assert gone(stands("goods", 0, 40, place=FAR), inside).remarks == [Remark.NO_SHOP]
    assert gone(stands("goods", 0, 40), inside).remarks == []


def test_garbage_in_the_place_of_a_bin_is_remarked_on() -> None:
    """It is where it belongs; a bin that runs over is not."""
    around = Box(0.38, 0.38, 0.52, 0.52)
    bin_ = stands("bin", 0, 200, place=around)
    result = gone(together(stands("garbage", 0, 40), bin_), zone(GARBAGE, rule=SHORT))
    assert result.remarks == [], "the bin hides the place, so nobody knows yet"
    result = gone(together(stands("garbage", 0, 40), bin_), zone(GARBAGE, rule=SHORT), stood=200)
    assert result.remarks == [Remark.BINNED]
    apart = together(stands("garbage", 0, 40, place=FAR), bin_)
    assert gone(apart, zone(GARBAGE, rule=SHORT, hours=Until(-5))).remarks == [Remark.OFF_HOURS]
    over = gone(together(stands("overflow", 0, 40), bin_), zone(GARBAGE, rule=SHORT), stood=200)
    assert over.remarks == []
    assert "opened" in over.happened


def test_each_zone_has_its_own_say() -> None:
    """An incident in one zone may be a near miss in the next."""
    result = gone(stands("car", 0, 40), zone(rule=SHORT, ident="a"), zone(rule=SHORT, ident="b", polygon=WEST))
    (note,) = result.of(Note)
    assert (note.zone, note.what) == ("b", Remark.OUTSIDE)
    assert {event.zone for event in result.events} == {"a"}


def test_what_still_stands_at_the_end_is_remarked_on() -> None:
    """While it is short of its dwell, and no longer."""
    short = site(zone(rule=SHORT))
    (note,) = unfinished(tell(looks(stands("car", 0, 60), until=12), short).world, short)
    assert (note.what, note.dwell_s, note.needed_s) == (Remark.STILL_THERE, 12, 20)
    assert unfinished(tell(looks(stands("car", 0, 60), until=30), short).world, short) == ()
    assert unfinished(World(camera="c1"), short) == ()
    events = looks(stands("car", 0, 60), until=12)
    assert tuple(accounted(events, "c1", short, Assumed())) == (note,)
    assert tuple(replay(events, "c1", short, Assumed())) == (), "which is told to nobody"


def test_a_zone_that_is_gone_has_nothing_unfinished() -> None:
    """Nobody asks about it any more."""
    short = site(zone(rule=SHORT))
    world = tell(looks(stands("car", 0, 60), until=12), short).world
    assert unfinished(world, site(zone(rule=SHORT, ident="another"))) == ()


def test_a_permit_is_an_incident_of_its_own() -> None:
    """Which says so; nothing is remarked on beside it."""
    result = gone(stands("stall", 0, 40), zone(STALL, rule=SHORT, permits=(permit(500),)))
    assert result.happened == ["suppressed"]
    assert result.remarks == []
