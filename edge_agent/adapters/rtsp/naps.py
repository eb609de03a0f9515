"""Naps: a reader that sleeps while nobody looks, and takes all the packets that came meanwhile at once.

Between two keyframes that are enough, fifty packets come of which nothing is used. To wake for each costs more than
what is then done with it: with a hundred cameras, waking was more than half of all reading. So the reader lets them
wait in the socket, and is awake again shortly before the next keyframe is due, whose arrival dates the stream::

    packets   K p p p p p p p p p p p p p p p p p p p p K p p p p …
    reader    █ zzzzzzzz ▌ zzzzzzzz ▌ zzzzzzzz ▌ zzzz ██ zzzzzzzz …
                         └ takes what waits           └ `EARLY_S` before the keyframe, then waits for it awake

When the keyframe is due is known of the last two, and of the least that any of them came later than its timestamp says
within a minute (as in ``pulse.py``: a network can make nothing early). All errors lead to less sleep. A camera that
sends a keyframe out of turn has it read, and dated, late by one nap at most.

No nap is so long that more than `WAITING` bytes come: the window of a connection that Linux has just made is 64 KiB,
and a camera that finds it closed drops pictures or hangs up. A stream so heavy that this leaves only winks is read as
it comes.

What I dislike about it: that a connection has broken off is noticed half a second later.
"""

from __future__ import annotations

from contextlib import suppress
from math import ceil, inf
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from edge_agent.adapters.rtsp.arrivals import Arrival

LONGEST_S: Final = 0.5
SHORTEST_S: Final = 0.1  # less is not worth waking for
EARLY_S: Final = 0.05
WAITING: Final = 32_768  # bytes in the socket
SEGMENT_S: Final = 30.0  # the least lateness is that of one to two of these


class Naps:
    """The naps of one session's reader.

    `after` belongs to the thread that reads; `end` may be called from any.

    Args:
        clock: By which arrivals are dated.
        sleep: Sleeps so many seconds; by default really, or until `end`.
    """

    def __init__(self, clock: Callable[[], datetime], *, sleep: Callable[[float], object] | None = None) -> None:
        self._clock = clock
        self._sleep = sleep
        self._ended = Lock()  # held until `end`: waiting for a lock costs no more than sleeping, and can be cut short
        self._ended.acquire()
        self._tick_s: float | None = None
        self._media_s = 0.0
        self._woke_s = -inf
        self._keyframe_s: float | None = None
        self._weight = 0  # bytes since that keyframe
        self._due_s: float | None = None  # in media time, as the last keyframe is
        self._longest_s = LONGEST_S
        self._segment_s = -inf
        self._floor_s = self._floor_before_s = inf

    def after(self, arrival: Arrival, *, following: bool) -> None:
        """Sleep, if that can be: all has been done with a packet, and no picture before the next keyframe is wanted."""
        packet = arrival.packet
        if self._tick_s is None:
            self._tick_s = float(packet.time_base)
        before_s, self._media_s = self._media_s, (packet.pts or 0) * self._tick_s
        if packet.is_keyframe:
            self._learn(arrival.received_at.timestamp())
        self._weight += packet.size
        next_s = 2 * self._media_s - before_s
        waiting = next_s + self._least_s < self._woke_s
        if self._due_s is not None and not (following or waiting):
            self._nap(self._due_s + self._least_s)

    def end(self) -> None:
        """Wake the reader up, and let it sleep no more."""
        with suppress(RuntimeError):  # it has ended already
            self._ended.release()

    @property
    def _least_s(self) -> float:
        return min(self._floor_s, self._floor_before_s)

    def _learn(self, arrived_s: float) -> None:
        """What a keyframe tells: when the next is due, and how many bytes come in a second."""
        late_s = arrived_s - self._media_s
        self._floor_s = min(self._floor_s, late_s)
        if arrived_s - self._segment_s >= SEGMENT_S:
            self._floor_before_s, self._floor_s, self._segment_s = self._floor_s, late_s, arrived_s
        if self._keyframe_s is not None:
            group_s = self._media_s - self._keyframe_s
            self._due_s = self._media_s + group_s
            self._longest_s = min(LONGEST_S, WAITING * group_s / max(self._weight, 1))
        self._keyframe_s, self._weight = self._media_s, 0

    def _nap(self, due_s: float) -> None:
        left_s = due_s - EARLY_S - self._clock().timestamp()
        if left_s < SHORTEST_S or self._longest_s < SHORTEST_S:
            return
        (self._sleep or self._wait)(left_s / ceil(left_s / self._longest_s))
        self._woke_s = self._clock().timestamp()

    def _wait(self, seconds: float) -> None:
        if self._ended.acquire(timeout=seconds):
            self._ended.release()
