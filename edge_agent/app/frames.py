"""The last few pictures of a camera: evidence, and the second look, are taken from them.

Most are never asked for. So where a picture can be made again from what was decoded, that is kept: a picture of Full HD
is 6 MB, and 3 MB as decoded. Evidence is of the newest look, so only that can still be had at the stream's full size:
the decoded picture behind it is let go with the next.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Final

from edge_agent.ports import Frame

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from edge_agent.ports import Image

SIZE: Final = 4  # the second look wants three, and one may have come since it was asked for


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture that may have to be made again, and the media time it shows."""

    at: datetime
    made: Callable[[], Image]
    full: Callable[[], Image] | None = None

    @property
    def image(self) -> Image:
        """The picture, made when it is asked for."""
        return self.made()


class FrameRing:
    """Keeps the last ``size`` looks' frames in the order of their media time."""

    def __init__(self, size: int = SIZE) -> None:
        self._frames: deque[Kept] = deque(maxlen=size)
        self._lock = Lock()

    def keep(self, frame: Frame) -> None:
        """Keep a frame, later than all before it; the oldest falls out of a full ring."""
        kept = Kept(frame.at, frame.again or partial(_same, frame.image), frame.full)
        with self._lock:
            if self._frames:
                self._frames[-1] = replace(self._frames[-1], full=None)
            self._frames.append(kept)

    def at(self, instant: datetime) -> Frame | None:
        """The frame nearest to ``instant``, the earlier of two as near; None while there is none."""
        with self._lock:
            nearest = min(self._frames, key=lambda kept: abs(kept.at - instant), default=None)
        return None if nearest is None else Frame(at=nearest.at, image=nearest.image, full=nearest.full)

    def last(self, count: int, *, until: datetime) -> tuple[Kept, ...]:
        """The newest pictures not later than ``until``, at most ``count``, oldest first."""
        with self._lock:
            seen = [kept for kept in self._frames if kept.at <= until]
        return tuple(seen[-count:]) if count > 0 else ()


def _same(image: Image) -> Image:
    return image
