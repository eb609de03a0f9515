"""Belief: whether enough was seen of a thing to open an incident about it.

A detector that once shows a car where none is must not accuse anybody, and one that shows a real car in two looks of
five must. What tells them apart is how often it is seen in the looks that could have shown it, how sure the detector is
of it on the whole (its best look says little), and whether it is a thing of its own: beside a van, the gap to the next
one looks like a small, faint car, look after look, and in none of them as much as the van.

What I dislike about it: a small car that is always fainter than the lorry it touches waits until that has left.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from edge_agent.core.effects import Remark
from edge_agent.core.geometry import intersection
from edge_agent.core.track.presence import Sighting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge_agent.core.track.presence import Presence
    from edge_agent.core.track.spot import Spot
    from edge_agent.core.track.tracker import Track

SEEN_ENOUGH: Final = 1 / 4  # of the observable looks since its dwell began
SURPRISE: Final = 0.2  # how far from what is known one look's score can count
REMEMBERED: Final = 20  # looks over which a score is running
TOUCH: Final = 0.05  # of width and height on each side: boxes that nearly meet touch
CLEARLY: Final = 1.5  # times the score, or the size, of what can be a part


def running(score: float, look: float, seen: int) -> float:
    """The score of a thing after ``seen`` looks, the last of which scored ``look``: a mean that no look moves far.

    That of the last ``REMEMBERED`` looks counts most; a look counts as at most ``SURPRISE`` off (Huber's estimator).
    """
    surprise = look - score
    if not -SURPRISE <= surprise <= SURPRISE:
        surprise = SURPRISE if surprise > 0 else -SURPRISE
    return score + surprise / min(seen, REMEMBERED)


def distinct_spots(spots: tuple[Spot, ...], by_id: Mapping[int, Track]) -> tuple[Spot, ...]:
    """The spots after a look; those that it shows to be no part of another one stay known as such."""
    if all(spot.apart for spot in spots):
        return spots  # as at most looks
    return tuple([spot if spot.apart else replace(spot, apart=_apart(spot, spots, by_id)) for spot in spots])


def _apart(spot: Spot, spots: tuple[Spot, ...], by_id: Mapping[int, Track]) -> bool:
    """Whether a look shows a thing, and nothing stronger of its family that it touches."""
    if spot.sighting is not Sighting.PRESENT:
        return False
    score = _shown(spot, by_id)
    return not any(_part(spot, other) and _shown(other, by_id) > score for other in spots if other is not spot)


def _part(spot: Spot, other: Spot) -> bool:
    """Whether ``spot`` could be a part of ``other``: it touches it and is clearly smaller, or clearly fainter."""
    if spot.family != other.family or not intersection(spot.place.grown(TOUCH), other.place.grown(TOUCH)):
        return False
    return CLEARLY * spot.place.area <= other.place.area or CLEARLY * spot.score <= other.score


def _shown(spot: Spot, by_id: Mapping[int, Track]) -> float:
    """How surely this look shows it; where it does not, how surely others did."""
    seen = by_id.get(spot.track) if spot.sighting is Sighting.PRESENT else None
    return spot.score if seen is None else seen.score


def doubt(presence: Presence, spots: Remark | None) -> Remark | None:
    """Why what stands for long enough is not believed, or None; ``spots`` is why none of its things is."""
    return Remark.SELDOM_SEEN if presence.share < SEEN_ENOUGH else spots


def doubt_of(spots: tuple[Spot, ...], min_score: float) -> Remark | None:
    """Why none of these things is believed; None where one is."""
    if any(spot.apart and spot.score >= min_score for spot in spots):
        return None
    return Remark.FAINT if any(spot.apart for spot in spots) else Remark.PART
