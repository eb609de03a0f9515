"""Plates of a case: when one is to be read, and what is known after it was.

A plate is read only where a decision is near: within ``LEAD`` before the dwell is reached, before each warning and
before the order, once for each. It is asked for beside the ladder and never waited for: what is read by then is told,
what is read later is told with the next message. Where a site has a watch-list the first look at a standing vehicle
asks too, for such a vehicle is opened at once::

    dwell  ├──────────────LEAD┤ warning 1 ──────LEAD┤ warning 2 ──────LEAD┤ … the order
                          read ▲                read ▲                read ▲

Earlier incidents of the same plate are remembered (``core/plate/traces.py``), so a replay too knows who comes again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.core.effects import Effect, PublishIncident, ReadPlate
from edge_agent.core.incident.deadlines import due
from edge_agent.core.plate.reading import Identified
from edge_agent.core.plate.traces import PlateTrace, with_traces
from edge_agent.core.plate.voting import joined

if TYPE_CHECKING:
    from edge_agent.core.events import PlateRead
    from edge_agent.core.incident.case_context import CaseContext
    from edge_agent.core.incident.cases import Case
    from edge_agent.core.site.plates import PlateRules
    from edge_agent.core.site.policy import Rule

LEAD: Final = timedelta(seconds=15)


def rule_of(case: Case, scene: CaseContext) -> Rule:
    """The rule that holds for a case: one whose plate is watched for needs no dwell."""
    if scene.plates.watched(case.known.plate) is None:
        return scene.rule
    return replace(scene.rule, dwell=timedelta(0))


def plate_wanted(case: Case, scene: CaseContext) -> tuple[Case, tuple[ReadPlate, ...]]:
    """At a look at which the case is present: ask for its plate to be read, where a decision is near."""
    if not scene.plates.on or not scene.kind.of_vehicles or scene.silent:
        return case, ()
    clock, requested = case.presence.counted, case.plate_asked
    first = requested is None and bool(scene.plates.watch)
    decision = due(case.state, rule_of(case, scene), confirmed=case.confirmed)
    near = decision is not None and clock >= decision - LEAD and (requested is None or requested < decision - LEAD)
    if not (first or near):
        return case, ()
    request = ReadPlate(at=scene.at, case=case.id, zone=case.zone, kind=case.kind, box=case.place)
    return replace(case, plate_asked=clock), (request,)


def plate_read(case: Case, scene: CaseContext, event: PlateRead) -> tuple[Case, tuple[Effect, ...]]:
    """What is known of the vehicle after a reading; one that the site may not keep is not taken in."""
    reading = event.reading
    if reading is not None and not scene.plates.admits(reading):
        reading = None
    plate = joined(case.known.plate, reading)
    vehicle = event.look or case.known.vehicle
    return replace(case, known=Identified(plate=plate, vehicle=vehicle if scene.plates.on else None)), ()


def plates_told(
    traces: tuple[PlateTrace, ...], effects: tuple[Effect, ...], at: datetime | None, rules: PlateRules
) -> tuple[PlateTrace, ...]:
    """The plates of earlier incidents with those that ``effects`` tell of; none where no plate is read any more."""
    if not rules.on or at is None:
        return ()
    newest = {
        effect.event.incident: PlateTrace(
            plate=effect.event.plate.text, incident=effect.event.incident, at=effect.event.opened
        )
        for effect in effects
        if isinstance(effect, PublishIncident) and effect.event.plate is not None
    }
    return with_traces(traces, newest, at) if newest else traces
