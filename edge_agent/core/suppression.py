"""Keeps one box of many on the same thing: greedy non-maximum suppression in numpy.

Boxes suppress each other within a *family*. Every label is a family of its own, except that car, bus and truck
are one: a van is "truck 0.75" and "car 0.66" at once to a COCO model, and must stay one vehicle.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Indices = NDArray[np.intp]

VEHICLES: Final = frozenset({"car", "bus", "truck"})


def families(names: Mapping[int, str]) -> Indices:
    """For each class index of a model, the number of the family it is suppressed with."""
    table = np.arange(max(names) + 1, dtype=np.intp)
    vehicles = sorted(index for index, name in names.items() if name in VEHICLES)
    if vehicles:
        table[vehicles] = vehicles[0]
    return table


def suppress(boxes: Floats, scores: Floats, family: Indices, *, overlap: float) -> Indices:
    """Indices of the boxes to keep, best score first.

    Args:
        boxes: N×4, x0 y0 x1 y1, any unit.
        scores: N.
        family: N; boxes of different families never suppress each other.
        overlap: boxes whose intersection over union is above this are the same thing.
    """
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    order = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    while order.size:
        best, rest = order[0], order[1:]
        kept.append(int(best))
        low = np.maximum(boxes[best, :2], boxes[rest, :2])
        high = np.minimum(boxes[best, 2:], boxes[rest, 2:])
        sides = np.maximum(high - low, 0)
        shared = sides[:, 0] * sides[:, 1]
        union = area[best] + area[rest] - shared
        same = (shared > overlap * union) & (family[rest] == family[best])
        order = rest[~same]
    return np.array(kept, np.intp)
