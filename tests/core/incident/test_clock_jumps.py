"""Spans over a clock that has jumped, and a world moved in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.core.commands import Silence
from edge_agent.core.events import FrameSeen
from edge_agent.core.incident.clock_jumps import Jump, certainly_before, moved
from edge_agent.core.incident.world import World
from edge_agent.core.site.overrides import Overrides
from edge_agent.core.step import step
from tests.laws.streets import Street, streets, walk
from tests.laws.test_shift import SITE, Plain
from tests.street import START, at, detection

DAY = timedelta(days=1)


def test_only_jumps_within_the_span_count() -> None:
    """Time that may not have passed makes nothing older; a jump back makes nothing younger."""
    jumps = (Jump(START, 100 * DAY), Jump(START + 20 * DAY, 5 * DAY), Jump(START + 22 * DAY, -3 * DAY))
    now = START + 25 * DAY
    assert certainly_before(now, DAY, jumps) == now - DAY
    assert certainly_before(now, 10 * DAY, jumps) == now - 15 * DAY
    assert certainly_before(now, 30 * DAY, jumps) == now - 135 * DAY
    assert certainly_before(now, 30 * DAY, ()) == now - 30 * DAY
    assert certainly_before(now, 30 * DAY, (Jump(now + DAY, 100 * DAY),)) == now - 30 * DAY


@settings(max_examples=20)
@given(street=streets, days=st.integers(-400, 400))
def test_a_moved_world_goes_on_as_the_same(street: Street, days: int) -> None:
    """Every instant in it is moved, and the next look finds what it would have found."""
    by = days * DAY
    world = replace(walk(street, SITE, start=START).run.world, standing=Overrides())
    there = moved(world, by)
    assert moved(there, -by) == world
    assert Plain(by)(there) == Plain(timedelta(0))(world)
    assert world.at is not None
    later = world.at + timedelta(seconds=1)
    here = step(world, FrameSeen(at=later, detections=(detection(),)), SITE)
    after = step(there, FrameSeen(at=later + by, detections=(detection(),)), SITE)
    assert Plain(by)(after) == Plain(timedelta(0))(here)


def test_what_the_centre_has_told_keeps_its_instants() -> None:
    """They are the centre's, whose clock was right; and a world that has seen nothing has no time."""
    silence = Silence(zone="kerb", until=at(600))
    world = World(camera="c1", at=at(0), standing=Overrides(silences=(silence,)))
    assert moved(world, DAY).standing.silences == (silence,)
    assert moved(world, DAY).at == at(0) + DAY
    assert moved(World(camera="c1"), DAY) == World(camera="c1")
