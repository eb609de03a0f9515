"""A moment: what the camera saw then and the thing itself, side by side, as one small picture for a report.

Drawn upon, made small and compressed: an illustration, never evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from edge_agent.core.geometry import Box

if TYPE_CHECKING:
    from edge_agent.core.geometry import Polygon
    from edge_agent.ports import Image

HEIGHT: Final = 288  # pixels
QUALITY: Final = 80
ROOM: Final = 1.0  # around the thing, of its longer side, on each side
ZONE: Final = (40, 40, 230)  # BGR
THING: Final = (0, 200, 255)


def moment_picture(image: Image, zone: Polygon | None, box: Box | None) -> bytes:
    """The whole picture with zone and thing outlined, and beside it the thing with what is around it, as JPEG."""
    picture = image.copy()
    height, width = picture.shape[:2]
    if zone is not None:
        corners = np.array([[round(p.x * width), round(p.y * height)] for p in zone], np.int32)
        cv2.polylines(picture, [corners], isClosed=True, color=ZONE, thickness=2, lineType=cv2.LINE_AA)
    shown = [_tall(_framed(picture, box))]
    if box is not None:
        shown.append(_tall(_around(image, box)))
    return cv2.imencode(".jpg", np.hstack(shown), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()


def _framed(picture: Image, box: Box | None) -> Image:
    if box is not None:
        height, width = picture.shape[:2]
        corner, opposite = (
            (round(box.x0 * width), round(box.y0 * height)),
            (round(box.x1 * width), round(box.y1 * height)),
        )
        cv2.rectangle(picture, corner, opposite, THING, 2, cv2.LINE_AA)
    return picture


def _around(image: Image, box: Box) -> Image:
    """A square of the picture with the thing in its middle, as far as the picture reaches."""
    height, width = image.shape[:2]
    half = (0.5 + ROOM) * max(box.width * width, box.height * height)
    x, y = (box.x0 + box.x1) / 2 * width, (box.y0 + box.y1) / 2 * height
    left, right = max(0, round(x - half)), min(width, max(round(x + half), 1))
    top, bottom = max(0, round(y - half)), min(height, max(round(y + half), 1))
    return image[top:bottom, left:right] if top < bottom and left < right else image


def _tall(picture: Image) -> Image:
    height, width = picture.shape[:2]
    size = (max(1, round(width * HEIGHT / height)), HEIGHT)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
