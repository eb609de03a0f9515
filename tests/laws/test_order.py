"""Law 4: an incident is told in order, and nothing is done to what is not there; and no street breaks the core."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge_agent.core.effects import Effect, LookAgain, OpenWorkOrder, PublishIncident, Speak
from edge_agent.core.errors import TimeWentBackError
from edge_agent.core.events import Detection, FrameSeen, Result, Tick, WarningAnswered
from edge_agent.core.feed.incidents import Happening, IncidentEvent
from edge_agent.core.geometry import Box, intersection
from edge_agent.core.incident.world import World
from edge_agent.core.site.site import Site
from edge_agent.core.step import step
from edge_agent.core.track.presence import Sighting
from tests.core_run import CoreRun, mute, tell
from tests.laws.streets import Shell, Street, shells, sites, streets, walk
from tests.site import SHORT, site, zone
from tests.street import RED, START, at, looks, second_of, span, stands

ENDS = {Happening.RESOLVED, Happening.SUPPRESSED, Happening.CANCELLED}


@settings(max_examples=250)
@given(street=streets, site=sites, shell=shells)
def test_every_incident_is_told_in_order(street: Street, site: Site, shell: Shell) -> None:
    """Opened first, warnings 1, 2, … each once, at most one work order, nothing after the end."""
    result = walk(street, site, shell=shell).run
    for incident in result.incidents:
        assert_orderly([event for event in result.events if event.incident == incident])
    orders = {(effect.order.id, effect.order.incident) for effect in result.of(OpenWorkOrder)}
    assert len({order for order, _ in orders}) == len({incident for _, incident in orders})


def assert_orderly(events: list[IncidentEvent]) -> None:
    """One incident's events are a story with a beginning, a middle and at most one end."""
    kinds = [event.type for event in events]
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert len({event.id for event in events}) == len(events)
    assert kinds[0] is Happening.OPENED or kinds == [Happening.SUPPRESSED]
    assert kinds.count(Happening.OPENED) <= 1
    assert kinds.count(Happening.ESCALATED) <= 1
    assert kinds.count(Happening.CONFIRMED) <= 1
    by_centre = [event.verb for event in events if event.verb not in {None, "dispatch", "confirm"}]
    assert len(by_centre) <= 1
    warned = [event.n for event in events if event.type is Happening.WARNED]
    assert warned == list(range(1, len(warned) + 1))
    for before, after in pairwise(events):
        assert before.at <= after.at
        assert before.delivered <= after.delivered
        back = after.type is Happening.RECURRED
        assert (before.type in ENDS) == back
        if back:
            assert before.reason == "left"


@settings(max_examples=150)
@given(street=streets, site=sites)
def test_nothing_is_asked_of_what_is_not_there(street: Street, site: Site) -> None:
    """Whoever is spoken to, looked at again, ordered or opened was present at that very look."""
    world, shown = World(camera="c1"), tuple[Detection, ...]()
    for event in walk(street, site).events:
        world, effects = step(world, event, site)
        shown = event.detections if isinstance(event, FrameSeen) else shown
        for effect in effects:
            assert_present(effect, world, site, shown)


def assert_present(effect: Effect, world: World, site: Site, shown: tuple[Detection, ...]) -> None:
    """The case an effect is about was seen at the last look, if the effect does something to it."""
    match effect:
        case Speak(incident=incident):
            cases = [c for c in world.cases if c.record is not None and c.record.incident == incident]
        case LookAgain(case=ident):
            cases = [c for c in world.cases if c.id == ident]
        case PublishIncident(event=IncidentEvent(type=Happening.OPENED | Happening.ESCALATED, incident=incident)):
            cases = [c for c in world.cases if c.record is not None and c.record.incident == incident]
        case _:
            return
    assert [case.sighting for case in cases] == [Sighting.PRESENT]
    labels = site.policy.kinds[cases[0].kind].labels
    assert any(thing.label in labels and intersection(thing.box, cases[0].place) > 0 for thing in shown)


results = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3), st.sampled_from(Result)), max_size=16)


@settings(max_examples=80)
@given(answers=results)
def test_a_speaker_may_say_anything(answers: list[tuple[int, int, Result]]) -> None:
    """Answers that come twice, late, out of order or about warnings nobody asked for: each counts once, for its own."""
    where = site(zone(rule=replace(SHORT, warnings=3, warn_window=timedelta(minutes=5))))
    outcome = tell(looks(stands("car", 0, 30), until=30), where, speaker=mute)
    for wait, n, result in answers:
        now = second_of(outcome.world.at or START)
        events = looks(stands("car", 0, 1000), until=now + wait, first=now)
        reply = WarningAnswered(at=at(now + wait), incident=outcome.incidents[0], n=n, result=result)
        more = tell((*events, reply), where, speaker=mute, world=outcome.world)
        outcome = replace(more, effects=outcome.effects + more.effects)
    assert_orderly(list(outcome.events))
    heard = {n for _, n, result in answers if result is Result.PLAYED}
    assert {event.n for event in outcome.events if event.type is Happening.WARNED} <= heard


spells = st.lists(st.tuples(st.integers(3, 30), st.integers(1, 20)), min_size=1, max_size=5)


@settings(max_examples=80)
@given(spells=spells, dwell=st.sampled_from((0, 0, 8, 20)), graces=st.tuples(st.integers(1, 20), st.integers(1, 20)))
@example(spells=[(30, 20)], dwell=0, graces=(2, 20))
def test_rules_of_unlike_patience_do_not_disturb_each_other(
    spells: list[tuple[int, int]], dwell: int, graces: tuple[int, int]
) -> None:
    """Two zones wait differently long for what is missing: neither speaks to an empty place."""
    rule, patient = (replace(SHORT, dwell=span(dwell), leave_grace=span(grace)) for grace in graces)
    where = site(zone(rule=rule), zone(rule=patient, ident="patient"))
    result, now = CoreRun(world=World(camera="c1")), 0.0
    for stay, away in spells:
        for event in looks(stands("car", now, now + stay, look=RED), until=now + stay + away, first=now):
            more = tell((event,), where, world=result.world)
            assert isinstance(event, FrameSeen)
            if not event.detections:
                assert not any(isinstance(effect, Speak | LookAgain) for effect in more.effects)
                assert set(more.happened) <= {"resolved"}
            result = replace(more, effects=result.effects + more.effects)
        now += stay + away + 1
    for incident in result.incidents:
        assert_orderly([event for event in result.events if event.incident == incident])


sides = st.floats(allow_nan=False, allow_infinity=False)


@settings(max_examples=150)
@given(corners=st.lists(st.tuples(sides, sides, sides, sides), max_size=40), looks=st.integers(1, 40))
def test_no_box_breaks_the_core(corners: list[tuple[float, float, float, float]], looks: int) -> None:
    """Specks, boxes larger than the world, thousands of times the same box: no exception."""
    boxes = [
        Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        for x0, y0, x1, y1 in corners
        if x0 != x1 and y0 != y1 and abs(x0) + abs(x1) + abs(y0) + abs(y1) < float("inf")
    ]
    things = tuple(Detection(label="car", score=0.9, box=box) for box in boxes)
    world = World(camera="c1")
    for n in range(looks):
        world, _ = step(world, FrameSeen(at=at(n), detections=things), site(zone(rule=SHORT)))


def test_a_thousand_boxes_on_one_place_are_one_thing() -> None:
    """A detector without suppression costs time, not sense."""
    things = tuple(Detection(label="car", score=0.9, box=Box(0.4, 0.4, 0.5, 0.5)) for _ in range(1000))
    world = World(camera="c1")
    for n in range(8):
        world, _ = step(world, FrameSeen(at=at(n), detections=things), site(zone(rule=SHORT)))
    assert len(world.spots) == len(world.cases) == 1


def test_time_never_goes_back() -> None:
    """The one thing the core refuses: an event older than the last, named with both times."""
    world, _ = step(World(camera="c1"), Tick(at(1)), site())
    with pytest.raises(TimeWentBackError, match=r"event tick: expected at .*08:00:01.* or later, got .*08:00:00"):
        step(world, Tick(at(0)), site())
