"""Identity: whether what is seen at a place is the thing that stood there.

A spot outlives its track, so at every look somebody must say which of the things that are seen is its occupant. Place
comes first, then look, then what is known of how the thing got there::

    its own track, in its place              it is the thing
    its own track, driving back into it      another: what drives was away
    its own track, jumping back into it      the thing if the look agrees: what passed had taken the track along
    another track, which began there         the thing unless the look contradicts; if its own track is elsewhere,
                                             only if the look agrees
    another track, which came from elsewhere another unless the look agrees; if its own track is elsewhere, only
                                             what looks clearly more like it than that one is it; if that was seen
                                             to move on and out of sight, another

How much of its place a thing fills (``fills``): the overlap of its boxes, or metres (``metric_overlap.py``).
Where no look is known, another track that came from elsewhere is another once the own one was seen to move on.
Two spots never share one place for long: what was sighted there first stays, or was seen to be replaced.

What I dislike: like cars that move up in a queue while looks are missed are still one car now and then. And where a
passing car takes the track of a parked one along and leaves it its own, without a look, the parked one is another.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.core.detect.likeness import CLOSELY, agrees, contradicts, likelier
from edge_agent.core.geometry import Box, iou
from edge_agent.core.track.pairing import paired
from edge_agent.core.track.presence import Sighting
from edge_agent.core.track.tracker import MOVED, Track

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_agent.core.geometry import Overlap
    from edge_agent.core.track.pairing import Ranked
    from edge_agent.core.track.settings import Seeing
    from edge_agent.core.track.spot import Spot

STILL: Final = 0.7  # IoU with its place while it has not settled
THERE: Final = 0.5  # IoU with its place once it has
SEEN_EMPTY: Final = timedelta(seconds=2)


def sightings(
    spots: tuple[Spot, ...], tracks: tuple[Track, ...], by_id: Mapping[int, Track], seeing: Seeing, fills: Overlap = iou
) -> dict[str, Track]:
    """Which track each spot sights: same family, same place, not another's look, and not passing through."""
    ranked: list[Ranked] = []
    for i, spot in enumerate(spots):
        enough = THERE if spot.settled else STILL
        for j, seen in enumerate(tracks):
            if spot.family == seen.family:
                overlap = fills(spot.place, seen.box)
                if overlap >= enough:
                    ranked.append((-overlap, i, j))

    def could_be(i: int, j: int) -> bool:
        return not _is_another(spots[i], tracks[j], by_id.get(spots[i].track), seeing, fills)

    return {spots[i].id: tracks[j] for j, i in paired(ranked, could_be).items()}


def came(seen: Track, place: Box, fills: Overlap) -> bool:
    """Whether a track is known to have begun elsewhere."""
    return seen.began is not None and fills(seen.began, place) < MOVED


def stolen(spot: Spot, own: Track, seeing: Seeing) -> bool:
    """Whether the track of a thing that stood has gone on to another one, by its look: a passing car has taken it.

    One look at a thing is too little to know it by.
    """
    return spot.presence.seen > 1 and contradicts(spot.appearance, own.appearance, seeing.appearance_near * CLOSELY)


def superseded(spot: Spot, other: Spot, fills: Overlap = iou) -> bool:
    """Whether ``other``, which this look shows, is the thing of a spot that it does not show.

    It came to rest a little further on than where it was first seen, or it had settled there before.
    """
    if other is spot or other.sighting is not Sighting.PRESENT or other.family != spot.family:
        return False
    if spot.settled_at is None and other.track == spot.track:
        return other.presence.seen > spot.presence.seen and fills(other.place, spot.place) >= MOVED
    earlier = other.settled_at is not None and (spot.settled_at is None or other.settled_at < spot.settled_at)
    return earlier and fills(other.place, spot.place) >= STILL


def replaced(spot: Spot, other: Spot, seeing: Seeing, fills: Overlap = iou) -> bool:
    """Whether ``other``, a visibly different thing, has been seen to take the place: it came, or it found it empty."""
    if other is spot or not other.settled or other.family != spot.family or fills(other.place, spot.place) < THERE:
        return False
    came_after = other.presence.since > spot.presence.last_seen
    saw_change = other.arrived or spot.presence.missed >= SEEN_EMPTY
    different = contradicts(spot.appearance, other.appearance, seeing.appearance_far) or other.arrived
    return came_after and saw_change and different


def _is_another(spot: Spot, seen: Track, own: Track | None, seeing: Seeing, fills: Overlap) -> bool:
    """Whether what is seen in its place is not a spot's thing; ``own`` is the track that has been it.

    Where nobody can tell how it looks, by what it did.
    """
    away = own is not None and own is not seen and fills(spot.place, own.box) < MOVED
    gone = away or (own is not seen and spot.moved is not None)
    if spot.appearance is None or seen.appearance is None:
        return seen.moving or (gone and came(seen, spot.place, fills))  # all that is known of it
    if contradicts(spot.appearance, seen.appearance, seeing.appearance_far):
        return True
    alike = agrees(spot.appearance, seen.appearance, seeing.appearance_near * CLOSELY)
    if own is seen:
        back = spot.settled and (seen.moving or spot.moved is not None)
        return not (seen.moving and alike) if back else seen.moving
    if away and own is not None:
        began_there = alike and not came(seen, spot.place, fills)
        return not (began_there or likelier(spot.appearance, seen.appearance, own.appearance))
    arrived = came(seen, spot.place, fills)
    return (gone and arrived) or (not alike if gone or arrived else seen.moving)
