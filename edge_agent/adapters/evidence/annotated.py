"""An annotated video: what was seen and what was counted, drawn upon the pictures that were looked at. Never evidence.

Only looked-at pictures are in it, each at its own time: between two looks the core knows nothing, so nothing could be
drawn there. At one look a second it is a slide show in real time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from av.error import FFmpegError

from edge_agent.adapters.evidence.redaction import pixelated
from edge_agent.adapters.evidence.slide_show import code_slides
from edge_agent.core.errors import OutsideError
from edge_agent.core.events import Detection
from edge_agent.core.explain.overlay import CaseOverlay
from edge_agent.core.explain.timeline import BarStage
from edge_agent.core.geometry import Box, Polygon

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from edge_agent.ports import Frame, Image

ZONE: Final = (40, 40, 230)  # BGR
SEEN: Final = (255, 225, 120)
STAGES: Final = {
    BarStage.WAITING: (200, 180, 170),
    BarStage.ASKED: (60, 160, 245),
    BarStage.ORDERED: (40, 28, 200),
    BarStage.ALLOWED: (120, 180, 110),
}
INK: Final = (255, 255, 255)
EDGE: Final = (0, 0, 0)
BAR: Final = 5  # pixels
MARK: Final = 0.4  # size of what is written


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatedLook:
    """One look to draw upon: its frame, the zones, what was seen, whom to hide, what stands, and the clock's words."""

    frame: Frame
    zones: tuple[Polygon, ...]
    detections: tuple[Detection, ...]
    hide: tuple[Box, ...]
    standings: tuple[CaseOverlay, ...]
    clock: str


def save_annotated(path: Path, looks: Iterable[AnnotatedLook], size: tuple[int, int]) -> int:
    """Write the looks as H.264 in MP4, whole or not at all, and return how many (no file of none); ``size`` is theirs.

    Raises:
        OutsideError: The file cannot be written, or this build of FFmpeg cannot code H.264.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        written = code_slides(str(part), _slides(looks), size)
        if written:
            part.replace(path)
    except (FFmpegError, OSError, ValueError) as error:
        raise OutsideError(f"{path}: cannot be written as H.264: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return written


def _slides(looks: Iterable[AnnotatedLook]) -> Iterator[tuple[timedelta, Image]]:
    first: datetime | None = None
    for look in looks:
        first = first or look.frame.at
        yield look.frame.at - first, _drawn(look)


def _drawn(look: AnnotatedLook) -> Image:
    picture = pixelated(look.frame.image, look.hide)
    height, width = picture.shape[:2]
    for zone in look.zones:
        corners = np.array([[round(p.x * width), round(p.y * height)] for p in zone], np.int32)
        cv2.polylines(picture, [corners], isClosed=True, color=ZONE, thickness=2, lineType=cv2.LINE_AA)
    for detection in look.detections:
        left, top, right, bottom = _pixels(picture, detection.box)
        cv2.rectangle(picture, (left, top), (right, bottom), SEEN, 1, cv2.LINE_AA)
        _write(picture, f"{detection.label} {detection.score:.2f}", (left, bottom + 11), SEEN)
    for standing in look.standings:
        _draw_standing(picture, standing)
    _write(picture, look.clock, (6, height - 8), INK)
    return picture


def _draw_standing(picture: Image, standing: CaseOverlay) -> None:
    """The thing's place, a bar that fills up to what is next, and what is said of it; thin while it is not seen."""
    left, top, right, bottom = _pixels(picture, standing.box)
    colour = STAGES[standing.stage]
    cv2.rectangle(picture, (left, top), (right, bottom), colour, 2 if standing.seen else 1, cv2.LINE_AA)
    cv2.rectangle(picture, (left, top - BAR), (right, top), EDGE, -1)
    cv2.rectangle(picture, (left, top - BAR), (left + round((right - left) * standing.share), top), colour, -1)
    _write(picture, standing.text if standing.seen else f"({standing.text})", (left, top - BAR - 4), colour)


def _pixels(picture: Image, box: Box) -> tuple[int, int, int, int]:
    height, width = picture.shape[:2]
    return round(box.x0 * width), round(box.y0 * height), round(box.x1 * width), round(box.y1 * height)


def _write(picture: Image, text: str, place: tuple[int, int], colour: tuple[int, int, int]) -> None:
    """Text that can be read on any ground, pushed inside where it would leave the picture."""
    height, width = picture.shape[:2]
    wide = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, MARK, 1)[0][0]
    spot = (max(2, min(place[0], width - wide - 2)), max(10, min(place[1], height - 4)))
    for ink, thickness in ((EDGE, 3), (colour, 1)):
        cv2.putText(picture, text, spot, cv2.FONT_HERSHEY_SIMPLEX, MARK, ink, thickness, cv2.LINE_AA)
