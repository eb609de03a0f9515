"""Incidents gathered from what was told of them."""

from __future__ import annotations

import pytest

from edge_agent.core.effects import PublishIncident
from edge_agent.core.feed.incidents import Happening
from edge_agent.core.geometry import iou
from edge_agent.core.score.replayed import IncidentMessage, ReplayedIncident, StoodFor, gathered, message_of
from tests.core_run import tell
from tests.site import PARKING, STALL, permit, site, zone
from tests.street import KERB, START, at, looks, span, stands, together


def gathered_from(things: object, *, until: float, within: object = None) -> tuple[ReplayedIncident, ...]:
    """What a street becomes."""
    done = tell(looks(things, until=until), within or site())  # type: ignore[arg-type]
    return gathered((message_of(effect.event) for effect in done.of(PublishIncident)), START)


def test_a_stand_is_one_incident_with_one_spell() -> None:
    """A car stands from 0 to 200: opened and warned at 60, no order, 200 s on the clock."""
    (car,) = gathered_from(stands("car", 0, 200), until=300)
    assert (car.zone, car.kind) == ("z", PARKING)
    assert car.box is not None
    assert iou(car.box, KERB) == pytest.approx(1)
    assert (car.opened, car.warned, car.ordered) == (span(60), span(60), None)
    assert (car.spells, car.dwell) == ((StoodFor(since=span(0), until=span(200)),), span(200))


def test_one_that_still_stands_has_no_end() -> None:
    """Its order came; how long it will have stood nobody knows."""
    (car,) = gathered_from(stands("car", 0, 2000), until=1000)
    assert (car.ordered, car.dwell) == (span(960), None)
    assert car.spells == (StoodFor(since=span(0), until=None),)


def test_a_return_is_a_spell_of_the_same_incident() -> None:
    """A stall stands 0 to 300, is away, and stands again from 400 to 900."""
    street = together(stands("stall", 0, 300), stands("stall", 400, 900))
    (stall,) = gathered_from(street, until=1000, within=site(zone(STALL)))
    assert stall.spells == (StoodFor(since=span(0), until=span(300)), StoodFor(since=span(405), until=span(900)))
    assert stall.dwell == span(800)


def test_what_a_permit_covers_is_no_finding() -> None:
    """Nothing was opened, so nothing was found."""
    within = site(zone(STALL, permits=(permit(5000),)))
    assert gathered_from(stands("stall", 0, 300), until=400, within=within) == ()


def test_incidents_come_in_the_order_of_their_ids_whatever_is_told_between() -> None:
    """Events of two incidents lie among each other; each keeps its own."""
    events = [
        IncidentMessage(type=happening, incident=ident, zone="z", kind=PARKING, at=at(second))
        for second, ident, happening in (
            (60, "b", Happening.OPENED),
            (70, "a", Happening.OPENED),
            (90, "b", Happening.CANCELLED),
            (95, "a", Happening.ESCALATED),
        )
    ]
    first, second = gathered(events, START)
    assert (first.incident, first.ordered, first.warned) == ("a", span(95), None)
    assert (second.incident, second.spells) == ("b", (StoodFor(since=span(60), until=span(90)),))
