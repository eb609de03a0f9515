"""A small picture of a stored one: enough to see what is there, too small to know a face or read a plate by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import cv2

from edge_agent.core.errors import OutsideError

if TYPE_CHECKING:
    from pathlib import Path

SIDE: Final = 320
QUALITIES: Final = (80, 60, 40, 20)
MOST_BYTES: Final = 48 * 1024  # in base64 this is 64 KB


def thumbnail(path: Path) -> bytes:
    """The picture in a file as a JPEG of at most 320 pixels a side and 48 KB.

    Raises:
        OutsideError: The file is gone, or no picture.
    """
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise OutsideError(f"evidence {path.name}: cannot be read as a picture")
    scale = SIDE / max(image.shape[:2])
    if scale < 1:
        size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    for quality in QUALITIES:
        done, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if done and encoded.nbytes <= MOST_BYTES:
            return encoded.tobytes()
    raise OutsideError(f"evidence {path.name}: no thumbnail small enough")
