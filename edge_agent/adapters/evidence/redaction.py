"""Redaction: people, faces and the plates of others made unrecognisable in a copy, before a picture leaves the box.

::

    the look's detections ─▶ heads, plate bands ─┐
    colours and strokes ───▶ plates ─────────────┤
    YuNet ─────────────────▶ faces ──────────────┼─▶ a few large squares of mean colours ─▶ YuNet again, until it
    masks of the camera ───▶ black, in the original too                                     finds nothing more

What is replaced cannot be had back from the copy: a face is left with at most eight squares across. It is honest only
with this said beside it: who was found by neither detector is not hidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

from edge_agent.adapters.evidence.plate_colours import plates_by_colour
from edge_agent.config.site.shipped import shipped
from edge_agent.core.errors import OutsideError
from edge_agent.core.evidence import Redacted, heads, plate_bands, plates_of_others
from edge_agent.core.geometry import Box

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge_agent.core.events import Detection
    from edge_agent.core.geometry import Polygon
    from edge_agent.ports import Image

FACES: Final = "models/faces/yunet_n.onnx"
MARGIN: Final = 0.1  # of the box, on each side: a detector's box may cut a head
AROUND: Final = 0.25  # of a face: YuNet's boxes go from brow to chin
SQUARES: Final = 6  # along the longer side of what is hidden
COARSE: Final = 6  # pixels that a square has at least
SURE: Final = 0.5  # a score of YuNet's: rather too many faces than too few
DOUBTFUL: Final = 0.35  # of what is left: a copy that is drawn upon and coded as JPEG is seen a little differently
LARGEST: Final = 1280  # pixels of the longer side that faces are looked for in: more costs a core half a second
PASSES: Final = 4
_one_at_a_time: Final = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactedCopy:
    """A picture that may leave the box, and how many places were hidden in it for each reason."""

    image: Image
    hidden: dict[Redacted, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """What a camera's pictures must not show: parts to redact, and polygons that are black in all that is kept."""

    parts: frozenset[Redacted] = frozenset(Redacted)
    mask: tuple[Polygon, ...] = ()

    def masked(self, image: Image) -> Image:
        """The picture with the masks black; the same where there are none."""
        if not self.mask:
            return image
        height, width = image.shape[:2]
        picture = image.copy()
        for polygon in self.mask:
            corners = np.array([[round(p.x * width), round(p.y * height)] for p in polygon], np.int32)
            cv2.fillPoly(picture, [corners], (0, 0, 0))
        return picture

    def redacted(
        self, image: Image, detections: tuple[Detection, ...], subject: Box | None, *, hide_plate: bool = False
    ) -> RedactedCopy:
        """A copy of the picture without what must not be seen; ``detections`` are those of this very picture.

        Where it is about a vehicle at ``subject``, the plate of that one stays, unless ``hide_plate``.

        Raises:
            OutsideError: Faces cannot be looked for; there is then no copy that may leave.
        """
        height, width = image.shape[:2]
        bands = plate_bands(detections, subject, of_subject=hide_plate)
        shown = None if hide_plate else subject  # whose plate stays
        places = {
            Redacted.PEOPLE: heads(detections, width / height),
            Redacted.PLATES: bands + self._plates(image, detections, shown),
        }
        hide = {part: boxes for part, boxes in places.items() if part in self.parts}
        picture = pixelated(image, (box for boxes in hide.values() for box in boxes))
        hidden = {part: len(boxes) for part, boxes in hide.items()}
        if Redacted.FACES in self.parts:
            seen = faces(image)
            picture, hidden[Redacted.FACES] = _faceless(pixelated(picture, seen)), len(seen)
        return RedactedCopy(image=picture, hidden=hidden)

    def _plates(self, image: Image, detections: tuple[Detection, ...], subject: Box | None) -> tuple[Box, ...]:
        if Redacted.PLATES not in self.parts:
            return ()
        return plates_of_others(plates_by_colour(image), detections, subject)


def faces(image: Image, *, least: float = SURE) -> tuple[Box, ...]:
    """Where YuNet finds faces of that score, with what is around each; raises OutsideError where it cannot look."""
    scale = min(1.0, LARGEST / max(image.shape[:2]))
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    small = image if scale == 1 else cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    try:
        with _one_at_a_time:
            finder = _finder()
            finder.setInputSize(size)
            finder.setScoreThreshold(least)
            faces_seen: Any = finder.detect(small)[1]
    except cv2.error as error:
        raise OutsideError(f"evidence: faces cannot be looked for in a picture of {size[0]}x{size[1]}") from error
    rows = () if faces_seen is None else faces_seen
    return tuple(_box(row[:4] / (size[0], size[1], size[0], size[1])) for row in rows if row[2] > 0 and row[3] > 0)


def _box(row: np.ndarray[Any, Any]) -> Box:
    left, top, wide, high = map(float, row)
    return Box(left, top, left + wide, top + high).grown(AROUND)


@cache
def _finder() -> cv2.FaceDetectorYN:
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)  # it warns of devices that nobody asked for
    return cv2.FaceDetectorYN.create(str(shipped(FACES)), "", (320, 320), SURE)


def _faceless(picture: Image) -> Image:
    """The picture with one colour in place of what is still taken for a face."""
    for number in range(PASSES):
        seen_faces = faces(picture, least=DOUBTFUL)
        if not seen_faces:
            break
        picture = pixelated(picture, (box.grown(AROUND * number) for box in seen_faces), squares=1)
    return picture


def pixelated(image: Image, places: Iterable[Box], *, squares: int = SQUARES) -> Image:
    """A copy of the picture with the boxes of ``places``, and a margin, in large squares of their mean colours."""
    picture = image.copy()
    height, width = picture.shape[:2]
    for box in places:
        left, right = round((box.x0 - MARGIN * box.width) * width), round((box.x1 + MARGIN * box.width) * width)
        top, bottom = round((box.y0 - MARGIN * box.height) * height), round((box.y1 + MARGIN * box.height) * height)
        part = picture[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
        if part.size:
            part[:] = _squares(part, squares)
    return picture


def _squares(part: Image, squares: int) -> Image:
    height, width = part.shape[:2]
    side = max(COARSE, -(-max(height, width) // squares))
    small = cv2.resize(part, (-(-width // side), -(-height // side)), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)
