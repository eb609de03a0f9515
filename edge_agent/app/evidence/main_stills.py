"""Stills of main streams at the moment itself, so that the message of a stage can name them.

Only the pictures from the last keyframe on are decoded, and for one camera at a time: where a whole street falls due at
once the others get theirs a few seconds later (``clip_writer.py``), and no warning waits.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final

from edge_agent.adapters.evidence.clips import picture_at
from edge_agent.core.errors import OutsideError
from edge_agent.ports import NO_PICTURES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from edge_agent.adapters.video.packet_ring import PacketRing
    from edge_agent.core.effects import SaveSnapshot
    from edge_agent.ports import Caption, Snapshots, StoredPictures

NEAR: Final = timedelta(seconds=1)  # from the moment to the picture
MOST: Final = 150  # pictures that may have to be decoded: three seconds of a main stream
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class MainStills:
    """Keeps stills of the main streams in ``rings``, by camera; ``pictures`` gives who keeps those of a camera."""

    folder: Path
    rings: Mapping[str, PacketRing]
    pictures: Callable[[str], Snapshots]
    _one: Lock = field(default_factory=Lock)

    def save(self, camera: str, request: SaveSnapshot, caption: Callable[[datetime], Caption | None]) -> StoredPictures:
        """What was kept; nothing where there is no main stream, no picture of the moment, or no time."""
        ring = self.rings.get(camera)
        if ring is None or not self._one.acquire(blocking=False):
            return NO_PICTURES
        try:
            coded = ring.stretch(request.at, request.at + NEAR)
            if not coded or len(coded) > MOST or min(abs(each.received_at - request.at) for each in coded) > NEAR:
                return NO_PICTURES
            frame = picture_at(self.folder / request.incident, coded, request.at)
            return self.pictures(camera).save(request, frame, caption(frame.at))
        except OutsideError as error:
            _log.warning("no still of the main stream of %s, %s: %s", request.incident, request.stage, error)
            return NO_PICTURES
        finally:
            self._one.release()
