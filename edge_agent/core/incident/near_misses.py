"""Shortfalls: by how little a thing that stood for long enough was no violation, and what is still short of one.

Most things that stand on a street have nothing to do with any zone. Worth a remark is what stood as long as its rule
asks for and lacked one thing only: it stood half beside the zone, or out of its hours; it was one table without
anybody. It is asked once, when the thing is gone, so it costs a look nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from edge_agent.core.effects import Note, Remark
from edge_agent.core.geometry import covered, share_inside
from edge_agent.core.incident.cases import case_id
from edge_agent.core.incident.deadlines import dwell_reached
from edge_agent.core.incident.grouping import IN_CONTAINER
from edge_agent.core.incident.ladder_states import Candidate, Confirming
from edge_agent.core.site.policy import Geometry
from edge_agent.core.site.zones import ENTERED, LEFT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from edge_agent.core.incident.cases import Case
    from edge_agent.core.incident.world import World
    from edge_agent.core.site.camera_rules import ZoneRule
    from edge_agent.core.site.site import Site
    from edge_agent.core.site.zone_hours import Shift
    from edge_agent.core.track.presence import Presence
    from edge_agent.core.track.spot import EndedSpot, Spot

PART: Final = 0.5  # share of a thing's box that lies in the place of a case
Lack = tuple[Remark, float | None]  # what was lacking; where it is room in the zone, the share that was inside


def near_misses(
    gone: Iterable[EndedSpot], world: World, spots: tuple[Spot, ...], shifts: Mapping[str, Shift], site: Site
) -> tuple[Note, ...]:
    """A remark for each thing that is gone, broke no rule, and lacked one thing only.

    Args:
        gone: The settled things that were found to be gone.
        world: As it was before, so that it still has their cases.
        spots: What stands there still: a bin may hold what lies in it.
        shifts: Each zone's hours.
        site: Its zones and kinds.
    """
    zone_rules = [zone_rule for zone_rule in site.watch(world.camera).zone_rules if zone_rule.zone.id in shifts]
    notes = (
        _remarked(ended.spot, ended.at, zone_rule, world.camera, lack)
        for ended in gone
        for zone_rule in zone_rules
        if not _was_case(ended.spot, zone_rule, world)
        and (lack := _lack(ended.spot, zone_rule, spots, running=shifts[zone_rule.zone.id].running)) is not None
    )
    return tuple(notes)


def unfinished(world: World, site: Site) -> tuple[Note, ...]:
    """What stands in a zone when a recording ends, and was not yet there for long enough."""
    watch, at = site.watch(world.camera), world.at
    if at is None:
        return ()
    return tuple(
        Note(
            at=at,
            camera=world.camera,
            case=case.id,
            zone=case.zone,
            kind=case.kind,
            what=_why_not(case, zone_rule),
            dwell_s=case.clock_s,
            unobservable_s=case.presence.unobservable.total_seconds(),
            needed_s=zone_rule.rule.dwell.total_seconds(),
            hidden_by=case.presence.hidden_by,
            share=case.presence.share if _why_not(case, zone_rule) is Remark.SELDOM_SEEN else None,
            box=case.place,
            since=case.presence.since,
            last_seen=case.presence.last_seen,
        )
        for case in world.cases
        if isinstance(case.state, Candidate | Confirming)
        and (zone_rule := watch.zone_rule(case.zone, case.kind)) is not None
    )


def _why_not(case: Case, zone_rule: ZoneRule) -> Remark:
    """Why what still stands there was not opened: it is not believed, or it has not stood for long enough yet."""
    reached = case.presence.counted >= zone_rule.rule.dwell
    return (case.doubt if reached else None) or Remark.STILL_THERE


def _was_case(spot: Spot, zone_rule: ZoneRule, world: World) -> bool:
    """Whether it is a case's, or stood in the place of one that was resolved a moment ago."""
    return any(
        case.zone == zone_rule.zone.id and case.kind == zone_rule.kind.name and spot.id in case.members
        for case in world.cases
    ) or any(
        case.zone == zone_rule.zone.id and case.kind == zone_rule.kind.name and covered(spot.place, case.place) >= PART
        for case in world.departed
    )


def _lack(spot: Spot, zone_rule: ZoneRule, spots: tuple[Spot, ...], *, running: bool) -> Lack | None:
    """The one thing that a spot lacked to be a violation of this duty; None where there is none, or more."""
    if spot.label not in zone_rule.kind.labels or not dwell_reached(spot.presence.counted, zone_rule.rule):
        return None
    share, inside = (
        share_inside(spot.place.footprint, zone_rule.zone.polygon),
        zone_rule.zone.holds(spot.place, already=False),
    )
    if any(share_inside(spot.place.footprint, exempt) >= ENTERED for exempt in zone_rule.zone.exempt):
        return None
    if share <= LEFT and not inside:
        return None
    lacking = _lacking(spot, zone_rule, spots, running=running)
    if not inside:
        return None if lacking else (Remark.OUTSIDE, share)
    return (lacking[0], None) if len(lacking) == 1 else None


def _lacking(spot: Spot, zone_rule: ZoneRule, spots: tuple[Spot, ...], *, running: bool) -> tuple[Remark, ...]:
    """All that kept it from being a violation but its place."""
    kind = zone_rule.kind
    lacking = () if running else (Remark.OFF_HOURS,)
    if kind.geometry is Geometry.BEYOND_FRONTAGE and zone_rule.zone.shop_before(spot.place) is None:
        lacking = (*lacking, Remark.NO_SHOP)
    if kind.geometry is Geometry.OUTSIDE_BIN and spot.label not in kind.uncontained:
        bins = (other for other in spots if other.label in kind.containers)
        if any(covered(spot.place, each.place) >= IN_CONTAINER for each in bins):
            lacking = (*lacking, Remark.BINNED)
    if kind.composition is not None and spot.label not in kind.composition.sufficient:
        lacking = (*lacking, Remark.INCOMPLETE)
    return lacking


def _remarked(spot: Spot, at: datetime, zone_rule: ZoneRule, camera: str, lack: Lack) -> Note:
    what, share = lack
    presence: Presence = spot.presence
    return Note(
        at=at,
        camera=camera,
        case=case_id(camera, zone_rule.zone.id, zone_rule.kind.name, spot.id),
        zone=zone_rule.zone.id,
        kind=zone_rule.kind.name,
        what=what,
        dwell_s=presence.counted.total_seconds(),
        unobservable_s=presence.unobservable.total_seconds(),
        hidden_by=presence.hidden_by,
        share=share,
        box=spot.place,
        since=presence.since,
        last_seen=presence.last_seen,
    )
