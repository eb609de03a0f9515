"""The YOLO family's conventions, as pure functions: a picture's way into the tensor, and boxes back out of it.

A *letterbox* scales a picture to fit the input and leaves a grey margin::

    ┌──────────────┐  YOLOX: picture in the top left corner; the ultralytics family: in the middle.
    │   picture    │  Boxes come out in pixels of the input; `undo` turns them into fractions of the picture.
    ├──────────────┤
    │ grey (114)   │
    └──────────────┘

Four layouts of output are understood, C being the number of classes::

    yolox   1×N×(5+C)  raw: xy = (o + cell) · stride, wh = exp(o) · stride; then objectness, classes (sigmoid applied)
    v5      1×N×(5+C)  decoded cx cy w h in pixels, objectness, classes
    v8      1×(4+C)×N  decoded cx cy w h in pixels, classes; v8 to v12
    end2end 1×M×6      x0 y0 x1 y1 score class, suppressed already; v10 and v26

A yolox output may hold several towers, one after another: `strides` then names every level of each in turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final, assert_never

import numpy as np
from numpy.typing import NDArray

from edge_agent.core.detect.suppression import families, suppress

Floats = NDArray[np.float32]
Indices = NDArray[np.intp]

PAD: Final = 114
_LARGEST_LOG: Final = 10.0
_SLIVER: Final = 1e-4  # of the picture: a fifth of a pixel of Full HD


class Layout(StrEnum):
    """How the numbers of an output are arranged."""

    YOLOX = "yolox"
    V5 = "v5"
    V8 = "v8"
    END2END = "end2end"
    RTDETR = "rtdetr"  # each query's box in fractions, and a score for each label
    RTDETR_END = "rtdetr_end"  # each query's box in fractions, its best label's score and number


@dataclass(frozen=True, slots=True)
class Size:
    """Height and width in pixels."""

    height: int
    width: int


@dataclass(frozen=True, slots=True)
class Letterbox:
    """How a picture lies in the input: `inner` pixels at an offset, the rest grey."""

    source: Size
    outer: Size
    inner: Size
    left: int
    top: int

    def undo(self, boxes: Floats) -> Floats:
        """Boxes x0 y0 x1 y1 in pixels of the input → fractions of the picture, cut at its edges."""
        moved = boxes - np.array([self.left, self.top] * 2, np.float32)
        return np.asarray((moved / np.array([self.inner.width, self.inner.height] * 2)).clip(0, 1), np.float32)


def letterbox(source: Size, outer: Size, *, centred: bool) -> Letterbox:
    """Fit a picture of size `source` into an input of size `outer`."""
    scale = min(outer.height / source.height, outer.width / source.width)
    inner = Size(
        min(outer.height, max(1, round(source.height * scale))),
        min(outer.width, max(1, round(source.width * scale))),
    )
    left = (outer.width - inner.width) // 2 if centred else 0
    top = (outer.height - inner.height) // 2 if centred else 0
    return Letterbox(source, outer, inner, left, top)


@lru_cache(maxsize=32)  # the crops of second looks have many shapes, the looks of a camera one
def input_size(source: Size, *, pixels: int, stride: int) -> Size:
    """The input for a model that takes any size: the picture's shape, about `pixels` large, whole strides.

    Of all sizes that cost no more than `pixels`, it is the one in which the picture comes out largest.
    """
    best, best_scale = Size(stride, stride), 0.0
    for columns in range(1, pixels // (stride * stride) + 1):
        rows = pixels // (columns * stride * stride)
        size = Size(rows * stride, columns * stride)
        scale = min(size.height / source.height, size.width / source.width)
        if scale > best_scale:
            best, best_scale = size, scale
    high, wide = source.height * best_scale, source.width * best_scale
    return Size(_whole(high, stride, best.height), _whole(wide, stride, best.width))


def _whole(length: float, stride: int, most: int) -> int:
    """The least whole number of strides that holds `length`."""
    return min(most, int(-(-round(length) // stride)) * stride)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """What must be known of a model to read its output.

    `strides` is used by the yolox layout only.
    """

    names: Mapping[int, str]
    layout: Layout
    strides: tuple[int, ...] = (8, 16, 32)


@dataclass(frozen=True, slots=True)
class RawDetections:
    """Boxes (N×4, x0 y0 x1 y1, pixels of the input), scores (N) and class indices (N)."""

    boxes: Floats
    scores: Floats
    classes: Indices

    def __getitem__(self, chosen: Indices | NDArray[np.bool_]) -> RawDetections:
        """The chosen rows."""
        return RawDetections(self.boxes[chosen], self.scores[chosen], self.classes[chosen])


def decode(raw: Floats, spec: ModelSpec, size: Size, *, floor: float) -> RawDetections:
    """Read an output (batch axis already taken off): everything that scores at least `floor`, not yet suppressed."""
    match spec.layout:
        case Layout.YOLOX:
            return _decode_yolox(raw, spec.strides, size, floor)
        case Layout.V5:
            rows = raw[raw[:, 4] >= floor]
            return _scored(_corners(rows[:, :4]), rows[:, 5:] * rows[:, 4:5], floor)
        case Layout.V8:
            columns = raw[:, raw[4:].max(axis=0) >= floor]
            return _scored(_corners(columns[:4].T), columns[4:].T, floor)
        case Layout.END2END:
            rows = raw[raw[:, 4] >= floor]
            return RawDetections(rows[:, :4], rows[:, 4], rows[:, 5].astype(np.intp))
        case Layout.RTDETR:
            return _scored(_enlarged(raw, size), raw[:, 4:], floor)
        case Layout.RTDETR_END:
            rows = raw[raw[:, 4] >= floor]
            return RawDetections(_enlarged(rows, size), rows[:, 4], rows[:, 5].astype(np.intp))
        case _:
            assert_never(spec.layout)


def detect_in(raw: Floats, spec: ModelSpec, box: Letterbox, *, floors: Floats, overlap: float) -> RawDetections:
    """From output to what is in the picture: decode, filter by each class's own floor, suppress.

    Args:
        raw: the output without its batch axis.
        spec: how to read it.
        box: how the picture lay in the input.
        floors: the least score of each class.
        overlap: above this intersection over union two boxes of a family are one thing.

    Returns:
        Boxes in fractions of the picture; none without area to speak of.
    """
    detections = decode(raw, spec, box.outer, floor=float(floors.min()))
    detections = detections[np.flatnonzero(detections.scores >= floors[detections.classes])]
    detections = detections[
        suppress(detections.boxes, detections.scores, families(spec.names)[detections.classes], overlap=overlap)
    ]
    inside = RawDetections(box.undo(detections.boxes), detections.scores, detections.classes)
    sides = inside.boxes[:, 2:] - inside.boxes[:, :2]
    return inside[np.flatnonzero((sides > _SLIVER).all(axis=1))]


def _decode_yolox(raw: Floats, strides: tuple[int, ...], size: Size, floor: float) -> RawDetections:
    cells, scale = _grid(size, strides)
    at = np.flatnonzero(raw[:, 4] >= floor)  # a score is objectness × class: no row below the floor can reach it
    rows, step = raw[at], scale[at]
    centre = (rows[:, :2] + cells[at]) * step
    sides = np.exp(np.minimum(rows[:, 2:4], _LARGEST_LOG)) * step
    boxes = _corners(np.concatenate((centre, sides), axis=1))
    return _scored(boxes, rows[:, 5:] * rows[:, 4:5], floor)


def rows_of(size: Size, strides: tuple[int, ...]) -> int:
    """How many rows a yolox output has for an input of this size."""
    return sum((size.height // stride) * (size.width // stride) for stride in strides)


@lru_cache(maxsize=32)
def _grid(size: Size, strides: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Cells (N×2, x then y) and strides (N×1) of all rows."""
    cells, scale = [], []
    for stride in strides:
        y, x = np.mgrid[: size.height // stride, : size.width // stride]
        cells.append(np.stack((x.ravel(), y.ravel()), axis=1))
        scale.append(np.full((x.size, 1), stride))
    return np.concatenate(cells).astype(np.float32), np.concatenate(scale).astype(np.float32)


def _corners(boxes: Floats) -> Floats:
    """Boxes cx cy w h → x0 y0 x1 y1."""
    half = boxes[:, 2:4] / 2
    return np.concatenate((boxes[:, :2] - half, boxes[:, :2] + half), axis=1).astype(np.float32)


def _enlarged(rows: Floats, size: Size) -> Floats:
    """Boxes cx cy w h in fractions of the input → x0 y0 x1 y1 in pixels of it."""
    return np.asarray(_corners(rows[:, :4]) * np.array([size.width, size.height] * 2, np.float32), np.float32)


def _scored(boxes: Floats, scores: Floats, floor: float) -> RawDetections:
    """Each row's best class, where it reaches the floor."""
    classes = scores.argmax(axis=1) if len(scores) else np.zeros(0, np.intp)
    best = scores[np.arange(len(scores)), classes]
    detections = RawDetections(boxes, best, classes)
    return detections[best >= floor]
