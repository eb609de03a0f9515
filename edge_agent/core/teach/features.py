"""Features: a crop of a thing, the views of it that are learned from, and the numbers that a trunk makes of one.

A view is the same crop a little shifted, larger, darker or brighter: what another moment of the same camera changes
without making it another thing. The views are fixed, not drawn, so the same examples teach the same classifier.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge_agent.core.geometry import Box

Crop = NDArray[np.uint8]  # height × width × 3, BGR
Features = NDArray[np.float32]  # n × d

VIEWS: Final[tuple[tuple[float, float, float, float], ...]] = (
    (0.0, 0.0, 1.0, 1.0),
    (-0.06, 0.04, 0.9, 0.75),
    (0.06, -0.04, 1.15, 1.3),
    (0.04, 0.06, 1.05, 0.6),
    (-0.04, -0.06, 0.95, 1.15),
)  # a shift in x and y by that share of the side, a size and an exposure times that of the example


def window(box: Box, width: int, height: int) -> Box:
    """The square that is looked at for a thing, in pixels of a picture: the thing, and beside it what makes it square.

    It may reach beyond the picture.
    """
    wide, high = box.width * width, box.height * height
    side = max(wide, high, 4.0)
    x, y = box.centre.x * width, box.centre.y * height
    return Box(x - side / 2, y - side / 2, x + side / 2, y + side / 2)


def crop(picture: Crop, box: Box, view: tuple[float, float, float, float] = VIEWS[0]) -> Crop:
    """A thing in its square, as ``view`` has it; the picture's own edge is repeated where the square reaches beyond."""
    height, width = picture.shape[:2]
    square = window(box, width, height)
    dx, dy, size, exposure = view
    half = square.width * size / 2
    x, y = square.centre.x + dx * square.width, square.centre.y + dy * square.width
    rows = np.clip(np.arange(round(y - half), max(round(y + half), round(y - half) + 1)), 0, height - 1)
    columns = np.clip(np.arange(round(x - half), max(round(x + half), round(x - half) + 1)), 0, width - 1)
    inside = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    part = np.asarray(inside[np.ix_(rows - rows[0], columns - columns[0])], np.uint8)
    if exposure == 1:
        return np.asarray(part, np.uint8)
    return np.asarray(np.clip(part.astype(np.float32) * exposure, 0, 255), np.uint8)


def pooled(layers: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """The mean and the maximum of each channel of each layer (1 × channels × height × width), behind each other."""
    parts = [part for layer in layers for part in (layer[0].mean(axis=(1, 2)), layer[0].max(axis=(1, 2)))]
    return np.concatenate(parts).astype(np.float32)
