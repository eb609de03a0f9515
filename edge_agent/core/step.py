"""The door of the core: fold one event into what is remembered, and say what must be done.

``step`` is total and deterministic. Live, replay and every test go through it and nothing else::

    world, effects = step(world, event, site)

The world's time never goes back: an event older than the last one is the shell's bug.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, assert_never

from edge_agent.core.answers import obey
from edge_agent.core.docket import Seen, answer_case, confirm_case, expire_cases, review
from edge_agent.core.effects import Effect, ReportHealth
from edge_agent.core.errors import TimeWentBackError
from edge_agent.core.events import (
    Command,
    Detection,
    Event,
    FrameSeen,
    LookedAgain,
    StreamBack,
    StreamLost,
    Tick,
    WarningAnswered,
)
from edge_agent.core.grouping import PERSON
from edge_agent.core.orderbook import booked, overdue
from edge_agent.core.presence import Sighting, obscure
from edge_agent.core.shifts import turned
from edge_agent.core.shortfalls import near_misses
from edge_agent.core.spots import expire, lose_sight, see
from edge_agent.core.tracking import track

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from edge_agent.core.site import Site
    from edge_agent.core.world import World


_NoFrame = Tick | StreamLost | StreamBack | WarningAnswered | LookedAgain | Command


class Step(NamedTuple):
    """What is remembered now, and what must be done."""

    world: World
    effects: tuple[Effect, ...]


def step(world: World, event: Event, site: Site) -> Step:
    """Fold one event; raises TimeWentBackError for one older than the last."""
    if world.at is not None and event.at < world.at:
        msg = f"event {event.type}: expected at {world.at.isoformat()} or later, got {event.at.isoformat()}"
        raise TimeWentBackError(msg)
    world, expired = _expired(world, event, site)
    if isinstance(event, FrameSeen):
        world, effects = _frame(world, event, site)  # which sets the time with all else, in one go
    else:
        world, effects = _folded(replace(world, at=event.at), event, site)
    return Step(world, expired + effects)


def run(world: World, events: Iterable[Event], site: Site) -> Step:
    """Fold many events; a replay is this line."""
    effects: list[Effect] = []
    for event in events:
        world, more = step(world, event, site)
        effects.extend(more)
    return Step(world, tuple(effects))


def _folded(world: World, event: _NoFrame, site: Site) -> Step:
    match event:
        case Tick():
            return Step(world, ())
        case StreamLost(at=at, reason=reason):
            return Step(_blind(world, reason, at), (ReportHealth(at=at, camera=world.camera, state=reason),))
        case StreamBack(at=at):
            return Step(replace(world, lost=None), (ReportHealth(at=at, camera=world.camera, state="ok"),))
        case WarningAnswered():
            return Step(*booked(*answer_case(world, event, site), site))
        case LookedAgain():
            return Step(*confirm_case(world, event, site))
        case Command():
            return Step(*obey(world, event, site))
        case _:
            assert_never(event)


def _frame(world: World, event: FrameSeen, site: Site) -> Step:
    """One look: detections to tracks to spots to cases."""
    if world.lost is not None:
        return Step(_blind(world, world.lost, event.at), ())
    watch, seeing = site.watch(world.camera), site.policy.seeing
    matters, passing = _sorted(event, watch.standing)
    memory, tracks = track(world.memory, matters, event.at, site.policy)
    spots, ended = see(
        world.spots,
        tracks,
        event.at,
        passing=[d for d in passing if d.score >= seeing.keep_score],
        camera=world.camera,
        seeing=seeing,
        patience=watch.patience,
    )
    shifts = turned(world.shifts, watch.zones, event.at)
    seen = Seen(
        spots=spots,
        gone={e.spot.id: e for e in ended},
        people=tuple([d.box for d in passing if d.label == PERSON and d.score >= seeing.min_score]),
        shifts={shift.zone: shift for shift in shifts},
    )
    docket = review(world, seen, event.at, site)
    world = replace(
        world,
        at=event.at,
        memory=memory,
        spots=spots,
        shifts=shifts,
        cases=tuple(docket.cases),
        departed=tuple(docket.departed),
    )
    return Step(*booked(world, tuple(docket.effects), site))


def _sorted(event: FrameSeen, standing: frozenset[str]) -> tuple[list[Detection], list[Detection]]:
    """What matters when it stands still, and everything else."""
    matters: list[Detection] = []
    passing: list[Detection] = []
    for detection in event.detections:
        (matters if detection.label in standing else passing).append(detection)
    return matters, passing


def _blind(world: World, reason: str, at: datetime) -> World:
    """Nothing can be told of anything from ``at`` to the next good look."""
    cases = tuple(
        replace(case, presence=obscure(case.presence, reason), sighting=Sighting.UNOBSERVABLE) for case in world.cases
    )
    return replace(world, at=at, lost=reason, spots=lose_sight(world.spots, reason), cases=cases)


def _expired(world: World, event: Event, site: Site) -> Step:
    """What has been out of sight for too long ends, dated before the event that tells us so."""
    world, effects = booked(*expire_cases(world, event.at, site), site)
    world, late = overdue(world, event.at)
    spots, ended = expire(world.spots, event.at, site.watch(world.camera).patience)
    if len(spots) == len(world.spots):
        return Step(world, effects + late)
    missed = near_misses(ended, world, spots, {shift.zone: shift for shift in world.shifts}, site)
    return Step(replace(world, spots=spots), effects + late + missed)
