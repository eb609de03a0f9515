"""Unchanged: whether a picture still shows what it showed when the detector looked at it last.

Most looks confirm what nobody doubts: the pixels of a parked van are those of two seconds ago. So each picture is
first held against the last one that was *detected*, both small and grey::

    now ── level: mean 128, spread 32 ──┐
                                        ├─ |difference|, less what an edge may tremble ─ 3 × 3 mean ─▶ unlike, by cell
    detected last, levelled likewise ───┘                                                              1: a change

The picture's own light and contrast are divided out, so that dusk, a cloud or another gain of the sensor are no change,
nor is an edge that a gust or the coder moves by a fraction of a cell. It is held against the last detected picture and
not against the last one seen: what creeps adds up until it is a change.

Only what can matter is asked: the cells near a zone, and those of whatever stands or was seen there. What passes on the
far side of the road is a change that changes nothing; its old box is dropped and not held.

What I dislike about it: a thing of the very brightness of the ground is found by the full look only, up to ``FULL``
late; and one level for all cells takes a cloud's edge on the road for a thing, which costs a look and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge_agent.core.events import Detection
from edge_agent.core.geometry import Box, Polygon, iou, share_inside

Cells = NDArray[np.float32]
Mask = NDArray[np.bool_]

WIDTH: Final = 320  # cells across; a garbage bag of 40 pixels of Full HD is 7 of them
FULL: Final = timedelta(seconds=20)  # the longest that detections hold without a look
AGREED: Final = 2  # looks at one picture whose detections agree, before they hold
CHANGE: Final = 16.0  # levels of 255, of a picture whose spread is 32; docs/performance.md says what was measured
_TREMBLES: Final = 0.5  # of a cell: how far an edge may lie from where it lay
_SPREAD: Final = 32.0
_MIN_SPREAD: Final = 8.0  # below, noise alone would be drawn large
_SAME: Final = 0.7  # IoU from which on two boxes of two looks are one
_TILES: Final = (18, 32)  # rows and columns in which zones are laid out
DIGITS: Final = 3  # of a margin


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SmallPicture:
    """A picture as it is compared: ``level`` has mean 128 and a spread of 32, ``slopes`` is how steep each cell is."""

    level: Cells
    slopes: Cells


def small_picture(grey: NDArray[np.uint8]) -> SmallPicture:
    """What is compared of a picture: grey, 320 cells wide, shrunk by area means (OpenCV's ``INTER_AREA``).

    Raises:
        ValueError: The array is no plane of 320 columns.
    """
    if grey.ndim != 2 or grey.shape[1] != WIDTH:  # noqa: PLR2004 - rows and columns
        msg = f"grey: expected a plane of {WIDTH} columns, got {grey.shape}"
        raise ValueError(msg)
    cells = grey.astype(np.float32)
    mean, spread = float(cells.mean()), float(cells.std())
    level = (cells - mean) * np.float32(_SPREAD / max(spread, _MIN_SPREAD)) + np.float32(128)
    return SmallPicture(level=level, slopes=_slopes(level))


def _slopes(level: Cells) -> Cells:
    """By how much a cell differs from its neighbours, across and down, the steeper of the two."""
    slopes = np.zeros_like(level)
    across, down = np.abs(np.diff(level, axis=1)), np.abs(np.diff(level, axis=0))
    np.maximum(slopes[:, 1:], across, out=slopes[:, 1:])
    np.maximum(slopes[:, :-1], across, out=slopes[:, :-1])
    np.maximum(slopes[1:], down, out=slopes[1:])
    np.maximum(slopes[:-1], down, out=slopes[:-1])
    return slopes


def unlike(before: SmallPicture, now: SmallPicture) -> Cells:
    """How much each cell, with those around it, differs; from 1 on it shows something else.

    Raises:
        ValueError: The pictures are of two shapes, so they are of two cameras.
    """
    if before.level.shape != now.level.shape:
        msg = f"two pictures: expected one shape, got {before.level.shape} and {now.level.shape}"
        raise ValueError(msg)
    apart = np.abs(now.level - before.level)
    apart -= np.float32(_TREMBLES) * np.minimum(before.slopes, now.slopes)
    np.maximum(apart, 0, out=apart)
    return _mean_around(apart) * np.float32(1 / CHANGE)


def _mean_around(cells: Cells) -> Cells:
    """The mean of each cell and its eight neighbours; at the rim, of those that there are as if the rest were 0."""
    across = cells.copy()
    across[:, 1:] += cells[:, :-1]
    across[:, :-1] += cells[:, 1:]
    around = across.copy()
    around[1:] += across[:-1]
    around[:-1] += across[1:]
    around *= np.float32(1 / 9)
    return around


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Concern:
    """Where a change can matter: ``tiles`` near the zones (18 × 32), the ``places`` of what is known to stand there.

    ``certain`` unless something that should be there was missed at the last look: then only looking tells.
    """

    tiles: Mask
    places: tuple[Box, ...] = ()
    certain: bool = True

    def touches(self, box: Box) -> bool:
        """Whether any of a box lies near a zone."""
        rows, columns = _span(box, self.tiles.shape)
        return bool(self.tiles[rows, columns].any())


def tiles_near(polygons: tuple[Polygon, ...]) -> Mask:
    """The tiles of a picture that one of the polygons reaches, or a neighbour of which it reaches."""
    rows, columns = _TILES
    near = np.zeros(_TILES, np.bool_)
    for row in range(rows):
        for column in range(columns):
            tile = Box(
                max(0.0, (column - 1) / columns),
                max(0.0, (row - 1) / rows),
                min(1.0, (column + 2) / columns),
                min(1.0, (row + 2) / rows),
            )
            near[row, column] = any(share_inside(tile, polygon) > 0 for polygon in polygons)
    return near


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LastDetected:
    """The last picture that was shown to the detector, and what it found; ``agreed`` looks in a row found the same."""

    at: datetime
    picture: SmallPicture
    detections: tuple[Detection, ...]
    agreed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Detections that hold: nothing has changed by ``margin`` (1: to the last bit; 0: a little more is a change)."""

    detections: tuple[Detection, ...]
    margin: float


def held(last: LastDetected, now: SmallPicture, at: datetime, *, concern: Concern, sweep: timedelta) -> Held | None:
    """What ``last`` says of a picture taken ``at``; None where only a look can tell.

    Looks are a ``sweep`` apart: one that could not be made by ``FULL`` after the last is made now.
    """
    if not concern.certain or last.agreed < AGREED or not timedelta(0) <= at - last.at <= FULL - sweep:
        return None
    if last.picture.level.shape != now.level.shape:
        return None
    cells = unlike(last.picture, now)
    margin = 1 - _worst(cells, last.detections, concern)
    if margin <= 0:
        return None
    detections = tuple(each for each in last.detections if concern.touches(each.box) or _within(cells, each.box) < 1)
    return Held(detections=detections, margin=round(margin, DIGITS))


def detected(
    last: LastDetected | None, now: SmallPicture, at: datetime, detections: tuple[Detection, ...], *, concern: Concern
) -> LastDetected:
    """What is remembered of a look that was made."""
    agreed = 1
    if last is not None and last.picture.level.shape == now.level.shape:
        cells = unlike(last.picture, now)
        still = _worst(cells, last.detections + detections, concern) < 1
        agreed += last.agreed if still and _alike(last.detections, detections, concern) else 0
    return LastDetected(at=at, picture=now, detections=detections, agreed=min(agreed, AGREED))


def _worst(cells: Cells, detections: tuple[Detection, ...], concern: Concern) -> float:
    """The largest change of all that can matter."""
    shape = cells.shape
    of_rows = np.arange(shape[0]) * concern.tiles.shape[0] // shape[0]
    of_columns = np.arange(shape[1]) * concern.tiles.shape[1] // shape[1]
    near = cells[concern.tiles[of_rows][:, of_columns]]
    boxes = (*concern.places, *(each.box for each in detections if concern.touches(each.box)))
    return max((float(near.max()) if near.size else 0.0, *(_within(cells, box) for box in boxes)))


def _within(cells: Cells, box: Box) -> float:
    rows, columns = _span(box, cells.shape)
    return float(cells[rows, columns].max())


def _span(box: Box, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """The rows and columns that a box reaches, at least one of each."""
    height, width = shape
    top, left = min(int(box.y0 * height), height - 1), min(int(box.x0 * width), width - 1)
    bottom, right = int(np.ceil(box.y1 * height)), int(np.ceil(box.x1 * width))
    return slice(top, max(bottom, top + 1)), slice(left, max(right, left + 1))


def _alike(before: tuple[Detection, ...], now: tuple[Detection, ...], concern: Concern) -> bool:
    """Whether two looks found the same things near the zones, each under the same name at the same place."""
    ones, others = ([each for each in found if concern.touches(each.box)] for found in (before, now))
    if len(ones) != len(others):
        return False
    for one in ones:
        match = max(
            (each for each in others if each.label == one.label), key=lambda e: iou(e.box, one.box), default=None
        )
        if match is None or iou(match.box, one.box) < _SAME:
            return False
        others.remove(match)
    return True
