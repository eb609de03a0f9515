"""Counts what a detector sees where nothing is: on burnt-in text and on flights of stairs, drawn on validation roads.

A box that is there without the drawing too, however faint, is no phantom of the drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edge_agent.adapters.detect.onnx import OnnxDetector
from lab.training.distractions import burnt_in, stairs
from lab.training.pictures.archives import Boxes, Image, Photo, Vehicles
from lab.training.pictures.scenes import empty_canvas
from lab.training.scoring import overlap

_SEED = 11
_SAME = 0.3
_FAINT = 0.4  # of the threshold: a box of so much on the clean picture is not the drawing's


@dataclass(frozen=True, slots=True)
class Phantoms:
    """Boxes an image that the drawing adds."""

    text: float
    stairs: float


def phantoms(detector: OnnxDetector, faint: OnnxDetector, pictures: Sequence[tuple[Image, Photo]]) -> Phantoms:
    """Look at every picture as it is, with text and with stairs; `faint` is the same model with a lower threshold."""
    rng = np.random.default_rng(_SEED)
    added = {"text": 0, "stairs": 0}
    for image, photo in pictures:
        before = faint.find(image).boxes
        size = np.tile([image.shape[1], image.shape[0]], 2)
        scene = empty_canvas(*image.shape[:2])
        scene.image = image.copy()
        here = (photo.boxes * size).astype(np.float32)
        scene.vehicles = Vehicles(here, np.zeros(len(here), np.int64), np.ones(len(here), np.float32))
        stairs(scene, rng)
        for name, drawn in (("text", burnt_in(image, rng)), ("stairs", scene.image)):
            added[name] += _new(detector.find(drawn).boxes, before)
    return Phantoms(added["text"] / len(pictures), added["stairs"] / len(pictures))


def _new(after: Boxes, before: Boxes) -> int:
    """How many boxes meet none of before."""
    if not len(after) or not len(before):
        return len(after)
    return int((overlap(after, before).max(axis=1) < _SAME).sum())


def faint_of(min_score: float) -> float:
    """The threshold of the faint look."""
    return _FAINT * min_score
