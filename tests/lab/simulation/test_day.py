"""A day is told in order, the same for the same seed, with a truth that does not depend on who looks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from edge_agent.core.events import FrameSeen, StreamBack, StreamLost
from lab.simulation.day import simulated
from lab.simulation.street import Network, Stay
from tests.lab.simulation.streets import ALWAYS, BAD_LINE, BUS, LASTS, PARKS, QUEUE, ROUGH, STALLS, WALKS, street
from tests.site import STALL, Between, zone
from tests.street import START, span

FULL = street(PARKS, BUS, WALKS, QUEUE, STALLS, sight=ROUGH)


def test_a_seed_is_a_day() -> None:
    """Twice the same, event by event; another seed or another day is another one."""
    first = simulated(FULL, seed=3)
    assert tuple(simulated(FULL, seed=3).events()) == tuple(first.events())
    assert simulated(FULL, seed=4).incidents != first.incidents
    assert simulated(FULL, seed=3, day=1).incidents != first.incidents
    assert simulated(FULL, seed=3, day=1).start == START + timedelta(days=1)


def test_the_truth_does_not_depend_on_who_looks() -> None:
    """Nor on the network, nor on what else is on the street."""
    truth = simulated(street(PARKS), seed=3).incidents
    rough = replace(street(PARKS, BUS, WALKS, sight=ROUGH), network=BAD_LINE)
    assert len(truth) > 3
    assert simulated(rough, seed=3).incidents == truth


def test_a_lost_stream_is_told_and_shows_nothing() -> None:
    """Time never goes back, lost and back come in turn, and no look lies between them."""
    day = simulated(replace(FULL, network=BAD_LINE), seed=3)
    events = tuple(day.events())
    assert [e.at for e in events] == sorted(e.at for e in events)
    turns = [e for e in events if not isinstance(e, FrameSeen)]
    assert len(turns) == 2 * len(day.gaps) > 4
    for lost, back in zip(turns[::2], turns[1::2], strict=True):
        assert isinstance(lost, StreamLost)
        assert isinstance(back, StreamBack)
        assert not any(lost.at < e.at < back.at for e in events)


def test_a_silence_is_not_told() -> None:
    """Looks are missing, and nobody says why; a stream that never comes back is not told of either."""
    silent = simulated(replace(FULL, network=Network(silent=ALWAYS)), seed=3)
    assert all(isinstance(event, FrameSeen) for event in silent.events())
    assert len(silent.moments) < LASTS.total_seconds()
    gone = simulated(replace(FULL, network=Network(lost=ALWAYS, lost_for=Stay(median=LASTS))), seed=3)
    assert gone.gaps == ()


@pytest.mark.parametrize("per_second", [0.5, 1.0, 4.0])
def test_a_camera_looks_as_often_as_it_is_told_to(per_second: float) -> None:
    """Steadily, from the first instant on."""
    day = simulated(replace(street(PARKS), per_second=per_second), seed=3)
    assert len(day.moments) == LASTS.total_seconds() * per_second
    assert day.moments[1] - day.moments[0] == 1 / per_second


def test_hours_bound_the_truth() -> None:
    """What stands before, over and after the hours of its zone is a violation within them only."""
    within = zone(STALL, ident="stalls", hours=Between(200, 500))
    always = replace(STALLS, stay=Stay(median=span(400)), rest=span(10), counts_from=1)
    free = simulated(street(always, zones=(zone(STALL, ident="stalls"),)), seed=3).incidents
    bound = simulated(street(always, zones=(within,)), seed=3).incidents
    assert [
        (max(i.since, span(200)), min(i.until, span(500))) for i in free if i.until > span(200) and i.since < span(500)
    ] == [(i.since, i.until) for i in bound]
    assert len(bound) >= 1
