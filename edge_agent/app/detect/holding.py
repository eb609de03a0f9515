"""Holding: looks that cost nothing where nothing has changed, for one live camera.

::

    ticket ─▶ shrunk ─▶ anything changed since the last look that was made? ─┬ no ─▶ its detections hold
                        (core/detect/unchanged.py)                          └ yes, too long ago, a decision is due,
                                                                              or something is missing ─▶ the detector

Two threads take turns with it: a detector's looks, the camera's own says what the look has shown to matter. A camera
has one look under way at a time, so neither meets the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from edge_agent.adapters.video.shrinking import shrunk
from edge_agent.core.detect.unchanged import (
    WIDTH,
    Concern,
    LastDetected,
    SmallPicture,
    detected,
    held,
    small_picture,
    tiles_near,
)
from edge_agent.core.incident.concern import concern_of
from edge_agent.core.incident.scheduling import SWEEP

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge_agent.app.detect.scheduling import Ticket
    from edge_agent.core.events import Detection
    from edge_agent.core.incident.world import World
    from edge_agent.core.site.site import Site
    from edge_agent.ports import Image

    Detect = Callable[[Image], tuple[Detection, ...]]


class Seen(NamedTuple):
    """What a look found; ``unchanged`` where nobody looked, as in ``FrameSeen``."""

    detections: tuple[Detection, ...]
    unchanged: float | None = None


class Holding:
    """What one camera was last looked at for, and whether that still holds.

    Args:
        camera: Whose zones count.
        on: Whether anything is held at all.
    """

    def __init__(self, camera: str, *, on: bool) -> None:
        self._camera = camera
        self._on = on
        self._last: LastDetected | None = None
        self._concern: Concern | None = None
        self._site: Site | None = None
        self._begun = 0  # how often everything was to be forgotten ...
        self._known = 0  # ... of which so often when ``_last`` was looked at

    def look(self, ticket: Ticket, detect: Detect) -> Seen | Exception:
        """What is in the picture of a ticket, by what was seen before or by ``detect``, or why nobody can say."""
        try:
            return self._looked(ticket, detect) if self._on else Seen(detect(ticket.frame.image))
        except Exception as error:  # noqa: BLE001 - whatever a picture does to a detector is its camera's
            return error

    def _looked(self, ticket: Ticket, detect: Detect) -> Seen:
        small, begun, concern, at = compared(ticket.frame.image), self._begun, self._concern, ticket.frame.at
        last = self._last if begun == self._known else None
        if last is not None and concern is not None and ticket.lag is None:
            still = held(last, small, at, concern=concern, sweep=SWEEP)
            if still is not None:
                return Seen(still.detections, still.margin)
        found = detect(ticket.frame.image)
        if concern is not None:
            self._last, self._known = detected(last, small, at, found, concern=concern), begun
        return Seen(found)

    def folded(self, world: World, site: Site) -> None:
        """Say what matters after a look; by the camera's own thread, before its next look."""
        if not self._on:
            return
        if self._concern is None or site is not self._site:
            tiles = tiles_near(tuple(zone.polygon for zone in site.watch(self._camera).zones))
            self._site = site
        else:
            tiles = self._concern.tiles
        self._concern = concern_of(world, tiles)

    def forget(self) -> None:
        """Have the next look made: what it would be held against is of another view, another site, or in doubt."""
        self._begun += 1


def compared(image: Image) -> SmallPicture:
    """A picture as it is compared: small and grey."""
    grey = cv2.cvtColor(shrunk(image, WIDTH), cv2.COLOR_BGR2GRAY)
    return small_picture(grey.astype(np.uint8, copy=False))
