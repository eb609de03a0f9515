"""The picture at a glance: a few thousand grey cells and a mark of every strip, to judge whether it shows anything.

A glance is made once a look, from the luma plane as it was decoded::

    luma, full size ──▶ marks   16 strips, a checksum each: is it, to the last bit, the picture before?
         └─ area mean ▶ grey    45 × 80 cells: light, contrast, and where the edges lie

Edges are taken after the picture's own brightness and contrast have been divided out, and without their sign: so
exposure, dusk, the switch to infrared and even a negative leave them where they were.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Cells = NDArray[np.float32]  # 45 × 80

ROWS: Final = 45
COLUMNS: Final = 80
STRIPS: Final = 16
SMEAR: Final = 8  # rows: as many cells of exactly one value, one above the other, are no street
NIGHT: Final = 32  # of 255; limited-range video is black at 16
SATURATED: Final = 230  # limited-range video is white at 235
_ZERO: Final = 8
_SPREAD: Final = 32  # of the cells once they are levelled
_MIN_SPREAD: Final = 2.0  # of the grey cells: below, noise alone would be drawn large
EDGE: Final = 6.0  # levels, across two cells
_STEEPEST: Final = 48  # one lamp must not outweigh a street
UNSTATED: Final = 2  # of colour matrices
CONVERTIBLE: Final = frozenset({0, 1, UNSTATED, 4, 5, 6, 7, 9})  # by FFmpeg's converter


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FrameStatistics:
    """One picture, and what is measured on it.

    ``level`` is the picture with mean 128 and a spread of 32; ``edges`` its steepness, of mean 0 and length 1;
    ``relief`` the share of cells with an edge; ``contrast`` the mean steepness by the mean brightness; ``lit`` the
    share of cells that are not as dark as night; ``smears`` says of each cell whether the 8 cells from it downwards
    are exactly alike (38 × 80), which happens where a decoder made the picture up.
    """

    marks: tuple[int, ...]
    level: Cells
    edges: Cells
    relief: float
    contrast: float
    lit: float
    smears: NDArray[np.bool_]


def statistics_of(grey: NDArray[np.uint8], marks: tuple[int, ...]) -> FrameStatistics:
    """What is kept of a picture.

    Args:
        grey: The luma plane shrunk to 45 rows and 80 columns by area means (OpenCV's ``INTER_AREA``); other ways of
            shrinking let single pixels through, whose noise is larger than what is looked for here.
        marks: ``marks`` of the plane at full size.

    Raises:
        ValueError: The array has another shape.
    """
    if grey.shape != (ROWS, COLUMNS):
        msg = f"grey: expected {ROWS} rows and {COLUMNS} columns, got {grey.shape}"
        raise ValueError(msg)
    cells = grey.astype(np.float32)
    mean, spread = float(cells.mean()), float(cells.std())
    scale = _SPREAD / max(spread, _MIN_SPREAD)
    level = np.clip((cells - mean) * scale + 128, 0, 255)
    slopes = steepness(level)
    return FrameStatistics(
        marks=marks,
        level=level,
        edges=centred(slopes),
        relief=relief(slopes),
        contrast=float(slopes.mean()) / scale / (mean + 1),
        lit=float((grey > NIGHT).mean()),
        smears=_smears(grey),
    )


def marks(luma: NDArray[np.uint8]) -> tuple[int, ...]:
    """A checksum of each of 16 strips of the full plane (height × width): noise alone changes every one of them.

    In strips, because a clock that the camera writes into its picture goes on when the picture behind it does not.
    """
    height = luma.shape[0]
    edges = [height * n // STRIPS for n in range(STRIPS + 1)]
    return tuple(crc32(luma[a:b].tobytes()) for a, b in pairwise(edges))


def steepness(level: Cells) -> Cells:
    """How steep each cell is, 0 at the rim, up to a limit."""
    across, down = np.zeros_like(level), np.zeros_like(level)
    across[:, 1:-1] = level[:, 2:] - level[:, :-2]
    down[1:-1] = level[2:] - level[:-2]
    slopes: Cells = np.sqrt(across * across + down * down)
    return np.minimum(slopes, np.float32(_STEEPEST))


def relief(slopes: Cells) -> float:
    """The share of cells with an edge."""
    return float((slopes >= EDGE).mean())


def centred(cells: Cells) -> Cells:
    """The cells with mean 0 and length 1, so that their product with others is a correlation; flat ones are all 0."""
    away: Cells = cells - cells.mean()
    length = float(np.sqrt((away * away).sum()))
    return away / length if length > 0 else away


def runs(alike: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """From which cells downwards ``SMEAR`` cells are ``alike`` (44 × 80: each with the one below it)."""
    length = SMEAR - 1
    count = len(alike) - length + 1
    together: NDArray[np.bool_] = np.logical_and.reduce([alike[n : n + count] for n in range(length)])
    return together


def _smears(grey: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Black and white are left out: night and glare are as flat, and nobody made them up."""
    upper, lower = grey[:-1], grey[1:]
    made_up = (lower < _ZERO) | ((lower > NIGHT) & (lower < SATURATED))
    return runs((upper == lower) & made_up)


def colour_matrix(stated: int) -> int:
    """The matrix coefficients (ITU-T H.273, table 4) to convert a picture by: those stated, where anybody can.

    A coder may state what is reserved, or what only studios use. Such a picture is taken for one that states nothing:
    its colours are a little off, and it can be looked at.
    """
    return stated if stated in CONVERTIBLE else UNSTATED
