"""A short signature of what a thing looks like: the same car under another light is near, another car is far.

Twenty-six numbers of unit length, compared by cosine distance::

    10  colour   share of the crop in each of 9 hues, weighted by saturation, and the share without colour, at a third
    16  layout   brightness of a 4 × 4 grid, less its mean, over its spread

Hue, saturation and the normalised grid do not change when all pixels are multiplied by one factor, which is what
a cloud, dusk and automatic exposure do. What I dislike: a white and a black car are both "without colour" and differ
in the layout only; under sodium light every car is orange.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

LENGTH: Final = 26
_HUES: Final = 9
_GRID: Final = 4
_SAMPLES: Final = 24  # a side: enough for a share, and the same cost for every size of crop
_GREY_WEIGHT: Final = 0.35  # windows, wheels and shadow are grey on every car: they must not drown its paint
_COLOUR_SHARE: Final = 0.75  # of the squared length
_MARGIN: Final = 0.1  # of each side, left out: ground, not thing


def signature(crop: NDArray[np.uint8]) -> tuple[float, ...] | None:
    """The signature of a crop (height × width × 3, BGR), or None where it is too small to have one."""
    height, width = crop.shape[:2]
    if min(height, width) < _GRID:
        return None
    rows = np.linspace(height * _MARGIN, height * (1 - _MARGIN) - 1, _SAMPLES).round().astype(int).clip(0)
    columns = np.linspace(width * _MARGIN, width * (1 - _MARGIN) - 1, _SAMPLES).round().astype(int).clip(0)
    sample = crop[np.ix_(rows, columns)].astype(np.float32)
    colour = _unit(_colours(sample)) * np.sqrt(_COLOUR_SHARE)
    layout = _unit(_brightness(sample)) * np.sqrt(1 - _COLOUR_SHARE)
    return tuple(round(float(value), 4) for value in np.concatenate((colour, layout)))


def _colours(sample: NDArray[np.float32]) -> NDArray[np.float32]:
    """Amount of each hue, each pixel shared between its two nearest, and last the amount without colour."""
    blue, green, red = np.ascontiguousarray(sample.reshape(-1, 3).T)  # one after the other: numpy is twice as fast
    high = np.maximum(np.maximum(blue, green), red)
    spread = high - np.minimum(np.minimum(blue, green), red)
    safe = np.maximum(spread, 1e-6)
    sector = np.where(
        high == red, (green - blue) / safe, np.where(high == green, 2 + (blue - red) / safe, 4 + (red - green) / safe)
    )
    place = (sector / 6 % 1) * _HUES
    saturation = spread / np.maximum(high, 1)
    low = place.astype(int) % _HUES
    share = place % 1
    amounts = np.bincount(low, saturation * (1 - share), _HUES)
    amounts += np.bincount((low + 1) % _HUES, saturation * share, _HUES)
    return np.append(amounts, _GREY_WEIGHT * (1 - saturation).sum()).astype(np.float32)


def _brightness(sample: NDArray[np.float32]) -> NDArray[np.float32]:
    side = _SAMPLES // _GRID
    cells = sample.mean(axis=2).reshape(_GRID, side, _GRID, side).mean(axis=(1, 3)).ravel()
    return np.asarray(cells - cells.mean(), np.float32)


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    length = float(np.linalg.norm(vector))
    return vector / length if length > 1e-3 else np.zeros_like(vector)  # noqa: PLR2004 - an even grey crop
