"""Rejoining: a vehicle whose plate is that of an incident lately resolved is that incident, come back.

A look tells one car from the next in few cases, a plate in all; so it needs no agreeing look, and no place but the
zone: who drives on by a length and parks again has not left. It is read shortly before the dwell is reached
(``plates.py``); from then on nothing begins anew, and the incident goes on at the rung on which it stood::

    incident   ━━━━ warning 1 ━━━ resolved                    recurred ━━━ warning 2
    new case                        ├─ dwell ─ plate read ──▶ ┘
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from edge_agent.core.incident import case_actions
from edge_agent.core.incident.case_review import work_on
from edge_agent.core.incident.ladder_states import Candidate, Confirming
from edge_agent.core.plate.matching import surely_matches
from edge_agent.core.track.presence import resumed

if TYPE_CHECKING:
    from edge_agent.core.effects import Effect
    from edge_agent.core.events import PlateRead
    from edge_agent.core.incident.cases import Case
    from edge_agent.core.incident.world import World
    from edge_agent.core.site.policy import Rule
    from edge_agent.core.site.site import Site


def rejoined(
    world: World, effects: tuple[Effect, ...], event: PlateRead, site: Site
) -> tuple[World, tuple[Effect, ...]]:
    """After the plate of a case was read: it is the departed one of the same plate, where there is one."""
    case = next((each for each in world.cases if each.id == event.case), None)
    zone_rule = None if case is None else site.watch(world.camera).zone_rule(case.zone, case.kind)
    if case is None or zone_rule is None or not _may_rejoin(case):
        return world, effects
    before = next((each for each in world.departed if _same_vehicle(each, case, zone_rule.rule)), None)
    if before is None:
        return world, effects
    presence = resumed(before.presence, case.presence)
    swapped = replace(
        world,
        cases=tuple(before if each is case else each for each in world.cases),
        departed=tuple(each for each in world.departed if each is not before),
    )
    world, more = work_on(
        swapped,
        event.at,
        site,
        lambda each: each.id == before.id,
        lambda each, scene: case_actions.returned(each, scene, case, presence),
    )
    return world, (*effects, *more)


def _may_rejoin(case: Case) -> bool:
    """Whether nothing has been told of it, and nothing but its dwell keeps it from that."""
    return isinstance(case.state, Candidate | Confirming) and case.leave is None and case.doubt is None


def _same_vehicle(before: Case, again: Case, rule: Rule) -> bool:
    was, now = before.known.plate, again.known.plate
    if (before.zone, before.kind) != (again.zone, again.kind) or was is None or now is None:
        return False
    away = again.presence.since - before.presence.last_seen
    return was.province_sure and timedelta(0) < away <= rule.remembered and surely_matches(was.text, now)
