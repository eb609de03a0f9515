"""The timeline: from a stream's presentation timestamps to instants that never go back.

A camera's frames carry timestamps of the camera's own clock. It is anchored once a session to the wall clock; from
then on only timestamps count, so a busy box dates frames as well as an idle one. The camera's clock drifts against
the wall by some tens of ppm, which is worked off gently::

    wall ▲          / received (late by network and decoding, never early)
         │        /·
         │      /·   ← each frame is drawn towards it by at most 500 ppm of the span since the frame before
         │    /·
         └──●──────────▶ pts
            anchor

A camera that is connected to sends what it has kept since its last keyframe all at once, so the first frame is the
one most likely to have been anchored late. No frame was taken after it arrived: an anchor that says so is moved.

What I dislike about it: a frame's way through the network is part of every reading, so a stream that slows down
for an hour pulls the timeline by up to 1.8 s.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final

MICROSECONDS: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A timestamp whose instant is known; ``time_base`` is the length of one tick of ``pts`` in seconds."""

    wall: datetime
    pts: int
    time_base: Fraction

    def __post_init__(self) -> None:
        """Refuse a clock that stands still or runs backwards."""
        if self.time_base <= 0:
            msg = f"time base: expected more than 0 seconds a tick, got {self.time_base}"
            raise ValueError(msg)


def stamp(anchor: Anchor, pts: int) -> datetime:
    """The instant of a frame, to the microsecond."""
    return anchor.wall + timedelta(microseconds=round((pts - anchor.pts) * anchor.time_base * MICROSECONDS))


def correct(anchor: Anchor, pts: int, received_at: datetime, *, limit_ppm: int = 500) -> Anchor:
    """The anchor moved to the frame ``pts``, drawn towards ``received_at`` but never by a step.

    To be called with every frame that is stamped: the limit holds for the span since the last call, and so no frame
    is ever dated before the one before it. A timestamp that does not advance changes nothing.
    """
    if pts <= anchor.pts:
        return anchor
    at = stamp(anchor, pts)
    limit = int((pts - anchor.pts) * anchor.time_base * limit_ppm)  # in microseconds, since ppm are a millionth
    late = (received_at - at) // timedelta(microseconds=1)
    return replace(anchor, wall=at + timedelta(microseconds=max(-limit, min(limit, late))), pts=pts)


def arrived(anchor: Anchor | None, pts: int, time_base: Fraction, received_at: datetime) -> Anchor:
    """The anchor at a frame that has arrived: a new one where there is none, else corrected and never in the future.

    ``Anchor.wall`` is the instant of the frame. Instants never go back as long as arrivals do not: each is at most its
    arrival, and one that is clipped to it is not before any arrival before.
    """
    if anchor is None:
        return Anchor(wall=received_at, pts=pts, time_base=time_base)
    corrected = correct(anchor, pts, received_at)
    return replace(corrected, wall=min(corrected.wall, received_at))
