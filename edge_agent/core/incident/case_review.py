"""The case review: all cases of one camera, gone through once a look.

For each zone and kind, the standing things that break the rule are handed to the case they belong to, to a case that
was resolved a moment ago (the thing came back), or become a new case; then every case is asked what is due.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.core.geometry import Box
from edge_agent.core.incident import case_actions
from edge_agent.core.incident.case_actions import Worked
from edge_agent.core.incident.cases import Case, PermitHold, cause_of, joined, opened_case, sighting_of
from edge_agent.core.incident.grouping import Group, Offending, groups, offenders
from edge_agent.core.incident.ladder_states import Resolved
from edge_agent.core.incident.membership import came_back, shared_out
from edge_agent.core.incident.near_misses import near_misses
from edge_agent.core.incident.publishing import CaseContext, unwatched_scene
from edge_agent.core.site.hours_and_permits import covering
from edge_agent.core.site.policy import quiet_at
from edge_agent.core.site.quiet_hours import Quiet
from edge_agent.core.site.zones import Shares
from edge_agent.core.track.belief import doubt_of
from edge_agent.core.track.gone import has_left, last_of, unseen_until
from edge_agent.core.track.presence import Presence, Sighting, first_seen, look, resumed, standing_since
from edge_agent.core.track.spot import EndedSpot, Gone, Spot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge_agent.core.effects import Effect
    from edge_agent.core.events import LookedAgain, WarningAnswered
    from edge_agent.core.incident.world import World
    from edge_agent.core.site.camera_rules import ZoneRule
    from edge_agent.core.site.site import Site
    from edge_agent.core.site.zone_hours import Shift

SETTLING: Final = timedelta(minutes=1)  # what comes back at the end of its window must still settle


@dataclass(frozen=True, slots=True, kw_only=True)
class LookResult:
    """What one look showed: the spots, how those that are no more ended, the people, each zone's hours.

    ``shares`` tells how much of a foot lies in a polygon.
    """

    spots: tuple[Spot, ...]
    gone: Mapping[str, EndedSpot]
    people: tuple[Box, ...]
    shifts: Mapping[str, Shift]
    shares: Shares = field(default_factory=Shares)


class CaseReview:
    """What one piece of work leaves behind: cases, those lately resolved whose thing may come back, and effects."""

    def __init__(self, departed: tuple[Case, ...] = ()) -> None:
        self.cases: list[Case] = []
        self.departed: list[Case] = list(departed)
        self.effects: list[Effect] = []

    def file(self, case: Case | None, effects: tuple[Effect, ...] = ()) -> None:
        """Put a case where it belongs (None: it is no more), and what must be done about it behind the rest."""
        self.effects.extend(effects)
        if case is not None:
            (self.departed if isinstance(case.state, Resolved) else self.cases).append(case)


def review(world: World, seen: LookResult, at: datetime, site: Site) -> CaseReview:
    """Go through every zone and kind after one look."""
    case_review = CaseReview()
    for zone_rule in site.watch(world.camera).zone_rules:
        cases, departed = _of(world.cases, zone_rule), _of(world.departed, zone_rule)
        already = frozenset([member for case in cases for member in case.members])
        offending = offenders(seen.spots, zone_rule.zone, zone_rule.kind, already=already, shares=seen.shares)
        if not (cases or departed or offending):
            continue  # as at most looks in most zones
        scene = _scene(world, zone_rule, at, site)
        alive = tuple(c for c in departed if at <= c.presence.last_seen + zone_rule.rule.return_window + SETTLING)
        case_review.departed.extend(_review_scene(case_review, cases, alive, offending, scene, seen, site))
    if seen.gone:
        case_review.effects.extend(near_misses(seen.gone.values(), world, seen.spots, seen.shifts, site))
    return case_review


def expire_cases(world: World, until: datetime, site: Site) -> tuple[World, tuple[Effect, ...]]:
    """End the cases out of sight for longer than ``resume_window``, each dated to the instant it closes.

    So do those of a zone or kind that the site no longer asks for, now.
    """
    watch = site.watch(world.camera)
    kept: list[Case] = []
    effects: list[Effect] = []
    for case in world.cases:
        zone_rule = watch.zone_rule(case.zone, case.kind)
        if zone_rule is None:
            effects.extend(case_actions.unwatched(case, unwatched_scene(world.camera, case, until, site)))
        elif until < (end := unseen_until(case.presence, zone_rule.rule.resume_window)):
            kept.append(case)
        else:
            closing = _scene(world, zone_rule, end, site)
            _, told = case_actions.over(case, closing, unknown=True)
            effects.extend(told)
    return world if len(kept) == len(world.cases) else replace(world, cases=tuple(kept)), tuple(effects)


def answer_case(world: World, event: WarningAnswered, site: Site) -> tuple[World, tuple[Effect, ...]]:
    """Tell the case that one of its warnings was played, or was not."""
    return work_on(
        world,
        event.at,
        site,
        _is_incident(event.incident),
        lambda case, scene: case_actions.answered(case, scene, event),
    )


def confirm_case(world: World, event: LookedAgain, site: Site) -> tuple[World, tuple[Effect, ...]]:
    """Tell the case what the second look found."""
    return work_on(
        world,
        event.at,
        site,
        lambda case: case.id == event.case,
        lambda case, scene: case_actions.second_look(case, scene, event),
    )


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
        case_review.file(*((case, ()) if zone_rule is None else work(case, _scene(world, zone_rule, at, site))))
    return replace(world, cases=tuple(case_review.cases), departed=tuple(case_review.departed)), tuple(
        case_review.effects
    )


def _is_incident(incident: str) -> Callable[[Case], bool]:
    return lambda case: case.record is not None and case.record.incident == incident


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
        taught=world.camera in site.taught,
    )


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
    for case, members in filled:
        case_review.file(*_continued(case, members, scene, seen, shift, site))
    if not shift.running:
        return departed
    for group in groups(loose, scene.kind, seen.people, metric_overlap):
        if sighting_of(group.spots) is not Sighting.PRESENT:
            continue
        started, departed, effects = _started(group, departed, scene, shift, site)
        worked, more = _looked_at(started, scene)
        case_review.file(worked, effects + more)
    return departed


def _continued(
    case: Case, members: tuple[Spot, ...], scene: CaseContext, seen: LookResult, shift: Shift, site: Site
) -> tuple[Case | None, tuple[Effect, ...]]:
    """One more look at a known case."""
    if not members:
        last = last_of(case.members, seen.gone)
        unknown = last is not None and last.why is Gone.OUT_OF_SIGHT
        return case_actions.over(case, scene, unknown=unknown, end=None if last is None else last.end)
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
        return case_actions.over(case, scene, unknown=False)
    if sighting is not Sighting.PRESENT:
        return case, ()
    if not shift.running:
        return case_actions.closed_hours(case, scene)
    return _looked_at(case_actions.reopened_hours(case, shift.since), scene)


def _looked_at(case: Case, scene: CaseContext) -> Worked:
    permit = covering(scene.permits, kind=case.kind, place=case.place, shop=case.shop, at=scene.at)
    leave = None if permit is None else PermitHold(permit.id, permit.ends(scene.at))
    return case_actions.look_at(case, scene, leave=leave)


def _started(
    group: Group, departed: tuple[Case, ...], scene: CaseContext, shift: Shift, site: Site
) -> tuple[Case, tuple[Case, ...], tuple[Effect, ...]]:
    """A group that is no known case: the return of a departed one, or a new case."""
    case = opened_case(
        camera=scene.camera,
        zone=scene.zone.id,
        kind=scene.kind.name,
        spots=group.spots,
        founder=group.founder,
        shop=group.shop,
    )
    seeing, metric_overlap = site.policy.seeing, site.watch(scene.camera).metric_overlap
    unsure = doubt_of(group.spots, seeing.min_score)
    case = replace(case, presence=_violating(group.founder, shift, scene.at), unsure=unsure)
    before = next((d for d in departed if came_back(d, case, scene.kind, scene.rule, seeing, metric_overlap)), None)
    if before is None:
        return case, departed, ()
    rest = tuple(d for d in departed if d is not before)
    back, effects = case_actions.returned(before, scene, case, resumed(before.presence, case.presence))
    return back, rest, effects


def _violating(founder: Spot, shift: Shift, at: datetime) -> Presence:
    """The presence of a thing as a violation.

    It is one since it stood still if it has settled at this very look, since the hours began if they began over it,
    and otherwise (it came back to a rule that had given it up, it crept over the line) from this look on.
    """
    if founder.settled_at == at or (founder.settled_at is not None and founder.settled_at < shift.since):
        return standing_since(founder.presence, shift.since)
    return first_seen(at)
