"""Shrinking: a picture as small as changes of a view are looked for in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edge_agent.ports import Image


def shrunk(image: Image, width: int) -> NDArray[np.uint8]:
    """The picture ``width`` pixels wide, as high as that makes it, by area means."""
    height = max(1, round(image.shape[0] * width / image.shape[1]))
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
