"""Keeps one box of many on the same thing: greedy non-maximum suppression in numpy.

Boxes suppress each other within a *family*. Every label is a family of its own, except that car, bus and truck
are one: a van is "truck 0.75" and "car 0.66" at once to a COCO model, and must stay one vehicle.

How far two models agree on the same pictures, box by box.

A quantised model can be fast and see nothing: a fully quantised detection head returns no box at all and no error.
So a substitute is accepted by what it finds, never by its speed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edge_agent.core.events import Detection
from edge_agent.core.geometry import iou

Floats = NDArray[np.float32]
Indices = NDArray[np.intp]

_TOGETHER: Final = 128  # so that thousands of boxes need no square of thousands
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
    order = np.argsort(-scores, kind="stable")
    chosen: list[int] = []
    while order.size:
        same = _same(boxes, family, order, overlap)
        gone = np.zeros(len(order), np.bool_)
        for place in range(len(same)):
            if not gone[place]:
                chosen.append(int(order[place]))
                gone |= same[place]
        order = order[len(same) :][~gone[len(same) :]]
    return np.array(chosen, np.intp)


def _same(boxes: Floats, family: Indices, order: Indices, overlap: float) -> NDArray[np.bool_]:
    """Which of ``order`` (columns) are the same thing as each of its first (rows): all pairs in few calls of numpy."""
    x0, y0, x1, y1 = np.ascontiguousarray(boxes[order].T)  # one side after the other: short rows are dear
    rows = slice(_TOGETHER), np.newaxis
    across = np.maximum(np.minimum(x1[rows], x1) - np.maximum(x0[rows], x0), 0)
    down = np.maximum(np.minimum(y1[rows], y1) - np.maximum(y0[rows], y0), 0)
    shared, area, kin = across * down, (x1 - x0) * (y1 - y0), family[order]
    return np.asarray((shared > overlap * (area[rows] + area - shared)) & (kin[rows] == kin))


ACCEPTED: Final = 0.98
_SAME_PLACE: Final = 0.5


def agreement(reference: Sequence[Sequence[Detection]], other: Sequence[Sequence[Detection]]) -> float | None:
    """The share of boxes, of whichever model found more, that the two have in common; None if neither found any.

    Args:
        reference: for each picture what the trusted model found.
        other: for each of the same pictures what the substitute found.
    """
    pairs = list(zip(reference, other, strict=True))
    most = max(sum(len(a) for a, _ in pairs), sum(len(b) for _, b in pairs))
    return sum(_matched(a, b) for a, b in pairs) / most if most else None


def _matched(reference: Sequence[Detection], other: Sequence[Detection]) -> int:
    """How many boxes of one picture meet, each at most once, best scores first."""
    free = list(other)
    matched = 0
    for wanted in reference:
        partners = [given for given in free if _same_family(wanted.label, given.label)]
        best = max(partners, key=lambda given: iou(wanted.box, given.box), default=None)
        if best is not None and iou(wanted.box, best.box) >= _SAME_PLACE:
            free.remove(best)
            matched += 1
    return matched


def _same_family(a: str, b: str) -> bool:
    return a == b or (a in VEHICLES and b in VEHICLES)
