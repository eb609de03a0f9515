"""Small pictures: drawn upon, made small and compressed, an illustration and never evidence.

A thumbnail of a stored one: enough to see what is there, too small to know a face or read a plate by.

A moment: what the camera saw then and the thing itself, side by side, as one small picture for a report.
"""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from edge_agent.core.errors import OutsideError
from edge_agent.ports import Thumbnail

if TYPE_CHECKING:
    from pathlib import Path

    from edge_agent.core.geometry import Box, Polygon
    from edge_agent.ports import Image

SIDE: Final = 320
QUALITIES: Final = (80, 60, 40, 20)
MOST_BYTES: Final = 48 * 1024  # in base64 this is 64 KB
IN_MESSAGE: Final = 18 * 1024  # in base64 this is 24 KB


def thumbnail(path: Path) -> bytes:
    """The picture in a file as a JPEG of at most 320 pixels a side and 48 KB.

    Raises:
        OutsideError: The file is gone, or no picture.
    """
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise OutsideError(f"evidence {path.name}: cannot be read as a picture")
    content = _compressed(_shrunk(np.asarray(image, np.uint8)), MOST_BYTES)
    if content is None:
        raise OutsideError(f"evidence {path.name}: no thumbnail small enough")
    return content


def thumbnail_of(image: Image) -> Thumbnail | None:
    """A picture as a message carries it, of at most 320 pixels a side; None where it would have more than 24 KB."""
    small = _shrunk(image)
    content = _compressed(small, IN_MESSAGE)
    if content is None:
        return None
    return Thumbnail(width=small.shape[1], height=small.shape[0], data=b64encode(content).decode())


def _shrunk(image: Image) -> Image:
    scale = SIDE / max(image.shape[:2])
    if scale >= 1:
        return image
    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _compressed(image: Image, most: int) -> bytes | None:
    """The best JPEG of a picture that has no more than so many bytes, None where the worst has more."""
    for quality in QUALITIES:
        done, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if done and encoded.nbytes <= most:
            return encoded.tobytes()
    return None


HEIGHT: Final = 288  # pixels
MOMENT_QUALITY: Final = 80
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
    return cv2.imencode(".jpg", np.hstack(shown), [cv2.IMWRITE_JPEG_QUALITY, MOMENT_QUALITY])[1].tobytes()


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
