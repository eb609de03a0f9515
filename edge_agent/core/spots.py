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
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from edge_agent.core.belief import running, told_apart
from edge_agent.core.events import Appearance
from edge_agent.core.geometry import Box, iou
from edge_agent.core.hiding import Thing, hidden_by
from edge_agent.core.identity import STILL, came, replaced, sightings, stolen, superseded
from edge_agent.core.incidents import derived_id, place_words
from edge_agent.core.likeness import blended
from edge_agent.core.naming import named
from edge_agent.core.presence import Presence, Sighting, first_seen, look, obscure
from edge_agent.core.tracking import MOVED, Track

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from edge_agent.core.events import Detection
    from edge_agent.core.geometry import Overlap
    from edge_agent.core.policy import Seeing
    from edge_agent.core.watch import Patience

SEEN_SHARE: Final = 1 / 8  # of the looks since its first, to settle; what opens an incident needs more (``belief.py``)
BRIDGE: Final = timedelta(seconds=90)
UNSETTLED_GRACE: Final = timedelta(seconds=10)
DRIFT: Final = timedelta(seconds=60)  # how slowly a settled place follows its boxes
MAX_DRIFT: Final = 0.05  # of the way, in one look


class Gone(StrEnum):
    """How a spot's occupant ceased to be there."""

    LEFT = "left"
    MOVED_ON = "moved_on"
    OUT_OF_SIGHT = "out_of_sight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One thing at one place. ``track`` last sighted it; ``moved`` is the first look that saw it elsewhere.

    ``still`` is the last look that saw it squarely in its place: the look before it moved, if it moves.
    """

    id: str
    family: str
    label: str
    votes: int = 1  # by how many looks ``label`` is ahead of any other name of the family
    place: Box
    presence: Presence
    track: int
    still: datetime
    sighting: Sighting = Sighting.PRESENT
    appearance: Appearance | None = None
    score: float = 1.0  # a running one, over all looks that saw it
    apart: bool = False  # it was seen to be no part of a stronger thing that it touches
    settled_at: datetime | None = None  # the look at which it had stood still long enough
    arrived: bool = False  # its occupant was seen coming from elsewhere
    moved: datetime | None = None

    @property
    def settled(self) -> bool:
        """Whether it has stood still long enough to be a thing that stands."""
        return self.settled_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A settled spot whose occupant is gone; ``end`` is when it was last there, ``at`` when that was known."""

    spot: Spot
    why: Gone
    end: datetime
    at: datetime


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
) -> tuple[tuple[Spot, ...], tuple[Ended, ...]]:
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
    kept, ended = _sorted_out(looked, at, seeing, patience, fills)
    known = {s.id for s in spots}  # two looks at one instant begin one spot
    return told_apart((*kept, *(s for s in fresh if s.id not in known)), by_id), ended


def lose_sight(spots: tuple[Spot, ...], cause: str, at: datetime, seeing: Seeing) -> tuple[Spot, ...]:
    """Nothing can be told of any spot from ``at`` to the next good look, because of ``cause``."""
    return tuple(
        replace(s, presence=obscure(s.presence, cause, at, seeing.max_gap), sighting=Sighting.UNOBSERVABLE)
        for s in spots
    )


def expire(spots: tuple[Spot, ...], at: datetime, patience: Patience) -> tuple[tuple[Spot, ...], tuple[Ended, ...]]:
    """End the spots that have been out of sight for longer than any rule waits, dated to that very instant."""
    kept, ended = [], []
    for spot in spots:
        deadline = spot.presence.last_seen + patience.out_of_sight
        if at < deadline:
            kept.append(spot)
        elif spot.settled:
            ended.append(Ended(spot=spot, why=Gone.OUT_OF_SIGHT, end=spot.presence.last_seen, at=deadline))
    return tuple(kept), tuple(ended)


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
) -> tuple[tuple[Spot, ...], tuple[Ended, ...]]:
    kept: list[Spot] = []
    ended: list[Ended] = []
    for spot in looked:
        why = None if spot.sighting is Sighting.PRESENT else _gone(spot, looked, at, seeing, patience, fills)
        if why is None:
            kept.append(spot)
        elif spot.settled:
            end = spot.still if why is Gone.MOVED_ON else spot.presence.last_seen
            ended.append(Ended(spot=spot, why=why, end=end, at=at))
    return tuple(kept), tuple(ended)


def _gone(
    spot: Spot, spots: Iterable[Spot], at: datetime, seeing: Seeing, patience: Patience, fills: Overlap
) -> Gone | None:
    if any(superseded(spot, other, fills) for other in spots):
        return Gone.MOVED_ON
    if not spot.settled:
        drop = spot.moved is not None or spot.presence.missed > UNSETTLED_GRACE or spot.presence.gaps > BRIDGE
        return Gone.MOVED_ON if drop else None
    if spot.moved is not None and at - spot.moved >= seeing.moved_for:
        return Gone.MOVED_ON
    if any(replaced(spot, other, seeing, fills) for other in spots):
        return Gone.MOVED_ON
    return Gone.LEFT if spot.presence.left(patience.missing) else None
