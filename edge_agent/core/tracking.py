"""Tracking: short-term identity, from one look to the next.

A track answers one question only: where has the thing that stood here gone? Dwell never hangs on it (that is
the spot's business, ``spots.py``), so a lost or swapped track costs nothing but a little knowledge.

Boxes are grown before their overlap is taken (buffered IoU: Yang et al., "Hard to Track Objects with Irregular
Motions and Similar Appearances? Make It Easier by Buffering the Matching Space", WACV 2023), because at one look a
second a car moves by its own length. What overlap cannot find, a like appearance within reach can.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import hypot
from typing import TYPE_CHECKING, Final

from edge_agent.core.events import Appearance, Detection
from edge_agent.core.geometry import Box, Point, can_be_seen, iou
from edge_agent.core.likeness import agrees, contradicts

if TYPE_CHECKING:
    from edge_agent.core.policy import Policy, Seeing

GROWN: Final = 0.6  # of width and height, on each side
MIN_OVERLAP: Final = 0.1  # of the grown boxes
MAX_GROWTH: Final = 2.5  # in area between two looks; a thing does not become another's size
DUPLICATE: Final = 0.6  # IoU from which on two boxes of one family are one thing
MOVED: Final = 0.3  # IoU below which a thing is somewhere else
REACH: Final = 3.0  # of a box's diagonal, per second
TRACK_MEMORY: Final = timedelta(seconds=10)
STILL: Final = Point(0.0, 0.0)
PREDICTED_FOR: Final = timedelta(seconds=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One thing as last seen; ``velocity`` in fractions of the picture a second.

    ``moving`` says that at its last look it was somewhere else than at the look before.
    """

    id: int
    family: str
    label: str
    score: float
    box: Box
    at: datetime
    velocity: Point = STILL
    appearance: Appearance | None = None
    moving: bool = False

    def expected(self, at: datetime) -> Box:
        """Where it should be at ``at`` if it goes on as it went."""
        if not self.moving or at - self.at > PREDICTED_FOR:
            return self.box
        span = (at - self.at).total_seconds()
        return self.box.moved(self.velocity.x * span, self.velocity.y * span)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackMemory:
    """The tracks of one camera and the number the next new one gets."""

    tracks: tuple[Track, ...] = ()
    next_id: int = 1


def track(
    memory: TrackMemory, detections: tuple[Detection, ...], at: datetime, policy: Policy
) -> tuple[TrackMemory, tuple[Track, ...]]:
    """Give the detections of one look their identity; returns the memory and what was seen at this look."""
    known = tuple(t for t in memory.tracks if at - t.at <= TRACK_MEMORY)
    fresh = _distinct(detections, policy)
    partners = _partners(known, fresh, at, policy)
    seen: list[Track] = []
    next_id = memory.next_id
    for index, detection in enumerate(fresh):
        before = partners.get(index)
        if before is None:
            seen.append(_begun(detection, policy.family(detection.label), next_id, at))
            next_id += 1
        else:
            seen.append(_continued(before, detection, at))
    seen_ids = {t.id for t in seen}
    unseen = tuple(t for t in known if t.id not in seen_ids)
    return TrackMemory(tracks=unseen + tuple(seen), next_id=next_id), tuple(seen)


def _distinct(detections: tuple[Detection, ...], policy: Policy) -> tuple[Detection, ...]:
    """The detections without the second box of one thing (a van is both truck and car to a COCO model)."""
    kept: list[Detection] = []
    for detection in sorted(detections, key=lambda d: (-d.score, d.label, d.box.x0, d.box.y0)):
        if detection.score < policy.seeing.keep_score or not can_be_seen(detection.box):
            continue
        family = policy.family(detection.label)
        if not any(policy.family(k.label) == family and iou(k.box, detection.box) >= DUPLICATE for k in kept):
            kept.append(detection)
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class _Buffered:
    """Where a known track may be looked for: its grown boxes, worked out once a look."""

    track: Track
    here: Box
    ahead: Box
    reach: float


def _buffered(known: Track, at: datetime) -> _Buffered:
    here = known.box.grown(GROWN)
    ahead = known.expected(at).grown(GROWN) if known.moving else here
    span_s = max(1.0, (at - known.at).total_seconds())
    return _Buffered(known, here, ahead, REACH * hypot(known.box.width, known.box.height) * span_s)


def _partners(known: tuple[Track, ...], fresh: tuple[Detection, ...], at: datetime, policy: Policy) -> dict[int, Track]:
    """Which known track each detection continues: best overlap first, then likeness within reach."""
    ranked: list[tuple[float, int, int]] = []
    buffered = tuple(_buffered(each, at) for each in known)
    for index, detection in enumerate(fresh):
        family, grown = policy.family(detection.label), detection.box.grown(GROWN)
        for place, candidate in enumerate(buffered):
            if candidate.track.family == family:
                score = _affinity(candidate, detection, grown, policy.seeing)
                if score > 0:
                    ranked.append((-score, place, index))
    partners: dict[int, Track] = {}
    taken: set[int] = set()
    for _, place, index in sorted(ranked):
        if index not in partners and place not in taken:
            partners[index] = known[place]
            taken.add(place)
    return partners


def _affinity(candidate: _Buffered, detection: Detection, grown: Box, seeing: Seeing) -> float:
    """How well a detection continues a track: overlap (above 1), likeness within reach (below 1), or 0."""
    known = candidate.track
    growth = detection.box.area / known.box.area
    if not 1 / MAX_GROWTH <= growth <= MAX_GROWTH:
        return 0.0
    overlap = max(iou(candidate.here, grown), iou(candidate.ahead, grown))
    if overlap >= MIN_OVERLAP:
        return 0.0 if contradicts(known.appearance, detection.appearance, seeing.appearance_far) else 1 + overlap
    a, b = known.box.centre, detection.box.centre
    away = hypot(b.x - a.x, b.y - a.y)
    near = away < candidate.reach and agrees(known.appearance, detection.appearance, seeing.appearance_near)
    return 1 - away / candidate.reach if near else 0.0


def _begun(detection: Detection, family: str, number: int, at: datetime) -> Track:
    return Track(
        id=number,
        family=family,
        label=detection.label,
        score=detection.score,
        box=detection.box,
        at=at,
        appearance=detection.appearance,
    )


def _continued(before: Track, detection: Detection, at: datetime) -> Track:
    span = max((at - before.at).total_seconds(), 1e-3)
    a, b = before.box.centre, detection.box.centre
    return replace(
        before,
        label=detection.label,
        score=detection.score,
        box=detection.box,
        at=at,
        velocity=Point((b.x - a.x) / span, (b.y - a.y) / span),
        appearance=detection.appearance if detection.appearance is not None else before.appearance,
        moving=iou(before.box, detection.box) < MOVED,
    )
