"""Places of permits: whose case stands under which permit, and who comes when all its places are taken.

A permit with a capacity has so many places. They are given in the order in which the things came, and whoever has one
keeps it until he has left; the next one stands without leave, and gets the first place that falls free. A thing that is
out of sight keeps its place.

What a permit leaves behind: for a while after it has ended, what stands in its place is a matter of its own (人走摊净),
and of no other kind in that zone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.core.incident.cases import Case, PermitHold
from edge_agent.core.site.hours_and_permits import Claim
from edge_agent.core.site.policy import Geometry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge_agent.core.incident.case_context import CaseContext
    from edge_agent.core.incident.look_result import LookResult
    from edge_agent.core.incident.world import World
    from edge_agent.core.site.camera_rules import ZoneRule
    from edge_agent.core.site.hours_and_permits import Permit
    from edge_agent.core.site.overrides import Overrides
    from edge_agent.core.track.spot import Spot

LATELY: Final = timedelta(hours=1)  # after the end of a permit, what stands in its place was left there


class PermitPlaces:
    """Who has a place under which permit; for one look, from what the cases hold."""

    def __init__(self, cases: Iterable[Case] = ()) -> None:
        self._holders: dict[tuple[str, str], set[str]] = {}
        for case in cases:
            if case.leave is not None:
                self._holders.setdefault((case.zone, case.leave.permit), set()).add(case.id)

    def hold(self, case: Case, scene: CaseContext, labels: frozenset[str]) -> PermitHold | None:
        """The permit under which a case of things with ``labels`` stands now, or None; its own place comes first."""
        claim = Claim(kind=case.kind, place=case.place, shop=case.shop, labels=labels, plate=case.known.plate)
        if scene.kind.geometry is Geometry.AFTER_PERMIT:  # whoever may stand there again leaves nothing behind
            again = next((each for each in scene.permits if each.lies_at(case.place) and each.runs(scene.at)), None)
            return None if again is None else PermitHold(again.id, again.ends(scene.at))
        running = [each for each in scene.permits if each.concerns(claim) and each.runs(scene.at)]
        mine = None if case.leave is None else case.leave.permit
        for permit in sorted(running, key=lambda each: each.id != mine):
            if self._taken(case, permit):
                if mine is not None and permit.id != mine:
                    self._holders.get((case.zone, mine), set()).discard(case.id)
                return PermitHold(permit.id, permit.ends(scene.at))
        self.free(case)
        return None

    def free(self, case: Case) -> None:
        """A case has no place any more."""
        if case.leave is not None:
            self._holders.get((case.zone, case.leave.permit), set()).discard(case.id)

    def _taken(self, case: Case, permit: Permit) -> bool:
        holders = self._holders.setdefault((case.zone, permit.id), set())
        if permit.capacity is not None and case.id not in holders and len(holders) >= permit.capacity:
            return False
        holders.add(case.id)
        return True


def in_order(filled: Iterable[tuple[Case, tuple[Spot, ...]]]) -> tuple[tuple[Case, tuple[Spot, ...]], ...]:
    """Cases with their things, in the order in which they came: so places are given."""
    return tuple(sorted(filled, key=lambda pair: (pair[0].presence.since, pair[0].id)))


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """What was left where permits have ended, by zone: the ids of the spots, and since when it should be gone."""

    zones: dict[str, tuple[frozenset[str], datetime]]

    def sorted_out(self, spots: tuple[Spot, ...], zone_rule: ZoneRule) -> tuple[Spot, ...]:
        """The spots that a kind is asked about in a zone.

        What was left is asked about by the kind of what is left alone, and that kind is asked about nothing else.
        """
        left, _ = self.zones.get(zone_rule.zone.id, (frozenset[str](), None))
        if zone_rule.kind.geometry is Geometry.AFTER_PERMIT:
            return tuple([spot for spot in spots if spot.id in left])
        return tuple([spot for spot in spots if spot.id not in left]) if left else spots

    def dated(self, seen: LookResult, zone_rule: ZoneRule) -> LookResult:
        """What was seen, for a kind of what is left: with hours that began as the permit ended, where dwell begins."""
        zone = zone_rule.zone.id
        if zone_rule.kind.geometry is not Geometry.AFTER_PERMIT or zone not in self.zones:
            return seen
        shift = seen.shifts[zone]
        begun = replace(shift, since=max(shift.since, self.zones[zone][1]))
        return replace(seen, shifts={**seen.shifts, zone: begun})


def left_in(zone_rules: tuple[ZoneRule, ...], world: World, spots: tuple[Spot, ...], at: datetime) -> LeftBehind | None:
    """What was left behind in the zones of a camera; None where none is watched for it.

    What has a case of that kind already stays its own until it has gone, also when the permit has long ended.
    """
    watched = [each for each in zone_rules if each.kind.geometry is Geometry.AFTER_PERMIT]
    if not watched:
        return None
    zones: dict[str, tuple[frozenset[str], datetime]] = {}
    for each in watched:
        mine = [
            case
            for case in world.cases
            if (case.zone, case.kind) == (each.zone.id, each.kind.name) and case.leave is None
        ]
        left, end = _left_behind(spots, each, world.standing, at)
        own = frozenset([member for case in mine for member in case.members])
        if left or own:
            zones[each.zone.id] = (left | own, at if end is None else end)
    return LeftBehind(zones)


def _left_behind(
    spots: tuple[Spot, ...], zone_rule: ZoneRule, standing: Overrides, at: datetime
) -> tuple[frozenset[str], datetime | None]:
    """The ids of what stands where a permit of the zone has ended lately, and when the first of these ended.

    A permit of named plates leaves nothing behind: a vehicle that stays is parked.
    """
    settled = [each for each in spots if each.settled_at is not None and each.label in zone_rule.kind.labels]
    if not settled:
        return frozenset(), None
    permits = [each for each in standing.permits(zone_rule.zone) if not each.plates]
    ended = [(permit, end) for permit in permits if (end := permit.ended(at, LATELY)) is not None]
    if not ended:
        return frozenset(), None
    running = [each for each in permits if each.runs(at)]
    left = frozenset(
        spot.id
        for spot in settled
        if any(permit.lies_at(spot.place) for permit, _ in ended)
        and not any(permit.lies_at(spot.place) for permit in running)
    )
    return left, min((end for _, end in ended), default=None)
