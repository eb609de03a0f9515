"""Tracking: short-term identity, from one look to the next.

A track answers one question only: where has the thing that stood here gone? Dwell never hangs on it (that is
the spot's business, ``spots.py``), so a lost or swapped track costs nothing but a little knowledge.

Boxes are grown before their overlap is taken (buffered IoU: Yang et al., "Hard to Track Objects with Irregular
Motions and Similar Appearances? Make It Easier by Buffering the Matching Space", WACV 2023), because at one look a
second a car moves by its own length. What overlap cannot find, a like appearance within reach can.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import hypot
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from edge_agent.core.detect.likeness import CLOSELY, agrees, contradicts, unlike
from edge_agent.core.events import Appearance, Detection
from edge_agent.core.geometry import Box, Point, buffered_iou, can_be_seen, iou
from edge_agent.core.track.pairing import paired

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge_agent.core.geometry import Overlap
    from edge_agent.core.track.pairing import Ranked
    from edge_agent.core.track.settings import Seeing

GROWN: Final = 0.6  # of width and height, on each side
MIN_OVERLAP: Final = 0.1  # of the grown boxes
MAX_GROWTH: Final = 2.5  # in area between two looks; a thing does not become another's size
DUPLICATE: Final = 0.6  # IoU from which on two boxes of one family are one thing
TOUCHING: Final = 0.1  # IoU below which a thing that stood is not believed to have come by its place alone ...
LEAP: Final = timedelta(seconds=4)  # ... within this
MOVED: Final = 0.3  # IoU below which a thing is somewhere else
REACH: Final = 3.0  # of a box's diagonal, per second
SETS_OFF: Final = 0.35  # of a box's diagonal, per second squared: a car of 4.5 m at 3 m/s²
TURN: Final = 0.4  # of a box's diagonal: who goes back by more than that within one look has turned round ...
UNLIKELY: Final = 0.25  # ... which is as bad a fit as so much less overlap
TRACK_MEMORY: Final = timedelta(seconds=10)
STILL: Final = Point(0.0, 0.0)
PREDICTED_FOR: Final = timedelta(seconds=3)


class TrackingPolicy(Protocol):
    """What tracking needs to know of a policy."""

    @property
    def seeing(self) -> Seeing:
        """How detections become things that stand."""

    def family(self, label: str) -> str:
        """The family ``label`` belongs to: labels of one family are taken for one another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One thing as last seen; ``velocity`` in fractions of the picture a second.

    ``moving`` says that at its last look it was somewhere else than at the look before, ``stood`` that it was not; of
    what was seen once nobody can tell.
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
    stood: bool = False
    began: Box | None = None  # where it was first seen

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
    memory: TrackMemory, detections: Sequence[Detection], at: datetime, policy: TrackingPolicy, fills: Overlap = iou
) -> tuple[TrackMemory, tuple[Track, ...]]:
    """Give the detections of one look their identity; returns the memory and what was seen at this look.

    ``fills`` tells how much of its place a thing still fills.
    """
    known = tuple(t for t in memory.tracks if at - t.at <= TRACK_MEMORY)
    fresh = _distinct(detections, policy)
    partners = _partners(tuple(_search(each, at) for each in known), fresh, policy.seeing)
    seen: list[Track] = []
    next_id = memory.next_id
    for index, new in enumerate(fresh):
        if index in partners:
            seen.append(_continued(known[partners[index]], new.detection, at, fills))
        else:
            seen.append(_begun(new, next_id, at))
            next_id += 1
    continued = set(partners.values())
    unseen = tuple(t for place, t in enumerate(known) if place not in continued)
    return TrackMemory(tracks=unseen + tuple(seen), next_id=next_id), tuple(seen)


class _Sought(NamedTuple):
    """One thing found at this look."""

    detection: Detection
    family: str


class _Search(NamedTuple):
    """Where a known track may be looked for at this look, and how long it was out of sight."""

    track: Track
    here: Box
    ahead: Box
    away: timedelta


def _distinct(detections: Sequence[Detection], policy: TrackingPolicy) -> tuple[_Sought, ...]:
    """The detections without the second box of one thing (a van is both truck and car to a COCO model)."""
    distinct_ones: list[_Sought] = []
    for detection in sorted(detections, key=lambda d: (-d.score, d.label, d.box.x0, d.box.y0)):
        box = detection.box
        if detection.score < policy.seeing.keep_score or not can_be_seen(box):
            continue
        family = policy.family(detection.label)
        if not any(k.family == family and iou(k.detection.box, box) >= DUPLICATE for k in distinct_ones):
            distinct_ones.append(_Sought(detection, family))
    return tuple(distinct_ones)


def _search(known: Track, at: datetime) -> _Search:
    return _Search(known, known.box, known.expected(at), at - known.at)


def _partners(lookouts: tuple[_Search, ...], fresh: tuple[_Sought, ...], seeing: Seeing) -> dict[int, int]:
    """Which known track each detection continues: best overlap first, then likeness within reach."""
    overlapping: list[Ranked] = []
    apart: list[tuple[int, int]] = []
    for place, follower in enumerate(lookouts):
        for index, new in enumerate(fresh):
            if follower.track.family == new.family:
                overlap = _overlap(follower, new)
                if overlap >= MIN_OVERLAP and not _leaps(follower, new):
                    overlapping.append((-1 - overlap, place, index))  # the 1: a last bit decides nothing
                else:
                    apart.append((place, index))

    def could_be(place: int, index: int) -> bool:
        track, detection = lookouts[place].track, fresh[index].detection
        alike = not contradicts(track.appearance, detection.appearance, seeing.appearance_far)
        return alike and _same_size(track, detection)

    def must_be(place: int, index: int) -> bool:
        track = lookouts[place].track
        near = seeing.appearance_near * (1.0 if track.moving else CLOSELY)
        return agrees(track.appearance, fresh[index].detection.appearance, near)

    partners = paired(_by_likeness(overlapping, lookouts, fresh), could_be)
    taken = set(partners.values())
    free = [(place, index) for place, index in apart if place not in taken and index not in partners]
    return partners | paired(_within_reach(lookouts, fresh, free), must_be)


def _leaps(follower: _Search, new: _Sought) -> bool:
    """Whether what stood would have to jump, and could be told by its look: then only its look can tell that it did."""
    known, detection = follower.track, new.detection
    stood = not known.moving and follower.away <= LEAP
    comparable = known.appearance is not None and detection.appearance is not None
    return stood and comparable and iou(known.box, detection.box) < TOUCHING


def _by_likeness(ranked: list[Ranked], lookouts: tuple[_Search, ...], fresh: tuple[_Sought, ...]) -> list[Ranked]:
    """The pairs; where there is a choice, those of like look that go on as they went come before the rest."""
    lefts, rights = [place for _, place, _ in ranked], [index for _, _, index in ranked]
    if len(set(lefts)) == len(set(rights)) == len(ranked):
        return ranked
    return [
        (rank + _unlikely(lookouts[place].track, fresh[index].detection), place, index)
        if lefts.count(place) > 1 or rights.count(index) > 1
        else (rank, place, index)
        for rank, place, index in ranked
    ]


def _unlikely(known: Track, detection: Detection) -> float:
    """How badly a detection continues a track, by its look and by the way that it would have gone."""
    return unlike(known.appearance, detection.appearance) + _turned(known, detection.box)


def _turned(known: Track, box: Box) -> float:
    """``UNLIKELY`` where a track would have to turn round: a car of a queue moves up, and not back."""
    a, b = known.box.centre, box.centre
    dx, dy = b.x - a.x, b.y - a.y
    back = dx * known.velocity.x + dy * known.velocity.y < 0
    return UNLIKELY if back and hypot(dx, dy) > TURN * hypot(known.box.width, known.box.height) else 0.0


def _overlap(follower: _Search, new: _Sought) -> float:
    """The overlap of the grown boxes, where the track was or where it should be by now."""
    box = new.detection.box
    overlap = buffered_iou(follower.here, box, GROWN)
    return overlap if follower.ahead is follower.here else max(overlap, buffered_iou(follower.ahead, box, GROWN))


def _same_size(known: Track, detection: Detection) -> bool:
    return 1 / MAX_GROWTH <= detection.box.area / known.box.area <= MAX_GROWTH


def _within_reach(
    lookouts: tuple[_Search, ...], fresh: tuple[_Sought, ...], pairs: list[tuple[int, int]]
) -> Iterator[Ranked]:
    """Those of ``pairs`` that are near enough to be one thing, ranked by their distance."""
    for place, index in pairs:
        known, detection = lookouts[place].track, fresh[index].detection
        a, b = known.box.centre, detection.box.centre
        distance = hypot(b.x - a.x, b.y - a.y)
        reach = _reach(known, lookouts[place].away.total_seconds())
        if distance < reach and _same_size(known, detection):
            yield distance / reach - 1 + _turned(known, detection.box), place, index


def _reach(known: Track, seconds: float) -> float:
    """How far a thing may be after so long out of sight; what stood still has to set off first."""
    diagonal = hypot(known.box.width, known.box.height)
    farthest = REACH * diagonal * max(1.0, seconds)
    if not known.stood:
        return farthest
    return min(farthest, hypot(known.velocity.x, known.velocity.y) * seconds + SETS_OFF * diagonal * seconds**2)


def _begun(new: _Sought, number: int, at: datetime) -> Track:
    detection = new.detection
    return Track(
        id=number,
        family=new.family,
        label=detection.label,
        score=detection.score,
        box=detection.box,
        at=at,
        appearance=detection.appearance,
        began=detection.box,
    )


def _continued(before: Track, detection: Detection, at: datetime, fills: Overlap) -> Track:
    moving = fills(before.box, detection.box) < MOVED
    return Track(
        id=before.id,
        family=before.family,
        label=detection.label,
        score=detection.score,
        box=detection.box,
        at=at,
        velocity=_velocity(before.box, detection.box, at - before.at),
        appearance=detection.appearance if detection.appearance is not None else before.appearance,
        moving=moving,
        stood=not moving,
        began=before.began,
    )


def _velocity(a: Box, b: Box, span: timedelta) -> Point:
    """How fast the middle of a box moved."""
    seconds = max(span.total_seconds(), 1e-3)
    dx, dy = (b.x0 + b.x1) / 2 - (a.x0 + a.x1) / 2, (b.y0 + b.y1) / 2 - (a.y0 + a.y1) / 2
    return Point(dx / seconds, dy / seconds)
