"""The case review: all cases of one camera, gone through once a look.

For each zone and kind, the standing things that break the rule are handed to the case they belong to, to a case that
was resolved a moment ago (the thing came back), or become a new case; then every case is asked what is due.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, assert_never

from edge_agent.core.events import LookedAgain, PlateRead, WarningAnswered
from edge_agent.core.incident import case_actions, case_endings
from edge_agent.core.incident.case_actions import Worked
from edge_agent.core.incident.case_context import CaseContext, unwatched_scene
from edge_agent.core.incident.cases import Case, cause_of, joined, opened_case, sighting_of
from edge_agent.core.incident.grouping import Group, Offending, groups, offenders
from edge_agent.core.incident.ladder_states import Resolved
from edge_agent.core.incident.look_result import LookResult
from edge_agent.core.incident.membership import came_back, known_again_for, shared_out
from edge_agent.core.incident.near_misses import near_misses
from edge_agent.core.incident.permit_places import PermitPlaces, in_order, left_in
from edge_agent.core.incident.plates import plate_read
from edge_agent.core.incident.strike_ledger import at_step
from edge_agent.core.incident.taken_up import TakenUp
from edge_agent.core.site.policy import quiet_at
from edge_agent.core.site.quiet_hours import Quiet
from edge_agent.core.track.belief import doubt_of
from edge_agent.core.track.gone import has_left, last_of, unseen_until
from edge_agent.core.track.presence import Presence, Sighting, first_seen, look, resumed, standing_since
from edge_agent.core.track.spot import Gone, Spot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge_agent.core.effects import Effect
    from edge_agent.core.incident.world import World
    from edge_agent.core.site.camera_rules import ZoneRule
    from edge_agent.core.site.site import Site
    from edge_agent.core.site.zone_hours import Shift
    from edge_agent.core.site.zones import Zone


class CaseReview:
    """What one piece of work leaves behind: cases, those lately resolved whose thing may come back, and effects.

    ``places`` are those of the permits, as they are given out at this look.
    """

    def __init__(
        self, departed: tuple[Case, ...] = (), places: PermitPlaces | None = None, taken_up: TakenUp | None = None
    ) -> None:
        self.places = PermitPlaces() if places is None else places
        self.taken_up = taken_up
        self.cases: list[Case] = []
        self.departed: list[Case] = list(departed)
        self.effects: list[Effect] = []

    def file(self, case: Case | None, effects: tuple[Effect, ...] = ()) -> None:
        """Put a case where it belongs (None: it is no more), and what must be done about it behind the rest."""
        self.effects.extend(effects)
        if case is not None:
            if self.taken_up is not None:
                self.taken_up.file(case)
            (self.departed if isinstance(case.state, Resolved) else self.cases).append(case)


def review(world: World, seen: LookResult, at: datetime, site: Site) -> CaseReview:
    """Go through every zone and kind after one look."""
    watch = site.watch(world.camera)
    case_review = CaseReview(places=PermitPlaces(world.cases), taken_up=(taken_up := TakenUp(world.cases, watch)))
    left = left_in(watch.zone_rules, world, seen.spots, at)
    for zone_rule in watch.zone_rules:
        cases, departed = _of(world.cases, zone_rule), _of(world.departed, zone_rule)
        already = frozenset([member for case in cases for member in case.members])
        others = _running(watch.zones_by_kind[zone_rule.kind.name], seen.shifts)
        theirs = left.sorted_out(seen.spots, zone_rule) if left else seen.spots
        offending = offenders(
            theirs, zone_rule.zone, zone_rule.kind, already=already, shares=seen.shares, others=others
        )
        if not (cases or departed or offending):
            continue  # as at most looks in most zones
        scene = replace(_scene(world, zone_rule, at, site), taken=taken_up.taken)
        alive = tuple(c for c in departed if at <= c.presence.last_seen + known_again_for(c, zone_rule.rule))
        shown = seen if left is None else left.dated(seen, zone_rule)
        case_review.departed.extend(_review_scene(case_review, cases, alive, offending, scene, shown, site))
    if seen.gone:
        case_review.effects.extend(near_misses(seen.gone.values(), world, seen.spots, seen.shifts, site))
    return case_review


def expire_cases(world: World, until: datetime, site: Site) -> tuple[World, tuple[Effect, ...]]:
    """End the cases out of sight for longer than their rule waits, each dated to the instant it closes.

    So do those of a zone or kind that the site no longer asks for, now.
    """
    watch = site.watch(world.camera)
    open_cases: list[Case] = []
    effects: list[Effect] = []
    for case in world.cases:
        zone_rule = watch.zone_rule(case.zone, case.kind)
        if zone_rule is None:
            effects.extend(case_actions.unwatched(case, unwatched_scene(world.camera, case, until, site)))
        elif until < (end := unseen_until(case.presence, zone_rule.rule.out_of_sight)):
            open_cases.append(case)
        else:
            closing = at_step(case, _scene(world, zone_rule, end, site))
            _, closing_effects = case_endings.over(case, closing, unknown=True)
            effects.extend(closing_effects)
    return world if len(open_cases) == len(world.cases) else replace(world, cases=tuple(open_cases)), tuple(effects)


def tell_case(
    world: World, event: WarningAnswered | LookedAgain | PlateRead, site: Site
) -> tuple[World, tuple[Effect, ...]]:
    """Tell a case what came of what was asked for it: a warning, a second look, the reading of a plate."""
    return work_on(world, event.at, site, _asked_by(event), lambda case, scene: _told(case, scene, event))


def _asked_by(event: WarningAnswered | LookedAgain | PlateRead) -> Callable[[Case], bool]:
    if isinstance(event, WarningAnswered):
        return lambda case: case.record is not None and case.record.incident == event.incident
    return lambda case: case.id == event.case


def _told(case: Case, scene: CaseContext, event: WarningAnswered | LookedAgain | PlateRead) -> Worked:
    match event:
        case WarningAnswered():
            return case_actions.answered(case, scene, event)
        case LookedAgain():
            return case_actions.second_look(case, scene, event)
        case PlateRead():
            return plate_read(case, scene, event)
        case _:
            assert_never(event)


def work_on(
    world: World,
    at: datetime,
    site: Site,
    chosen: Callable[[Case], bool],
    work: Callable[[Case, CaseContext], Worked],
) -> tuple[World, tuple[Effect, ...]]:
    """Do one piece of work on the cases ``chosen``; an event about no known case changes nothing."""
    case_review, watch = CaseReview(world.departed), site.watch(world.camera)
    for case in world.cases:
        zone_rule = watch.zone_rule(case.zone, case.kind) if chosen(case) else None
        if zone_rule is None:
            case_review.file(case)
        else:
            case_review.file(*work(case, at_step(case, _scene(world, zone_rule, at, site))))
    return replace(world, cases=tuple(case_review.cases), departed=tuple(case_review.departed)), tuple(
        case_review.effects
    )


def _scene(world: World, zone_rule: ZoneRule, at: datetime, site: Site) -> CaseContext:
    quiet = quiet_at(zone_rule.rule, site.exams, zone_rule.zone.id, at)
    return CaseContext(
        camera=world.camera,
        zone=zone_rule.zone,
        kind=zone_rule.kind,
        rule=zone_rule.rule,
        at=at,
        policy_sha256=site.policy.sha256,
        permits=world.standing.permits(zone_rule.zone),
        silent=quiet is Quiet.WAIT or world.standing.silent(zone_rule.zone.id, at),
        quiet=quiet,
        strikes=world.strikes,
        steps=zone_rule.steps,
        plates=site.plates,
        traces=world.plates,
        taught=world.camera in site.taught,
    )


def _running(zones: tuple[Zone, ...], shifts: Mapping[str, Shift]) -> tuple[Zone, ...]:
    """Those of several zones whose hours run: what lies over two of them is not lost to the one that sleeps."""
    return zones if len(zones) == 1 else tuple([zone for zone in zones if shifts[zone.id].running])


def _of(cases: tuple[Case, ...], zone_rule: ZoneRule) -> tuple[Case, ...]:
    if not cases:
        return ()
    return tuple([case for case in cases if case.zone == zone_rule.zone.id and case.kind == zone_rule.kind.name])


def _review_scene(
    case_review: CaseReview,
    cases: tuple[Case, ...],
    departed: tuple[Case, ...],
    offending: Offending,
    scene: CaseContext,
    seen: LookResult,
    site: Site,
) -> tuple[Case, ...]:
    """Sort what stands in one zone into cases of one kind, ask each what is due; returns who is still departed."""
    shift = seen.shifts[scene.zone.id]
    metric_overlap = site.watch(scene.camera).metric_overlap
    filled, loose = shared_out(offending, cases, scene.kind, metric_overlap)
    limited = any(permit.capacity is not None for permit in scene.permits)
    for case, members in in_order(filled) if limited else filled:
        worked, more = _continued(case, members, at_step(case, scene), seen, shift, site, case_review.places)
        if worked is None or isinstance(worked.state, Resolved):
            case_review.places.free(case)
        case_review.file(worked, more)
    if not shift.running:
        return departed
    taken = frozenset(case.id for case in (*cases, *departed))
    for group in groups(loose, scene.kind, seen.people, metric_overlap):
        if sighting_of(group.spots) is not Sighting.PRESENT:
            continue
        started, departed, effects = _started(group, departed, scene, shift, site, taken)
        worked, more = _looked_at(started, group.spots, at_step(started, scene), case_review.places)
        case_review.file(worked, effects + more)
    return departed


def _continued(
    case: Case,
    members: tuple[Spot, ...],
    scene: CaseContext,
    seen: LookResult,
    shift: Shift,
    site: Site,
    places: PermitPlaces,
) -> tuple[Case | None, tuple[Effect, ...]]:
    """One more look at a known case."""
    if not members:
        last = last_of(case.members, seen.gone)
        unknown = last is not None and last.why is Gone.OUT_OF_SIGHT
        return case_endings.over(case, scene, unknown=unknown, end=None if last is None else last.end)
    sighting = sighting_of(members)
    presence = look(
        case.presence,
        sighting,
        scene.at,
        max_gap=site.policy.seeing.max_gap,
        bridge=scene.rule.bridge,
        cause=cause_of(members) if sighting is Sighting.UNOBSERVABLE else "",
    )
    case = joined(case, members, presence=presence, sighting=sighting, min_score=site.policy.seeing.min_score)
    if has_left(presence, scene.rule.leave_grace):
        return case_endings.over(case, scene, unknown=False)
    if sighting is not Sighting.PRESENT:
        return case, ()
    if not shift.running:
        return case_actions.closed_hours(case, scene)
    return _looked_at(case_actions.reopened_hours(case, shift.since), members, scene, places)


def _looked_at(case: Case, members: tuple[Spot, ...], scene: CaseContext, places: PermitPlaces) -> Worked:
    leave = places.hold(case, scene, frozenset([spot.label for spot in members])) if scene.permits else None
    return case_actions.look_at(case, scene, leave=leave)


def _started(
    group: Group,
    departed: tuple[Case, ...],
    scene: CaseContext,
    shift: Shift,
    site: Site,
    taken: frozenset[str],
) -> tuple[Case, tuple[Case, ...], tuple[Effect, ...]]:
    """A group that is no known case: the return of a departed one, or a new case."""
    case = opened_case(
        camera=scene.camera,
        zone=scene.zone.id,
        kind=scene.kind.name,
        spots=group.spots,
        founder=group.founder,
        shop=group.shop,
        taken=taken,
    )
    seeing, metric_overlap = site.policy.seeing, site.watch(scene.camera).metric_overlap
    unsure = doubt_of(group.spots, seeing.min_score)
    case = replace(case, presence=_violating(group.founder, shift, scene.at), unsure=unsure)
    arrived = group.founder.arrived

    def is_back(departed: Case) -> bool:
        return came_back(departed, case, scene.kind, scene.rule, seeing, metric_overlap, arrived=arrived)

    before = next(filter(is_back, departed), None)
    if before is None:
        return case, departed, ()
    rest = tuple(d for d in departed if d is not before)
    back, effects = case_actions.returned(before, at_step(before, scene), case, resumed(before.presence, case.presence))
    return back, rest, effects


def _violating(founder: Spot, shift: Shift, at: datetime) -> Presence:
    """The presence of a thing as a violation.

    Since it stood still if it settled at this look, since the hours began if they began over it, else from this look.
    """
    still = founder.settled_at == at or (founder.settled_at is not None and founder.settled_at < shift.since)
    return standing_since(founder.presence, shift.since) if still else first_seen(at)
