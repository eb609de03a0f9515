"""Garbage on elevated roads: there are no labelled pictures of it, so validation garbage is pasted on validation roads.

It is the nearest to the real thing that can be measured here, and it flatters: the paste is made as in training,
with other garbage on other roads.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edge_agent.adapters.detect.onnx import OnnxDetector
from lab.training.pictures.archives import Image, LabelledSet, read_archive
from lab.training.pictures.scenes import Cutting, TrainingPicture, planted, road
from lab.training.scoring import overlap

_SHAPE = (384, 640)
_SEED = 7
_ROUNDS = 3  # pastes on each road
_LEAST_SIDE = 60  # of a cutting, in pixels of its photo: smaller ones are mush before they are shrunk
_SAME = 0.5
_FOUND_AS = ("garbage", "overflow")


@dataclass(frozen=True, slots=True)
class Pasted:
    """One piece of garbage: how tall it stands in a 384 pixel high picture, and whether it was found there."""

    height_px: float
    found: bool


def look_for_pasted(detector: OnnxDetector, data: Path) -> tuple[Pasted, ...]:
    """Paste one piece on each road, several times over, and look for it."""
    rng = np.random.default_rng(_SEED)
    pieces = _pieces(read_archive(data / "images" / "garbage_cn.tar", "val"))
    roads = [photo.pixels() for photo in read_archive(data / "images" / "road_elevated.tar", "val").photos]
    seen = []
    for image in roads * _ROUNDS:
        cutting = Cutting(pieces[int(rng.integers(len(pieces)))], 0)
        scene = planted(road(image, _SHAPE, rng), [cutting], rng)
        if len(scene.boxes):
            seen.append(Pasted(float(scene.boxes[0, 3] - scene.boxes[0, 1]), _finds(detector, scene)))
    return tuple(seen)


def _pieces(labelled: LabelledSet) -> list[Image]:
    """Every garbage box that is large enough."""
    garbage = labelled.names.index("garbage")
    pieces = []
    for photo in labelled.photos:
        image = photo.pixels()
        size = np.tile([image.shape[1], image.shape[0]], 2)
        for left, top, right, bottom in (photo.boxes[photo.labels == garbage] * size).round().astype(int):
            if min(right - left, bottom - top) >= _LEAST_SIDE:
                pieces.append(image[top:bottom, left:right])
    return pieces


def _finds(detector: OnnxDetector, scene: TrainingPicture) -> bool:
    detections = detector.find(scene.image)
    named = np.array([detector.facts.spec.names[int(kind)] in _FOUND_AS for kind in detections.classes], np.bool_)
    height, width = _SHAPE
    boxes = (detections.boxes[named] * np.array([width, height, width, height])).astype(np.float32)
    return bool((overlap(boxes, scene.boxes) >= _SAME).any())
