"""Regions: cells that differ and hang together, as things do.

Cells are counted in squares of four by four, so that a gap of noise parts nothing, and a speck is nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge_agent.core.geometry import Box

Mask = NDArray[np.bool_]

CELL: Final = 4
_SET: Final = 5  # of the 16 cells of a square
_SMALLEST: Final = 16  # cells
_THINNEST: Final = 3
_LARGEST: Final = 0.25  # of the picture
_SOLID: Final = 0.3  # of its box


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Region:
    """Cells that hang together, and the box around them: rows from and to, columns from and to."""

    cells: Mask
    sides: tuple[int, int, int, int]

    @property
    def box(self) -> Box:
        """The same in fractions of the picture."""
        height, width = self.cells.shape
        top, bottom, left, right = self.sides
        return Box(left / width, top / height, right / width, bottom / height)


def regions(new: Mask) -> list[Region]:
    """Where cells are set that hang together: nothing too small, too large or too thin to be a thing."""
    height, width = new.shape
    rows, columns = height // CELL, width // CELL
    counts = new[: rows * CELL, : columns * CELL].reshape(rows, CELL, columns, CELL).sum(axis=(1, 3))
    problems = []
    for squares in _together({(int(r), int(c)) for r, c in np.argwhere(counts >= _SET)}):
        part = np.zeros((rows, columns), np.bool_)
        part[tuple(np.array(sorted(squares)).T)] = True
        cells = np.zeros_like(new)
        cells[: rows * CELL, : columns * CELL] = np.repeat(np.repeat(part, CELL, axis=0), CELL, axis=1)
        region = _tight(cells & new)
        if _plausible(region):
            problems.append(region)
    return problems


def _together(squares: set[tuple[int, int]]) -> list[set[tuple[int, int]]]:
    """Squares that touch each other, corners included, or lie one apart, a set each; first found first."""
    parts = []
    left = dict.fromkeys(sorted(squares))
    while left:
        start = next(iter(left))
        part, edge = {start}, [start]
        del left[start]
        while edge:
            row, column = edge.pop()
            near = [(row + r, column + c) for r in (-2, -1, 0, 1, 2) for c in (-2, -1, 0, 1, 2)]
            more = [square for square in near if square in left]
            for square in more:
                del left[square]
            part.update(more)
            edge.extend(more)
        parts.append(part)
    return parts


def _tight(cells: Mask) -> Region:
    rows, columns = np.flatnonzero(cells.any(axis=1)), np.flatnonzero(cells.any(axis=0))
    return Region(cells=cells, sides=(int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1))


def _plausible(region: Region) -> bool:
    top, bottom, left, right = region.sides
    high, wide, area = bottom - top, right - left, int(region.cells.sum())
    return (
        area >= _SMALLEST
        and min(high, wide) >= _THINNEST
        and high * wide <= _LARGEST * region.cells.size
        and area >= _SOLID * high * wide
    )
