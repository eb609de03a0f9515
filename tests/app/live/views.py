"""What a simulated camera shows: a street with edges and noise, and everything that can be wrong with its picture."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from edge_agent.core.stream.frame_statistics import COLUMNS, ROWS, FrameStatistics, marks, statistics_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Luma = NDArray[np.uint8]

HEIGHT: Final = 90
WIDTH: Final = 160
SHIFT: Final = 24  # pixels, a sixth of the picture
NOISES: Final = 40  # pictures in a row whose noise differs


class View(StrEnum):
    """What the picture shows, whatever stands on the street."""

    STREET = "street"
    DARK = "dark"
    WHITE = "white"
    SMEARED = "smeared"
    TURNED = "turned"


@lru_cache(maxsize=1024)
def shown(view: View, n: int) -> FrameStatistics:
    """The ``n``-th picture of a view at a glance; two of the same number are the same to the last bit."""
    luma = _luma(view, n % NOISES)
    grey = cv2.resize(luma, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
    return statistics_of(grey.astype(np.uint8, copy=False), marks(luma))


def _luma(view: View, n: int) -> Luma:
    noise = np.random.default_rng(n).normal(0, 2, (HEIGHT, WIDTH))
    match view:
        case View.STREET:
            return _rounded(_scene() + noise)
        case View.DARK:
            return _rounded(16 + noise)
        case View.WHITE:
            return _rounded(236 + noise)
        case View.TURNED:
            return _rounded(np.roll(_scene(), SHIFT, axis=1) + noise)
        case View.SMEARED:
            luma = _rounded(_scene() + noise)
            luma[HEIGHT // 3 :] = luma[HEIGHT // 3]  # as a decoder does that has lost the rest
            return luma


@lru_cache(maxsize=1)
def _scene() -> NDArray[np.float64]:
    """Houses, windows, a kerb: rectangles of several greys."""
    draw = np.random.default_rng(7)
    scene = np.full((HEIGHT, WIDTH), 110.0)
    for _ in range(60):
        y, x = int(draw.integers(0, HEIGHT - 8)), int(draw.integers(0, WIDTH - 8))
        high, wide = (int(side) for side in draw.integers(5, 30, 2))
        scene[y : y + high, x : x + wide] = draw.integers(45, 210)
    return scene


def _rounded(values: NDArray[np.float64]) -> Luma:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
