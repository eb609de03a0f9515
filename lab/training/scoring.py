"""Average precision at IoU 0.5, as COCO counts it: all-point interpolation over 101 recalls, one class at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
_IOU = 0.5
_RECALLS = np.linspace(0, 1, 101)


@dataclass(frozen=True, slots=True)
class ScoredPicture:
    """One picture, one class: what was found (boxes, scores) and what is there, boxes x0 y0 x1 y1."""

    found: Floats
    scores: Floats
    truth: Floats


def average_precision(pictures: Sequence[ScoredPicture]) -> float | None:
    """AP50 of one class over all pictures; None when it is in none of them."""
    there = sum(len(picture.truth) for picture in pictures)
    if not there:
        return None
    hits = np.concatenate([_hits(picture) for picture in pictures])
    scores = np.concatenate([np.sort(picture.scores)[::-1] for picture in pictures])
    right = np.cumsum(hits[np.argsort(-scores, kind="stable")])
    precision = right / np.arange(1, len(right) + 1)
    best_from_here = np.maximum.accumulate(precision[::-1])[::-1]
    at = np.searchsorted(right / there, _RECALLS, side="left")
    padded = np.append(best_from_here, 0.0)
    return float(padded[np.minimum(at, len(best_from_here))].mean())


def _hits(picture: ScoredPicture) -> npt.NDArray[np.bool_]:
    """For each found box, best first, whether it meets a true box that none before it met."""
    order = np.argsort(-picture.scores, kind="stable")
    hits = np.zeros(len(order), np.bool_)
    if not len(picture.truth):
        return hits
    overlaps = overlap(picture.found[order], picture.truth)
    free = np.ones(len(picture.truth), np.bool_)
    for row, values in enumerate(overlaps):
        best = int(np.argmax(np.where(free, values, -1)))
        if free[best] and values[best] >= _IOU:
            free[best] = False
            hits[row] = True
    return hits


def overlap(a: Floats, b: Floats) -> Floats:
    """Intersection over union of every box of `a` with every box of `b`."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = np.prod(np.maximum(high - low, 0), axis=2)
    area_a = np.prod(a[:, 2:] - a[:, :2], axis=1)
    area_b = np.prod(b[:, 2:] - b[:, :2], axis=1)
    return np.asarray(shared / np.maximum(area_a[:, None] + area_b[None] - shared, 1e-12), np.float32)
