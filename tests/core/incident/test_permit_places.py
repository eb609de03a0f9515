"""Places of permits: how many may stand there, who is one too many, and what is left when they have ended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge_agent.config.wire.events import decode_event, decode_world, encode_event, encode_world
from edge_agent.core.commands import CommandOutcome, Grant
from edge_agent.core.effects import Receipt
from edge_agent.core.events import Command, StreamBack, StreamLost
from edge_agent.core.geometry import Box, Point
from edge_agent.core.site.hours_and_permits import Always, Permit
from edge_agent.core.site.policy import Geometry, Grouping
from edge_agent.core.site.site import Site
from tests.core_run import CoreRun, tell
from tests.site import SHORT, STALL, Between, kind, permit, site, zone
from tests.street import Things, at, looks, nothing, stands

LEFT = "left_after_permit"


def pitch(number: int) -> Box:
    """One of many places beside each other, further apart than stalls of one cluster."""
    return Box(0.02 + 0.12 * number, 0.4, 0.05 + 0.12 * number, 0.5)


def stalls(*spans: tuple[float, float]) -> Things:
    """A stall on each pitch, from when to when."""
    things = [stands("stall", first, last, place=pitch(number)) for number, (first, last) in enumerate(spans)]
    return lambda second: tuple(each for thing in things for each in thing(second))


def market(*permits: Permit) -> Site:
    """A zone for stalls with these permits."""
    return site(zone(STALL, rule=SHORT, permits=permits))


def opened(events: CoreRun) -> list[float]:
    """The seconds at which incidents opened."""
    return [second for what, second in events.story if what == "opened"]


def test_the_seventh_stall_is_a_case() -> None:
    """Six may stand there: who came seventh is asked to go, and the six are noted as permitted."""
    spans = [(float(number), 300.0) for number in range(7)]
    result = tell(looks(stalls(*spans), until=30), market(permit(900, capacity=6)))
    assert opened(result) == [26]
    assert result.happened.count("suppressed") == 6
    (case,) = (each for each in result.world.cases if each.leave is None)
    assert case.place.x0 == pytest.approx(pitch(6).x0)


def test_a_place_that_falls_free_goes_to_who_waits() -> None:
    """The seventh is permitted as soon as one of the six has left, and its incident is no violation any more."""
    spans = [(float(number), 60.0 if number == 2 else 300.0) for number in range(7)]
    result = tell(looks(stalls(*spans), until=100), market(permit(900, capacity=6)))
    assert opened(result) == [26]
    last = result.events[-1]
    assert (last.type, last.reason) == ("incident.suppressed", "permit")
    assert all(each.leave is not None for each in result.world.cases)


def test_who_has_a_place_keeps_it() -> None:
    """Somebody who came later does not take it, nor does one who was there when the hours of the permit began."""
    early = replace(permit(0, capacity=1), hours=Between(50, 900))
    result = tell(looks(stalls((0, 300), (10, 300)), until=200), market(early))
    (held,) = (each.place for each in result.world.cases if each.leave is not None)
    assert held.x0 == pytest.approx(pitch(0).x0)
    assert result.happened.count("suppressed") == 1


def test_what_is_out_of_sight_keeps_its_place() -> None:
    """A bus in front of a stall does not make room for another."""
    where = market(permit(900, capacity=1))
    result = tell(looks(stalls((0, 900)), until=40), where)
    result = tell([StreamLost(at=at(41), reason="gone")], where, world=result.world)
    result = tell([StreamBack(at=at(50))], where, world=result.world)
    result = tell(looks(stalls((0, 900), (51, 900)), first=51, until=80), where, world=result.world)
    assert opened(result) == [71]


def test_a_second_permit_takes_who_the_first_has_no_place_for() -> None:
    """Each permit has places of its own."""
    where = market(permit(900, capacity=1), permit(900, id="p2", capacity=1))
    result = tell(looks(stalls((0, 300), (1, 300), (2, 300)), until=40), where)
    assert opened(result) == [22]
    assert sorted(each.leave.permit for each in result.world.cases if each.leave is not None) == ["p1", "p2"]


def test_goods_of_another_sort_are_not_permitted() -> None:
    """A permit for stalls is none for an umbrella beside one: all of it must be permitted."""
    both: Things = lambda second: (  # noqa: E731
        stands("stall", 0, 300, place=pitch(0))(second)
        + stands("umbrella", 0, 300, place=pitch(0).moved(0.03, 0))(second)
    )
    paper = permit(900, goods=frozenset({"stall"}))
    assert opened(tell(looks(stalls((0, 300)), until=30), market(paper))) == []
    assert opened(tell(looks(both, until=30), market(paper))) == [20]


def test_a_world_with_places_survives_the_store() -> None:
    """Who has a place is part of it: after a restart the same one is one too many."""
    where = market(permit(900, capacity=1))
    result = tell(looks(stalls((0, 300), (1, 300)), until=15), where)
    world_read = decode_world(encode_world(result.world))
    assert world_read == result.world
    assert opened(tell(looks(stalls((0, 300), (1, 300)), first=16, until=40), where, world=world_read)) == [21]


def granted(what: Grant, where: Site) -> tuple[CoreRun, CommandOutcome, str]:
    """What came of a grant, which was written to the log and read again before."""
    command = decode_event(encode_event(Command(at=at(0), id="g", by="Li", what=what)))
    result = tell([command], where)
    (receipt,) = result.of(Receipt)
    return result, receipt.outcome, receipt.reason


def test_a_grant_says_all_that_a_permit_can() -> None:
    """Hours, a part of the zone, how many, and what."""
    corner = (Point(0, 0), Point(0.3, 0), Point(0.3, 1), Point(0, 1))
    where = site(replace(zone(STALL, rule=SHORT), read_hours=lambda _: Between(0, 100)))
    what = Grant(
        zone="z", permit="g", holder="Li", valid_to=at(900), hours="x", polygon=corner, capacity=1, goods=("stall",)
    )
    result, outcome, _ = granted(what, where)
    assert outcome is CommandOutcome.ACCEPTED
    assert decode_world(encode_world(result.world)) == result.world
    result = tell(looks(stalls((1, 300), (2, 300), (3, 300), (4, 300)), first=1, until=90), where, world=result.world)
    assert sorted(opened(result)) == [22, 23, 24]  # the second has no place, the others stand elsewhere
    result = tell(looks(stalls((1, 300), (2, 300)), first=91, until=130), where, world=result.world)
    assert opened(result) == [120]  # its hours are over at 100


def test_a_grant_whose_hours_nobody_can_read_is_refused() -> None:
    """In one sentence; so is one by plate, while no plate is read."""
    _, outcome, reason = granted(Grant(zone="z", permit="g", holder="Li", valid_to=at(900), hours="noon"), market())
    assert (outcome, reason) == (
        CommandOutcome.REFUSED,
        "the permit: found 'noon', expected no hours where nothing reads them",
    )
    _, outcome, reason = granted(Grant(zone="z", permit="g", holder="Li", valid_to=at(900), plates=("苏D1",)), market())
    assert (outcome, reason) == (
        CommandOutcome.REFUSED,
        "no plates are read here, so a permit by plate would permit nobody",
    )


def closing(*permits: Permit, dwell: float = 20) -> Site:
    """A zone for stalls, and for what is left behind after their hours."""
    left = kind(LEFT, {"stall", "table", "garbage"}, Grouping.CLUSTER, Geometry.AFTER_PERMIT)
    rules = {STALL: SHORT, LEFT: replace(SHORT, dwell=at(dwell) - at(0))}
    where = site(replace(zone(STALL, rule=SHORT, permits=permits), rules=rules))
    return replace(where, policy=replace(where.policy, kinds={**where.policy.kinds, LEFT: left}))


def kinds(result: CoreRun) -> list[tuple[str, float]]:
    """The kinds and seconds of what opened."""
    seconds = zip(result.events, result.seconds, strict=True)
    return [(event.kind, second) for event, second in seconds if event.type == "incident.opened"]


def test_what_is_left_where_a_permit_has_ended_is_a_case_of_its_own() -> None:
    """One kind for the place, not two: its dwell begins as the permit ends, and the stall's own kind is silent."""
    result = tell(looks(stalls((0, 900)), until=260), closing(permit(100)))
    assert kinds(result) == [(LEFT, 120)]
    assert result.happened == ["suppressed", "opened", "warned", "warned", "escalated"]


def test_rubbish_that_appears_after_the_hours_is_left_behind_too() -> None:
    """Whoever packs up leaves the place clean."""
    thing: Things = lambda s: stands("stall", 0, 110)(s) + stands("garbage", 130, 900, place=pitch(6))(s)  # noqa: E731
    assert kinds(tell(looks(thing, until=200), closing(permit(100)))) == [(LEFT, 150)]


def test_what_stands_there_without_a_permit_before_is_left_by_nobody() -> None:
    """It is a stall as any other: also long after a permit has ended, and where none ever ran."""
    assert kinds(tell(looks(stalls((0, 900)), until=60), closing())) == [(STALL, 20)]
    late = closing(permit(10))
    result = tell(looks(nothing, until=10), late)
    assert kinds(tell(looks(stalls((3700, 4000)), first=3650, until=3800), late, world=result.world)) == [(STALL, 3720)]


def test_only_the_place_of_the_permit_is_to_be_left_clean() -> None:
    """Who stood beside it stood without leave."""
    half = (Point(0, 0), Point(0.1, 0), Point(0.1, 1), Point(0, 1))
    result = tell(looks(stalls((0, 900), (0, 900)), until=200), closing(permit(100, polygon=half)))
    assert kinds(result) == [(STALL, 20), (LEFT, 120)]


def test_a_case_of_what_was_left_stays_one() -> None:
    """Also when the permit has long ended: it is not handed over to another kind."""
    result = tell(looks(stalls((0, 5000)), until=200), closing(permit(100)))
    later = tell(looks(stalls((0, 5000)), first=201, until=3900), closing(permit(100)), world=result.world)
    assert kinds(later) == []
    assert {each.kind for each in later.world.cases} == {LEFT}


def test_the_next_permit_ends_the_matter() -> None:
    """What was left in the evening may stand there again in the morning."""
    again = replace(permit(0, id="p2"), hours=Between(250, 900))
    result = tell(looks(stalls((0, 900)), until=300), closing(permit(100), again))
    assert kinds(result) == [(LEFT, 120)]
    assert ("suppressed", 250.0) in result.story
    on = tell(looks(stalls((0, 900)), first=301, until=330), closing(permit(100), again), world=result.world)
    assert [each.kind for each in on.world.cases] == [STALL]


def test_plates_leave_nothing_behind() -> None:
    """A vehicle that stays after its hours is parked."""
    paper = permit(100, plates=frozenset({"苏D1"}))
    assert kinds(tell(looks(stalls((0, 900)), until=260), closing(paper))) == [(STALL, 20)]


def test_always_is_never_over() -> None:
    """A permit without hours leaves nothing behind, ever."""
    assert kinds(tell(looks(stalls((0, 900)), until=260), closing(replace(permit(0), hours=Always())))) == []
