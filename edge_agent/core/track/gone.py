"""When a thing is gone: decided here, for the things of a camera and for the cases that they make up.

| it | is gone | and was there until |
|---|---|---|
| was taken for a thing that stands a little further on | at once | it last stood squarely in its place |
| has not settled | once seen elsewhere, missed for 10 s or hidden for 90 s | – |
| was seen elsewhere | after ``moved_for`` | it last stood squarely in its place |
| was seen to be replaced | at once | it last stood squarely in its place |
| was looked for and not seen | after three such looks and the time that the rule waits | it was last seen |
| could not be looked for | after the time that the rule waits for it | it was last seen |

Nobody else compares a missed or an unseen time with what a rule allows. A look that could not have shown it says
nothing; whether another thing has taken its place is asked of ``identity.py``.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from edge_agent.core.track.identity import replaced, superseded
from edge_agent.core.track.spot import EndedSpot, Gone

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from edge_agent.core.geometry import Overlap
    from edge_agent.core.track.presence import Presence
    from edge_agent.core.track.settings import Patience, Seeing
    from edge_agent.core.track.spot import Spot

MIN_MISSED_LOOKS: Final = 3
BRIDGE: Final = timedelta(seconds=90)
UNSETTLED_GRACE: Final = timedelta(seconds=10)


def why_gone(
    spot: Spot, spots: Iterable[Spot], at: datetime, seeing: Seeing, patience: Patience, fills: Overlap
) -> Gone | None:
    """Why a thing that the look at ``at`` does not show is gone; None where it may still be there."""
    if any(superseded(spot, other, fills) for other in spots):
        return Gone.MOVED_ON
    if not spot.settled:
        drop = spot.moved is not None or spot.presence.missed > UNSETTLED_GRACE or spot.presence.gaps > BRIDGE
        return Gone.MOVED_ON if drop else None
    if spot.moved is not None and at - spot.moved >= seeing.moved_for:
        return Gone.MOVED_ON
    if any(replaced(spot, other, seeing, fills) for other in spots):
        return Gone.MOVED_ON
    return Gone.LEFT if has_left(spot.presence, patience.missing) else None


def ended(spot: Spot, why: Gone, at: datetime) -> EndedSpot:
    """The end of a thing, known at ``at``: when it was there for the last time."""
    return EndedSpot(spot=spot, why=why, end=spot.still if why is Gone.MOVED_ON else spot.presence.last_seen, at=at)


def has_left(presence: Presence, grace: timedelta) -> bool:
    """Whether it has been seen missing for long enough."""
    return presence.missed_looks >= MIN_MISSED_LOOKS and presence.missed >= grace


def missing_still(presence: Presence, grace: timedelta) -> timedelta:
    """For how long it must yet be seen missing to have left; never negative."""
    return max(grace - presence.missed, timedelta(0))


def unseen_until(presence: Presence, window: timedelta) -> datetime:
    """The instant from which on it is gone if it is not seen before, whatever could be seen."""
    return presence.last_seen + window


def last_of(members: Iterable[str], gone: Mapping[str, EndedSpot]) -> EndedSpot | None:
    """Of the things that a case was made of, by spot id, the one that ended last; None where none is known to have."""
    return max((gone[each] for each in members if each in gone), key=lambda each: each.end, default=None)
