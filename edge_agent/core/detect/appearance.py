"""A short signature of what a thing looks like: the same car under another light is near, another car is far.

Twenty-six numbers of unit length, compared by cosine distance::

    10  colour   share of the crop in each of 9 hues, weighted by saturation, and the share without colour, at a third
    16  layout   brightness of a 4 × 4 grid, less its mean, over its spread

Hue, saturation and the normalised grid do not change when all pixels are multiplied by one factor, which is what
a cloud, dusk and automatic exposure do. What I dislike: a white and a black car are both "without colour" and differ
in the layout only; under sodium light every car is orange.
"""

from __future__ import annotations

from functools import reduce
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


Planes = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]
Places = NDArray[np.intp]  # N×4, left top right bottom, in whole pixels of a picture


def signatures(picture: NDArray[np.uint8], places: Places) -> tuple[tuple[float, ...] | None, ...]:
    """The signature of what lies at each place of a BGR picture, or None where that is too small to have one.

    All at once: a look at a market has fifteen things, and numpy's cost is one a call, not one a thing.
    """
    large = np.flatnonzero(np.minimum(places[:, 2] - places[:, 0], places[:, 3] - places[:, 1]) >= _GRID)
    if not len(large):
        return (None,) * len(places)
    planes = _planes(picture, places[large])
    colour = _unit(_colours(planes)) * np.sqrt(_COLOUR_SHARE)
    layout = _unit(_brightness(planes)) * np.sqrt(1 - _COLOUR_SHARE)
    rows = np.concatenate((colour, layout), axis=1).astype(np.float64).round(4).tolist()
    known: dict[int, tuple[float, ...]] = dict(zip(large.tolist(), map(tuple, rows), strict=True))
    return tuple(known.get(index) for index in range(len(places)))


def signature(crop: NDArray[np.uint8]) -> tuple[float, ...] | None:
    """The signature of a crop (height × width × 3, BGR), or None where it is too small to have one."""
    height, width = crop.shape[:2]
    return signatures(crop, np.array([[0, 0, width, height]]))[0]


def _planes(picture: NDArray[np.uint8], places: Places) -> Planes:
    """Blue, green and red, each N×S×S: the same number of pixels of each place, evenly spread."""
    rows = _spread(places[:, 1], places[:, 3])
    columns = _spread(places[:, 0], places[:, 2])
    at = rows[:, :, np.newaxis] * picture.shape[1] + columns[:, np.newaxis, :]
    pixels = picture.reshape(-1, 3).take(at.ravel(), axis=0)
    blue, green, red = np.ascontiguousarray(pixels.T, np.float32).reshape(3, *at.shape)
    return blue, green, red


def _spread(first: NDArray[np.intp], end: NDArray[np.intp]) -> NDArray[np.intp]:
    """N×S positions from ``first`` to before ``end``, less the margins."""
    length = end - first
    inner = np.linspace(length * _MARGIN, length * (1 - _MARGIN) - 1, _SAMPLES, axis=1)
    return inner.round().astype(np.intp).clip(0) + first[:, np.newaxis]


def _colours(planes: Planes) -> NDArray[np.float32]:
    """N×10: amount of each hue, each pixel shared between its two nearest, and last the amount without colour."""
    blue, green, red = (plane.reshape(len(plane), -1) for plane in planes)
    high = np.maximum(np.maximum(blue, green), red)
    spread = high - np.minimum(np.minimum(blue, green), red)
    safe = np.maximum(spread, 1e-6)
    sector = np.where(
        high == red, (green - blue) / safe, np.where(high == green, 2 + (blue - red) / safe, 4 + (red - green) / safe)
    )
    turn = sector / 6
    place = (turn - np.floor(turn)) * _HUES  # as `% 1` would, in a tenth of its time
    saturation = spread / np.maximum(high, 1)
    low = place.astype(np.intp)
    share = place - low
    own = np.arange(len(high))[:, np.newaxis] * _HUES
    amounts = _summed(low % _HUES + own, saturation * (1 - share), _HUES)
    amounts += _summed((low + 1) % _HUES + own, saturation * share, _HUES)
    grey = _GREY_WEIGHT * (1 - saturation).sum(axis=1)
    return np.concatenate((amounts, grey[:, np.newaxis]), axis=1).astype(np.float32)


def _summed(bins: NDArray[np.intp], weights: NDArray[np.float32], width: int) -> NDArray[np.float64]:
    """N×``width``: the weights that fall into each bin."""
    summed = np.bincount(bins.ravel(), weights.ravel(), len(bins) * width)
    return np.asarray(summed, np.float64).reshape(-1, width)


def _brightness(planes: Planes) -> NDArray[np.float32]:
    """N×16: the mean of each cell of the grid, less the mean of all."""
    blue, green, red = planes
    side = _SAMPLES // _GRID
    grey = np.asarray((blue + green + red) / 3, np.float32).reshape(-1, _GRID, side, _GRID, side)
    # Sums of slices: numpy's own along so short an axis take ten times as long.
    across = reduce(np.add, [grey[..., step] for step in range(side)])
    down: NDArray[np.float32] = reduce(np.add, [across[:, :, step] for step in range(side)])
    cells = down.reshape(len(down), -1) / (side * side)
    means: NDArray[np.float32] = cells.mean(axis=1, keepdims=True)
    return np.subtract(cells, means, dtype=np.float32)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each row at length one; zeros for an even grey crop."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 1e-3)  # noqa: PLR2004
    return unit
