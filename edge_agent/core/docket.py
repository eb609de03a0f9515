"""The docket: all cases of one camera, gone through once a look.

For each zone and kind, the standing things that break the rule are handed to the case they belong to, to a case that
was resolved a moment ago (the thing came back), or become a new case; then every case is asked what is due.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, assert_never

from edge_agent.core import casework
from edge_agent.core.cases import Case, Leave, joined, opened_case, sighting_of
from edge_agent.core.casework import Worked
from edge_agent.core.geometry import Box, iou
from edge_agent.core.grouping import Group, beside, groups, offenders
from edge_agent.core.ladder import Resolved
from edge_agent.core.likeness import agrees, contradicts
from edge_agent.core.permits import covering
from edge_agent.core.policy import Grouping, Kind, Seeing
from edge_agent.core.presence import Presence, Sighting, first_seen, look, resumed, standing_since
from edge_agent.core.spots import THERE, Ended, Gone, Spot
from edge_agent.core.telling import Scene

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from edge_agent.core.effects import Effect
    from edge_agent.core.events import Command, LookedAgain, WarningAnswered
    from edge_agent.core.shifts import Shift
    from edge_agent.core.site import Site
    from edge_agent.core.world import World

SETTLING: Final = timedelta(minutes=1)  # what comes back at the end of its window must still settle


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one look showed: the spots, how those that are no more ended, the people, each zone's hours."""

    spots: tuple[Spot, ...]
    gone: Mapping[str, Ended]
    people: tuple[Box, ...]
    shifts: Mapping[str, Shift]


@dataclass(frozen=True, slots=True, kw_only=True)
class Docket:
    """Cases, those lately resolved whose thing may come back, and what must be done."""

    cases: tuple[Case, ...] = ()
    departed: tuple[Case, ...] = ()
    effects: tuple[Effect, ...] = ()

    def with_case(self, case: Case | None, effects: tuple[Effect, ...]) -> Docket:
        """This docket and one more case, filed where it belongs (None: it is no more)."""
        effects = self.effects + effects
        if case is None:
            return replace(self, effects=effects)
        if isinstance(case.state, Resolved):
            return replace(self, departed=(*self.departed, case), effects=effects)
        return replace(self, cases=(*self.cases, case), effects=effects)

    def joined_by(self, other: Docket) -> Docket:
        """Two dockets as one."""
        return Docket(
            cases=self.cases + other.cases,
            departed=self.departed + other.departed,
            effects=self.effects + other.effects,
        )


def review(world: World, seen: Seen, at: datetime, site: Site) -> tuple[World, tuple[Effect, ...]]:
    """Go through every zone and kind after one look."""
    whole = Docket()
    for scene in _scenes(world.camera, at, site):
        cases, departed = _of(world.cases, scene), _of(world.departed, scene)
        alive = tuple(c for c in departed if at <= c.presence.last_seen + scene.rule.return_window + SETTLING)
        whole = whole.joined_by(_review_scene(cases, alive, scene, seen, site))
    return replace(world, cases=whole.cases, departed=whole.departed), whole.effects


def expire_cases(world: World, until: datetime, site: Site) -> tuple[World, tuple[Effect, ...]]:
    """End the cases out of sight for longer than ``resume_window``, each dated to the instant it closes."""
    docket = Docket(departed=world.departed)
    for case in world.cases:
        scene = _scene_of(world.camera, case, until, site)
        if scene is None or until < case.presence.last_seen + scene.rule.resume_window:
            docket = docket.with_case(case, ())
        else:
            closing = replace(scene, at=case.presence.last_seen + scene.rule.resume_window)
            _, effects = casework.over(case, closing, unknown=True)
            docket = docket.with_case(None, effects)
    return replace(world, cases=docket.cases, departed=docket.departed), docket.effects


def answer_case(world: World, event: WarningAnswered, site: Site) -> tuple[World, tuple[Effect, ...]]:
    """Tell the case that one of its warnings was played, or was not."""
    return _work_on(
        world, event.at, site, _is_incident(event.incident), lambda case, scene: casework.answered(case, scene, event)
    )


def confirm_case(world: World, event: LookedAgain, site: Site) -> tuple[World, tuple[Effect, ...]]:
    """Tell the case what the second look found."""
    return _work_on(
        world,
        event.at,
        site,
        lambda case: case.id == event.case,
        lambda case, scene: casework.second_look(case, scene, agreed=event.confirmed),
    )


def cancel_case(world: World, event: Command, site: Site) -> tuple[World, tuple[Effect, ...]]:
    """Tell the case that the centre rejects its incident."""
    return _work_on(
        world,
        event.at,
        site,
        _is_incident(event.incident),
        lambda case, scene: casework.cancelled(case, scene, event.reason),
    )


def _work_on(
    world: World,
    at: datetime,
    site: Site,
    chosen: Callable[[Case], bool],
    work: Callable[[Case, Scene], Worked],
) -> tuple[World, tuple[Effect, ...]]:
    """Do one piece of work on the cases ``chosen``; an event about no known case changes nothing."""
    docket = Docket(departed=world.departed)
    for case in world.cases:
        scene = _scene_of(world.camera, case, at, site) if chosen(case) else None
        docket = docket.with_case(*((case, ()) if scene is None else work(case, scene)))
    return replace(world, cases=docket.cases, departed=docket.departed), docket.effects


def _is_incident(incident: str) -> Callable[[Case], bool]:
    return lambda case: case.record is not None and case.record.incident == incident


def _scenes(camera: str, at: datetime, site: Site) -> tuple[Scene, ...]:
    return tuple(
        Scene(
            camera=camera, zone=zone, kind=site.policy.kinds[kind], rule=rule, at=at, policy_sha256=site.policy.sha256
        )
        for zone in site.zones_of(camera)
        for kind, rule in zone.rules.items()
    )


def _scene_of(camera: str, case: Case, at: datetime, site: Site) -> Scene | None:
    """The scene of one case, or None when the site no longer has its zone or kind."""
    return next((s for s in _scenes(camera, at, site) if s.zone.id == case.zone and s.kind.name == case.kind), None)


def _of(cases: tuple[Case, ...], scene: Scene) -> tuple[Case, ...]:
    return tuple(case for case in cases if case.zone == scene.zone.id and case.kind == scene.kind.name)


def _review_scene(cases: tuple[Case, ...], departed: tuple[Case, ...], scene: Scene, seen: Seen, site: Site) -> Docket:
    """One zone and kind: sort what stands there into cases, then ask each case what is due."""
    shift = seen.shifts[scene.zone.id]
    already = frozenset(member for case in cases for member in case.members)
    offending = offenders(seen.spots, scene.zone, scene.kind, already=already)
    filled, loose = _filled(cases, offending, scene.kind)
    docket = Docket()
    for case, members in filled:
        docket = docket.with_case(*_continued(case, members, scene, seen, shift, site))
    if not shift.running:
        return docket.joined_by(Docket(departed=departed))
    for group in groups(loose, scene.kind, seen.people):
        if sighting_of(group.spots) is not Sighting.PRESENT:
            continue
        started, departed, effects = _started(group, departed, scene, shift, site)
        worked, more = _looked_at(started, scene)
        docket = docket.with_case(worked, effects + more)
    return docket.joined_by(Docket(departed=departed))


Offending = tuple[tuple[Spot, str | None], ...]


def _filled(
    cases: tuple[Case, ...], offending: Offending, kind: Kind
) -> tuple[tuple[tuple[Case, tuple[Spot, ...]], ...], Offending]:
    """Each case with the standing things that are its own, and the things that are no case's yet."""
    spots = {spot.id: spot for spot, _ in offending}
    mine = {case.id: [spots[m] for m in case.members if m in spots] for case in cases}
    taken = {spot.id for members in mine.values() for spot in members}
    loose: list[tuple[Spot, str | None]] = []
    for spot, shop in offending:
        if spot.id in taken:
            continue
        host = next((c for c in cases if _belongs(spot, shop, c, mine[c.id], kind)), None)
        if host is None:
            loose.append((spot, shop))
        else:
            mine[host.id].append(spot)
    return tuple((case, tuple(mine[case.id])) for case in cases), tuple(loose)


def _belongs(spot: Spot, shop: str | None, case: Case, members: list[Spot], kind: Kind) -> bool:
    match kind.group:
        case Grouping.SPOT:
            return False
        case Grouping.SHOP:
            return shop == case.shop
        case Grouping.CLUSTER:
            return any(beside(spot.place, member.place) for member in members)
        case _:
            assert_never(kind.group)


def _continued(
    case: Case, members: tuple[Spot, ...], scene: Scene, seen: Seen, shift: Shift, site: Site
) -> tuple[Case | None, tuple[Effect, ...]]:
    """One more look at a known case."""
    if not members:
        last = max((seen.gone[m] for m in case.members if m in seen.gone), key=lambda e: e.end, default=None)
        unknown = last is not None and last.why is Gone.OUT_OF_SIGHT
        return casework.over(case, scene, unknown=unknown, end=None if last is None else last.end)
    sighting = sighting_of(members)
    presence = look(case.presence, sighting, scene.at, max_gap=site.policy.seeing.max_gap, bridge=scene.rule.bridge)
    case = replace(joined(case, members), presence=presence, sighting=sighting)
    if presence.left(scene.rule.leave_grace):
        return casework.over(case, scene, unknown=False)
    if sighting is not Sighting.PRESENT:
        return case, ()
    if not shift.running:
        return casework.closed_hours(case, scene)
    return _looked_at(casework.reopened_hours(case, shift.since), scene)


def _looked_at(case: Case, scene: Scene) -> Worked:
    permit = covering(scene.zone.permits, kind=case.kind, place=case.place, shop=case.shop, at=scene.at)
    leave = None if permit is None else Leave(permit.id, permit.ends(scene.at))
    return casework.look_at(case, scene, leave=leave)


def _started(
    group: Group, departed: tuple[Case, ...], scene: Scene, shift: Shift, site: Site
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
    case = replace(case, presence=_violating(group.founder, shift, scene.at))
    before = next((d for d in departed if _came_back(d, case, scene, site.policy.seeing)), None)
    if before is None:
        return case, departed, ()
    rest = tuple(d for d in departed if d is not before)
    back, effects = casework.returned(before, scene, case, resumed(before.presence, case.presence))
    return back, rest, effects


def _violating(founder: Spot, shift: Shift, at: datetime) -> Presence:
    """The presence of a thing as a violation.

    It is one since it stood still if it has settled at this very look, since the hours began if they began over it,
    and otherwise (it came back to a rule that had given it up, it crept over the line) from this look on.
    """
    if founder.settled_at == at or (founder.settled_at is not None and founder.settled_at < shift.since):
        return standing_since(founder.presence, shift.since)
    return first_seen(at)


def _came_back(before: Case, again: Case, scene: Scene, seeing: Seeing) -> bool:
    """Whether ``again`` is the thing of the resolved case ``before``, back at its place in time."""
    away = again.presence.since - before.presence.last_seen
    if not timedelta(0) < away <= scene.rule.return_window:
        return False
    same_look = (
        agrees(before.appearance, again.appearance, seeing.appearance_near)
        if scene.kind.needs_appearance_to_return
        else not contradicts(before.appearance, again.appearance, seeing.appearance_far)
    )
    return same_look and _same_place(before, again, scene.kind)


def _same_place(before: Case, again: Case, kind: Kind) -> bool:
    match kind.group:
        case Grouping.SPOT:
            return iou(before.place, again.place) >= THERE
        case Grouping.SHOP:
            return before.shop == again.shop
        case Grouping.CLUSTER:
            return beside(before.place, again.place)
        case _:
            assert_never(kind.group)
