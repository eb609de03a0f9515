"""Spots: this kind of thing, standing at this place.

A spot begins wherever a detection is not one that is known to stand there, and *settles* once the thing has
stood still long enough. From then on it does not matter which track number the thing carries, whether it is
missed for a while, or whether something passes in front of it: dwell belongs to the spot.

::

    new ──stands 5 s──▶ settled ──seen missing 45 s──▶ ended (left)
     │                     ├──its track seen elsewhere for 2 s──▶ ended (moved on)
     │                     ├──another one drove into its place──▶ ended (moved on)
     └──moved, missing──▶ dropped └──out of sight 30 min──▶ ended (out of sight)

Whether what is seen at its place is still it is asked of ``identity.py``. What I dislike: without appearance in the
log, two like cars that change places between two looks are one car.

Naming: what a thing is called whose looks do not call it alike.

Hiding: what keeps a thing from being seen at its place.

A box hides a thing only where it can be believed to stand in front of it::

    its score            is one that a thing may begin with (``min_score``): a ghost of 0.16 hides nothing
    its foot             is lower in the picture than the foot that it hides: what is behind hides nothing
    it is not the thing  under another label: the very same box, and a bird where a van stands
    its size             is one that its label can have there, ``SLACK`` times over; and not the whole picture

How large a label can be at a place follows from what stands there. Whatever is lower than the camera ends below the
horizon, so at a lower foot the scale is at most ``(foot - top of the place) / height of the place`` times as large.

What I dislike about it: a lorry right before the lens is no occluder, and after a while what stood behind it has left.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.core.detect.likeness import blended
from edge_agent.core.events import Detection
from edge_agent.core.feed.incidents import derived_id, place_words
from edge_agent.core.geometry import Box, covered, iou
from edge_agent.core.track.belief import distinct_spots, running
from edge_agent.core.track.gone import BRIDGE, ended, unseen_until, why_gone
from edge_agent.core.track.identity import STILL, came, sightings, stolen
from edge_agent.core.track.occlusion import BLURRED, behind
from edge_agent.core.track.presence import Sighting, first_seen, look, obscure
from edge_agent.core.track.spot import Calls, EndedSpot, Gone, Spot
from edge_agent.core.track.tracker import MOVED, Track

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge_agent.core.geometry import Overlap
    from edge_agent.core.track.settings import Patience, Seeing

HIDDEN: Final = 0.5  # share of the footprint that another box covers
SAME: Final = 0.7  # IoU from which on a box of another label is the thing itself
BORDER: Final = 0.005  # of the picture: nearer to its edge a box is cut off
SLACK: Final = 3.0  # the hidden thing may be a third of the largest of its label
Thing = Track | Detection

LARGEST_M: Final[dict[str, tuple[float, float]]] = {  # across and up; of other labels nothing is known
    "bench": (3.0, 1.2),
    "bicycle": (2.5, 2.0),
    "bin": (1.5, 1.5),
    "bird": (0.7, 0.5),
    "box": (1.5, 1.5),
    "bus": (18.0, 4.5),
    "car": (5.5, 2.0),
    "cart": (3.0, 2.5),
    "cat": (0.8, 0.5),
    "chair": (1.0, 1.2),
    "dining table": (2.5, 1.2),
    "dog": (1.5, 1.0),
    "garbage": (3.0, 1.5),
    "garbage_bin": (1.5, 1.5),
    "goods": (4.0, 2.5),
    "motorcycle": (2.5, 2.0),
    "overflow": (3.0, 2.0),
    "parasol": (4.0, 3.5),
    "person": (2.0, 2.0),
    "rack": (4.0, 2.5),
    "stall": (6.0, 3.5),
    "table": (2.5, 1.2),
    "tricycle": (3.5, 3.0),
    "truck": (18.0, 4.5),
    "umbrella": (4.0, 3.5),
    "van": (7.0, 3.0),
}


def hidden_by(
    place: Box, label: str, own: Track | None, things: tuple[Thing, ...], *, near: bool, min_score: float
) -> str | None:
    """Why nobody can tell whether what stood at ``place`` is there; None where the place can be seen.

    Args:
        place: Where it stood.
        label: What it is.
        own: The track that has been it.
        things: Everything that this look shows.
        near: Whether ``own`` is not elsewhere: then its box shows the thing, only not clearly at its place.
        min_score: The least score of what can hide anything.
    """
    footprint = place.footprint
    for thing in things:
        if thing.score < min_score or thing is own or not _in_front(thing.box, place):
            continue
        if covered(footprint, thing.box) >= HIDDEN and _believed(thing, place, label):
            return behind(thing.label)
    if own is not None and (near or covered(footprint, own.box) >= HIDDEN):
        return BLURRED
    return None


def _in_front(box: Box, place: Box) -> bool:
    """Whether its foot is lower in the picture; where both are cut off, nobody can tell that it is not."""
    return box.y1 > place.y1 or (box.y1 > 1 - BORDER and place.y1 > 1 - BORDER)


def _believed(thing: Thing, place: Box, label: str) -> bool:
    """Whether it is another thing than that at ``place``, of a size that it can have there."""
    box = thing.box
    everywhere = box.x0 < BORDER and box.x1 > 1 - BORDER and box.y0 < BORDER
    return not everywhere and iou(box, place) < SAME and _fits(box, thing.label, place, label)


def _fits(box: Box, label: str, place: Box, standing: str) -> bool:
    """Whether a thing of this label can be so large there, in front of what is ``standing``."""
    largest, behind_it = LARGEST_M.get(label), LARGEST_M.get(standing)
    if largest is None or behind_it is None or box.y1 > 1 - BORDER:  # how far off it stands, nobody can tell
        return True
    scale = SLACK * (box.y1 - place.y0) / behind_it[1]
    return box.width <= largest[0] * scale and box.height <= largest[1] * scale


MOST_VOTES: Final = 10  # so that a name that was wrong for long can still be put right


def named(label: str, votes: int, called: str) -> tuple[str, int]:
    """What most looks call it, and by how many they are ahead, after one that ``called`` it something.

    Boyer and Moore's majority vote: one look that says "bus" does not make a car a bus.
    """
    if called == label:
        return label, min(votes + 1, MOST_VOTES)
    return (label, votes - 1) if votes > 0 else (called, 1)


def counted(calls: tuple[Calls, ...], called: str) -> tuple[Calls, ...]:
    """What looks have called it, after one more."""
    if all(each.label != called for each in calls):
        return (*calls, Calls(called, 1))
    return tuple([Calls(each.label, each.looks + 1) if each.label == called else each for each in calls])


SEEN_SHARE: Final = 1 / 8  # of the looks since its first, to settle; what opens an incident needs more (``belief.py``)
DRIFT: Final = timedelta(seconds=60)  # how slowly a settled place follows its boxes
MAX_DRIFT: Final = 0.05  # of the way, in one look


def see(
    spots: tuple[Spot, ...],
    tracks: tuple[Track, ...],
    at: datetime,
    *,
    passing: Sequence[Detection],
    camera: str,
    seeing: Seeing,
    patience: Patience,
    fills: Overlap = iou,
) -> tuple[tuple[Spot, ...], tuple[EndedSpot, ...]]:
    """Fold the tracks of one look into the spots; returns those that live on and the settled ones that ended.

    ``passing`` is everything whose standing matters to nobody: it can still stand in front of a spot. ``fills`` tells
    how much of its place a thing still fills.
    """
    by_id = {t.id: t for t in tracks}
    sighted = sightings(spots, tracks, by_id, seeing, fills)
    matched = {t.id for t in sighted.values()}
    things: tuple[Thing, ...] = (*tracks, *passing)
    looked = [
        _sighted(spot, sighted[spot.id], at, seeing, fills)
        if spot.id in sighted
        else _unsighted(spot, by_id.get(spot.track), things, at, seeing, fills)
        for spot in spots
    ]
    fresh = [_begun(t, camera, fills) for t in tracks if t.id not in matched and t.score >= seeing.min_score]
    remaining, gone = _sorted_out(looked, at, seeing, patience, fills)
    known = {s.id for s in spots}  # two looks at one instant begin one spot
    return distinct_spots((*remaining, *(s for s in fresh if s.id not in known)), by_id), gone


def lose_sight(spots: tuple[Spot, ...], cause: str, at: datetime, seeing: Seeing) -> tuple[Spot, ...]:
    """Nothing can be told of any spot from ``at`` to the next good look, because of ``cause``."""
    return tuple(
        replace(s, presence=obscure(s.presence, cause, at, seeing.max_gap), sighting=Sighting.UNOBSERVABLE)
        for s in spots
    )


def expire(spots: tuple[Spot, ...], at: datetime, patience: Patience) -> tuple[tuple[Spot, ...], tuple[EndedSpot, ...]]:
    """End the spots that have been out of sight for longer than any rule waits, dated to that very instant."""
    remaining, gone = [], []
    for spot in spots:
        deadline = unseen_until(spot.presence, patience.out_of_sight)
        if at < deadline:
            remaining.append(spot)
        elif spot.settled:
            gone.append(ended(spot, Gone.OUT_OF_SIGHT, deadline))
    return tuple(remaining), tuple(gone)


def _sighted(spot: Spot, seen: Track, at: datetime, seeing: Seeing, fills: Overlap) -> Spot:
    """The spot after a look that saw its occupant."""
    span = (at - spot.presence.last_seen) / DRIFT
    share = min(span, MAX_DRIFT) if spot.settled else 1 / (spot.presence.seen + 1)
    presence = look(spot.presence, Sighting.PRESENT, at, max_gap=seeing.max_gap, bridge=BRIDGE)
    settled_at = spot.settled_at
    if settled_at is None and at - presence.since >= seeing.settle and presence.share >= SEEN_SHARE:
        settled_at = at
    label, votes = named(spot.label, spot.votes, seen.label)
    return Spot(
        id=spot.id,
        family=spot.family,
        label=label,
        votes=votes,
        calls=counted(spot.calls, seen.label),
        place=spot.place.towards(seen.box, share),
        presence=presence,
        track=seen.id,
        still=at if fills(spot.place, seen.box) >= STILL else spot.still,
        sighting=Sighting.PRESENT,
        appearance=blended(spot.appearance, seen.appearance, share),
        score=running(spot.score, seen.score, presence.seen),
        apart=spot.apart,
        settled_at=settled_at,
        arrived=spot.arrived,
    )


def _unsighted(
    spot: Spot, own: Track | None, things: tuple[Thing, ...], at: datetime, seeing: Seeing, fills: Overlap
) -> Spot:
    """The spot after a look that did not see its occupant there."""
    apart = 1.0 if own is None else fills(spot.place, own.box)
    elsewhere = own is not None and apart < MOVED and not stolen(spot, own, seeing)
    moved = (spot.moved or at) if elsewhere else spot.moved
    near = apart >= MOVED
    cause = hidden_by(spot.place, spot.label, own, things, near=near, min_score=seeing.min_score)
    sighting = Sighting.ABSENT if cause is None else Sighting.UNOBSERVABLE
    presence = look(spot.presence, sighting, at, max_gap=seeing.max_gap, bridge=BRIDGE, cause=cause or "")
    track = spot.track if near or spot.settled else 0
    return replace(spot, presence=presence, sighting=sighting, moved=moved, track=track)


def _begun(seen: Track, camera: str, fills: Overlap) -> Spot:
    return Spot(
        id=derived_id("spot", camera, seen.family, seen.at, place_words(seen.box)),
        family=seen.family,
        label=seen.label,
        calls=(Calls(seen.label, 1),),
        place=seen.box,
        presence=first_seen(seen.at),
        track=seen.id,
        still=seen.at,
        appearance=seen.appearance,
        score=seen.score,
        arrived=seen.moving or came(seen, seen.box, fills),
    )


def _sorted_out(
    looked: list[Spot], at: datetime, seeing: Seeing, patience: Patience, fills: Overlap
) -> tuple[tuple[Spot, ...], tuple[EndedSpot, ...]]:
    remaining: list[Spot] = []
    gone: list[EndedSpot] = []
    for spot in looked:
        why = None if spot.sighting is Sighting.PRESENT else why_gone(spot, looked, at, seeing, patience, fills)
        if why is None:
            remaining.append(spot)
        elif spot.settled:
            gone.append(ended(spot, why, at))
    return tuple(remaining), tuple(gone)
