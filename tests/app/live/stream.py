"""A simulated camera: what its stream gives second by second, and every way in which it can misbehave.

It sends five pictures a second, a keyframe every two; the reader decodes of them what the follower asks for, as a real
one does. Its pictures carry the second that they show in their pixels, for the simulated detector to read.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np

from edge_agent.core.stream.pictures import (
    LiveFrame,
    LiveItem,
    SizeChanged,
    SourceBack,
    SourceLost,
    StreamFault,
    StreamFormat,
)
from tests.app.live.views import View, shown
from tests.street import at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.app.stream.follower import StreamFollower
    from edge_agent.ports import Image

RATE: Final = 5
TICKS: Final = 90_000
SIZE: Final = (640, 360)
OTHER_SIZE: Final = (1280, 720)
SILENCE_S: Final = 10.0  # after which a session gives up
RETRY_S: Final = 4.0
HOUR_S: Final = 3600.0
RESTLESS_S: Final = 4.0  # between two changes of what will not settle
FAST: Final = 1.2
PICTURE: Final = (48, 64)


class What(StrEnum):
    """Every way in which a camera misbehaves here."""

    LOST = "lost"
    STALLED = "stalled"
    FROZEN = "frozen"
    DARK = "dark"
    BLINDED = "blinded"
    DAMAGED = "damaged"
    SMEARED = "smeared"
    MOVED = "moved"
    RESIZED = "resized"
    JUMPED = "jumped"
    FAST = "fast"


VIEWS: Final = {
    What.DARK: View.DARK,
    What.BLINDED: View.WHITE,
    What.SMEARED: View.SMEARED,
    What.MOVED: View.TURNED,
}
EMPTY: Final = frozenset({View.DARK, View.WHITE, View.SMEARED})  # views in which nobody can see a thing


@dataclass(frozen=True, slots=True)
class Fault:
    """The camera misbehaves from second ``first`` until ``last``."""

    what: What
    first: float
    last: float

    def holds(self, second: float) -> bool:
        """Whether it does at this second."""
        return self.first <= second < self.last


@dataclass(slots=True)
class CameraScript:
    """One camera; ``faults`` may overlap. ``gop_s`` is from keyframe to keyframe."""

    faults: tuple[Fault, ...] = ()
    gop_s: float = 2.0
    _connected: bool = False
    _began: float = 0.0  # of the session
    _tried: float = -1000.0
    _failures: int = 0
    _size: tuple[int, int] = SIZE
    _following: bool = False
    _media_s: float = 0.0

    def hang_up(self) -> None:
        """Whoever watched it is gone."""
        self._connected = False

    def moment(self, n: int, follower: StreamFollower) -> Iterator[LiveItem]:
        """What the stream gives at its ``n``-th picture."""
        second = n / RATE
        self._media_s += (FAST if self._now(What.FAST, second) else 1.0) / RATE
        if self._now(What.LOST, second):
            yield from self._failing(second, StreamFault.NO_CONNECTION)
            return
        if self._now(What.STALLED, second):
            yield from self._silent(second)
            return
        if not self._connected:
            yield self._opened(second)
        yield from self._sent(n, second, follower)

    def _now(self, what: What, second: float) -> Fault | None:
        return next((fault for fault in self.faults if fault.what is what and fault.holds(second)), None)

    def _opened(self, second: float) -> SourceBack:
        self._connected, self._began, self._failures = True, second, 0
        self._following, self._media_s = False, 0.0
        return SourceBack(at=at(second), format=_format())

    def _failing(self, second: float, reason: StreamFault) -> Iterator[SourceLost]:
        """The connection breaks off, and every few seconds it cannot be made."""
        if self._connected or second - self._tried >= RETRY_S:
            self._connected, self._tried = False, second
            self._failures += 1
            yield SourceLost(at=at(second), reason=reason, message="gone", failures=self._failures, retry_s=RETRY_S)

    def _silent(self, second: float) -> Iterator[LiveItem]:
        """Nothing comes; the session gives up after a while, and the next one hears nothing either."""
        silent_since = max(
            self._began, next(f.first for f in self.faults if f.what is What.STALLED and f.holds(second))
        )
        if self._connected and second - silent_since >= SILENCE_S:
            yield from self._failing(second, StreamFault.STALLED)
        elif not self._connected and second - self._tried >= RETRY_S:
            yield self._opened(second)

    def _sent(self, n: int, second: float, follower: StreamFollower) -> Iterator[LiveItem]:
        gop = round(self.gop_s * RATE)
        keyframe = (n - round(self._began * RATE)) % gop == 0
        size = self._size_at(second)
        if keyframe and size != self._size:
            yield SizeChanged(at=at(second), before=self._size, after=size)
            self._size = size
        pts = round((self._media_s + self._jumped(second)) * TICKS)
        self._following = follower.eager() if keyframe else self._following and follower.eager()
        if (keyframe or self._following) and follower.wants(pts, keyframe):
            yield self._picture(n, second, pts, keyframe=keyframe)

    def _size_at(self, second: float) -> tuple[int, int]:
        return OTHER_SIZE if self._astray(What.RESIZED, second) else SIZE

    def _jumped(self, second: float) -> float:
        """How far the camera's clock is off."""
        return HOUR_S if self._astray(What.JUMPED, second) else 0.0

    def _astray(self, what: What, second: float) -> bool:
        """Whether it is off at this second: off and back, off and back, as long as the fault holds."""
        fault = self._now(what, second)
        return fault is not None and int((second - fault.first) / RESTLESS_S) % 2 == 0

    def _picture(self, n: int, second: float, pts: int, *, keyframe: bool) -> LiveFrame:
        frozen = self._now(What.FROZEN, second)
        shows = second if frozen is None else frozen.first
        number = n if frozen is None else round(frozen.first * RATE)
        view = next((v for what, v in VIEWS.items() if self._now(what, second)), View.STREET)
        return LiveFrame(
            pts=pts,
            time_base=Fraction(1, TICKS),
            received_at=at(second),
            capture_at=None,
            keyframe=keyframe,
            damaged=self._now(What.DAMAGED, second) is not None,
            image=painted(shows, view),
            size=self._size,
            glance=shown(view, number),
            packet_digest=b"",
        )


def painted(second: float, view: View) -> Image:
    """A picture that tells its second, and what of the street can be seen in it."""
    rest = round((second - int(second)) * 100)
    image = np.zeros((*PICTURE, 3), np.uint8)
    image[:, :] = (int(second) // 256 % 256, int(second) % 256, rest)
    if view in EMPTY:
        image[:, :] = 255
    elif view is View.TURNED:
        image[0, -1] = 255
    return image


def _format() -> StreamFormat:
    return StreamFormat(codec="h264", parameters=b"", size=SIZE, time_base=Fraction(1, TICKS))
