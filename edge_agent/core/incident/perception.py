"""Perception: what one event shows of a street, before any rule is asked.

Tracks and spots follow from what was detected and from how the camera is looked at; where the zones lie, how long is
too long and what is said then is for the judgement. The two are apart so that one perception serves every setting that
a tuner tries::

    event ─▶ perceive ─▶ Percept ─┬▶ judge, as the site is
                                  ├▶ judge, with a dwell of 90 s
                                  └▶ judge, with the zone a little wider
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from edge_agent.core.events import FrameSeen, StreamBack, StreamLost
from edge_agent.core.geometry import Box, iou, share_inside
from edge_agent.core.incident.grouping import PERSON
from edge_agent.core.site.zones import Shares
from edge_agent.core.track.spot import EndedSpot, Spot
from edge_agent.core.track.spots import expire, lose_sight, see
from edge_agent.core.track.tracker import TrackMemory, track

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from edge_agent.core.events import Detection, Event
    from edge_agent.core.geometry import Polygon
    from edge_agent.core.incident.world import World
    from edge_agent.core.site.site import Site

IGNORED: Final = 0.8  # of a box: as much as must lie in an ignored part; what passes before it reaches beyond


@dataclass(frozen=True, slots=True, kw_only=True)
class Percept:
    """What is seen of a street after one event.

    ``expired`` are the things that had been out of sight for too long before it, which leaves ``left``; ``gone`` are
    those that it showed to be gone; ``lost`` is the trouble of a stream that cannot be believed.
    """

    memory: TrackMemory
    spots: tuple[Spot, ...]
    lost: str | None
    expired: tuple[EndedSpot, ...]
    left: tuple[Spot, ...]
    gone: tuple[EndedSpot, ...] = ()
    people: tuple[Box, ...] = ()
    stands: bool = True  # whether anything has stood still for long enough to break a rule
    shares: Shares = field(default_factory=Shares, compare=False, repr=False)


def perceive(world: World, event: Event, site: Site) -> Percept:
    """Fold one event into what is seen; of ``world`` only that is asked, and of ``site`` only its ``outlook``."""
    left, expired = expire(world.spots, event.at, site.watch(world.camera).patience)
    lost = _trouble(world, event)
    if isinstance(event, FrameSeen) and lost is None:
        return _seen(world, event, site, left, expired)
    informs = isinstance(event, FrameSeen | StreamLost)  # that nobody can see; a tick tells nothing
    spots = left if lost is None or not informs else lose_sight(left, lost, event.at, site.policy.seeing)
    return Percept(memory=world.memory, spots=spots, lost=lost, expired=expired, left=left)


def _trouble(world: World, event: Event) -> str | None:
    """Why nothing that is shown from here on can be believed, or None where it can."""
    match event:
        case StreamLost(reason=reason):
            return reason
        case StreamBack():
            return None
        case _:
            return world.lost


def outlook(site: Site, camera: str) -> Hashable:
    """All of a site that perception asks for: two with the same see the same."""
    watch, policy = site.watch(camera), site.policy
    families = tuple(sorted(policy.families.items()))
    of_camera = site.calibrations.get(camera), site.ignored.get(camera, ())
    return policy.seeing, families, watch.standing, watch.patience, *of_camera


def _seen(
    world: World, event: FrameSeen, site: Site, left: tuple[Spot, ...], expired: tuple[EndedSpot, ...]
) -> Percept:
    """One look: detections to tracks to spots."""
    watch, seeing = site.watch(world.camera), site.policy.seeing
    matters, passing = _sorted(_counted(event, site.ignored.get(world.camera, ())), watch.standing)
    fills = iou if watch.metric_overlap is None else watch.metric_overlap.fills
    memory, tracks = track(world.memory, matters, event.at, site.policy, fills)
    spots, gone = see(
        left,
        tracks,
        event.at,
        passing=[d for d in passing if d.score >= seeing.keep_score],
        camera=world.camera,
        seeing=seeing,
        patience=watch.patience,
        fills=fills,
    )
    return Percept(
        memory=memory,
        spots=spots,
        lost=None,
        expired=expired,
        left=left,
        gone=gone,
        people=tuple([d.box for d in passing if d.label == PERSON and d.score >= seeing.min_score]),
        stands=any(spot.settled_at is not None for spot in spots),
    )


def _counted(event: FrameSeen, ignored: tuple[Polygon, ...]) -> tuple[Detection, ...]:
    """What was detected, without what lies where nothing is looked for."""
    if not ignored:
        return event.detections
    return tuple(
        [d for d in event.detections if not any(share_inside(d.box, polygon) >= IGNORED for polygon in ignored)]
    )


def _sorted(detections: Iterable[Detection], standing: frozenset[str]) -> tuple[list[Detection], list[Detection]]:
    """What matters when it stands still, and everything else."""
    matters: list[Detection] = []
    passing: list[Detection] = []
    for detection in detections:
        (matters if detection.label in standing else passing).append(detection)
    return matters, passing
