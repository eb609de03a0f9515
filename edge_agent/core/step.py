"""The door of the core: fold one event into what is remembered, and say what must be done.

``step`` is total and deterministic. Live, replay and every test go through it and nothing else::

    world, effects = step(world, event, site)

The world's time never goes back: an event older than the last one is the shell's bug.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, assert_never

from edge_agent.core.effects import Effect, ReportHealth
from edge_agent.core.errors import TimeWentBackError
from edge_agent.core.events import (
    Command,
    Event,
    FrameSeen,
    LookedAgain,
    PlateRead,
    StreamBack,
    StreamLost,
    Tick,
    WarningAnswered,
)
from edge_agent.core.incident.case_review import expire_cases, review, tell_case
from edge_agent.core.incident.command_answers import obey
from edge_agent.core.incident.look_result import LookResult
from edge_agent.core.incident.near_misses import near_misses
from edge_agent.core.incident.order_book import booked, overdue
from edge_agent.core.incident.perception import perceive
from edge_agent.core.incident.plates import plates_told
from edge_agent.core.incident.rejoining import rejoined
from edge_agent.core.incident.strike_ledger import recorded
from edge_agent.core.incident.world import World
from edge_agent.core.site.zone_hours import turned
from edge_agent.core.track.presence import Sighting, obscure

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from edge_agent.core.incident.perception import Percept
    from edge_agent.core.site.site import Site


class Stepped(NamedTuple):
    """What is remembered now, and what must be done."""

    world: World
    effects: tuple[Effect, ...]


def step(world: World, event: Event, site: Site) -> Stepped:
    """Fold one event; raises TimeWentBackError for one older than the last."""
    if world.at is not None and event.at < world.at:
        msg = f"event {event.type}: expected at {world.at.isoformat()} or later, got {event.at.isoformat()}"
        raise TimeWentBackError(msg)
    return judge(world, perceive(world, event, site), event, site)


def run(world: World, events: Iterable[Event], site: Site) -> Stepped:
    """Fold many events; a replay is this line."""
    effects: list[Effect] = []
    for event in events:
        world, more = step(world, event, site)
        effects.extend(more)
    return Stepped(world, tuple(effects))


def judge(world: World, percept: Percept, event: Event, site: Site) -> Stepped:
    """What follows from what an event showed, by the rules of ``site``."""
    world, expired = _expired(world, percept, event, site)
    if isinstance(event, FrameSeen) and percept.lost is None:
        world, effects = _looked(world, percept, event.at, site)
    else:
        judged_world = replace(world, at=event.at, memory=percept.memory, spots=percept.spots, lost=percept.lost)
        world, effects = _folded(judged_world, event, site)
    world, effects = recorded(world, expired + effects, site)
    plates = plates_told(world.plates, effects, world.at, site.plates)
    return Stepped(world if plates == world.plates else replace(world, plates=plates), effects)


def is_idle(world: World, percept: Percept) -> bool:
    """Whether nothing can follow from a look: a world that is told of no such look does the same things.

    Its hours must have begun to be followed, for they are dated to the first look.
    """
    nothing_seen = not (percept.stands or percept.gone or percept.expired)
    return nothing_seen and not (world.cases or world.orders) and bool(world.shifts)


def _folded(world: World, event: Event, site: Site) -> Stepped:
    match event:
        case FrameSeen():
            return Stepped(_obscured(world, world.lost or "", event.at, site), ())
        case Tick():
            return Stepped(world, ())
        case StreamLost(at=at, reason=reason):
            return Stepped(
                _obscured(world, reason, at, site), (ReportHealth(at=at, camera=world.camera, state=reason),)
            )
        case StreamBack(at=at):
            return Stepped(world, (ReportHealth(at=at, camera=world.camera, state="ok"),))
        case WarningAnswered() | LookedAgain() | PlateRead():
            told = tell_case(world, event, site)
            return Stepped(*booked(*(rejoined(*told, event, site) if isinstance(event, PlateRead) else told), site))
        case Command():
            return Stepped(*obey(world, event, site))
        case _:
            assert_never(event)


def _looked(world: World, percept: Percept, at: datetime, site: Site) -> Stepped:
    """One good look: from spots to cases."""
    shifts = turned(world.shifts, site.watch(world.camera).zones, at)
    seen = LookResult(
        spots=percept.spots,
        gone={e.spot.id: e for e in percept.gone},
        people=percept.people,
        shares=percept.shares,
        shifts={shift.zone: shift for shift in shifts},
    )
    case_review = review(world, seen, at, site)
    world = World(
        camera=world.camera,
        at=at,
        memory=percept.memory,
        spots=percept.spots,
        cases=tuple(case_review.cases),
        departed=tuple(case_review.departed),
        shifts=shifts,
        orders=world.orders,
        standing=world.standing,
        strikes=world.strikes,
        plates=world.plates,
    )
    return Stepped(*booked(world, tuple(case_review.effects), site))


def _obscured(world: World, reason: str, at: datetime, site: Site) -> World:
    """Nothing can be told of any case from ``at`` to the next good look."""
    max_gap = site.policy.seeing.max_gap
    cases = tuple(
        replace(case, presence=obscure(case.presence, reason, at, max_gap), sighting=Sighting.UNOBSERVABLE)
        for case in world.cases
    )
    return replace(world, cases=cases)


def _expired(world: World, percept: Percept, event: Event, site: Site) -> Stepped:
    """What has been out of sight for too long ends, dated before the event that tells us so."""
    world, effects = booked(*expire_cases(world, event.at, site), site)
    world, late = overdue(world, event.at)
    if not percept.expired:
        return Stepped(world, effects + late)
    shifts = {shift.zone: shift for shift in world.shifts}
    return Stepped(world, effects + late + near_misses(percept.expired, world, percept.left, shifts, site))
