"""Attention: no decision waits for a sweep, and no street is forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from edge_agent.core.effects import Effect, LookAgain, PublishIncident, Speak
from edge_agent.core.events import Event, FrameSeen, LookedAgain, Result, WarningAnswered
from edge_agent.core.feed.incidents import Happening
from edge_agent.core.incident.cases import Case
from edge_agent.core.incident.scheduling import SWEEP, Interest, next_chance, next_decision
from edge_agent.core.incident.world import World
from edge_agent.core.step import step
from edge_agent.core.track.presence import Sighting
from tests.site import SHORT, site, zone
from tests.street import Things, at, second_of, span, stands

SITE = site(zone(rule=SHORT))
FRAME_S = 0.04  # a camera of 25 frames a second


def answer(effect: Effect) -> Event | None:
    """Every second look agrees and every warning is played at once."""
    match effect:
        case LookAgain():
            return LookedAgain(at=effect.at, case=effect.case, confirmed=True)
        case Speak():
            return WarningAnswered(at=effect.at, incident=effect.incident, n=effect.n, result=Result.PLAYED)
        case _:
            return None


def stepped(world: World, event: Event) -> tuple[World, tuple[Effect, ...]]:
    """Fold an event and all that is answered at once."""
    world, effects = step(world, event, SITE)
    for effect in effects:
        reply = answer(effect)
        if reply is not None:
            world, more = stepped(world, reply)
            effects += more
    return world, effects


def watched(things: Things, until: float) -> tuple[list[float], list[tuple[Happening, float]]]:
    """The seconds at which attention looks at a stream of 25 frames a second, and the events of incidents."""
    world, interest = World(camera="c1"), Interest()
    looked, happened = [], []
    for number in range(int(until / FRAME_S)):
        now = at(number * FRAME_S)
        if not interest.wants(now):
            continue
        world, effects = stepped(world, FrameSeen(at=now, detections=things(second_of(now))))
        interest = interest.seen(now, next_decision(world, SITE))
        looked.append(second_of(now))
        happened += [(e.event.type, second_of(e.event.at)) for e in effects if isinstance(e, PublishIncident)]
    return looked, happened


def test_a_decision_is_taken_at_the_frame_at_which_it_falls_due() -> None:
    """The ladder of a van that stays, with sweeps two seconds apart, is that of looks at every frame."""
    _, happened = watched(stands("car", 0, 150), until=200)
    assert [(what.removeprefix("incident."), round(when, 2)) for what, when in happened] == [
        ("opened", 20.0),
        ("warned", 20.0),
        ("warned", 50.0),
        ("escalated", 80.0),
        ("resolved", pytest.approx(165.0, abs=2.1)),
    ]


def test_an_empty_street_costs_a_look_a_sweep() -> None:
    """And no more than that."""
    looked, _ = watched(lambda _: (), until=60)
    assert looked == pytest.approx([2.0 * n for n in range(30)])


def a_case() -> tuple[World, Case]:
    """A car that has stood for ten of its twenty seconds."""
    world = World(camera="c1")
    for second in range(11):
        world, _ = stepped(world, FrameSeen(at=at(second), detections=stands("car", 0, 99)(second)))
    return world, world.cases[0]


def seen_as(sighting: Sighting) -> World:
    """The same, last seen so."""
    world, case = a_case()
    return replace(world, cases=(replace(case, sighting=sighting),))


@pytest.mark.parametrize(
    ("sighting", "decided"),
    [(Sighting.PRESENT, at(20)), (Sighting.ABSENT, at(25)), (Sighting.UNOBSERVABLE, None)],
)
def test_what_waits_for_what(sighting: Sighting, decided: datetime | None) -> None:
    """A thing that is there waits for its clock, one that is missing for its grace, a hidden one for a sighting."""
    assert next_decision(seen_as(sighting), SITE) == decided


@pytest.mark.parametrize(
    ("sighting", "could"),
    [(Sighting.PRESENT, None), (Sighting.ABSENT, at(20)), (Sighting.UNOBSERVABLE, at(20))],
)
def test_what_could_come_of_the_next_sighting(sighting: Sighting, could: datetime | None) -> None:
    """The clock of what is not seen runs on, if it turns out to have been there."""
    assert next_chance(seen_as(sighting), SITE) == could


def test_what_is_hidden_may_be_seen_to_be_gone() -> None:
    """Its grace, of which most has passed, goes on from the look that shows the empty place."""
    world, case = a_case()
    nearly = replace(case.presence, missed=span(14), looked=at(24))
    hidden = replace(case, sighting=Sighting.UNOBSERVABLE, presence=nearly)
    assert next_chance(replace(world, at=at(26), cases=(hidden,)), SITE) == at(27)


def test_what_is_overdue_is_decided_by_the_sighting_itself() -> None:
    """No picture behind it is needed."""
    world = replace(seen_as(Sighting.ABSENT), at=at(21))
    assert next_chance(world, SITE) is None


def test_a_case_of_a_zone_that_is_gone_waits_for_nothing() -> None:
    """The site was reloaded without it."""
    assert next_decision(a_case()[0], site(zone(ident="elsewhere", rule=SHORT))) is None
    assert next_chance(a_case()[0], site(zone(ident="elsewhere", rule=SHORT))) is None


def test_an_order_is_waited_for_by_nobody() -> None:
    """An empty world has no decision, and a camera that was never looked at wants any picture."""
    assert next_decision(World(camera="c1"), SITE) is None
    assert next_chance(World(camera="c1"), SITE) is None
    assert Interest().wants(at(0))
    assert Interest().due is None


def test_the_sooner_of_sweep_and_decision_is_due() -> None:
    """A decision behind the last look (it waits for an answer) asks for no more than sweeps."""
    looked = Interest().seen(at(10), at(11))
    assert looked.due == at(11)
    assert not looked.wants(at(10.9))
    assert looked.wants(at(11))
    assert Interest().seen(at(10), at(30)).due == at(10) + SWEEP
    assert Interest().seen(at(10), at(9)).due == at(10) + SWEEP


def test_eagerness_is_for_decisions_that_keyframes_would_miss() -> None:
    """Only where one falls into the span asked about."""
    looked = Interest().seen(at(10), at(15))
    assert looked.within(at(14), span(2))
    assert not looked.within(at(10), span(2))
    assert not Interest().within(at(10), span(2))
    assert Interest().seen(at(10), None, at(15)).within(at(14), span(2))


def test_lag_is_counted_from_the_decision() -> None:
    """Not where none was due, nor where it had been waiting already at the look before."""
    looked = Interest().seen(at(10), at(15))
    assert looked.decision_lag(at(15.5)) == span(0.5)
    assert looked.decision_lag(at(12)) is None
    assert Interest().seen(at(10), at(9)).decision_lag(at(12)) is None
    assert Interest().decision_lag(at(12)) is None


def test_a_decision_has_no_time_and_a_sweep_that_of_another() -> None:
    """By the picture that is to be looked at: one from before the decision is a sweep's."""
    looked = Interest().seen(at(10), at(11))
    assert looked.deadline(at(10.9)) == at(14)
    assert looked.deadline(at(11)) == at(11)
    assert Interest().seen(at(10), at(19)).deadline(at(20)) == at(14)
    assert Interest().seen(at(10), at(9)).deadline(at(20)) == at(14)
    assert Interest().seen(at(10), None).deadline(at(20)) == at(14)
    assert Interest().deadline(at(20)) is None
