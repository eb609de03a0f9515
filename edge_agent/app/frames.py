"""The ring of the last pictures: what evidence is taken from, and what a second look looks at.

Pixels never enter the core; it names an instant, and the ring has the picture of it.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from edge_agent.ports import Frame

KEPT: Final = 6
NEAR: Final = timedelta(seconds=3)  # a picture further away than this does not show the moment


class FrameRing:
    """The last ``size`` looked-at frames of one camera, in the order of their media time."""

    def __init__(self, size: int = KEPT) -> None:
        self._frames: deque[Frame] = deque(maxlen=size)

    def keep(self, frame: Frame) -> None:
        """Add the newest frame; the oldest falls out."""
        self._frames.append(frame)

    def at(self, instant: datetime) -> Frame | None:
        """The frame nearest to ``instant``, or None if none is near enough to show it."""
        nearest = min(self._frames, key=lambda frame: abs(frame.at - instant), default=None)
        return nearest if nearest is not None and abs(nearest.at - instant) <= NEAR else None

    def last(self, count: int, *, until: datetime) -> tuple[Frame, ...]:
        """The last ``count`` frames not later than ``until``, oldest first."""
        return tuple(frame for frame in self._frames if frame.at <= until)[-count:]
