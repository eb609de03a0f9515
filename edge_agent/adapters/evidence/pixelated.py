"""Pixelated: people in a picture made unrecognisable, for pictures that leave the box. Never done to evidence.

A box that the detector called a person is replaced by a few large squares of its mean colours, and so is a margin
around it. It is simple, and it is honest only with this said beside it: who was not found is not hidden.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge_agent.core.geometry import Box
    from edge_agent.ports import Image

MARGIN: Final = 0.1  # of the box, on each side: a detector's box may cut a head
SQUARES: Final = 6  # along the longer side of a person
COARSE: Final = 6  # pixels that a square has at least


def pixelated(image: Image, people: Iterable[Box]) -> Image:
    """A copy of the picture with the boxes of ``people`` in large squares."""
    picture = image.copy()
    height, width = picture.shape[:2]
    for box in people:
        left, right = round((box.x0 - MARGIN * box.width) * width), round((box.x1 + MARGIN * box.width) * width)
        top, bottom = round((box.y0 - MARGIN * box.height) * height), round((box.y1 + MARGIN * box.height) * height)
        part = picture[max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
        if part.size:
            part[:] = _squares(part)
    return picture


def _squares(part: Image) -> Image:
    height, width = part.shape[:2]
    side = max(COARSE, -(-max(height, width) // SQUARES))
    small = cv2.resize(part, (-(-width // side), -(-height // side)), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)
