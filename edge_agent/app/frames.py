"""The last few pictures of a camera: evidence, and the second look, are taken from them."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from edge_agent.ports import Frame

SIZE: Final = 4  # the second look wants three, and one may have come since it was asked for


class FrameRing:
    """Keeps the last ``size`` looks' frames in the order of their media time; a 1080p frame is 6 MB."""

    def __init__(self, size: int = SIZE) -> None:
        self._frames: deque[Frame] = deque(maxlen=size)
        self._lock = Lock()

    def keep(self, frame: Frame) -> None:
        """Keep a frame, later than all before it; the oldest falls out of a full ring."""
        with self._lock:
            self._frames.append(frame)

    def at(self, instant: datetime) -> Frame | None:
        """The frame nearest to ``instant``, the earlier of two as near; None while there is none."""
        with self._lock:
            return min(self._frames, key=lambda frame: abs(frame.at - instant), default=None)

    def last(self, count: int, *, until: datetime) -> tuple[Frame, ...]:
        """The newest frames not later than ``until``, at most ``count``, oldest first."""
        with self._lock:
            seen = [frame for frame in self._frames if frame.at <= until]
        return tuple(seen[-count:]) if count > 0 else ()
