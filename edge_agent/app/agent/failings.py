"""Failings: errors of ours, or of what a camera sent, that were contained to one camera (``contained.py``).

Counted each time; told on the feed as ``camera_failed`` when the first of a row comes, and as ``ok`` once the camera
has been looked at again and nothing has failed for a while.
"""

from __future__ import annotations

import logging
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Final

from edge_agent.app.health.contained import PROVEN, contained
from edge_agent.ports import Measure

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from edge_agent.app.agent.shared import SharedParts

FAILED: Final = "failed"  # the camera's state, as metrics show it
TOLD: Final = "camera_failed"  # the agent's, as the feed does
_log = logging.getLogger(__name__)


class Failings:
    """Those of one camera; every method may be called from any thread."""

    def __init__(self, camera: str, box: SharedParts) -> None:
        self._camera = camera
        self._box = box
        self._lock = Lock()
        self._last: datetime | None = None

    def contain(self, work: Callable[[], object], part: str, pause: Callable[[float], bool] | None = None) -> None:
        """Do ``work`` until it ends by itself, anew after each error; pauses until the box stops."""
        contained(
            work,
            part=f"camera {self._camera}, {part}",
            clock=self._box.clock,
            told=partial(self._happened, part),
            pause=pause or self._box.stop.wait,
        )

    def hold_back(self, seconds: float, why: str) -> None:
        """Wait for so long before the camera is read at all, and tell ``why``; ends when the box stops."""
        _log.error("camera %s is held back for %.0f s: %s", self._camera, seconds, why)
        self._happened("decoding", why)
        self._box.stop.wait(seconds)

    def _happened(self, part: str, sentence: str) -> None:
        """Count an error in one ``part`` of the camera, and tell of it where it is the first of a row."""
        box = self._box
        box.metrics.count(Measure.FAILURES, camera=self._camera, part=part)
        box.metrics.state(Measure.CAMERA_STATE, FAILED, camera=self._camera)
        with self._lock:  # also while it is told: what another thread tells may not come before it
            first, self._last = self._last is None, box.clock.now()
            if first:
                box.tell(TOLD, f"camera {self._camera}, {part}: {sentence}")

    def looked(self, now: datetime) -> None:
        """A look was made and folded: if nothing has failed for a while, it is over."""
        with self._lock:
            if self._last is None or now - self._last < PROVEN:
                return
            self._last = None
            self._box.tell("ok", "")
