"""The picture at a glance: a few thousand grey cells and a mark of every strip, to judge whether it shows anything.

A glance is made once a look, from the luma plane as it was decoded::

    luma, full size ──▶ marks   16 strips, a checksum each: is it, to the last bit, the picture before?
         └─ area mean ▶ grey    45 × 80 cells: light, structure, and where the edges lie
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

ROWS: Final = 45
COLUMNS: Final = 80
STRIPS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Glance:
    """One picture: ``grey`` is 45 × 80 cells from 0 to 255, ``marks`` one checksum a strip, top to bottom."""

    grey: NDArray[np.uint8]
    marks: tuple[int, ...]


def glance(grey: NDArray[np.uint8], marks: tuple[int, ...]) -> Glance:
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
    return Glance(grey=grey, marks=marks)


def marks(luma: NDArray[np.uint8]) -> tuple[int, ...]:
    """A checksum of each of 16 strips of the full plane (height × width): noise alone changes every one of them.

    In strips, because a clock that the camera writes into its picture goes on when the picture behind it does not.
    """
    height = luma.shape[0]
    edges = [height * n // STRIPS for n in range(STRIPS + 1)]
    return tuple(crc32(np.ascontiguousarray(luma[a:b])) for a, b in pairwise(edges))
