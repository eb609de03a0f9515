"""Pulse: what a stream's own clock does, against a steady clock of the box.

Each frame has a timestamp and an arrival. The network can only make an arrival late, never early, so the least
``offset`` (arrival less timestamp) within a while is the one to be trusted (V. Paxson, "On calibrating measurements of
packet transit times", SIGMETRICS 1998)::

    offset ▲   ·    ·  ·         ·  ·
           │ ·  · ·    ·  ·  ·  ·     ·      ← the network's delays
           │─●───────●────────●─────●────    ← the least of every ten seconds: level if both clocks run alike
           └──────────────────────────────▶ arrival

A jump is one step, forwards past everything the network was ever quick enough for, or backwards. A wrong speed is a
slope that the steps from one ten seconds to the next agree on (their median: one late burst moves one of them). After a
jump the shell takes a new anchor (``timeline.py``) and the pace begins anew.

What I dislike about it: a stream that stood still and one that was held up on the way look alike until the latter has
caught up, so that the former is named ten seconds late.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from edge_agent.core.stream.trouble import Pace

REORDERED_S: Final = 1.0  # frames may come in the order of decoding
EARLY_S: Final = 3.0
LATE_S: Final = 5.0
CATCHING_UP_S: Final = 10.0  # a held-up stream's time to come level again
WARM_UP_S: Final = 10.0  # servers begin with a burst
SETTLE_S: Final = 3.0
SEGMENT_S: Final = 10.0
SEGMENTS: Final = 7  # their least offsets span a minute
WRONG_SPEED: Final = 0.05
RIGHT_SPEED: Final = 0.025


@dataclass(frozen=True, slots=True, kw_only=True)
class FallBack:
    """The stream fell back at ``since_s``; before, its offset was ``offset_s``."""

    since_s: float
    offset_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamPace:
    """What is known of a connection's clock, all in seconds; not worth storing, since arrivals are of this run.

    ``floors`` are the least offsets of the past segments, ``floor_s`` that of the one begun at ``segment_s``.
    """

    begun_s: float
    media_s: float
    arrived_s: float
    segment_s: float
    floor_s: float
    floors: tuple[float, ...] = ()
    held: FallBack | None = None
    wrong: bool = False

    @property
    def least_s(self) -> float:
        """The least offset of the last minute."""
        return min((self.floor_s, *self.floors))


class PaceReading(NamedTuple):
    """What is known now, and the pace; ``JUMPED`` is said once, at the frame from which a new anchor must be taken."""

    state: StreamPace
    pace: Pace


def beat(state: StreamPace | None, *, media_s: float, arrived_s: float) -> PaceReading:
    """Take in one frame's timestamp and its arrival on a clock that never steps; None where a connection begins."""
    if state is None:
        return PaceReading(_begun(media_s, arrived_s), Pace.UNSETTLED)
    if state.media_s - REORDERED_S <= media_s <= state.media_s:
        return PaceReading(state, _pace(state, arrived_s))
    offset = arrived_s - media_s
    held = _held(state, offset, arrived_s)
    if media_s < state.media_s or _early(state, media_s, arrived_s) or _never_caught_up(held, arrived_s):
        return PaceReading(_begun(media_s, arrived_s), Pace.JUMPED)
    state = _measured(replace(state, media_s=media_s, arrived_s=arrived_s, held=held), offset)
    return PaceReading(state, _pace(state, arrived_s))


def _begun(media_s: float, arrived_s: float) -> StreamPace:
    return StreamPace(
        begun_s=arrived_s,
        media_s=media_s,
        arrived_s=arrived_s,
        segment_s=arrived_s + WARM_UP_S,
        floor_s=arrived_s - media_s,
    )


def _pace(state: StreamPace, arrived_s: float) -> Pace:
    if state.wrong:
        return Pace.WRONG_SPEED
    settling = state.held is not None or arrived_s - state.begun_s < SETTLE_S
    return Pace.UNSETTLED if settling else Pace.STEADY


def _early(state: StreamPace, media_s: float, arrived_s: float) -> bool:
    """Whether this one frame went forwards past what any frame of the last minute allows."""
    if arrived_s < state.segment_s:  # still warming up
        return False
    lead = (media_s - state.media_s) - (arrived_s - state.arrived_s)
    return lead > EARLY_S and arrived_s - media_s < state.least_s - EARLY_S


def _held(state: StreamPace, offset: float, arrived_s: float) -> FallBack | None:
    before = state.arrived_s - state.media_s
    if state.held is None:
        return FallBack(since_s=arrived_s, offset_s=before) if offset - before > LATE_S else None
    return None if offset <= state.held.offset_s + LATE_S / 2 else state.held


def _never_caught_up(held: FallBack | None, arrived_s: float) -> bool:
    return held is not None and arrived_s - held.since_s >= CATCHING_UP_S


def _measured(state: StreamPace, offset: float) -> StreamPace:
    """The pace with one more offset; a segment without a frame leaves nothing to compare with."""
    if state.arrived_s < state.segment_s + SEGMENT_S:
        warming_up = state.arrived_s < state.segment_s
        return replace(state, floor_s=offset if warming_up else min(state.floor_s, offset))
    if state.arrived_s >= state.segment_s + 2 * SEGMENT_S:
        return replace(state, segment_s=state.arrived_s, floor_s=offset, floors=())
    floors = (*state.floors, state.floor_s)[-SEGMENTS:]
    state = replace(state, segment_s=state.segment_s + SEGMENT_S, floor_s=offset, floors=floors)
    return replace(state, wrong=_wrong(state))


def _wrong(state: StreamPace) -> bool:
    if len(state.floors) < SEGMENTS:
        return state.wrong
    steps = [(after - before) / SEGMENT_S for before, after in pairwise(state.floors)]
    return abs(median(steps)) > (RIGHT_SPEED if state.wrong else WRONG_SPEED)
